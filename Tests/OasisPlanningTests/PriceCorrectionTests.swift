import OasisLedger
import OasisMarket
import OasisPlanning
import OasisResponse
import OasisScoring
import Testing

@Suite("Prices between two solves")
struct PriceCorrectionTests {
    /// Campaign 0 has a cap and campaign 1 a guarantee that both bind.
    private func plan(policy: Policy = Market.policy, guarantee: Int = 300) throws -> Plan {
        var random = SeededGenerator(seed: 5)
        let campaigns = [
            Market.campaign(0, cap: 10), Market.campaign(1, guarantee: guarantee), Market.campaign(2),
            Market.campaign(3),
        ]
        let documents = Market.documents(campaigns, policy: policy)
        let scorer = Scorer(documents.unpricedSnapshot(at: Market.noon))
        let sample = try (0..<400)
            .map { SampledRequest(try Market.request($0, at: Market.noon, &random), by: scorer) }
        let program = MarketProgram(
            restOfDay: documents,
            rates: { _ in ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.05, newListenersPerStream: 0.3) },
            count: DayCount(
                deliveries: [],
                heldUnits: { _ in 0 },
                tallies: [],
                loss: LossAccount(day: Market.day)
            ),
            sample: sample,
            ahead: { cell in Double(sample.count { $0.cell == cell }) }
        )
        return try Plan(solving: program, threads: 1)
    }

    private func index(_ row: String, in plan: Plan) throws -> Int {
        try #require(plan.rows.firstIndex { $0.name == row })
    }

    /// Every row used along its plan, but one.
    private func corrected(_ plan: Plan, _ row: Int, used share: Double, elapsed: Double = 0.5) -> Double {
        let uses = plan.rows.enumerated()
            .map { index, planned in
                PriceCorrection.Use(
                    bound: planned.bound,
                    used: planned.bound * (index == row ? share : elapsed),
                    elapsed: elapsed
                )
            }
        let prices = PriceCorrection().prices(of: plan, uses: uses)
        for other in plan.rows.indices where other != row { #expect(prices[other] == plan.prices[other]) }
        return prices[row]
    }

    @Test("A cap that is used up too fast gets dearer, one that is used too slowly cheaper")
    func cap() throws {
        let plan = try plan()
        let cap = try index("cap c0", in: plan)
        #expect(plan.prices[cap] > 0 && plan.slopes[cap].slope > 0)
        #expect(corrected(plan, cap, used: 0.6) > plan.prices[cap])
        #expect(corrected(plan, cap, used: 0.4) < plan.prices[cap])
        #expect(corrected(plan, cap, used: 0.5) == plan.prices[cap])
        #expect(corrected(plan, cap, used: 0.7) > corrected(plan, cap, used: 0.6), "more is amiss, more is done")
    }

    @Test("A guarantee that falls behind is paid more for, up to its penalty and never beyond")
    func guarantee() throws {
        let plan = try plan(guarantee: 150)
        let promise = try index("guarantee c1", in: plan)
        #expect(plan.slopes[promise].slope > 0)
        let behind = corrected(plan, promise, used: 0.3)
        #expect(behind > plan.prices[promise] || behind == Market.policy.guarantees.penalty)
        #expect(corrected(plan, promise, used: 0.7) <= plan.prices[promise])
    }

    @Test("Whatever was used, prices stay finite, at least 0 and at most the penalty", arguments: [-1e12, 1e12])
    func limits(used: Double) throws {
        let plan = try plan()
        for elapsed in [0.0, 0.5, 1] {
            let uses = plan.rows.map { PriceCorrection.Use(bound: $0.bound, used: used, elapsed: elapsed) }
            for (row, price) in zip(plan.rows, PriceCorrection().prices(of: plan, uses: uses)) {
                #expect(price.isFinite && price >= 0 && price <= row.penalty, "\(row.name): \(price)")
            }
        }
    }

    @Test("Other prices reach the scorer's tables")
    func tables() throws {
        let plan = try plan()
        let cap = try index("cap c0", in: plan)
        var prices = plan.prices
        prices[cap] += 0.25
        let repriced = plan.repriced(prices)
        let change = repriced.campaignPrices[0][.delivery] - plan.campaignPrices[0][.delivery]
        #expect(abs(change - 0.25) < 1e-12)
        #expect(repriced.campaignPrices[1] == plan.campaignPrices[1])
    }

    @Test("A guarantee that no traffic can meet is named, with its reason, at its penalty")
    func impossible() throws {
        let plan = try plan(guarantee: 100_000)
        let promise = try index("guarantee c1", in: plan)
        #expect(abs(plan.prices[promise] - Market.policy.guarantees.penalty) < 1e-6)
        let shortfall = try #require(plan.shortfalls.first { $0.campaign?.text == "c1" })
        #expect(shortfall.reason == .supply)
        #expect(shortfall.amount > 99_000)
        #expect(try #require(shortfall.attainable) <= 400)
    }

    @Test("A guarantee that another row forbids names that row")
    func forbidden() throws {
        var policy = Market.policy
        policy.rows = [
            PolicyRow(
                name: "loss",
                attribute: .listenerLoss,
                scope: .all,
                sense: .atMost,
                measure: .perDay,
                bound: 0.5
            )
        ]
        let plan = try plan(policy: policy, guarantee: 200)
        let shortfall = try #require(plan.shortfalls.first { $0.campaign?.text == "c1" })
        #expect(shortfall.reason == .rows)
        #expect(shortfall.bindingRows.contains { $0.name == "loss" && $0.charge > 0 })
    }

    @Test("A node moves its prices without a solve, and its snapshot stays as old as the plan")
    func node() throws {
        var policy = Market.policy
        policy.objectives = [.stream: 2]
        let node = try Node(campaigns: [Market.campaign(0, cap: 20)], policy: policy, now: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        var random = SeededGenerator(seed: 81)
        for index in 0..<300 {
            _ = node.engine.score(try Market.request(index, at: Market.noon, &random), at: Market.noon)
        }
        let plan = try node.engine.replan(at: Market.noon)
        let price = try #require(plan.rows.first { $0.name == "cap c0" }).price
        #expect(price > 0)
        #expect(try !node.engine.correct(at: Market.noon), "no time has passed")

        // Traffic in which nothing can be promoted: the cap is used too slowly.
        let later = Market.noon.advanced(bySeconds: 3_600)
        for index in 300..<500 {
            _ = node.engine.score(try Market.request(index, at: later, opted: 0, &random), at: later)
        }
        let before = try #require(node.engine.snapshotStatus)
        #expect(try node.engine.correct(at: later))
        let after = try #require(node.engine.snapshotStatus)
        #expect(after.number == before.number + 1)
        #expect(after.createdAt == Market.noon)
        let status = try #require(try node.engine.status(at: later).plan)
        #expect(status.correctedAt == later)
        #expect(try #require(status.rows.first { $0.name == "cap c0" }).price < price)

        try node.ledger.updateCampaign(Market.campaign(0, cap: 30), expectedRevision: nil, actor: "ann", at: later)
        #expect(try !node.engine.correct(at: later), "prices of another market are not corrected")
    }
}
