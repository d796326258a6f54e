/// How often each latency occurred, to within 1 %: 128 steps for each doubling, as HdrHistogram counts.
struct LatencyHistogram: Sendable {
    private static let stepBits = 7
    private var counts = [UInt64](repeating: 0, count: (64 - stepBits) << stepBits)
    private(set) var total: UInt64 = 0
    private(set) var largestNanoseconds: UInt64 = 0

    /// Counts one latency.
    mutating func add(nanoseconds: UInt64) {
        counts[Self.index(of: nanoseconds)] += 1
        total += 1
        largestNanoseconds = max(largestNanoseconds, nanoseconds)
    }

    /// Adds everything that another one counted.
    mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        total += other.total
        largestNanoseconds = max(largestNanoseconds, other.largestNanoseconds)
    }

    /// The latency that a share of all did not exceed, in microseconds; 0 when nothing was counted.
    func microseconds(atQuantile quantile: Double) -> Double {
        let wanted = max(1, UInt64((quantile * Double(total)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return Double(min(Self.largest(in: index), largestNanoseconds)) / 1e3 }
        }
        return 0
    }

    private static func index(of value: UInt64) -> Int {
        let magnitude = 64 - value.leadingZeroBitCount
        let shift = max(0, magnitude - stepBits - 1)
        return shift << stepBits + Int(value >> UInt64(shift))
    }

    /// The largest value that is counted at an index.
    private static func largest(in index: Int) -> UInt64 {
        let shift = max(0, index >> stepBits - 1)
        return (UInt64(index - shift << stepBits) + 1) << UInt64(shift) - 1
    }
}
