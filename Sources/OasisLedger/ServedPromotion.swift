package import OasisMarket

/// A promotion that was played, and what has come of it so far: what response models learn from.
package struct ServedPromotion: Hashable, Sendable {
    /// The campaign's number.
    package var campaignNumber: Int64
    /// Stable hash of the listener's pseudonym.
    package var listenerHash: UInt64
    /// Where.
    package var cell: Cell
    /// When its receipt was signed.
    package var issuedAt: Timestamp
    /// When it was first heard of.
    package var heardAt: Timestamp
    /// Seconds from then until the first stream of at least `streamThresholdMilliseconds` was heard of; nothing without.
    package var streamedAfterSeconds: Double?
    /// Seconds until a skip was.
    package var skippedAfterSeconds: Double?
    /// Seconds until a save was.
    package var savedAfterSeconds: Double?
    /// Whether the stream was the listener's first of the artist.
    package var isNewListener = false

    /// A promotion of which nothing but its play is known.
    package init(
        campaignNumber: Int64,
        listenerHash: UInt64,
        cell: Cell,
        issuedAt: Timestamp,
        heardAt: Timestamp
    ) {
        self.campaignNumber = campaignNumber
        self.listenerHash = listenerHash
        self.cell = cell
        self.issuedAt = issuedAt
        self.heardAt = heardAt
    }
}

/// A sample of the promotions of some time.
package struct ServedPromotions: Sendable {
    /// In the order of their issue.
    package var promotions: [ServedPromotion]
    /// Share of all promotions that they are a sample of, within (0, 1].
    package var share: Double
}
