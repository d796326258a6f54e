internal import OasisLedger
internal import OasisMarket

/// Licensors and campaigns.
extension ControlPlaneRoutes {
    // MARK: Licensors

    func listLicensors(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let page = try Page(request)
        let start = try page.start(as: Named.Licensor.self)
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.licensors(after: start, limit: page.size + 1)
        }
        return try page.reply("licensors", stored) { $0.id.text }
    }

    func createLicensor(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let licensor: Licensor = try Resource.document(try request.document())
        let now = clock.now
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.createLicensor(licensor, actor: request.actor, at: now)
        }
        return try Resource.reply(stored, status: 201, location: "/v1/licensors/\(licensor.id)")
    }

    func licensor(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        try Resource.reply(try storedLicensor(try request.identifier(as: Named.Licensor.self)))
    }

    func changeLicensor(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let stored = try storedLicensor(try request.identifier(as: Named.Licensor.self))
        let (changed, revision): (Licensor, Int) = try change(stored, request)
        let now = clock.now
        let after = try oasisLedger { () throws(LedgerError) in
            try ledger.updateLicensor(changed, expectedRevision: revision, actor: request.actor, at: now)
        }
        planner.nudge()
        return try Resource.reply(after)
    }

    private func storedLicensor(_ id: LicensorID) throws(ServiceFailure) -> Stored<Licensor> {
        let stored = try oasisLedger { () throws(LedgerError) in try ledger.licensor(id) }
        guard let stored else {
            throw ServiceFailure(.notFound, "There is no licensor \(id); POST it to /v1/licensors.")
        }
        return stored
    }

    // MARK: Campaigns

    func listCampaigns(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let page = try Page(request)
        let start = try page.start(as: Named.Campaign.self)
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.campaigns(after: start, limit: page.size + 1)
        }
        return try page.reply("campaigns", stored) { $0.id.text }
    }

    func createCampaign(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let campaign: Campaign = try Resource.document(try request.document())
        let now = clock.now
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.createCampaign(campaign, actor: request.actor, at: now)
        }
        planner.nudge()
        return try Resource.reply(stored, status: 201, location: "/v1/campaigns/\(campaign.id)")
    }

    func campaign(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        try Resource.reply(try storedCampaign(try request.identifier(as: Named.Campaign.self)))
    }

    func changeCampaign(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let stored = try storedCampaign(try request.identifier(as: Named.Campaign.self))
        let (changed, revision): (Campaign, Int) = try change(stored, request)
        return try Resource.reply(try update(changed, revision, request))
    }

    /// Pausing needs no precondition: it changes one field, and doing it twice is doing it once.
    func setState(_ state: Campaign.State, _ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Named.Campaign.self)
        for _ in 0..<8 {
            let stored = try storedCampaign(id)
            guard stored.document.state != state else { return try Resource.reply(stored) }
            var changed = stored.document
            changed.state = state
            do throws(ServiceFailure) {
                return try Resource.reply(try update(changed, stored.revision, request))
            } catch  where error.reason == .preconditionFailed {
                continue
            }
        }
        throw .busy(.overloaded, "The campaign \(id) is changed by others all the time; try again.")
    }

    private func update(
        _ campaign: Campaign,
        _ revision: Int,
        _ request: ControlRequest
    ) throws(ServiceFailure) -> Stored<Campaign> {
        let now = clock.now
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.updateCampaign(campaign, expectedRevision: revision, actor: request.actor, at: now)
        }
        planner.nudge()
        return stored
    }

    func storedCampaign(_ id: CampaignID) throws(ServiceFailure) -> Stored<Campaign> {
        let stored = try oasisLedger { () throws(LedgerError) in try ledger.campaign(id) }
        guard let stored else {
            throw ServiceFailure(.notFound, "There is no campaign \(id); POST it to /v1/campaigns.")
        }
        return stored
    }

    // MARK: Changes

    /// The document after a PUT (all of it) or a PATCH (what differs), and the revision it was made from.
    private func change<Document: Codable & Sendable>(
        _ stored: Stored<Document>,
        _ request: ControlRequest
    ) throws(ServiceFailure) -> (Document, Int) {
        let isPatch = request.route.method == "PATCH"
        let sent = try request.document(
            isPatch ? ["application/merge-patch+json", "application/json"] : ["application/json"]
        )
        let revision = try Precondition.revision(request.ifMatch, current: Precondition.tag(stored.revision))
        guard revision == stored.revision else {
            throw ServiceFailure(
                .preconditionFailed,
                "Somebody changed this meanwhile: now it is \(Precondition.tag(stored.revision)). Read "
                    + "it again and repeat the change.",
                headers: [HeaderField("ETag", Precondition.tag(stored.revision))]
            )
        }
        guard sent.members != nil else { throw ServiceFailure(.invalidField, "The document must be a JSON object.") }
        if let id = sent["id"], id != .string(request.name) {
            throw ServiceFailure(InvalidField("id", "must be the path's (\(request.name)), or be left out"))
        }
        var value = isPatch ? try Resource.fields(stored.document).merged(with: sent) : sent
        value["id"] = .string(request.name)
        return (try Resource.document(value), revision)
    }
}
