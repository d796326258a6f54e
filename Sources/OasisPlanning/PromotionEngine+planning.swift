import OasisLedger
package import OasisMarket
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
            try stepPullBacks(at: now)
            let revision = try ledger.controlRevision()
            let documents = try documents(at: now)
            try restoreFrequency(documents, at: now)
            let (sample, supply, loss) = node.withLock { ($0.sample.all, $0.supply, $0.loss) }
            let tallies = try recentTallies(at: now)
            published.withLock { $0.showRate = ShowRate(tallies) }
            let count = try dayCount(at: now, loss: loss)
            let rates = LearnedRates(tallies)
            var program = MarketProgram(
                restOfDay: documents,
                rates: { rates.rates($0) },
                count: count,
                sample: sample,
                ahead: { supply.ahead($0, at: now) },
                paces: documents.paces(at: now, supply)
            )
            program.surfaceRates = surfaceRates(rates, documents, sample, at: now)
            let clock = ContinuousClock()
            let start = clock.now
            let plan = try Plan(
                solving: program,
                startingPrices: planning.prices,
                threads: settings.solverThreads
            )
            let seconds = (clock.now - start) / .seconds(1)
            let market = PlannedMarket(
                documents: documents,
                revision: revision,
                program: program,
                supply: supply,
                plannedAt: now
            )
            try publish(plan, of: market, &planning)
            planning.prices = plan.pricesByName
            planning.last = (market, plan)
            planning.curves.update(plan, market, count)
            let status = PlanStatus(
                plan,
                program,
                forecast: supply.range(at: now),
                solveSeconds: seconds,
                at: now
            )
            let curves = planning.curves
            published.withLock {
                $0.plan = status
                $0.curves = curves
            }
            try rememberDay()
            try keepSample(sample, &planning, at: now)
            return status
        }
    }

    /// What the plan and the scorer expect of each campaign on each surface.
    func surfaceRates(
        _ rates: LearnedRates,
        _ documents: MarketDocuments,
        _ sample: [SampledRequest],
        at now: Timestamp
    ) -> SurfaceRates? {
        let serving = models.withLock { $0.serving }
        let traffic = sample.reduce(into: [Cell: Double]()) { $0[$1.cell, default: 0] += 1 }
        guard let found = rates.bySurface(documents, traffic: traffic, serving, at: now) else { return nil }
        models.withLock { $0.held(found.held, of: found.rates.live.count) }
        return found.rates
    }

    /// Serves a plan's prices in a new snapshot, as old as the plan.
    func publish(_ plan: Plan, of market: PlannedMarket, _ planning: inout PlanningState) throws {
        var snapshot = snapshot(of: plan, market, number: try planning.numbers.next(ledger))
        if market.program.sample.isEmpty, let current = node.withLock({ $0.scorer?.pricedBy }) {
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
            licensors: try ledger.allLicensors().map(\.document),
            promotedShares: try promotedShares(policy.document)
        )
    }

    func dayCount(at now: Timestamp, loss: LossAccount) throws -> DayCount {
        let deliveries = try ledger.deliveries(day: now.day)
        let book = node.withLock { $0.book }
        return DayCount(
            deliveries: deliveries,
            heldUnits: { (book.day == now.day ? book.units(of: $0) : 0) + unitsHeldApart($0, on: now.day) },
            tallies: try ledger.tallies(from: now.day, to: now.day.next),
            loss: loss.day == now.day ? loss : LossAccount(day: now.day),
            showRate: published.withLock { $0.showRate }
        )
    }

    func recentTallies(at now: Timestamp) throws -> [TallyRow] {
        let window = Day(number: now.day.number - LearnedRates.windowDays)
        return try ledger.tallies(from: window, to: now.day.next)
    }

    func snapshot(of plan: Plan, _ market: PlannedMarket, number: UInt64) -> Snapshot {
        let (program, documents) = (market.program, market.documents)
        var campaigns = program.entrants
        for index in campaigns.indices { campaigns[index].prices = plan.campaignPrices[index] }
        let policy = documents.policy
        return Snapshot(
            number: number,
            createdAt: market.plannedAt,
            policyVersion: documents.policyVersion,
            scale: policy.scale,
            worths: program.worths,
            guardrails: policy.guardrails,
            randomization: policy.randomization,
            experiments: policy.experiments,
            cells: zip(program.cells, plan.cellPrices).map { PricedCell(cell: $0, prices: $1) },
            elsewherePrices: plan.elsewherePrices,
            campaigns: campaigns,
            rows: plan.pricedRows(sets: program.sets),
            surfaceRates: program.surfaceRates
        )
    }

    /// Recent requests are written now and then: losing the last minutes of them costs nothing.
    private func keepSample(_ sample: [SampledRequest], _ planning: inout PlanningState, at now: Timestamp) throws {
        let age = planning.sampleKeptAt.map { abs(now.seconds(since: $0)) } ?? .infinity
        guard age >= Self.sampleKeepingSeconds, !sample.isEmpty else { return }
        try sampleFile.write(sample)
        planning.sampleKeptAt = now
    }

    private static let sampleKeepingSeconds = 300.0

    func rememberDay() throws {
        let memory = node.withLock { EngineMemory(supply: $0.supply, loss: $0.loss) }
        try memory.save(to: ledger)
    }
}
