/// A way to say what a policy would have brought, from the log of another.
///
/// All of them average one value for each row, b + ŵ·(r − q): r the reward, ŵ the importance weight w as the family
/// changes it, and, where a model is used, b what it expects of the policy here and q what it predicts for the logged
/// action (0 and 0 without one). `docs/evaluation.md` says which to use when.
package struct Estimator: Hashable, Sendable {
    /// How the weight is changed, and whether a model is used; raw values are what people type.
    package enum Family: String, CaseIterable, Sendable {
        /// Inverse propensity scoring, ŵ = w (Horvitz and Thompson, 1952).
        case ips
        /// Self-normalised: ŵ = w ÷ its mean (Swaminathan and Joachims, 2015).
        case snips
        /// The model alone: ŵ = 0.
        case dm
        /// Doubly robust: ŵ = w, with the model (Dudík, Langford and Li, 2011).
        case dr
        /// Doubly robust with self-normalised weights.
        case sndr
        /// ŵ = min(w, λ) (Ionides, 2008).
        case clippedIPS = "ips-clip"
        /// Doubly robust with ŵ = min(w, λ).
        case clippedDR = "dr-clip"
        /// The model where w > λ: ŵ = w there or 0 (Wang, Agarwal and Dudík, 2017).
        case switchDR = "switch-dr"
        /// Optimistic shrinkage: ŵ = λw/(w² + λ) (Su, Dimakopoulou, Krishnamurthy and Dudík, 2020).
        case shrinkageDR = "dros"
        /// Sub-Gaussian weights: ŵ = w/(1 − λ + λw) (Metelli, Russo and Restelli, 2021).
        case subGaussianIPS = "sg-ips"
        /// Doubly robust with sub-Gaussian weights.
        case subGaussianDR = "sg-dr"
    }

    /// How the weight is changed.
    package let family: Family
    /// λ, where the family has one.
    package let parameter: Double?

    /// A family without a parameter.
    private init(plain family: Family) {
        self.family = family
        parameter = nil
    }

    /// Inverse propensity scoring.
    package static let ips = Estimator(plain: .ips)
    /// Self-normalised inverse propensity scoring.
    package static let snips = Estimator(plain: .snips)
    /// The model alone.
    package static let dm = Estimator(plain: .dm)
    /// Doubly robust.
    package static let dr = Estimator(plain: .dr)
    /// Self-normalised doubly robust.
    package static let sndr = Estimator(plain: .sndr)

    /// A member of a family.
    ///
    /// - Parameters:
    ///   - family: Which.
    ///   - parameter: λ, exactly where the family has one: ≥ 0, or 0 to 1 for sub-Gaussian weights.
    /// - Throws: `InvalidEstimator`, which says what to write.
    package init(_ family: Family, parameter: Double? = nil) throws(InvalidEstimator) {
        switch (family.parameterRange, parameter) {
        case (nil, nil): break
        case (nil, .some): throw InvalidEstimator("\(family.rawValue) takes no parameter")
        case (.some(let range), let given):
            guard let given, range.contains(given) else {
                let upper = range.upperBound < .greatestFiniteMagnitude ? "0 to 1" : "0 or more"
                throw InvalidEstimator("\(family.rawValue) needs a parameter of \(upper), such as \(family.example)")
            }
        }
        self.family = family
        self.parameter = parameter
    }

    /// Whether it uses a model of rewards.
    package var usesModel: Bool { family.usesModel }

    /// Whether its expectation is the policy's value (or tends to it as rows grow), given true propensities and every
    /// action logged now and then.
    package var isConsistent: Bool {
        switch family {
        case .ips, .snips, .dr, .sndr: true
        default: false
        }
    }

    /// ŵ of a row from its w ≥ 0 and the mean of w over all rows, > 0.
    package func modified(_ weight: Double, meanWeight: Double) -> Double {
        let parameter = parameter ?? 0
        switch family {
        case .ips, .dr: return weight
        case .snips, .sndr: return weight / meanWeight
        case .dm: return 0
        case .clippedIPS, .clippedDR: return min(weight, parameter)
        case .switchDR: return weight <= parameter ? weight : 0
        // Divided by λ, so that no λ overflows.
        case .shrinkageDR: return parameter == 0 ? 0 : weight / (weight * weight / parameter + 1)
        case .subGaussianIPS, .subGaussianDR:
            let denominator = 1 - parameter + parameter * weight
            return denominator == 0 ? 0 : weight / denominator
        }
    }

    /// The value of each row.
    ///
    /// The rows must have a model where the estimator uses one.
    package func rowValues(_ rows: WeightedRows) -> [Double] {
        precondition(rows.hasModel || !usesModel, "\(self) needs a model")
        return (0..<rows.rowCount)
            .map { row in
                let weight = modified(rows.weights[row], meanWeight: rows.meanWeight)
                guard usesModel else { return weight * rows.rewards[row] }
                return rows.expectedRewards[row] + weight * (rows.rewards[row] - rows.predictedRewards[row])
            }
    }

    /// How far changing the weights moves the answer, as far as the log can tell: |mean of (w − ŵ)·(r − q)|.
    ///
    /// The direct estimate of bias of Su et al. (2020). For the model alone it is the whole correction.
    package func estimatedBias(_ rows: WeightedRows) -> Double {
        let sum = (0..<rows.rowCount)
            .reduce(0.0) { sum, row in
                let weight = rows.weights[row]
                let residual = rows.rewards[row] - (usesModel ? rows.predictedRewards[row] : 0)
                return sum + (weight - modified(weight, meanWeight: rows.meanWeight)) * residual
            }
        return abs(sum / Double(rows.rowCount))
    }
}

extension Estimator.Family {
    /// Whether it uses a model of rewards.
    package var usesModel: Bool {
        switch self {
        case .ips, .snips, .clippedIPS, .subGaussianIPS: false
        case .dm, .dr, .sndr, .clippedDR, .switchDR, .shrinkageDR, .subGaussianDR: true
        }
    }

    /// What λ may be; nothing for a family without one.
    package var parameterRange: ClosedRange<Double>? {
        switch self {
        case .ips, .snips, .dm, .dr, .sndr: nil
        case .clippedIPS, .clippedDR, .switchDR, .shrinkageDR: 0...Double.greatestFiniteMagnitude
        case .subGaussianIPS, .subGaussianDR: 0...1
        }
    }

    /// The values of λ that tuning chooses from, unless others are given.
    package var candidates: [Double] {
        switch self {
        case .ips, .snips, .dm, .dr, .sndr: []
        case .clippedIPS, .clippedDR, .switchDR, .shrinkageDR: [1, 5, 10, 50, 100, 500, 1_000]
        case .subGaussianIPS, .subGaussianDR: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5]
        }
    }

    var example: String {
        switch self {
        case .ips, .snips, .dm, .dr, .sndr: rawValue
        case .clippedIPS, .clippedDR, .switchDR: "\(rawValue):10"
        case .shrinkageDR: "\(rawValue):100"
        case .subGaussianIPS, .subGaussianDR: "\(rawValue):0.1"
        }
    }
}

extension Estimator: CustomStringConvertible {
    /// As it is typed: the family, and λ where there is one.
    package var description: String {
        guard let parameter else { return family.rawValue }
        let isWhole = parameter.rounded() == parameter && parameter < 1e15
        return "\(family.rawValue):\(isWhole ? "\(Int(parameter))" : "\(parameter)")"
    }
}

/// An estimator that there is not: what is wrong, and what to write.
package struct InvalidEstimator: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence for people.
    package var description: String

    init(_ description: String) { self.description = description }
}
