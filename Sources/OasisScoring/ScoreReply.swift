public import OasisMarket

/// The answer to a score request: which candidates to raise, by how much, and why.
public struct ScoreReply: Hashable, Sendable {
    /// The request it answers.
    public var request: RequestID
    /// The snapshot that priced it; nothing when there was none.
    public var snapshot: UInt64?
    /// How old that snapshot was, in seconds.
    public var snapshotAgeSeconds: Double?
    /// Version of the policy in that snapshot.
    public var policyVersion: Int64?
    /// Which side of the permanent experiment the listener is on.
    public var arm: Arm
    /// The experiment arms that the listener is in, as `layer/arm`; none for a listener in the holdout.
    public var experimentArms: [String]
    /// Whether promotion was decided and logged without being served.
    public var isShadow: Bool
    /// The promoted candidates; every other candidate's boost is 0.
    public var promotions: [Promotion]
    /// Promotions that a listener in the holdout, or without shadow mode, would have had; never sent to the caller.
    public var ghosts: [Promotion]
    /// What was not as it should be.
    public var degradations: [Degradation]
    /// Predicted organic utility that the promotions displace, in organic-score units.
    public var listenerLoss: Double
    /// Organic utility of the slate without promotion, in organic-score units.
    public var organicUtility: Double
    /// Candidates that were considered and not promoted, by reason.
    package var heldBack: HeldBack

    /// A reply without boosts.
    package init(
        request: RequestID,
        snapshot: UInt64? = nil,
        snapshotAgeSeconds: Double? = nil,
        policyVersion: Int64? = nil,
        arm: Arm = .promoted,
        degradations: [Degradation] = []
    ) {
        self.request = request
        self.snapshot = snapshot
        self.snapshotAgeSeconds = snapshotAgeSeconds
        self.policyVersion = policyVersion
        self.arm = arm
        self.degradations = degradations
        experimentArms = []
        isShadow = false
        heldBack = HeldBack()
        promotions = []
        ghosts = []
        listenerLoss = 0
        organicUtility = 0
    }
}

/// Which side of the permanent experiment a listener is on.
public enum Arm: String, Hashable, Sendable, Codable {
    /// May be promoted to.
    case promoted
    /// Never promoted to, so that the effect of promotion stays known.
    case holdout
}

/// One promoted candidate.
public struct Promotion: Hashable, Sendable {
    /// Its place in the request's columns.
    public var index: Int
    /// The campaign that is promoted.
    public var campaign: CampaignID
    /// The campaign's place in the snapshot.
    package var campaignPlace: Int
    /// The campaign's number in the ledger.
    package var campaignNumber: Int64
    /// `TrackID.stableHash` of the candidate.
    package var trackHash: UInt64
    /// What the caller adds to its organic score, in organic-score units, > 0.
    public var boost: Float
    /// Probability with which it was promoted in this request, 0 to 1.
    public var propensity: Float
    /// What shaped the decision.
    public var reasons: [ReasonCode]
    /// Signed bytes to echo on its events; empty until the engine has taken a lease unit for it.
    public var receipt: [UInt8]
    /// How its boost came about, where the request asked.
    package var explanation: BoostExplanation?

    /// Gathers a promotion.
    package init(
        index: Int,
        campaign: CampaignID,
        campaignPlace: Int,
        campaignNumber: Int64,
        trackHash: UInt64,
        boost: Float,
        propensity: Float,
        reasons: [ReasonCode],
        receipt: [UInt8],
        explanation: BoostExplanation? = nil
    ) {
        self.index = index
        self.campaign = campaign
        self.campaignPlace = campaignPlace
        self.campaignNumber = campaignNumber
        self.trackHash = trackHash
        self.boost = boost
        self.propensity = propensity
        self.reasons = reasons
        self.receipt = receipt
        self.explanation = explanation
    }
}

/// What shaped a promotion, or kept it back.
public enum ReasonCode: String, CaseIterable, Hashable, Sendable, Codable {
    /// Its price-adjusted worth beats the listener utility it displaces.
    case worthItsPrice = "worth-its-price"
    /// Drawn so that its effect stays measurable.
    case exploration
    /// The boost was cut to the policy's largest.
    case maxBoost = "max-boost"
    /// Its price-adjusted worth does not beat the listener utility it would displace.
    case notWorthItsPrice = "not-worth-its-price"
    /// The slate already holds as many promotions as it may.
    case slateLimit = "slate-limit"
    /// Too close in the slate to another promotion.
    case minimumGap = "minimum-gap"
    /// The listener met this campaign often enough lately.
    case campaignFrequency = "campaign-frequency"
    /// The listener met this artist in promotions often enough lately.
    case artistFrequency = "artist-frequency"
    /// Its organic score is below the quantile that a promotion must reach.
    case organicPercentile = "organic-percentile"
    /// The listener is in the holdout.
    case holdout
    /// Promotion is stopped, everywhere or on this surface.
    case promotionStopped = "promotion-stopped"
    /// Its campaign had no reserved unit left on this node at the moment.
    case leaseExhausted = "lease-exhausted"
    /// Listeners received its campaign badly, and it is promoted in fewer requests: this is not one of them.
    case pulledBack = "pulled-back"
}

/// What was not as it should be when a reply was made; the reply is safe to use as it is.
public enum Degradation: String, CaseIterable, Hashable, Sendable, Codable {
    /// Nothing has been priced yet: no boosts.
    case noSnapshot = "no-snapshot"
    /// The snapshot is older than it should be; its prices still serve.
    case staleSnapshot = "stale-snapshot"
    /// The snapshot is too old to serve: no boosts.
    case expiredSnapshot = "expired-snapshot"
    /// The request's scale is not the policy's: no boosts.
    case scaleMismatch = "scale-mismatch"
    /// Promotion is stopped by policy, everywhere or on this surface: no boosts.
    case promotionStopped = "promotion-stopped"
    /// Some campaign with a cap had no reserved unit left on this node at the moment.
    case leaseExhausted = "lease-exhausted"
    /// More surfaces and markets were named than are told apart, and this is a new one: no boosts.
    case tooManyCells = "too-many-cells"
    /// The ledger cannot be written: caps cannot be extended.
    case ledgerUnavailable = "ledger-unavailable"
    /// Plans have failed for long: prices are frozen, and caps shrink with their age.
    case frozenPrices = "frozen-prices"
    /// The caller's deadline had passed, or could not be met: no boosts.
    case deadlineExceeded = "deadline-exceeded"
    /// More requests came than the node can decide in time: no boosts, or boosts without the explanations asked for.
    case overloaded
    /// What listeners met lately is not known again yet: promotions that need it are left out.
    case frequencyStateMissing = "frequency-state-missing"
}
