import OasisLedger
package import OasisMarket
import OasisResponse
import OasisScoring
import Synchronization

/// Why there is no plan.
package struct PlanningError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence for people, with what to do.
    package var description: String

    /// There is no policy yet.
    package static let noPolicy = PlanningError(description: "there is no policy yet: apply one first")
}

extension PromotionEngine {
    /// Solves what is left of the day over recent requests, and serves the new prices.
    ///
    /// A plan that fails leaves the snapshot before it in use, whose age says how long ago planning last succeeded.
    package func replan(at now: Timestamp) throws -> PlanStatus {
        do {
            return try solve(at: now)
        } catch let error as LedgerError {
            node.withLock { $0.isLedgerReachable = false }
            throw error
        }
    }

    private func solve(at now: Timestamp) throws -> PlanStatus {
        try planning.withLock { planning in
            let documents = try documents(at: now)
            try restoreFrequency(documents, at: now)
            let (sample, supply, loss) = node.withLock { ($0.sample.all, $0.supply, $0.loss) }
            let count = try dayCount(at: now, loss: loss)
            let rates = try responseRates(documents, at: now)
            let program = MarketProgram(
                restOfDay: documents,
                rates: { rates[$0] ?? LearnedRates.fallback },
                count: count,
                sample: sample,
                ahead: { supply.ahead($0, at: now) }
            )
            let clock = ContinuousClock()
            let start = clock.now
            let plan = try Plan(
                solving: program,
                startingPrices: planning.prices,
                threads: settings.solverThreads
            )
            let seconds = (clock.now - start) / .seconds(1)
            var snapshot = snapshot(of: plan, program, documents, number: planning.lastSnapshot + 1, at: now)
            if sample.isEmpty, let current = node.withLock({ $0.scorer?.pricedBy }) {
                // Right after a restart there is nothing to solve over yet: the prices that were found before are better
                // than none.
                snapshot.keepPrices(of: current)
            }
            // The policy may have changed while this was solved; a stop must not wait for the next plan.
            if let policy = try ledger.currentPolicy()?.document {
                snapshot.guardrails = policy.guardrails
                snapshot.experiments = policy.experiments
            }
            let scorer = Scorer(try store.write(snapshot))
            // Whoever lets go of the last snapshot unmaps it, which takes longer than a request should wait.
            let retired = node.withLock { state in
                defer { state.scorer = scorer }
                return state.scorer
            }
            withExtendedLifetime(retired) {}
            planning.lastSnapshot = snapshot.number
            planning.prices = plan.pricesByName
            planning.curves.update(program.entrants, plan.deliveries, count, supply, at: now)
            let status = PlanStatus(
                plan,
                program,
                forecast: supply.ahead(at: now),
                solveSeconds: seconds,
                at: now
            )
            let curves = planning.curves
            published.withLock { $0 = Published(plan: status, curves: curves) }
            try rememberDay()
            return status
        }
    }

    /// Makes a policy's guardrails and experiments hold from the very next request on; prices follow with the next plan.
    package func adopt(_ policy: Policy) {
        node.withLock { state in
            guard let snapshot = state.scorer?.pricedBy else { return }
            state.scorer = Scorer(snapshot, guardrails: policy.guardrails, experiments: policy.experiments)
        }
    }

    func documents(at now: Timestamp) throws -> MarketDocuments {
        guard let policy = try ledger.currentPolicy() else { throw PlanningError.noPolicy }
        let end = now.day.next.start
        let running = try ledger.allCampaigns()
            .filter { stored in
                let campaign = stored.document
                return campaign.state == .active && campaign.start < end && campaign.end.map { $0 > now } ?? true
            }
        return MarketDocuments(
            policy: policy.document,
            policyVersion: policy.number,
            campaigns: running.map { .init(number: $0.number, campaign: $0.document) }
                .sorted { $0.number < $1.number },
            licensors: try ledger.allLicensors().map(\.document)
        )
    }

    func dayCount(at now: Timestamp, loss: LossAccount) throws -> DayCount {
        let deliveries = try ledger.deliveries(day: now.day)
        let book = node.withLock { $0.book }
        return DayCount(
            deliveries: deliveries,
            heldUnits: { (book.day == now.day ? book.units(of: $0) : 0) + unitsHeldApart($0, on: now.day) },
            tallies: try ledger.tallies(from: now.day, to: now.day.next),
            loss: loss.day == now.day ? loss : LossAccount(day: now.day)
        )
    }

    private func responseRates(_ documents: MarketDocuments, at now: Timestamp) throws -> [Int64: ResponseRates] {
        let window = Day(number: now.day.number - LearnedRates.windowDays)
        let tallies = try ledger.tallies(from: window, to: now.day.next)
        return LearnedRates.rates(documents.campaigns.map(\.number), tallies)
    }

    private func snapshot(
        of plan: Plan,
        _ program: MarketProgram,
        _ documents: MarketDocuments,
        number: UInt64,
        at now: Timestamp
    ) -> Snapshot {
        var campaigns = program.entrants
        for index in campaigns.indices { campaigns[index].prices = plan.campaignPrices[index] }
        let policy = documents.policy
        return Snapshot(
            number: number,
            createdAt: now,
            policyVersion: documents.policyVersion,
            scale: policy.scale,
            worths: program.worths,
            guardrails: policy.guardrails,
            randomization: policy.randomization,
            experiments: policy.experiments,
            cells: zip(program.cells, plan.cellPrices).map { PricedCell(cell: $0, prices: $1) },
            elsewherePrices: plan.elsewherePrices,
            campaigns: campaigns,
            rows: plan.pricedRows(sets: program.sets)
        )
    }

    func rememberDay() throws {
        let memory = node.withLock { EngineMemory(supply: $0.supply, loss: $0.loss) }
        try memory.save(to: ledger)
    }
}
