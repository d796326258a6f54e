import Synchronization

/// What the drive has seen so far; shared by everyone who takes part in it.
final class DriveStatistics: Sendable {
    struct State {
        var requests = 0
        var boosted = 0
        var promotions = 0
        /// By the server's code, or by why there was no answer.
        var degraded: [String: Int] = [:]
        var unanswered: [String: Int] = [:]
        var latencies: [Duration] = []
        var eventsMade = 0
        var eventsSent = 0
        var recorded = 0
        var duplicate = 0
        var refused: [String: Int] = [:]
        var outages = 0
        var isOut = false
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    func update(_ change: (inout sending State) -> Void) {
        state.withLock { change(&$0) }
    }
}
