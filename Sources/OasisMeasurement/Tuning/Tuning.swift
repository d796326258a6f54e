/// How a family's λ is chosen from the log itself; raw values are what people type.
package enum Tuning: String, CaseIterable, Sendable {
    /// The smallest estimated variance + (upper bound of the bias)²: the bound holds with probability 1 − δ, by
    /// Bernstein's inequality (Su, Dimakopoulou, Krishnamurthy and Dudík, 2020).
    case errorBound = "mse"
    /// The smallest estimated variance + (estimated bias)² (the same, directly).
    case directError = "mse-direct"
    /// The narrowest estimate that agrees with all wider ones (SLOPE: Su, Srinath and Krishnamurthy, 2020; the constant
    /// is that of Tucker and Lee, 2021). Half-widths are Student's t at 1 − δ.
    case slope

    /// δ.
    static let errorProbability = 0.1

    /// Chooses a member of a family; of equals, the first candidate of an error rule, the last of SLOPE's.
    ///
    /// - Parameters:
    ///   - family: One with a parameter.
    ///   - candidates: The values of λ to choose from, not empty; the family's own without them.
    ///   - rows: With a model where the family uses one.
    /// - Returns: The member chosen.
    package func choose(
        _ family: Estimator.Family,
        among candidates: [Double]? = nil,
        _ rows: WeightedRows
    ) -> Estimator {
        let estimators = (candidates ?? family.candidates).compactMap { try? Estimator(family, parameter: $0) }
        precondition(!estimators.isEmpty, "\(family.rawValue) needs candidates within its range")
        switch self {
        case .errorBound, .directError:
            let errors = estimators.map { estimatedError($0, rows) }
            return estimators[errors.indices.reduce(0) { errors[$1] < errors[$0] ? $1 : $0 }]
        case .slope: return Self.slope(estimators, rows)
        }
    }

    /// Estimated mean squared error: variance of the mean + bias².
    private func estimatedError(_ estimator: Estimator, _ rows: WeightedRows) -> Double {
        let count = Double(rows.rowCount)
        let variance = estimator.rowValues(rows).squaredDeviations / count / count
        var bias = estimator.estimatedBias(rows)
        if self == .errorBound {
            let exponent = logarithm(2 / Self.errorProbability)
            let square = rows.weights.reduce(0) { $0 + $1 * $1 } / count
            bias += (2 * square * exponent / count).squareRoot()
            bias += 2 * (rows.weights.max() ?? 0) * exponent / (3 * count)
        }
        return variance + bias * bias
    }

    private static func slope(_ estimators: [Estimator], _ rows: WeightedRows) -> Estimator {
        let freedom = Double(rows.rowCount - 1)
        let quantile = Quantiles.student(1 - errorProbability, degreesOfFreedom: freedom)
        let constant = 6.0.squareRoot() - 1
        let answers = estimators.enumerated()
            .map { place, estimator in
                let values = estimator.rowValues(rows)
                let variance = values.squaredDeviations / Double(rows.rowCount) / freedom
                return (place: place, value: values.mean, width: quantile * variance.squareRoot())
            }
            .sorted { ($0.width, $0.place) > ($1.width, $1.place) }
        var agreed = answers[0]
        for (rank, answer) in answers.enumerated() {
            let agrees = answers[..<rank]
                .allSatisfy { wider in abs(wider.value - answer.value) <= answer.width + constant * wider.width }
            guard agrees else { break }
            agreed = answer
        }
        return estimators[agreed.place]
    }
}
