/// An estimator as it is asked for: with its λ, or with a way to choose one.
package enum EstimatorChoice: Hashable, Sendable {
    /// This one.
    case fixed(Estimator)
    /// The member of a family that a rule chooses among the family's candidates.
    case tuned(Estimator.Family, Tuning)

    /// Reads `snips`, `dr-clip:10`, `switch-dr:slope` or `dros:mse`.
    ///
    /// - Throws: `InvalidEstimator`, which says what to write.
    package init(_ text: some StringProtocol) throws(InvalidEstimator) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let family = Estimator.Family(rawValue: String(name)) else {
            let known = Estimator.Family.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidEstimator("there is no estimator \"\(text.prefix(40))\"; there are \(known)")
        }
        guard parts.count == 2 else {
            self = .fixed(try Estimator(family))
            return
        }
        if let tuning = Tuning(rawValue: String(parts[1])) {
            guard family.parameterRange != nil else {
                throw InvalidEstimator("\(name) has no parameter to tune")
            }
            self = .tuned(family, tuning)
        } else if let parameter = Double(String(parts[1])) {
            self = .fixed(try Estimator(family, parameter: parameter))
        } else {
            let rules = Tuning.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidEstimator("\"\(parts[1].prefix(40))\" is neither a number nor one of \(rules)")
        }
    }

    /// What is asked when nothing is said.
    package static let usual: [EstimatorChoice] = [
        .fixed(.ips), .fixed(.snips), .fixed(.dm), .fixed(.dr), .fixed(.sndr),
        .tuned(.clippedIPS, .slope), .tuned(.switchDR, .slope), .tuned(.shrinkageDR, .slope),
    ]

    /// Every family: those with a parameter at each of its candidates.
    package static let all: [EstimatorChoice] = Estimator.Family.allCases.flatMap { family -> [EstimatorChoice] in
        guard family.parameterRange != nil else { return [try? Estimator(family)].compactMap { $0.map(Self.fixed) } }
        return family.candidates.compactMap { try? Estimator(family, parameter: $0) }.map(Self.fixed)
    }

    /// Whether it uses a model of rewards.
    package var usesModel: Bool {
        switch self {
        case .fixed(let estimator): estimator.usesModel
        case .tuned(let family, _): family.usesModel
        }
    }

    /// The estimator for these rows.
    package func resolved(_ rows: WeightedRows) -> Estimator {
        switch self {
        case .fixed(let estimator): estimator
        case .tuned(let family, let tuning): tuning.choose(family, rows)
        }
    }
}
