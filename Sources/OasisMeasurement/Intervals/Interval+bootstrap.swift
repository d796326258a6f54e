internal import OasisMarket

extension Interval {
    /// Percentiles of the means of resamples, drawn with replacement from a seed.
    ///
    /// Linear between neighbouring means. Self-normalised values are resampled as they are: their divisor stays. Needs at
    /// least one value and two resamples.
    package static func bootstrap(
        _ values: [Double],
        confidence: Double,
        resamples: Int,
        seed: UInt64
    ) -> Interval {
        var generator = SeededGenerator(seed: seed)
        return bootstrap(values, confidence: confidence, resamples: resamples) { generator.index(below: $0) }
    }

    /// The same with draws from anywhere: `draw` answers a uniform index below its argument.
    package static func bootstrap(
        _ values: [Double],
        confidence: Double,
        resamples: Int,
        draw: (Int) -> Int
    ) -> Interval {
        precondition(!values.isEmpty && resamples >= 2)
        let count = values.count
        let means = values.withUnsafeBufferPointer { values in
            (0..<resamples)
                .map { _ in
                    var sum = 0.0
                    for _ in 0..<count { sum += values[draw(count)] }
                    return sum / Double(count)
                }
                .sorted()
        }
        let tail = (1 - confidence) / 2
        return Interval(lower: percentile(means, tail), upper: percentile(means, 1 - tail))
    }

    /// The value below which a share of sorted values lies, linear between neighbours.
    private static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = min(max(Int(place), 0), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
