internal import GRDB
package import OasisMarket

extension Song: LedgerDocument {
    static var family: String { "song" }
}

extension Team: LedgerDocument {
    static var family: String { "team" }
}

/// What the catalogue says of songs and teams, and what follows for campaigns.
extension Ledger {
    /// Puts a team there, or replaces it.
    ///
    /// `expectedRevision` is the revision that the change was made from, 0 for none; nothing means whichever is there.
    /// - Throws: `revisionMismatch`, `alreadyExists`, `invalid`.
    @discardableResult
    package func putTeam(
        _ team: Team,
        expectedRevision: Int?,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<Team> {
        try change { try Documents(database: $0).put(team, expectedRevision: expectedRevision, actor: actor, at: time) }
    }

    /// Puts a song there, or replaces it; tracks that are new join every campaign of the song, in the same transaction.
    ///
    /// `expectedRevision` is the revision that the change was made from, 0 for none; nothing means whichever is there.
    /// - Throws: `revisionMismatch`, `alreadyExists`, `invalid` also for a team that is not there, `trackTaken`.
    @discardableResult
    package func putSong(
        _ song: Song,
        expectedRevision: Int?,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<Song> {
        try change { database in
            let stored = try Documents(database: database)
                .put(song, expectedRevision: expectedRevision, actor: actor, at: time)
            try require(
                try Documents<Team>(database: database).one(song.team) != nil,
                "team",
                "must be a team that is there, but \(song.team) is not; PUT it first"
            )
            let campaigns = Documents<Campaign>(database: database)
            for campaign in try campaigns.all(where: "song", is: song.id.text) {
                let tracks = campaign.document.tracks.joined(by: song.tracks)
                guard tracks != campaign.document.tracks else { continue }
                var changed = campaign.document
                changed.tracks = tracks
                let after = try campaigns.update(changed, expectedRevision: nil, actor: actor, at: time).after
                try Self.claimTracks(of: after, in: database)
            }
            return stored
        }
    }

    /// Every change of a song, oldest first.
    ///
    /// - Throws: `notFound`.
    package func history(of id: SongID) throws(LedgerError) -> [Change<Song>] {
        try read { try Documents(database: $0).history(of: id) }
    }

    /// Every change of a team, oldest first.
    ///
    /// - Throws: `notFound`.
    package func history(of id: TeamID) throws(LedgerError) -> [Change<Team>] {
        try read { try Documents(database: $0).history(of: id) }
    }

    /// One team, or nothing.
    package func team(_ id: TeamID) throws(LedgerError) -> Stored<Team>? {
        try read { try Documents(database: $0).one(id) }
    }

    /// Up to `limit` teams in the order of their ids, from the first after `id`.
    package func teams(after id: TeamID?, limit: Int) throws(LedgerError) -> [Stored<Team>] {
        try read { try Documents(database: $0).page(after: id, limit: limit) }
    }

    /// One song, or nothing.
    package func song(_ id: SongID) throws(LedgerError) -> Stored<Song>? {
        try read { try Documents(database: $0).one(id) }
    }

    /// Up to `limit` songs in the order of their ids, from the first after `id`.
    package func songs(after id: SongID?, limit: Int) throws(LedgerError) -> [Stored<Song>] {
        try read { try Documents(database: $0).page(after: id, limit: limit) }
    }

    /// Whether a song may be opted in on a day, by the rules of the policy in force.
    ///
    /// - Throws: `notFound` for a song that is not in the catalogue, and where the policy has no rules.
    package func eligibility(of id: SongID, on day: Day) throws(LedgerError) -> SongEligibility {
        try read { database in
            guard let rules = try Self.campaignRules(in: database) else {
                throw LedgerError(.notFound, "The policy in force has no campaignRules: every song may be opted in.")
            }
            return try Self.eligibility(of: id, by: rules.eligibility, on: day, in: database)
        }
    }

    static func campaignRules(in database: Database) throws -> CampaignRules? {
        try policies("ORDER BY version DESC LIMIT 1", [], in: database).first?.document.campaignRules
    }

    private static func eligibility(
        of id: SongID,
        by rules: CampaignRules.Eligibility,
        on day: Day,
        in database: Database
    ) throws -> SongEligibility {
        let songs = Documents<Song>(database: database)
        guard let song = try songs.one(id)?.document,
            let team = try Documents<Team>(database: database).one(song.team)?.document
        else { throw LedgerError(.notFound, "There is no song \(id) in the catalogue; PUT it to /v1/songs/\(id).") }
        let others = try songs.all(where: "team", is: team.id.text).map(\.document)
        return SongEligibility(of: song, team: team, songs: others, by: rules, on: day)
    }

    // MARK: Campaigns under rules

    /// A new campaign as the rules have it: eligible, selected in time, for a month, with every track of its song.
    static func admitted(_ campaign: Campaign, at time: Timestamp, in database: Database) throws -> Campaign {
        var campaign = campaign
        if let song = try Documents<Song>(database: database).one(campaign.song)?.document {
            campaign.tracks = campaign.tracks.joined(by: song.tracks)
        }
        guard let rules = try campaignRules(in: database) else { return campaign }
        try requireEligible(campaign.song, by: rules, at: time, in: database)
        let window = rules.selection(at: time)
        try require(
            window.isOpen(at: time),
            "start",
            "cannot be selected now: songs for \(window.runsFrom.day) on are selected from \(window.opens) until "
                + "\(window.closes)"
        )
        try require(
            campaign.start == window.runsFrom,
            "start",
            "must be \(window.runsFrom), the month that is selected for, but is \(campaign.start)"
        )
        try require(
            campaign.end.map { $0 <= window.runsUntil } ?? false,
            "end",
            "must be given, and at most \(window.runsUntil), the end of the month that is selected for"
        )
        try require(
            campaign.commissionRate == rules.commissionRate,
            "commissionRate",
            "must be \(rules.commissionRate.value) basis points by the policy, but is \(campaign.commissionRate.value)"
        )
        return campaign
    }

    /// Under rules, what was selected stays; a campaign may end earlier, and its tracks may only become more.
    static func requireUnderRules(_ new: Campaign, after old: Campaign, in database: Database) throws {
        if let song = try Documents<Song>(database: database).one(new.song)?.document {
            let missing = song.tracks.filter { !new.tracks.contains($0) }
            try require(
                missing.isEmpty,
                "tracks",
                "must hold every track of the song, but lacks \(missing.map(\.text).joined(separator: ", "))"
            )
        }
        guard try campaignRules(in: database) != nil else { return }
        try require(new.start == old.start, "start", "must stay \(old.start), which it was selected for")
        try require(
            new.commissionRate == old.commissionRate,
            "commissionRate",
            "must stay \(old.commissionRate.value) basis points, which it was selected at"
        )
        if let end = old.end {
            try require(new.end.map { $0 <= end } ?? false, "end", "must be at most \(end), but is later")
        }
    }

    private static func requireEligible(
        _ song: SongID,
        by rules: CampaignRules,
        at time: Timestamp,
        in database: Database
    ) throws {
        let eligibility: SongEligibility
        do {
            eligibility = try self.eligibility(of: song, by: rules.eligibility, on: time.day, in: database)
        } catch let error as LedgerError where error.code == .notFound {
            throw InvalidField("song", "must be in the catalogue for its eligibility to be known, but \(song) is not")
        }
        try require(
            eligibility.isEligible,
            "song",
            "must be eligible, but is not: "
                + eligibility.findings
                .map { "\($0.reason.rawValue) (\($0.found), must be \($0.required) or more)" }
                .joined(separator: ", ")
        )
    }
}

extension [TrackID] {
    /// These tracks, then those of `others` that are not among them.
    fileprivate func joined(by others: [TrackID]) -> [TrackID] {
        self + others.filter { !contains($0) }
    }
}
