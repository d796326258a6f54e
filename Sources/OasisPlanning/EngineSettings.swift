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
    /// From which age on a snapshot is called stale, in seconds of market time.
    package var staleAfterSeconds: Double
    /// From which age on a snapshot no longer serves, in seconds of market time.
    package var expiredAfterSeconds: Double
    /// Units of a capped campaign that the node holds at least, while there are any.
    package var leaseUnitsMinimum: Int

    /// Gathers settings.
    package init(
        node: String,
        snapshotDirectory: String,
        receiptKeys: ReceiptKeys,
        sampleSize: Int = 5_000,
        solverThreads: Int = 1,
        requestsPerDayPrior: Double = 100_000,
        drawKey: UInt64 = 0,
        staleAfterSeconds: Double = 900,
        expiredAfterSeconds: Double = 86_400,
        leaseUnitsMinimum: Int = 4
    ) {
        self.node = node
        self.snapshotDirectory = snapshotDirectory
        self.receiptKeys = receiptKeys
        self.sampleSize = sampleSize
        self.solverThreads = solverThreads
        self.requestsPerDayPrior = requestsPerDayPrior
        self.drawKey = drawKey
        self.staleAfterSeconds = staleAfterSeconds
        self.expiredAfterSeconds = expiredAfterSeconds
        self.leaseUnitsMinimum = leaseUnitsMinimum
    }
}
