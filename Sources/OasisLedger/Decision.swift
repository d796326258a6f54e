package import OasisMarket

/// A decided request as it is kept, so that another policy can be asked later what it would have decided.
///
/// What was ranked and offered is in `body`, which the ledger keeps without reading it.
package struct Decision: Hashable, Sendable {
    /// When it was decided.
    package var decidedAt: Timestamp
    /// Stable hash of the request's id.
    package var requestHash: UInt64
    /// Stable hash of the listener's pseudonym.
    package var listenerHash: UInt64
    /// Where.
    package var cell: Cell
    /// The snapshot that priced it.
    package var snapshot: UInt64
    /// Share of requests that were kept at that moment, within (0, 1]: a row stands for 1 / share.
    package var keptShare: Double
    /// The candidates and what each was offered, as the planner wrote it.
    package var body: [UInt8]

    /// Gathers a decision.
    package init(
        decidedAt: Timestamp,
        requestHash: UInt64,
        listenerHash: UInt64,
        cell: Cell,
        snapshot: UInt64,
        keptShare: Double,
        body: [UInt8]
    ) {
        self.decidedAt = decidedAt
        self.requestHash = requestHash
        self.listenerHash = listenerHash
        self.cell = cell
        self.snapshot = snapshot
        self.keptShare = keptShare
        self.body = body
    }
}

extension Decision {
    private static let thinning = StableHash(key0: 0x6f61_7369_732d_6465, key1: 0x6369_7369_6f6e_7321)

    /// Whether a request is among the `share` that is kept; those kept at a share are kept at every larger one.
    package static func isKept(ofRequest requestHash: UInt64, share: Double) -> Bool {
        thinning.hash(requestHash).unitFraction < share
    }
}

/// What became of a promotion.
package struct PromotionOutcome: Hashable, Sendable {
    /// Whether it was played for at least 30 s.
    package var isStreamed = false
    /// Whether its track was saved.
    package var isSaved = false
}
