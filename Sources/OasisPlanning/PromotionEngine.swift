package import OasisLedger
package import OasisMarket
import OasisScoring
import Synchronization

/// One node of Oasis without its transports: scores requests, records outcomes, and re-solves the market.
///
/// `score` touches memory alone and may be called on an event loop. Everything else blocks on the ledger or on the
/// solver. Time always comes in, so that the same engine serves real traffic and lives simulated days.
package final class PromotionEngine: Sendable {
    /// Counts and keeps everything that must outlive the process.
    package let ledger: Ledger

    let settings: EngineSettings
    let store: SnapshotStore
    /// What scores; its lock is held for microseconds.
    let node: ScoringNode
    let sampleFile: SampleFile
    /// What planning alone touches; held for as long as a solve takes.
    let planning: Mutex<PlanningState>
    /// What the last plan left for readers, who must not wait for the next one; held for microseconds.
    let published = Mutex(Published())
    /// Response models and what is known of them; held for microseconds.
    let models: Mutex<ModelState>
    /// What models read of a promotion.
    let modelFeatures = PromotionFeatures()
    /// One refill at a time, so that leases are never granted twice for one need.
    let refilling = Mutex<Void>(())
    /// Nodes that score apart, by name; held for one transaction of the ledger.
    let nodes = Mutex<[String: NodeStanding]>([:])

    /// Opens a node: loads the newest whole snapshot and what was known of the day.
    ///
    /// - Parameters:
    ///   - ledger: the store of everything counted.
    ///   - settings: how the node runs.
    ///   - usualDay: usual requests by cell and quarter hour, when they are known beforehand.
    ///   - now: the market's time.
    /// - Throws: `SnapshotStore.Failure` or `LedgerError` when the disk does not let it.
    package init(
        ledger: Ledger,
        settings: EngineSettings,
        usualDay: [Cell: [Double]] = [:],
        now: Timestamp
    ) throws {
        self.ledger = ledger
        self.settings = settings
        models = Mutex(ModelState(serving: ServingModels(canaryShare: settings.models?.canaryShare ?? BasisPoints(0))))
        store = try SnapshotStore(directory: settings.snapshotDirectory)
        let ghostsKept = try ledger.ghostCounts(from: now.day, to: now.day.next).reduce(0) { $0 + $1.kept }
        let memory = try EngineMemory.load(from: ledger)
        let supply =
            memory?.supply ?? CellSupply(usual: usualDay, requestsPerDay: settings.requestsPerDayPrior, now: now)
        let snapshot = store.newest().snapshot
        sampleFile = SampleFile(directory: settings.snapshotDirectory)
        var sample = RequestSample(capacity: settings.sampleSize)
        for request in sampleFile.read(capacity: settings.sampleSize) { sample.add(request) }
        node = ScoringNode(
            settings: settings,
            state: NodeState(
                scorer: snapshot.map { Scorer($0) },
                book: LeaseBook(day: now.day),
                sample: sample,
                supply: supply,
                loss: memory?.loss ?? LossAccount(day: now.day)
            ),
            ghostsKept: ghostsKept,
            decisionsKept: try ledger.decisionCount(day: now.day),
            on: now.day
        )
        planning = Mutex(PlanningState(numbers: try SnapshotNumbers(ledger, lastFile: store.lastNumber)))
    }

    /// What listeners met lately; has locks of its own.
    var frequency: FrequencyState { node.frequency }

    /// How many requests the planner's sample holds at most.
    package var sampleSize: Int { settings.sampleSize }

    /// The snapshot in use; does not block.
    package var snapshotStatus: SnapshotStatus? {
        node.withLock { state in
            state.scorer.map { scorer in
                let snapshot = scorer.pricedBy
                return SnapshotStatus(
                    number: snapshot.number,
                    createdAt: snapshot.createdAt,
                    policyVersion: snapshot.policyVersion,
                    campaignCount: snapshot.campaignCount,
                    trackCount: snapshot.trackCount
                )
            }
        }
    }
}

/// What planning remembers from one plan to the next.
struct PlanningState: Sendable {
    var numbers: SnapshotNumbers
    var prices: [String: Double] = [:]
    var curves = PlanCurves()
    /// When recent requests were last kept on disk.
    var sampleKeptAt: Timestamp?
    /// The last plan and what it was solved over.
    var last: (market: PlannedMarket, plan: Plan)?
}

/// What a plan leaves for readers.
struct Published: Sendable {
    var plan: PlanStatus?
    var curves = PlanCurves()
    /// How many promotions become plays.
    var showRate = ShowRate.certain
}
