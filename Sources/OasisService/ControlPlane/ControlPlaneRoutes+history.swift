internal import OasisLedger
internal import OasisMarket

/// Who changed what, when.
extension ControlPlaneRoutes {
    func historyAnswer(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply? {
        switch (request.route.method, request.route.path) {
        case ("GET", "/v1/licensors/{id}/history"):
            try history("licensor", request) { (id: LicensorID) throws(LedgerError) in try ledger.history(of: id) }
        case ("GET", "/v1/campaigns/{id}/history"):
            try history("campaign", request) { (id: CampaignID) throws(LedgerError) in try ledger.history(of: id) }
        case ("GET", "/v1/songs/{id}/history"):
            try history("song", request) { (id: SongID) throws(LedgerError) in try ledger.history(of: id) }
        case ("GET", "/v1/teams/{id}/history"):
            try history("team", request) { (id: TeamID) throws(LedgerError) in try ledger.history(of: id) }
        case ("GET", "/v1/changes"): try changes(request)
        default: nil
        }
    }

    /// Every change of the document at the path, newest first; each has the document under `name`.
    private func history<Kind, Document: Encodable & Sendable>(
        _ name: String,
        _ request: ControlRequest,
        _ changes: (Identifier<Kind>) throws(LedgerError) -> [Change<Document>]
    ) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Kind.self)
        let changes = try oasisLedger { () throws(LedgerError) in try changes(id) }
        var values: [JSONValue] = []
        for change in changes.reversed() {
            values.append(
                .object([
                    .init("etag", .string(Precondition.tag(change.revision))),
                    .init("updatedAt", .string(change.at.description)),
                    .init("updatedBy", .string(change.actor)),
                    .init(name, try Resource.fields(change.after)),
                ])
            )
        }
        return ServiceReply(.object([.init("changes", .array(values))]))
    }

    /// The newest changes of any document.
    private func changes(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let page = try Page(request)
        let changes = try oasisLedger { () throws(LedgerError) in try ledger.changes(limit: page.size) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("changes", each: changes) { writer, change in
                writer.object { writer in
                    writer.member("kind", change.family)
                    writer.member("id", change.name)
                    writer.member("etag", Precondition.tag(change.revision))
                    writer.member("updatedAt", change.at.description)
                    writer.member("updatedBy", change.actor)
                }
            }
        }
        return ServiceReply(body: writer.buffer)
    }
}
