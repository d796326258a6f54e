/// Where a policy's value lies, with some confidence.
package struct Interval: Hashable, Sendable {
    /// What it rests on.
    package enum Method: Hashable, Sendable {
        /// The central limit theorem: mean ± z·sd/√n.
        case normal
        /// Percentiles of the means of so many resamples of the rows' values (Efron, 1979), drawn from a seed.
        case bootstrap(resamples: Int, seed: UInt64)
        /// A confidence sequence: holds however often it is looked at while the log grows. See `ConfidenceSequence`.
        ///
        /// `weightBound` is the largest weight that the logging policy's design allows.
        case alwaysValid(weightBound: Double)
    }

    /// Lower end.
    package var lower: Double
    /// Upper end.
    package var upper: Double
    /// Whether an end was moved to where values are possible.
    package var isClipped = false

    /// An interval with two ends.
    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// The part of it in which a value can lie.
    package func clipped(to range: ClosedRange<Double>) -> Interval {
        var clipped = Interval(
            lower: min(max(lower, range.lowerBound), range.upperBound),
            upper: max(min(upper, range.upperBound), range.lowerBound)
        )
        clipped.isClipped = isClipped || clipped.lower != lower || clipped.upper != upper
        return clipped
    }

    /// Mean ± z·sd/√n of at least 2 values, sd with n − 1.
    package static func normal(_ values: [Double], confidence: Double) -> Interval {
        let count = Double(values.count)
        let center = values.mean
        let error = (values.squaredDeviations / (count - 1) / count).squareRoot()
        let reach = Quantiles.normal(0.5 + confidence / 2) * error
        return Interval(lower: center - reach, upper: center + reach)
    }
}
