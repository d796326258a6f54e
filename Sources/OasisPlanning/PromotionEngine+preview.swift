package import OasisLedger
package import OasisMarket
import Synchronization

/// Why a plan may not be applied.
package struct StalePlan: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence for people, with what to do.
    package var description: String
}

extension PlanningError {
    /// There is nothing to plan over.
    package static let noTraffic = PlanningError(
        description: "there are no recent requests to plan over: let some traffic be scored first"
    )

    /// There is nothing to go back to.
    package static let noEarlierPolicy = PlanningError(
        description: "there is no such earlier version of the policy; see its history"
    )
}

extension PromotionEngine {
    /// What a policy would do with the rest of the day; changes nothing.
    ///
    /// Both policies are solved over the same recent requests with what the day has brought so far, and the scorer decides
    /// those requests with the prices of each. Requests were sampled under the policy in force: of guardrails that are looser
    /// than its own the preview sees nothing, and says so.
    /// - Throws: `InvalidField` for a policy that breaks a rule; `PlanningError`; `LedgerError`.
    package func preview(_ policy: Policy, at now: Timestamp) throws -> PlanPreview {
        try policy.validate()
        let revision = try ledger.controlRevision()
        let documents = try documents(at: now)
        let (sample, supply, loss) = node.withLock { ($0.sample.all, $0.supply, $0.loss) }
        guard !sample.isEmpty else { throw PlanningError.noTraffic }
        let count = try dayCount(at: now, loss: loss)
        let rates = LearnedRates(try recentTallies(at: now))
        let surfaceRates = surfaceRates(rates, documents, sample, at: now)
        let prices = planning.withLock { $0.prices }
        func solved(_ policy: Policy) throws -> PlanPreview.Solved {
            var documents = documents
            documents.policy = policy
            documents.promotedShares = try promotedShares(policy)
            var program = MarketProgram(
                restOfDay: documents,
                rates: { rates.rates($0) },
                count: count,
                sample: sample.map { $0.within(policy.guardrails) },
                ahead: { supply.ahead($0, at: now) },
                paces: documents.paces(at: now, supply)
            )
            program.surfaceRates = surfaceRates
            program.countsAllAttributes = true
            let plan = try Plan(solving: program, startingPrices: prices, threads: settings.solverThreads)
            let market = PlannedMarket(
                documents: documents,
                revision: revision,
                program: program,
                supply: supply,
                plannedAt: now
            )
            let replay = try PlanReplay(program, by: snapshot(of: plan, market, number: 0), at: now)
            return PlanPreview.Solved(documents: documents, program: program, plan: plan, replay: replay)
        }
        return PlanPreview(
            basis: PlanPreview.Basis(
                policyVersion: documents.policyVersion,
                controlRevision: revision,
                plannedAt: now,
                fingerprint: try PlanPreview.fingerprint(of: policy)
            ),
            policy: policy,
            forecastRequests: supply.ahead(at: now),
            count: count,
            before: try solved(documents.policy),
            after: try solved(policy)
        )
    }

    /// Makes a previewed policy the one that holds, as long as what the preview was made from still holds.
    ///
    /// - Throws: `StalePlan`; `LedgerError` as `Ledger.applyPolicy`.
    package func apply(
        _ policy: Policy,
        planned basis: PlanPreview.Basis,
        actor: String,
        at now: Timestamp
    ) throws -> Stored<Policy> {
        guard try PlanPreview.fingerprint(of: policy) == basis.fingerprint else {
            throw StalePlan(description: "The plan was made for another policy than the one in it; plan this one.")
        }
        let age = now.seconds(since: basis.plannedAt)
        guard (0...PlanPreview.validSeconds).contains(age) else {
            throw StalePlan(
                description: "The plan was made at \(basis.plannedAt), and may be applied for "
                    + "\(Int(PlanPreview.validSeconds / 60)) minutes; plan again."
            )
        }
        let revision = try ledger.controlRevision()
        guard revision == basis.controlRevision else {
            throw StalePlan(
                description: "Campaigns, licensors or the policy have changed since the plan was made; plan again."
            )
        }
        let stored = try ledger.applyPolicy(policy, expectedVersion: basis.policyVersion, actor: actor, at: now)
        adopt(policy)
        return stored
    }

    /// Puts an earlier policy in force again, as a new version; without a version, the one before the newest.
    ///
    /// - Throws: `PlanningError.noEarlierPolicy`; `LedgerError`.
    package func rollBack(to version: Int64?, actor: String, at now: Timestamp) throws -> Stored<Policy> {
        let newest = try ledger.policies(limit: 2)
        let wanted: Stored<Policy>?
        if let version {
            wanted = try ledger.policy(version: version)
        } else {
            wanted = newest.count > 1 ? newest[1] : nil
        }
        guard let current = newest.first, let earlier = wanted else { throw PlanningError.noEarlierPolicy }
        let stored = try ledger.applyPolicy(earlier.document, expectedVersion: current.number, actor: actor, at: now)
        adopt(earlier.document)
        return stored
    }
}

extension SampledRequest {
    /// What guardrails leave of it; those that are looser than when it was sampled bring nothing back.
    func within(_ guardrails: Guardrails) -> SampledRequest {
        var request = self
        request.slots = min(slots, guardrails.maxPromotedPerSlate)
        request.candidates.removeAll { Double($0.listenerLoss) > guardrails.maxBoost }
        return request
    }
}
