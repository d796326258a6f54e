/// The platform's public rules for opting songs in: who may, when, and for which commission.
///
/// Every number is data of the policy. The shipped ones (`Examples/discovery-policy.json`) are those of Spotify's Discovery
/// Mode as it describes them in public.
public struct CampaignRules: Hashable, Sendable, Codable {
    /// What a song and its team must show.
    public struct Eligibility: Hashable, Sendable, Codable {
        /// Days since the song's release, at least.
        public var releasedDays: Int
        /// Streams in the contexts within `contextStreamDays`, at least.
        public var contextStreams: Int
        /// The days over which catalogue facts count streams in the contexts.
        public var contextStreamDays: Int
        /// Songs of the team that are eligible by the rules above, at least.
        public var eligibleSongsPerTeam: Int
        /// Monthly listeners of the team, at least.
        public var monthlyListenersPerTeam: Int

        /// Gathers the rules.
        public init(
            releasedDays: Int,
            contextStreams: Int,
            contextStreamDays: Int,
            eligibleSongsPerTeam: Int,
            monthlyListenersPerTeam: Int
        ) {
            self.releasedDays = releasedDays
            self.contextStreams = contextStreams
            self.contextStreamDays = contextStreamDays
            self.eligibleSongsPerTeam = eligibleSongsPerTeam
            self.monthlyListenersPerTeam = monthlyListenersPerTeam
        }
    }

    /// When songs are selected for a month.
    public struct Selection: Hashable, Sendable, Codable {
        /// Day of the month before, from whose beginning in UTC songs may be selected.
        public var opensOnDay: Int
        /// Whole days between the end of selection and the beginning of the month.
        public var closesDaysBefore: Int

        /// Gathers the dates.
        public init(opensOnDay: Int, closesDaysBefore: Int) {
            self.opensOnDay = opensOnDay
            self.closesDaysBefore = closesDaysBefore
        }
    }

    /// Who may opt in.
    public var eligibility: Eligibility
    /// When.
    public var selection: Selection
    /// Share of the recording royalties that the platform keeps, the same for every campaign.
    public var commissionRate: BasisPoints

    /// Gathers the rules; `validate()` checks them.
    public init(eligibility: Eligibility, selection: Selection, commissionRate: BasisPoints) {
        self.eligibility = eligibility
        self.selection = selection
        self.commissionRate = commissionRate
    }

    /// Refuses rules that make no sense, naming the field.
    public func validate() throws(InvalidField) {
        let counts = [
            ("releasedDays", eligibility.releasedDays, 0...36_500),
            ("contextStreams", eligibility.contextStreams, 0...1_000_000_000),
            ("contextStreamDays", eligibility.contextStreamDays, 1...366),
            ("eligibleSongsPerTeam", eligibility.eligibleSongsPerTeam, 0...1_000_000),
            ("monthlyListenersPerTeam", eligibility.monthlyListenersPerTeam, 0...10_000_000_000),
        ]
        for (name, value, range) in counts {
            try require(
                range.contains(value),
                "eligibility.\(name)",
                "must be \(range.lowerBound) to \(range.upperBound), but is \(value)"
            )
        }
        try require(
            (1...28).contains(selection.opensOnDay),
            "selection.opensOnDay",
            "must be 1 to 28, a day that every month has, but is \(selection.opensOnDay)"
        )
        // The shortest month has 28 days: selection must be open in each.
        try require(
            (0...28 - selection.opensOnDay).contains(selection.closesDaysBefore),
            "selection.closesDaysBefore",
            "must be 0 to \(28 - selection.opensOnDay), so that selection is open in February too, but is "
                + "\(selection.closesDaysBefore)"
        )
        try require(
            (0...9_999).contains(commissionRate.value),
            "commissionRate",
            "must be 0 to 9999 basis points, but is \(commissionRate.value)"
        )
    }

    /// The selection for the month after the one that `time` lies in, whether it is open or not.
    public func selection(at time: Timestamp) -> SelectionWindow {
        let start = time.day.startOfNextMonth
        return window(forMonthFrom: start)
    }

    /// The selection for the month that begins on `start`.
    public func window(forMonthFrom start: Day) -> SelectionWindow {
        let monthBefore = Day(number: start.number - 1).startOfMonth
        return SelectionWindow(
            opens: Day(number: monthBefore.number + Int32(selection.opensOnDay) - 1).start,
            closes: Day(number: start.number - Int32(selection.closesDaysBefore)).start,
            runsFrom: start.start,
            runsUntil: start.startOfNextMonth.start
        )
    }
}

/// When songs are selected for one month, and when they run; every end is the first moment after.
public struct SelectionWindow: Hashable, Sendable, Codable {
    /// First moment at which a song may be selected.
    public var opens: Timestamp
    /// First moment at which it no longer may.
    public var closes: Timestamp
    /// First moment at which the selected songs run.
    public var runsFrom: Timestamp
    /// First moment of the month after.
    public var runsUntil: Timestamp

    /// Gathers a window.
    public init(opens: Timestamp, closes: Timestamp, runsFrom: Timestamp, runsUntil: Timestamp) {
        self.opens = opens
        self.closes = closes
        self.runsFrom = runsFrom
        self.runsUntil = runsUntil
    }

    /// Whether songs may be selected at `time`.
    public func isOpen(at time: Timestamp) -> Bool { opens <= time && time < closes }
}

extension BasisPoints {
    /// By how much streams must grow for a licensor to earn what it earned before: 1 / (1 − rate) − 1.
    ///
    /// Infinite at a rate of 100 %.
    public var breakEvenLift: Double { 1 / (1 - fraction) - 1 }

    /// The lift above, or nothing at a rate that takes everything.
    package var finiteBreakEvenLift: Double? { breakEvenLift.isFinite ? breakEvenLift : nil }
}
