import OasisAllocation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisResponse
import OasisScoring
import Testing

/// DESIGN §4 against the solver itself: what a ranker plays is what the program's x says.
@Suite("Sorting by organic + boost carries out the solver's plan")
struct PlanCarriedOutTests {
    private static let campaignCount = 12
    private let rates = ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.05, newListenersPerStream: 0.3)

    private struct Market {
        var documents: MarketDocuments
        var requests: [ScoreRequest]
        var program: MarketProgram
    }

    /// Requests of 20 candidates, 8 of them of different campaigns, under caps, a share and a bound on loss that bind.
    private func market(seed: UInt64, slots: Int) throws -> Market {
        var random = SeededGenerator(seed: seed)
        var policy = OasisPlanningTests.Market.policy
        policy.objectives = [.stream: 0.4, .save: 0.3]
        policy.guardrails.maxBoost = 100
        policy.guardrails.maxPromotedPerSlate = 4
        policy.guardrails.holdout = BasisPoints(0)
        policy.randomization = Randomization(smoothing: 0, explorationShare: 0)
        policy.rows = [
            PolicyRow(
                name: "major ceiling",
                attribute: .delivery,
                scope: .licensor(LicensorID(trusted: "major")),
                sense: .atMost,
                measure: .share,
                bound: 0.4
            ),
            PolicyRow(
                name: "loss",
                attribute: .listenerLoss,
                scope: .all,
                sense: .atMost,
                measure: .organicShare,
                bound: 0.02
            ),
        ]
        let campaigns = (0..<Self.campaignCount).map { OasisPlanningTests.Market.campaign($0, cap: 4 + 3 * $0) }
        let documents = OasisPlanningTests.Market.documents(campaigns, policy: policy)
        let requests = try (0..<300).map { try request($0, slots: slots, &random) }
        let scorer = Scorer(documents.unpricedSnapshot(at: OasisPlanningTests.Market.noon))
        let program = MarketProgram(
            restOfDay: documents,
            rates: { _ in rates },
            count: DayCount(
                deliveries: [],
                heldUnits: { _ in 0 },
                tallies: [],
                loss: LossAccount(day: OasisPlanningTests.Market.day)
            ),
            sample: requests.map { SampledRequest($0, by: scorer) },
            ahead: { cell in Double(requests.count { $0.cell == cell }) }
        )
        return Market(documents: documents, requests: requests, program: program)
    }

    private func request(_ index: Int, slots: Int, _ random: inout SeededGenerator) throws -> ScoreRequest {
        let opted = Array(0..<Self.campaignCount).shuffled(using: &random).prefix(8)
        var names = opted.map { "t\($0)" } + (0..<12).map { "other-\($0)" }
        names.shuffle(using: &random)
        return try ScoreRequest(
            id: RequestID("request-\(index)"),
            listener: ListenerID("listener"),
            cell: random.uniform() < 0.5 ? OasisPlanningTests.Market.radio : OasisPlanningTests.Market.mix,
            time: OasisPlanningTests.Market.noon,
            scale: "test/1",
            slateSize: 5,
            promotableSlots: slots,
            tracks: names.map { TrackID(trusted: $0) },
            organicScores: names.map { _ in Float(random.uniform()) },
            streamProbabilities: names.map { _ in Float(random.uniform()) }
        )
    }

    private func snapshot(_ market: Market, _ plan: Plan) -> Snapshot {
        var snapshot = market.documents.unpricedSnapshot(at: OasisPlanningTests.Market.noon)
        snapshot.campaigns = market.program.entrants
        for index in snapshot.campaigns.indices { snapshot.campaigns[index].prices = plan.campaignPrices[index] }
        snapshot.cells = zip(market.program.cells, plan.cellPrices).map { PricedCell(cell: $0, prices: $1) }
        snapshot.elsewherePrices = plan.elsewherePrices
        return snapshot
    }

    /// What a ranker plays: sorted by organic + boost, in floats, ties by place.
    private func slate(_ request: ScoreRequest, _ promotions: [Promotion]) -> Set<Int> {
        var scores = request.organicScores
        for promotion in promotions { scores[promotion.index] += promotion.boost }
        return Set(scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(request.slateSize))
    }

    @Test(
        "The tracks that enter the slate are those that the plan selects, but for ties",
        arguments: [1, 2],
        [81, 82, 83]
    )
    func carriedOut(slots: Int, seed: UInt64) throws {
        let market = try market(seed: seed, slots: slots)
        let gap = 1e-7
        let plan = try Plan(solving: market.program, gap: gap, threads: 1)
        let problem = try market.program.problem()
        // The plan's own solve: same problem and options, so the same x.
        let solution = try AllocationSolver.solve(
            problem,
            options: SolverOptions(targetGap: gap, threads: 1, maximumPasses: Plan.maximumPasses)
        )
        #expect(solution.prices == plan.prices)
        #expect(plan.prices.filter { $0 > 1e-6 }.count >= 4, "rows bind, or prices would show nothing")
        let scorer = Scorer(snapshot(market, plan))
        var (selected, ties, worthOfDifferences) = (0, 0, 0.0)
        for (index, request) in market.requests.enumerated() {
            let reply = scorer.score(
                request,
                at: request.time,
                drawKey: StableHash(key0: 0, key1: 0)
            ) { _ in true }
            let entered = slate(request, reply.promotions).subtracting(slate(request, []))
            let range = Int(problem.offsets[index])..<Int(problem.offsets[index + 1])
            let reduced = range.map { reducedValue($0, of: index, problem, plan) }
            for (place, candidate) in range.enumerated() {
                let track = TrackID(trusted: "t\(problem.campaign[candidate])")
                let isEntered = try entered.contains(#require(request.tracks.firstIndex(of: track)))
                let others = (reduced[..<place] + reduced[(place + 1)...]).sorted(by: >)
                let level = max(0, slots <= others.count ? others[slots - 1] : 0)
                // Reduced values at the level tie; single precision of amounts and values blurs it.
                let margin = abs(reduced[place] - level)
                if margin < 2e-6 {
                    ties += 1
                    continue
                }
                selected += isEntered ? 1 : 0
                let x = Double(solution.allocation[candidate])
                worthOfDifferences += abs(x - (isEntered ? 1 : 0)) * margin
            }
        }
        // Bound − value is the sum of what every share is away from the best at these prices, times its margin. So a
        // selection that is off by more than the proof's gap is off; one that trades places counts in both.
        let certificate = solution.certificate
        #expect(worthOfDifferences <= 2 * (certificate.dualBound - certificate.feasibleValue))
        #expect(certificate.relativeGap <= gap)
        #expect(selected > 100)
        #expect(ties < 60)
    }

    /// Value less the price of every amount, from the program's columns.
    private func reducedValue(_ candidate: Int, of request: Int, _ problem: AllocationProblem, _ plan: Plan) -> Double {
        let campaign = Int(problem.campaign[candidate])
        let cell = Int(problem.cell?[request] ?? 0)
        var reduced = Double(problem.value[candidate])
        for column in problem.attributes {
            guard let attribute = Attribute(rawValue: column.name) else { continue }
            let cellPrices = cell < plan.cellPrices.count ? plan.cellPrices[cell] : plan.elsewherePrices
            let price = plan.campaignPrices[campaign][attribute] + cellPrices[attribute]
            reduced -= Double(column.amount?[candidate] ?? 1) * price
        }
        return reduced
    }
}
