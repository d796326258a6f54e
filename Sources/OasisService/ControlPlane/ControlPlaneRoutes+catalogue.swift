internal import OasisLedger
internal import OasisMarket

/// Songs and teams of the catalogue, and who may be opted in.
extension ControlPlaneRoutes {
    func listSongs(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let page = try Page(request)
        let start = try page.start(as: Named.Song.self)
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.songs(after: start, limit: page.size + 1)
        }
        return try page.reply("songs", stored) { $0.id.text }
    }

    func song(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Named.Song.self)
        let stored = try oasisLedger { () throws(LedgerError) in try ledger.song(id) }
        guard let stored else { throw ServiceFailure(.notFound, "There is no song \(id); PUT it here.") }
        return try Resource.reply(stored)
    }

    func putSong(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Named.Song.self)
        let current = try oasisLedger { () throws(LedgerError) in try ledger.song(id)?.revision }
        let (song, revision): (Song, Int) = try replacement(request, current)
        let now = clock.now
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.putSong(song, expectedRevision: revision, actor: request.actor, at: now)
        }
        // Tracks may have joined campaigns.
        planner.nudge()
        return try Resource.reply(stored, status: revision == 0 ? 201 : 200)
    }

    func listTeams(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let page = try Page(request)
        let start = try page.start(as: Named.Team.self)
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.teams(after: start, limit: page.size + 1)
        }
        return try page.reply("teams", stored) { $0.id.text }
    }

    func team(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Named.Team.self)
        let stored = try oasisLedger { () throws(LedgerError) in try ledger.team(id) }
        guard let stored else { throw ServiceFailure(.notFound, "There is no team \(id); PUT it here.") }
        return try Resource.reply(stored)
    }

    func putTeam(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Named.Team.self)
        let current = try oasisLedger { () throws(LedgerError) in try ledger.team(id)?.revision }
        let (team, revision): (Team, Int) = try replacement(request, current)
        let now = clock.now
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.putTeam(team, expectedRevision: revision, actor: request.actor, at: now)
        }
        return try Resource.reply(stored, status: revision == 0 ? 201 : 200)
    }

    /// The document that is to take the place of the one at the path, and that one's revision; 0 for none.
    private func replacement<Document: Decodable>(
        _ request: ControlRequest,
        _ current: Int?
    ) throws(ServiceFailure) -> (Document, Int) {
        let revision: Int
        if request.ifNoneMatch?.trimmingSpaces == "*" {
            guard current == nil else {
                throw ServiceFailure(.preconditionFailed, "It is there already; send If-Match with its ETag.")
            }
            revision = 0
        } else if current == nil, request.ifMatch == nil {
            throw ServiceFailure(.preconditionRequired, "It is not there yet; send If-None-Match: * to create it.")
        } else {
            revision = try Precondition.revision(request.ifMatch, current: current.map(Precondition.tag))
        }
        var value = try request.document()
        guard value.members != nil else { throw ServiceFailure(.invalidField, "The document must be a JSON object.") }
        if let id = value["id"], id != .string(request.name) {
            throw ServiceFailure(InvalidField("id", "must be the path's (\(request.name)), or be left out"))
        }
        value["id"] = .string(request.name)
        return (try Resource.document(value), revision)
    }

    // MARK: Eligibility

    func eligibility(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let now = clock.now
        guard let text = request.query["song"] else {
            throw ServiceFailure(InvalidField("song", "must name the song in question"))
        }
        let song: SongID
        do throws(InvalidField) { song = try SongID(text) } catch { throw ServiceFailure(error.inside("song")) }
        let day = try request.day("day") ?? now.day
        let (eligibility, policy) = try oasisLedger { () throws(LedgerError) in
            (try ledger.eligibility(of: song, on: day), try ledger.currentPolicy())
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("song", song.text)
            writer.member("day", day.description)
            writer.member("isEligible", eligibility.isEligible)
            writer.member("findings", each: eligibility.findings) { writer, finding in
                writer.object { writer in
                    writer.member("reason", finding.reason.rawValue)
                    writer.member("required", finding.required)
                    writer.member("found", finding.found)
                }
            }
            guard let rules = policy?.document.campaignRules else { return }
            writer.member("policyVersion", policy?.number)
            writer.member("commissionRate", rules.commissionRate.value)
            writer.member("breakEvenLift", rules.commissionRate.breakEvenLift)
            let window = rules.selection(at: now)
            writer.key("selection")
            writer.object { writer in
                writer.member("isOpen", window.isOpen(at: now))
                writer.member("opens", window.opens.description)
                writer.member("closes", window.closes.description)
                writer.member("runsFrom", window.runsFrom.description)
                writer.member("runsUntil", window.runsUntil.description)
            }
        }
        return ServiceReply(body: writer.buffer)
    }
}
