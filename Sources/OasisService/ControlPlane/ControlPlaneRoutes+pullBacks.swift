internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning

/// How far campaigns are pulled back, with the evidence; and an operator's word against it.
extension ControlPlaneRoutes {
    func pullBackAnswer(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply? {
        switch (request.route.method, request.route.path) {
        case ("GET", "/v1/pull-backs"): try listPullBacks()
        case ("PUT", "/v1/campaigns/{id}/pull-back-override"): try overridePullBack(request)
        default: nil
        }
    }

    private func listPullBacks() throws(ServiceFailure) -> ServiceReply {
        let statuses: [PullBackStatus]
        do {
            statuses = try engine.pullBacks(at: clock.now)
        } catch let error as LedgerError {
            throw ServiceFailure(error)
        } catch {
            throw ServiceFailure(.internal, "The campaigns' reception could not be read: \(error).")
        }
        var values: [JSONValue] = []
        for status in statuses { values.append(try value(status)) }
        return ServiceReply(.object([.init("pullBacks", .array(values))]))
    }

    private func overridePullBack(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Named.Campaign.self)
        let wanted: PullBackOverride = try Resource.document(try request.document())
        let now = clock.now
        let stored = try oasisLedger { () throws(LedgerError) in
            try engine.overridePullBack(
                of: id,
                with: wanted.level,
                reason: wanted.reason,
                actor: request.actor,
                at: now
            )
        }
        guard let stored else {
            throw ServiceFailure(.notFound, "There is no campaign \(id); POST it to /v1/campaigns.")
        }
        planner.nudge()
        return try Resource.reply(stored)
    }

    private func value(_ status: PullBackStatus) throws(ServiceFailure) -> JSONValue {
        var log: [JSONValue] = []
        for change in status.log {
            var members = [
                JSONValue.Member("at", .string(change.at.description)),
                JSONValue.Member("actor", .string(change.actor)),
                JSONValue.Member("level", .string(change.after.level.rawValue)),
                JSONValue.Member("reason", .string(change.after.reason)),
            ]
            if let override = change.after.override { members.append(.init("override", .string(override.rawValue))) }
            if let evidence = change.after.evidence { members.append(.init("evidence", try Resource.fields(evidence))) }
            log.append(.object(members))
        }
        var members = [
            JSONValue.Member("campaign", .string(status.campaign.text)),
            JSONValue.Member("level", .string(status.level.rawValue)),
            JSONValue.Member("promotedShare", .number(status.promotedShare)),
        ]
        if let override = status.override { members.append(.init("override", .string(override.rawValue))) }
        if let evidence = status.evidence { members.append(.init("evidence", try Resource.fields(evidence))) }
        members.append(.init("log", .array(log)))
        return .object(members)
    }
}

/// What an operator sends.
private struct PullBackOverride: Decodable {
    var level: PullBack.Level?
    var reason: String

    private enum CodingKeys: String, CodingKey {
        case level, reason
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: CodingKeys.self)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        level = try fields.decodeIfPresent(PullBack.Level.self, forKey: .level)
        reason = try fields.decode(String.self, forKey: .reason)
    }
}
