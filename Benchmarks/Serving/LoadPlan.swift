internal import NIOCore

/// What one connection sends, and when.
struct LoadPlan: Sendable {
    /// What decides when a call is sent.
    enum Pace: Sendable {
        /// The clock.
        case open(first: NIODeadline, gapNanoseconds: Double)
        /// The answers: so many calls are always open.
        case closed(streams: Int)
    }

    var path: String
    var authority: String
    /// Framed messages, sent in turn.
    var messages: [ByteBuffer]
    var pace: Pace
    /// Calls before this moment are not counted.
    var measured: NIODeadline
    /// No call is begun after this moment.
    var end: NIODeadline
    /// Calls that are unanswered this long after the end have failed.
    var patience = TimeAmount.seconds(5)
}

/// What one connection, or all of them, counted.
struct LoadCount: Sendable {
    var latencies = LatencyHistogram()
    var failed: UInt64 = 0
    var sentLateMaxNanoseconds: UInt64 = 0
    var firstFailure: String?

    mutating func fail(_ reason: String) {
        failed += 1
        firstFailure = firstFailure ?? reason
    }

    mutating func add(_ other: LoadCount) {
        latencies.add(other.latencies)
        failed += other.failed
        sentLateMaxNanoseconds = max(sentLateMaxNanoseconds, other.sentLateMaxNanoseconds)
        firstFailure = firstFailure ?? other.firstFailure
    }
}
