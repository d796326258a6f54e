/// What one run of load amounts to.
struct LoadSummary: Codable, Sendable {
    /// Calls that were answered well after the warm-up.
    var answered: UInt64
    /// Calls that were not, or not in time; from the warm-up on.
    var failed: UInt64
    /// Seconds that were measured.
    var seconds: Double
    /// Answers a second.
    var requestsPerSecond: Double
    /// Latencies in microseconds; with a rate they begin at the moment at which a call should have been sent.
    var p50Microseconds: Double
    var p90Microseconds: Double
    var p99Microseconds: Double
    var p999Microseconds: Double
    var maxMicroseconds: Double
    /// Most time in microseconds by which the generator itself sent a call late; nothing without a rate.
    var sentLateMaxMicroseconds: Double?
    /// What went wrong first.
    var firstFailure: String?

    /// Sums up what was counted in so many seconds.
    init(_ latencies: LatencyHistogram, failed: UInt64, seconds: Double, sentLate: UInt64?, firstFailure: String?) {
        answered = latencies.total
        self.failed = failed
        self.seconds = seconds
        requestsPerSecond = Double(latencies.total) / seconds
        p50Microseconds = latencies.microseconds(atQuantile: 0.5)
        p90Microseconds = latencies.microseconds(atQuantile: 0.9)
        p99Microseconds = latencies.microseconds(atQuantile: 0.99)
        p999Microseconds = latencies.microseconds(atQuantile: 0.999)
        maxMicroseconds = Double(latencies.largestNanoseconds) / 1e3
        sentLateMaxMicroseconds = sentLate.map { Double($0) / 1e3 }
        self.firstFailure = firstFailure
    }
}
