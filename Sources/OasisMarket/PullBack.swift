/// How far a campaign is pulled back, and why: a document, each of whose revisions is one step with its evidence.
public struct PullBack: Hashable, Sendable, Codable {
    /// In how many requests a campaign is promoted.
    public enum Level: String, CaseIterable, Hashable, Sendable, Codable {
        /// In all that it covers.
        case full
        /// In every second one.
        case half
        /// In every fourth one.
        case quarter
        /// In the few that show whether it is received better by now.
        case probe

        /// The level when it is received badly.
        public var lower: Level {
            switch self {
            case .full: .half
            case .half: .quarter
            case .quarter, .probe: .probe
            }
        }

        /// The level when it is received well again.
        public var higher: Level {
            switch self {
            case .full, .half: .full
            case .quarter: .half
            case .probe: .quarter
            }
        }

        /// Share of requests, under a rule.
        package func share(_ rule: PullBackRule) -> Double {
            switch self {
            case .full: 1
            case .half: 0.5
            case .quarter: 0.25
            case .probe: rule.probeShare
            }
        }
    }

    /// The campaign.
    public var campaign: CampaignID
    /// Where evidence has put it.
    public var level: Level
    /// Where an operator has put it, whatever the evidence says; nothing leaves it to the evidence.
    public var override: Level?
    /// Why this step was taken, in one sentence.
    public var reason: String
    /// When reception is looked at from: the time of this step.
    public var since: Timestamp
    /// Windows of evidence that were over before this step; each has a smaller share of the error than the one before.
    public var windowsBefore: Int
    /// What the day had counted of the campaign before this step.
    public var countedBefore: [Reception]
    /// What led to this step; nothing for an operator's.
    public var evidence: ReceptionEvidence?

    /// Longest reason, in characters.
    public static let reasonLengthMaximum = 500

    /// Gathers a step.
    public init(
        campaign: CampaignID,
        level: Level,
        override: Level? = nil,
        reason: String,
        since: Timestamp,
        windowsBefore: Int = 0,
        countedBefore: [Reception] = [],
        evidence: ReceptionEvidence? = nil
    ) {
        self.campaign = campaign
        self.level = level
        self.override = override
        self.reason = reason
        self.since = since
        self.windowsBefore = windowsBefore
        self.countedBefore = countedBefore
        self.evidence = evidence
    }

    /// Where it is: where the operator wants it, else where evidence has put it.
    public var inForce: Level { override ?? level }

    /// Refuses a step without a reason.
    public func validate() throws(InvalidField) {
        try require(
            (1...Self.reasonLengthMaximum).contains(reason.count),
            "reason",
            "must be 1 to \(Self.reasonLengthMaximum) characters, but has \(reason.count)"
        )
    }
}

/// How often a campaign's promoted plays in one cell became streams.
public struct Reception: Hashable, Sendable, Codable {
    /// Where.
    public var cell: Cell
    /// Plays that started.
    public var shown: Int
    /// Plays whose end was reported.
    public var ended: Int
    /// Plays of at least 30 s.
    public var streams: Int

    /// Gathers counts.
    public init(cell: Cell, shown: Int, ended: Int, streams: Int) {
        self.cell = cell
        self.shown = shown
        self.ended = ended
        self.streams = streams
    }
}

/// What promoted plays and organic ones say about a campaign's reception, as streams a play.
public struct ReceptionEvidence: Hashable, Sendable, Codable {
    /// Promoted plays looked at.
    public var plays: Int
    /// Those whose end was not reported yet; each counts for whatever delays a step.
    public var open: Int
    /// Streams a promoted play, of those that ended.
    public var promotedRate: Double
    /// At least this much it is; holds at all times at once.
    public var promotedLow: Double
    /// At most this much.
    public var promotedHigh: Double
    /// Streams an organic play in the same cells, weighted as promoted plays came.
    public var organicRate: Double
    /// At least this much it is.
    public var organicLow: Double
    /// At most this much.
    public var organicHigh: Double
    /// The window's share of the error of ever pulling the campaign back wrongly.
    public var errorProbability: Double

    /// Gathers evidence.
    public init(
        plays: Int,
        open: Int,
        promotedRate: Double,
        promotedLow: Double,
        promotedHigh: Double,
        organicRate: Double,
        organicLow: Double,
        organicHigh: Double,
        errorProbability: Double
    ) {
        self.plays = plays
        self.open = open
        self.promotedRate = promotedRate
        self.promotedLow = promotedLow
        self.promotedHigh = promotedHigh
        self.organicRate = organicRate
        self.organicLow = organicLow
        self.organicHigh = organicHigh
        self.errorProbability = errorProbability
    }
}
