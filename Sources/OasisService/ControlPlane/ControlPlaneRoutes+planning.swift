internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning

/// What a policy would change, and putting it in force only while that is still true.
extension ControlPlaneRoutes {
    func planPolicy(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let policy: Policy = try Resource.document(try request.document())
        let preview = try planning { try engine.preview(policy, at: clock.now) }
        return ServiceReply(try Resource.fields(preview))
    }

    func applyPlan(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let planned: PlannedPolicy = try Resource.document(try request.document())
        guard planned.format == PlanPreview.format else {
            throw ServiceFailure(InvalidField("format", "must be \(PlanPreview.format): the answer of /v1/policy:plan"))
        }
        let now = clock.now
        let stored = try planning {
            try engine.apply(planned.policy, planned: planned.basis, actor: request.actor, at: now)
        }
        planner.nudge()
        return try policyReply(stored)
    }

    func rollBackPolicy(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let wanted: Rollback = try Resource.document(try request.document())
        let now = clock.now
        let stored = try planning { try engine.rollBack(to: wanted.version, actor: request.actor, at: now) }
        planner.nudge()
        return try policyReply(stored)
    }

    private func planning<Value>(_ body: () throws -> Value) throws(ServiceFailure) -> Value {
        do {
            return try body()
        } catch let error as LedgerError {
            throw ServiceFailure(error)
        } catch let error as InvalidField {
            throw ServiceFailure(error)
        } catch let error as StalePlan {
            throw ServiceFailure(.preconditionFailed, error.description)
        } catch let error as PlanningError where error == .noEarlierPolicy {
            throw ServiceFailure(.notFound, "There is no such earlier version of the policy; see /v1/policies.")
        } catch let error as PlanningError {
            throw ServiceFailure(.conflict, "Nothing can be planned: \(error.description).")
        } catch {
            throw ServiceFailure(.internal, "The market could not be planned: \(error).")
        }
    }
}

/// What of a plan is needed to apply it; the rest is for people.
private struct PlannedPolicy: Decodable {
    var format: String
    var basis: PlanPreview.Basis
    var policy: Policy
}

private struct Rollback: Decodable {
    var version: Int64?
}
