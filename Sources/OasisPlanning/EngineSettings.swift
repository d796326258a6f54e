package import OasisScoring

/// How one node runs.
package struct EngineSettings: Sendable {
    /// This node's name in leases.
    package var node: String
    /// Where snapshot files are written, and the last one is loaded from at start.
    package var snapshotDirectory: String
    /// Signs and verifies receipts.
    package var receiptKeys: ReceiptKeys
    /// Recent requests the planner solves over.
    package var sampleSize: Int
    /// Threads of the solver.
    package var solverThreads: Int
    /// Expected requests a day before any history.
    package var requestsPerDayPrior: Double
    /// Keys the draws, so that they cannot be foreseen outside.
    package var drawKey: UInt64
    /// What a snapshot's age does, in seconds of market time.
    package var aging: SnapshotAging
    /// Units of a capped campaign that the node holds at least, while there are any.
    package var leaseUnitsMinimum: Int
    /// How units of capped campaigns are held.
    package var leaseMode: LeaseMode
    /// How prices move between plans; nothing leaves them alone.
    package var correction: PriceCorrection?
    /// Listeners whose promotions are remembered at once, when the policy limits frequency; about 160 bytes each.
    package var frequencyListenersMaximum: Int
    /// Most ghosts that a day keeps.
    package var ghostsPerDayMaximum: Int
    /// Decisions that a day keeps, about, for asking other policies later; 0 for none.
    package var decisionsPerDayMaximum: Int
    /// Days for which ghosts and decisions are kept.
    package var ghostDays: Int
    /// How response models are kept; nothing keeps none, and rates are counted.
    package var models: ModelSettings?

    /// Gathers settings.
    package init(
        node: String,
        snapshotDirectory: String,
        receiptKeys: ReceiptKeys,
        sampleSize: Int = 5_000,
        solverThreads: Int = 1,
        requestsPerDayPrior: Double = 100_000,
        drawKey: UInt64 = 0,
        aging: SnapshotAging = SnapshotAging(),
        leaseUnitsMinimum: Int = 4,
        leaseMode: LeaseMode = .worstCase,
        correction: PriceCorrection? = PriceCorrection(),
        frequencyListenersMaximum: Int = 1_000_000,
        ghostsPerDayMaximum: Int = 200_000,
        decisionsPerDayMaximum: Int = 2_000,
        ghostDays: Int = 35,
        models: ModelSettings? = nil
    ) {
        self.node = node
        self.snapshotDirectory = snapshotDirectory
        self.receiptKeys = receiptKeys
        self.sampleSize = sampleSize
        self.solverThreads = solverThreads
        self.requestsPerDayPrior = requestsPerDayPrior
        self.drawKey = drawKey
        self.aging = aging
        self.leaseUnitsMinimum = leaseUnitsMinimum
        self.leaseMode = leaseMode
        self.correction = correction
        self.frequencyListenersMaximum = frequencyListenersMaximum
        self.ghostsPerDayMaximum = ghostsPerDayMaximum
        self.decisionsPerDayMaximum = decisionsPerDayMaximum
        self.ghostDays = ghostDays
        self.models = models
    }
}
