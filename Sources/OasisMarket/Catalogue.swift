/// What the catalogue knows of a song that matters for its campaigns.
public struct Song: Hashable, Sendable, Codable {
    /// The recording.
    public var id: SongID
    /// What people call it.
    public var title: String
    /// The artist's team, which selects songs together.
    public var team: TeamID
    /// UTC day of its release.
    public var releasedOn: Day
    /// Every track URI that plays it, new versions too; campaigns of the song promote them all.
    public var tracks: [TrackID]
    /// Streams in the contexts in the days that the policy counts, up to the latest count.
    public var contextStreams: Int

    /// Gathers what is known; `validate()` checks it.
    public init(
        id: SongID,
        title: String,
        team: TeamID,
        releasedOn: Day,
        tracks: [TrackID],
        contextStreams: Int
    ) {
        self.id = id
        self.title = title
        self.team = team
        self.releasedOn = releasedOn
        self.tracks = tracks
        self.contextStreams = contextStreams
    }

    /// Refuses a song that breaks a rule, naming the field.
    public func validate() throws(InvalidField) {
        try require((1...200).contains(title.count), "title", "must be 1 to 200 characters, but has \(title.count)")
        try require((1...100).contains(tracks.count), "tracks", "must name 1 to 100 tracks, but names \(tracks.count)")
        try require(Set(tracks).count == tracks.count, "tracks", "must not name a track twice")
        try require(contextStreams >= 0, "contextStreams", "must be ≥ 0, but is \(contextStreams)")
    }
}

/// An artist's team, as far as eligibility goes.
public struct Team: Hashable, Sendable, Codable {
    /// Its name.
    public var id: TeamID
    /// What people call it.
    public var title: String
    /// Listeners in the last month.
    public var monthlyListeners: Int

    /// Gathers what is known; `validate()` checks it.
    public init(id: TeamID, title: String, monthlyListeners: Int) {
        self.id = id
        self.title = title
        self.monthlyListeners = monthlyListeners
    }

    /// Refuses a team that breaks a rule, naming the field.
    public func validate() throws(InvalidField) {
        try require((1...200).contains(title.count), "title", "must be 1 to 200 characters, but has \(title.count)")
        try require(monthlyListeners >= 0, "monthlyListeners", "must be ≥ 0, but is \(monthlyListeners)")
    }
}

/// Whether a song may be opted in, and if not, why.
public struct SongEligibility: Hashable, Sendable, Codable {
    /// A rule that is not met.
    public enum Reason: String, CaseIterable, Hashable, Sendable, Codable {
        /// It was released too short a time ago.
        case releasedTooRecently = "released-too-recently"
        /// Too few streams in the contexts.
        case tooFewContextStreams = "too-few-context-streams"
        /// Too few songs of its team meet the rules for songs.
        case tooFewEligibleSongs = "too-few-eligible-songs"
        /// Its team has too few monthly listeners.
        case tooFewMonthlyListeners = "too-few-monthly-listeners"
    }

    /// A rule that is not met, with its numbers.
    public struct Finding: Hashable, Sendable, Codable {
        /// Which rule.
        public var reason: Reason
        /// What is asked for, at least.
        public var required: Int
        /// What there is.
        public var found: Int

        /// Gathers a finding.
        public init(_ reason: Reason, required: Int, found: Int) {
            self.reason = reason
            self.required = required
            self.found = found
        }
    }

    /// Every rule that is not met; empty for a song that may be opted in.
    public var findings: [Finding]

    /// Judges a song on a day.
    ///
    /// - Parameters:
    ///   - song: The song.
    ///   - team: Its team.
    ///   - songs: Every song of the team, this one included.
    ///   - rules: What is asked for.
    ///   - day: The UTC day on which it is judged.
    public init(of song: Song, team: Team, songs: [Song], by rules: CampaignRules.Eligibility, on day: Day) {
        findings = Self.findings(of: song, by: rules, on: day)
        let eligible = songs.count { Self.findings(of: $0, by: rules, on: day).isEmpty }
        if eligible < rules.eligibleSongsPerTeam {
            findings.append(Finding(.tooFewEligibleSongs, required: rules.eligibleSongsPerTeam, found: eligible))
        }
        if team.monthlyListeners < rules.monthlyListenersPerTeam {
            findings.append(
                Finding(
                    .tooFewMonthlyListeners,
                    required: rules.monthlyListenersPerTeam,
                    found: team.monthlyListeners
                )
            )
        }
    }

    /// Whether the song may be opted in.
    public var isEligible: Bool { findings.isEmpty }

    private static func findings(of song: Song, by rules: CampaignRules.Eligibility, on day: Day) -> [Finding] {
        var findings: [Finding] = []
        let age = Int(day.number) - Int(song.releasedOn.number)
        if age < rules.releasedDays {
            findings.append(Finding(.releasedTooRecently, required: rules.releasedDays, found: age))
        }
        if song.contextStreams < rules.contextStreams {
            findings.append(
                Finding(.tooFewContextStreams, required: rules.contextStreams, found: song.contextStreams)
            )
        }
        return findings
    }
}
