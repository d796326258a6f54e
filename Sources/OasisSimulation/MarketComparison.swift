package import OasisLedger
package import OasisMarket
package import OasisPlanning
import OasisScoring

/// One market, one day, four ways to promote, and what nobody can exceed.
package struct MarketComparison: Sendable {
    /// A row of the comparison.
    package struct Line: Sendable {
        /// The strategy, or what is proven of all of them.
        package var name: String
        /// Listener utility kept, 1 for all of it.
        package var utilityKept: Double
        /// Streams of opted-in songs.
        package var streams: Double
        /// New listeners of their artists.
        package var newListeners: Double
        /// Commission on promoted streams, in whole currency units.
        package var commission: Double
        /// Promoted plays above caps; nothing where it does not apply.
        package var overspend: Int?
        /// Guarantees that were met.
        package var guaranteesMet: Int
        /// Independents' share of promoted plays; nothing without any.
        package var independentsShare: Double?
        /// The program's objective: worth less listener loss and penalties, in organic-score units.
        package var value: Double
    }

    /// The market.
    package let market: SyntheticMarket
    /// The day's requests.
    package let traffic: [TrafficRequest]
    /// Guarantees that were promised.
    package let guarantees: Int
    let yesterday: [TrafficRequest]

    /// Makes a market and its day from a seed.
    package init(shape: MarketShape, seed: UInt64, day: Day) {
        let market = SyntheticMarket(shape: shape, seed: seed, day: day)
        self.init(market, traffic: market.traffic())
    }

    /// A day of a market with traffic of its own.
    init(_ market: SyntheticMarket, traffic: [TrafficRequest]) {
        self.market = market
        self.traffic = traffic
        yesterday = market.traffic(variant: 1)
        guarantees = market.campaigns.count { $0.dailyGuarantee ?? 0 > 0 }
    }

    /// The day without promotion.
    package func organicOnly() throws -> Line {
        var strategy = OrganicOnly()
        return line(try SimulatedDay(market, traffic: traffic).run(&strategy))
    }

    /// The day with one boost for all, set on yesterday's traffic to cost listeners what the policy allows.
    package func fixedBoost() throws -> Line {
        let budget = market.policy.rows.first { $0.measure == .organicShare }?.bound ?? 0.01
        var strategy = FixedBoost.calibrated(market, on: Array(yesterday.prefix(3_000)), share: budget)
        return line(try SimulatedDay(market, traffic: traffic).run(&strategy))
    }

    /// The day with the most valuable promotion each time, until caps are used up.
    package func greedyUntilCap() throws -> Line {
        var strategy = GreedyUntilCap(market, unpriced: unpricedSnapshot())
        return line(try SimulatedDay(market, traffic: traffic).run(&strategy))
    }

    /// The day with Oasis: the real engine over a real ledger.
    ///
    /// `progress` hears requests done and the market's time.
    package func oasis(
        _ engine: PromotionEngine,
        replanMinutes: Int = 10,
        progress: (Int, Timestamp) -> Void
    ) throws -> Line {
        let day = SimulatedDay(market, traffic: traffic)
        try prepare(engine)
        return line(try oasisOutcome(engine, day: day, replanMinutes: replanMinutes, progress: progress))
    }

    /// Gives a new engine yesterday's requests, and the plan that the day begins with.
    func prepare(_ engine: PromotionEngine) throws {
        _ = try engine.replan(at: market.day.start)
        engine.learn(
            from: yesterday.suffix(engine.sampleSize)
                .map { request in
                    market.scoreRequest(for: request) { !market.knew(listener: $0, artist: $1) }
                }
        )
        _ = try engine.replan(at: market.day.start)
        try engine.refillLeases(at: market.day.start)
    }

    /// What the day with Oasis comes to; the engine is prepared.
    func oasisOutcome(
        _ engine: PromotionEngine,
        day: SimulatedDay,
        replanMinutes: Int = 10,
        progress: (Int, Timestamp) -> Void
    ) throws -> SimulatedDay.Outcome {
        var strategy = OasisStrategy(engine, seed: market.seed, replanMinutes: replanMinutes)
        return try day.run(&strategy, progress: progress)
    }

    /// Registers the market's licensors, campaigns and policy in an empty ledger.
    package func register(in ledger: Ledger) throws {
        let (actor, start) = ("demo", market.day.start)
        for licensor in market.licensors { _ = try ledger.createLicensor(licensor, actor: actor, at: start) }
        for campaign in market.campaigns { _ = try ledger.createCampaign(campaign, actor: actor, at: start) }
        _ = try ledger.applyPolicy(market.policy, expectedVersion: nil, actor: actor, at: start)
    }

    /// Yesterday's requests by cell and quarter hour.
    package var usualDay: [Cell: [Double]] {
        var counts: [Cell: [Double]] = [:]
        for request in yesterday {
            counts[request.cell, default: Array(repeating: 0, count: SupplyForecast.binsPerDay)][
                SupplyForecast.bin(request.time)
            ] += 1
        }
        return counts
    }

    /// What no way of promoting that keeps the policy's rows can exceed, column by column, by the program's dual.
    package func provenBound(organic: Line, threads: Int) throws -> Line {
        let bound = HindsightBound(market, traffic: traffic, unpriced: unpricedSnapshot(), threads: threads)
        return Line(
            name: "proven upper bound",
            utilityKept: 1,
            streams: organic.streams + (try bound.largest(.stream)),
            newListeners: organic.newListeners + (try bound.largest(.newListener)),
            commission: try bound.largest(.commission),
            overspend: nil,
            guaranteesMet: try bound.guaranteesPossible(of: market.campaigns),
            independentsShare: nil,
            value: try bound.value()
        )
    }

    func unpricedSnapshot() -> Snapshot {
        HindsightBound.documents(of: market).unpricedSnapshot(at: market.day.start)
    }

    func line(_ outcome: SimulatedDay.Outcome) -> Line {
        let campaigns = zip(market.campaigns, outcome.delivered)
        let delivered = outcome.delivered.reduce(0, +)
        let independent = market.campaigns.indices.reduce(0) { sum, index in
            market.tier(ofCampaign: index)?.text == "independent" ? sum + outcome.delivered[index] : sum
        }
        let missing = campaigns.reduce(0) { $0 + max(0, ($1.0.dailyGuarantee ?? 0) - $1.1) }
        let floor = market.policy.rows.first { $0.name == "independents" }
        let short = max(0, (floor?.bound ?? 0) * Double(delivered) - Double(independent))
        let penalties =
            market.policy.guarantees.penalty * Double(missing) + (floor?.penalty ?? 0) * short
        return Line(
            name: outcome.name,
            utilityKept: outcome.utility / outcome.organicUtility,
            streams: Double(outcome.streams),
            newListeners: Double(outcome.newListeners),
            commission: Double(outcome.commissionMicros) / 1e6,
            overspend: campaigns.reduce(0) { $0 + max(0, $1.1 - ($1.0.dailyCap ?? .max)) },
            guaranteesMet: campaigns.count {
                $0.0.dailyGuarantee ?? 0 > 0 && $0.1 >= $0.0.dailyGuarantee ?? 0
            },
            independentsShare: delivered > 0 ? Double(independent) / Double(delivered) : nil,
            value: outcome.worth - (outcome.organicUtility - outcome.utility) - penalties
        )
    }
}
