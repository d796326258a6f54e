import OasisAllocation
import OasisMarket
import OasisPlanning
import OasisResponse
import OasisScoring

/// The best that could have been done with the day's requests known in advance, by the rules that Oasis plays by.
///
/// The program has the policy's rows, every request of the day, the scorer's displaced-track loss, its guardrails and its
/// holdout. What a listener would do is known as everybody knows it: as expected amounts. A promotion counts as often as
/// somebody is still there to hear it, at the place in the slate to which the optimum's own prices lift it.
/// `HindsightBound` is what cannot be exceeded even by luck; this is what skill could reach.
struct HindsightOptimum {
    /// Value of the program, proven from above, in organic-score units.
    let value: Double
    /// The same less what the policy's exploration costs: its share of requests promotes whatever is eligible.
    ///
    /// What exploration uses up of the rows is not taken off, so this errs upward, too.
    let valueExploring: Double
    /// Guarantees that the optimum meets, by campaign.
    let metGuarantees: Set<Int>

    init(
        _ market: SyntheticMarket,
        requests: [ScoreRequest],
        unpriced snapshot: Snapshot,
        threads: Int
    ) throws {
        let scorer = Scorer(snapshot)
        let served = requests.filter { scorer.arm(of: $0.listener) == .promoted }
        let sampled = served.map { SampledRequest($0, by: scorer) }
        var present = served.map { Self.presence($0.slateSize - 1) }
        var plan = try Self.solve(market, sampled, present, threads)
        // Prices decide how high a promotion is lifted, and that decides who still hears it: once more by those places.
        present = zip(served, present)
            .map { request, last in
                Self.presence(of: request, by: plan.plan, plan.program, market) ?? last
            }
        plan = try Self.solve(market, sampled, present, threads)
        value = plan.plan.certificate.dualBound
        let share = market.policy.randomization.explorationShare
        valueExploring = (1 - share) * value + share * Self.valueOfAny(sampled, present, market)
        metGuarantees = Set(
            market.campaigns.indices.filter { index in
                guard let promised = market.campaigns[index].dailyGuarantee, promised > 0 else { return false }
                return plan.plan.deliveries[index] >= Double(promised) - 0.5
            }
        )
    }

    /// Expected value when each request promotes any of its candidates, all alike.
    private static func valueOfAny(_ sampled: [SampledRequest], _ present: [Double], _ market: SyntheticMarket)
        -> Double
    {
        let royalty = market.policy.commission.royaltyPerStream.micros
        return zip(sampled, present)
            .reduce(0) { sum, next in
                let (request, present) = next
                let values = request.candidates.compactMap { candidate -> Double? in
                    let campaign = market.campaigns[Int(candidate.campaignNumber) - 1]
                    guard campaign.covers(request.cell) else { return nil }
                    let worth = market.worth(
                        streamProbability: Double(candidate.streamProbability ?? 0),
                        isNew: candidate.isNewToArtist == true,
                        commissionMicros: campaign.commissionRate.of(micros: royalty)
                    )
                    return present * worth - Double(candidate.listenerLoss)
                }
                guard !values.isEmpty else { return sum }
                let each = min(1, Double(request.slots) / Double(values.count))
                return sum + each * values.reduce(0, +)
            }
    }

    private static func presence(_ position: Int) -> Double {
        var share = 1.0
        for _ in 0..<max(0, position) { share *= ListenerBehaviour.stayProbability }
        return share
    }

    /// A request in which a promotion is heard with probability p stands for p requests that displace 1/p as much.
    private static func solve(
        _ market: SyntheticMarket,
        _ sampled: [SampledRequest],
        _ present: [Double],
        _ threads: Int
    ) throws -> (plan: Plan, program: MarketProgram) {
        let scaled = zip(sampled, present)
            .map { request, present in
                var request = request
                for index in request.candidates.indices { request.candidates[index].listenerLoss /= Float(present) }
                return request
            }
        let sizes = Dictionary(grouping: sampled, by: \.cell).mapValues { Double($0.count) }
        // Bounds that are shares of organic utility come from the requests as they are.
        var program = MarketProgram(
            restOfDay: HindsightBound.documents(of: market),
            rates: { _ in HindsightBound.trueRates },
            count: DayCount(
                deliveries: [],
                heldUnits: { _ in 0 },
                tallies: [],
                loss: LossAccount(day: market.day)
            ),
            sample: sampled,
            ahead: { sizes[$0] ?? 0 }
        )
        program.sample = scaled
        program.weights = present.map { Float($0) }
        return (try Plan(solving: program, gap: 1e-4, threads: threads), program)
    }

    /// How likely somebody hears the request's best promotion at these prices; nothing when there is none.
    private static func presence(
        of request: ScoreRequest,
        by plan: Plan,
        _ program: MarketProgram,
        _ market: SyntheticMarket
    ) -> Double? {
        var choice = PricedChoice(market)
        let cell = program.cells.firstIndex(of: request.cell)
        let prices = cell.map { plan.cellPrices[$0] } ?? plan.elsewherePrices
        let choices = choice.choose(for: request, lossPrice: prices[.listenerLoss]) {
            plan.campaignPrices[$0][.delivery] + prices[.delivery]
        }
        guard let best = choices.first else { return nil }
        let lifted = request.organicScores[best.index] + best.boost
        return presence(request.organicScores.count { $0 > lifted })
    }
}
