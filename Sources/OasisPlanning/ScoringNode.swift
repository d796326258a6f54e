package import OasisMarket
package import OasisScoring
import Synchronization

/// The scoring half of a node: answers requests by the snapshot that it was given, within the units that it holds.
///
/// It knows neither ledger nor planner. A `PromotionEngine` holds one beside both; where scoring runs apart from
/// planning, prices and units come to it in messages (`ScoringNode+messages.swift`), and what it saw goes back in some.
package final class ScoringNode: Sendable {
    let settings: EngineSettings
    let drawKey: StableHash
    /// What listeners met lately; has locks of its own.
    let frequency: FrequencyState
    /// Ghosts on their way to the ledger; held for microseconds.
    let ghosts: Mutex<GhostBuffer>
    /// Sampled decisions on their way to the ledger; held for microseconds.
    let decisions: Mutex<DecisionBuffer>
    private let state: Mutex<NodeState>

    init(settings: EngineSettings, state: NodeState, ghostsKept: Int, decisionsKept: Int, on day: Day) {
        self.settings = settings
        drawKey = NodeSecrets.drawHash(settings.drawKey)
        frequency = FrequencyState(listenersMaximum: settings.frequencyListenersMaximum)
        ghosts = Mutex(GhostBuffer(perDayMaximum: settings.ghostsPerDayMaximum, day: day, keptToday: ghostsKept))
        decisions = Mutex(
            DecisionBuffer(
                perDayMaximum: settings.decisionsPerDayMaximum,
                day: day,
                keptToday: decisionsKept,
                requestsPerDay: settings.requestsPerDayPrior
            )
        )
        self.state = Mutex(state)
    }

    /// Reads or changes what scoring touches; keep it to microseconds.
    func withLock<Value: Sendable, Failure: Error>(
        _ body: (inout NodeState) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try state.withLock { state throws(Failure) in try body(&state) }
    }
}

/// What scoring reads and changes.
struct NodeState: Sendable {
    var scorer: Scorer?
    var book: LeaseBook
    var sample: RequestSample
    var supply: CellSupply
    var loss: LossAccount
    /// What waits to be told to the planner, where that runs apart.
    var outbox: NodeOutbox?
    /// Whether the ledger could be written when it was last tried.
    var isLedgerReachable = true
}
