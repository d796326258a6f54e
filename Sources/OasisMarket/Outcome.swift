/// What a listener did with a track, or what became of a promotion that was never played.
public enum OutcomeKind: String, CaseIterable, Hashable, Sendable, Codable {
    /// The track started to play.
    case shown
    /// It was played; counts as a stream from 30 s on.
    case streamed
    /// It was skipped.
    case skipped
    /// It was saved to the library.
    case saved
    /// It was added to a playlist.
    case added
    /// Its artist was followed.
    case followed
    /// The slate ended without playing it: its reserved unit goes back to the campaign.
    case released
}

/// What a valid receipt says about the promotion that it was issued for.
public struct ReceiptFacts: Hashable, Sendable {
    /// The campaign's number in the ledger; numbers are never reused.
    public var campaignNumber: Int64
    /// 64-bit stable hash of the track's id, as `TrackID.stableHash` gives it.
    public var trackHash: UInt64
    /// 64-bit stable hash of the listener's pseudonym, as `ListenerID.stableHash` gives it.
    public var listenerHash: UInt64
    /// Where.
    public var cell: Cell
    /// When it was issued; its UTC day is the day everything is counted into.
    public var issuedAt: Timestamp
    /// Probability with which this candidate was promoted.
    public var propensity: Float
    /// The snapshot that priced it.
    public var snapshot: UInt64
    /// The lease whose unit it uses; 0 for a campaign without a cap.
    public var lease: Int64
    /// Names the promotion: the same request and track give the same one.
    public var promotion: UInt64

    /// Gathers the facts.
    public init(
        campaignNumber: Int64,
        trackHash: UInt64,
        listenerHash: UInt64,
        cell: Cell,
        issuedAt: Timestamp,
        propensity: Float,
        snapshot: UInt64,
        lease: Int64,
        promotion: UInt64
    ) {
        self.campaignNumber = campaignNumber
        self.trackHash = trackHash
        self.listenerHash = listenerHash
        self.cell = cell
        self.issuedAt = issuedAt
        self.propensity = propensity
        self.snapshot = snapshot
        self.lease = lease
        self.promotion = promotion
    }
}

/// One outcome event, checked and with its receipt resolved.
public struct Outcome: Hashable, Sendable {
    /// Why an outcome counts for what it counts.
    public enum Attribution: Hashable, Sendable {
        /// A valid receipt: a promoted play.
        case promoted(ReceiptFacts)
        /// No receipt: an organic play of `track` by `listenerHash` in `cell`.
        case organic(track: TrackID, listenerHash: UInt64, cell: Cell)
        /// A receipt that does not hold; kept, never counted. The text is a reason code such as `receipt-forged`.
        case unattributed(String)
    }

    /// The producer, as CloudEvents names it; unique together with `id`.
    public var source: String
    /// The producer's id of this event.
    public var id: String
    /// What happened.
    public var kind: OutcomeKind
    /// When it happened, by the producer's clock.
    public var occurredAt: Timestamp
    /// What it counts for.
    public var attribution: Attribution
    /// How long it was played; for `streamed`.
    public var playedMilliseconds: Int64?
    /// Whether the listener never streamed this artist before, when the producer knows.
    public var isNewToArtist: Bool?

    /// Gathers an outcome.
    public init(
        source: String,
        id: String,
        kind: OutcomeKind,
        occurredAt: Timestamp,
        attribution: Attribution,
        playedMilliseconds: Int64? = nil,
        isNewToArtist: Bool? = nil
    ) {
        self.source = source
        self.id = id
        self.kind = kind
        self.occurredAt = occurredAt
        self.attribution = attribution
        self.playedMilliseconds = playedMilliseconds
        self.isNewToArtist = isNewToArtist
    }
}

/// From how many milliseconds of play on a play is a stream.
public let streamThresholdMilliseconds: Int64 = 30_000
