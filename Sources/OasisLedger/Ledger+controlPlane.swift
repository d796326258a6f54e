internal import GRDB
package import OasisMarket

/// Licensors, campaigns, and the count of their changes.
extension Ledger {
    /// Grows with every change of a licensor, campaign or policy: equal means that nothing changed.
    package func controlRevision() throws(LedgerError) -> Int64 {
        try read { try Int64.fetchOne($0, sql: "SELECT value FROM counter WHERE name = 'control-revision'") ?? 0 }
    }

    // MARK: Licensors

    /// Adds a licensor.
    ///
    /// - Throws: `alreadyExists`, `invalid`.
    @discardableResult
    package func createLicensor(
        _ licensor: Licensor,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<Licensor> {
        try change { try Documents(database: $0).insert(licensor, actor: actor, at: time) }
    }

    /// Replaces a licensor.
    ///
    /// `expectedRevision` is the revision that the change was made from; nothing means whichever is there.
    /// - Throws: `notFound`, `revisionMismatch`, `invalid`.
    @discardableResult
    package func updateLicensor(
        _ licensor: Licensor,
        expectedRevision: Int?,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<Licensor> {
        try change {
            try Documents(database: $0)
                .update(licensor, expectedRevision: expectedRevision, actor: actor, at: time).after
        }
    }

    /// One licensor, or nothing.
    package func licensor(_ id: LicensorID) throws(LedgerError) -> Stored<Licensor>? {
        try read { try Documents(database: $0).one(id) }
    }

    /// Up to `limit` licensors in the order of their ids, from the first after `id`.
    package func licensors(after id: LicensorID?, limit: Int) throws(LedgerError) -> [Stored<Licensor>] {
        try read { try Documents(database: $0).page(after: id, limit: limit) }
    }

    /// Every licensor in the order of ids.
    package func allLicensors() throws(LedgerError) -> [Stored<Licensor>] {
        try read { try Documents(database: $0).all() }
    }

    /// Every change of a licensor, oldest first.
    ///
    /// - Throws: `notFound`.
    package func history(of id: LicensorID) throws(LedgerError) -> [Change<Licensor>] {
        try read { try Documents(database: $0).history(of: id) }
    }

    // MARK: Campaigns

    /// Adds a campaign, with every track of its song that the catalogue knows.
    ///
    /// Where the policy has campaign rules, its song must be eligible, and selected in time for the month it runs in.
    /// - Throws: `alreadyExists`, `invalid`, `unknownLicensor`, `trackTaken`.
    @discardableResult
    package func createCampaign(
        _ campaign: Campaign,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<Campaign> {
        try change { database in
            try campaign.validate()
            let admitted = try Self.admitted(campaign, at: time, in: database)
            let stored = try Documents(database: database).insert(admitted, actor: actor, at: time)
            try Self.requireLicensor(of: campaign, in: database)
            try Self.claimTracks(of: stored, in: database)
            return stored
        }
    }

    /// Replaces a campaign.
    ///
    /// Its song, artist and licensor stay: money was counted for them. `expectedRevision` is the revision that the
    /// change was made from; nothing means whichever is there.
    /// - Throws: `notFound`, `revisionMismatch`, `invalid`, `trackTaken`.
    @discardableResult
    package func updateCampaign(
        _ campaign: Campaign,
        expectedRevision: Int?,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<Campaign> {
        try change { database in
            let (before, after) = try Documents(database: database)
                .update(campaign, expectedRevision: expectedRevision, actor: actor, at: time)
            let (old, new) = (before.document, after.document)
            try require(new.song == old.song, "song", "must stay \(old.song); open another campaign for another song")
            try require(new.artist == old.artist, "artist", "must stay \(old.artist)")
            try require(
                new.licensor == old.licensor,
                "licensor",
                "must stay \(old.licensor): statements are made out to it"
            )
            try Self.requireUnderRules(new, after: old, in: database)
            try Self.claimTracks(of: after, in: database)
            return after
        }
    }

    /// One campaign, or nothing.
    package func campaign(_ id: CampaignID) throws(LedgerError) -> Stored<Campaign>? {
        try read { try Documents(database: $0).one(id) }
    }

    /// The campaign with a number, or nothing.
    package func campaign(number: Int64) throws(LedgerError) -> Stored<Campaign>? {
        try read { try Documents(database: $0).one(number: number) }
    }

    /// Up to `limit` campaigns in the order of their ids, from the first after `id`.
    package func campaigns(after id: CampaignID?, limit: Int) throws(LedgerError) -> [Stored<Campaign>] {
        try read { try Documents(database: $0).page(after: id, limit: limit) }
    }

    /// Every campaign in the order of ids.
    package func allCampaigns() throws(LedgerError) -> [Stored<Campaign>] {
        try read { try Documents(database: $0).all() }
    }

    /// Every change of a campaign, oldest first.
    ///
    /// - Throws: `notFound`.
    package func history(of id: CampaignID) throws(LedgerError) -> [Change<Campaign>] {
        try read { try Documents(database: $0).history(of: id) }
    }

    /// Runs one control plane change and counts it.
    func change<Value: Sendable>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        try write { database, memory in
            let value = try body(database)
            try database.execute(sql: "UPDATE counter SET value = value + 1 WHERE name = 'control-revision'")
            memory.control = nil
            return value
        }
    }

    private static func requireLicensor(of campaign: Campaign, in database: Database) throws {
        guard try Documents<Licensor>(database: database).one(campaign.licensor) != nil else {
            throw LedgerError(
                .unknownLicensor,
                "The campaign \(campaign.id) names the licensor \(campaign.licensor), which is not there; create it first."
            )
        }
    }

    /// A track belongs to one campaign at most, or an organic play of it would have to be counted twice.
    static func claimTracks(of stored: Stored<Campaign>, in database: Database) throws {
        try database.execute(sql: "DELETE FROM campaign_track WHERE campaign = ?", arguments: [stored.number])
        let holder = try database.cachedStatement(
            sql: """
                SELECT document.name FROM campaign_track JOIN document ON document.number = campaign_track.campaign
                WHERE campaign_track.track = ?
                """
        )
        let insert = try database.cachedStatement(sql: "INSERT INTO campaign_track (track, campaign) VALUES (?, ?)")
        for track in stored.document.tracks {
            if let other = try String.fetchOne(holder, arguments: [track.text]) {
                throw LedgerError(
                    .trackTaken,
                    "The track \(track) belongs to the campaign \(other); take it out there, or out of this one.",
                    campaign: CampaignID(trusted: other)
                )
            }
            try insert.execute(arguments: [track.text, stored.number])
        }
    }
}
