internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning

/// Policies: one holds, every version is kept.
extension ControlPlaneRoutes {
    func currentPolicy() throws(ServiceFailure) -> ServiceReply {
        try policyReply(try storedPolicy())
    }

    func putPolicy(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let current = try oasisLedger { () throws(LedgerError) in try ledger.currentPolicy() }
        let sent = try request.document()
        let expected: Int
        if request.ifNoneMatch?.trimmingSpaces == "*" {
            guard current == nil else {
                throw ServiceFailure(
                    .preconditionFailed,
                    "There is a policy already; send If-Match with its ETag to replace it."
                )
            }
            expected = 0
        } else if current == nil, request.ifMatch == nil {
            throw ServiceFailure(.preconditionRequired, "There is no policy yet; send If-None-Match: * with the first.")
        } else {
            expected = try Precondition.revision(
                request.ifMatch,
                current: current.map { Precondition.tag($0.revision) }
            )
        }
        let policy: Policy = try Resource.document(sent)
        let now = clock.now
        let stored = try oasisLedger { () throws(LedgerError) in
            try ledger.applyPolicy(policy, expectedVersion: Int64(expected), actor: request.actor, at: now)
        }
        engine.adopt(policy)
        planner.nudge()
        return try policyReply(stored, status: expected == 0 ? 201 : 200)
    }

    func listPolicies(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let page = try Page(request)
        let policies = try oasisLedger { () throws(LedgerError) in try ledger.policies(limit: page.size) }
        var values: [JSONValue] = []
        for policy in policies { values.append(try policyValue(policy)) }
        return ServiceReply(.object([.init("policies", .array(values))]))
    }

    func policy(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        guard let version = Int64(request.name) else {
            throw ServiceFailure(
                InvalidField("version", "must be a whole number, but is \"\(request.name.prefix(40))\"")
            )
        }
        let stored = try oasisLedger { () throws(LedgerError) in try ledger.policy(version: version) }
        guard let stored else { throw ServiceFailure(.notFound, "There is no version \(version) of the policy.") }
        return try policyReply(stored)
    }

    private func storedPolicy() throws(ServiceFailure) -> Stored<Policy> {
        let stored = try oasisLedger { () throws(LedgerError) in try ledger.currentPolicy() }
        guard let stored else {
            throw ServiceFailure(.notFound, "There is no policy yet; PUT the first one with If-None-Match: *.")
        }
        return stored
    }

    private func policyValue(_ stored: Stored<Policy>) throws(ServiceFailure) -> JSONValue {
        var value = try Resource.value(stored)
        value["version"] = .integer(stored.number)
        return value
    }

    func policyReply(_ stored: Stored<Policy>, status: Int = 200) throws(ServiceFailure) -> ServiceReply {
        ServiceReply(
            status: status,
            headers: [HeaderField("ETag", Precondition.tag(stored.revision))],
            try policyValue(stored)
        )
    }
}
