package import OasisMarket

/// A promotion that was decided and not served, kept so that what promotion does can be measured against it.
package struct Ghost: Hashable, Sendable {
    /// Why it was not served.
    package enum Kind: Int, CaseIterable, Hashable, Sendable {
        /// Its listener is in the holdout.
        case holdout = 1
        /// The policy, the surface or an experiment's arm is in shadow mode.
        case shadow = 2
    }

    /// Why it was not served.
    package var kind: Kind
    /// When it was decided.
    package var decidedAt: Timestamp
    /// Stable hash of the request's id; the ghosts of one request share it.
    package var requestHash: UInt64
    /// Stable hash of the listener's pseudonym.
    package var listenerHash: UInt64
    /// The campaign's number.
    package var campaignNumber: Int64
    /// Stable hash of the track's id.
    package var trackHash: UInt64
    /// Where.
    package var cell: Cell
    /// The experiment arms of the listener, as replies name them, joined by commas.
    package var experimentArms: String
    /// The boost it would have had, in organic-score units.
    package var boost: Float
    /// Probability with which it was drawn.
    package var propensity: Float
    /// The snapshot that priced it.
    package var snapshot: UInt64
    /// Share of listeners whose ghosts were kept at that moment, 0 to 1: a row stands for 1 / share.
    package var keptShare: Double

    /// Gathers a ghost.
    package init(
        kind: Kind,
        decidedAt: Timestamp,
        requestHash: UInt64,
        listenerHash: UInt64,
        campaignNumber: Int64,
        trackHash: UInt64,
        cell: Cell,
        experimentArms: String,
        boost: Float,
        propensity: Float,
        snapshot: UInt64,
        keptShare: Double
    ) {
        self.kind = kind
        self.decidedAt = decidedAt
        self.requestHash = requestHash
        self.listenerHash = listenerHash
        self.campaignNumber = campaignNumber
        self.trackHash = trackHash
        self.cell = cell
        self.experimentArms = experimentArms
        self.boost = boost
        self.propensity = propensity
        self.snapshot = snapshot
        self.keptShare = keptShare
    }
}

/// How many ghosts of a day are kept.
package struct GhostCount: Hashable, Sendable {
    /// The day.
    package var day: Day
    /// Why they were not served.
    package var kind: Ghost.Kind
    /// Rows on disk.
    package var kept: Int
    /// Rows that were to be kept and were lost, because they came faster than they could be written.
    package var lost: Int

    /// Gathers a count.
    package init(day: Day, kind: Ghost.Kind, kept: Int, lost: Int) {
        self.day = day
        self.kind = kind
        self.kept = kept
        self.lost = lost
    }
}
