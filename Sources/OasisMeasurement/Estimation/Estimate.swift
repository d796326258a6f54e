/// What an estimator says, with its uncertainty.
package struct Estimate: Sendable {
    /// Who says so.
    package let estimator: Estimator
    /// Which rule chose its λ, if one did.
    package let tuning: Tuning?
    /// The mean of the rows' values: the estimate, as it comes, even where no policy could have that value.
    package let value: Double
    /// Standard deviation of the rows' values, with n − 1.
    package let standardDeviation: Double
    /// How many rows it is the mean of.
    package let rowCount: Int
    /// How far changed weights moved it, as far as the log can tell; see `Estimator.estimatedBias(_:)`.
    package let estimatedBias: Double
    /// Where the policy's value lies, if there is an interval of the asked kind for this estimator.
    package let interval: Interval?

    /// Estimates, without an interval.
    package init(_ estimator: Estimator, _ rows: WeightedRows) {
        self.init(estimator, tuning: nil, rows, values: estimator.rowValues(rows), interval: nil)
    }

    init(_ estimator: Estimator, tuning: Tuning?, _ rows: WeightedRows, values: [Double], interval: Interval?) {
        self.estimator = estimator
        self.tuning = tuning
        self.interval = interval
        rowCount = values.count
        value = values.mean
        standardDeviation = (values.squaredDeviations / Double(values.count - 1)).squareRoot()
        estimatedBias = estimator.estimatedBias(rows)
    }

    /// Standard deviation of the estimate itself.
    package var standardError: Double { standardDeviation / Double(rowCount).squareRoot() }
}
