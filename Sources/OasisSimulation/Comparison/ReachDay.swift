package import OasisLedger
package import OasisMarket
package import OasisPlanning
import OasisScoring

/// One market's day under Oasis, under every baseline at the same listener loss, and the best in hindsight.
package struct ReachDay: Sendable {
    /// What one way of promoting came to.
    package struct Line: Hashable, Sendable {
        /// The strategy.
        package var name: String
        /// The program's objective, in organic-score units.
        package var value: Double
        /// What promoted plays are worth, before listener loss and penalties.
        package var worth: Double
        /// Share of organic utility that was displaced.
        package var loss: Double
        /// Promoted plays above caps.
        package var overspend: Int
        /// Promoted plays.
        package var delivered: Int
        /// Promoted plays above the hard limit of a licensor's share.
        package var aboveShares: Int
        /// Guarantees met, by campaign.
        package var metGuarantees: Set<Int>
    }

    /// What the day came to.
    package struct Result: Sendable {
        /// What the market was made from.
        package var seed: UInt64
        /// All campaigns' caps together.
        package var caps: Int
        /// Oasis itself.
        package var oasis: Line
        /// The baselines, each at the strength that costs listeners what Oasis does.
        package var baselines: [Line]
        /// Value of the best in hindsight that explores as the policy says.
        package var optimum: Double
        /// Value of the best in hindsight that explores nothing.
        package var optimumWithoutExploration: Double
        /// Guarantees that the best in hindsight meets.
        package var feasibleGuarantees: Set<Int>
        /// Mean over the day and over deliveries of |delivered − planned| / planned for the whole day, by the curve that
        /// each plan redraws.
        package var offPlanCurve: Double
        /// The same by the curve that the day began with.
        package var offFirstCurve: Double
    }

    /// The market.
    package let market: SyntheticMarket
    private let comparison: MarketComparison
    private let day: SimulatedDay

    /// Makes the market and its day.
    package init(shape: MarketShape, seed: UInt64, day: Day, hasNoonShock: Bool) {
        let market = SyntheticMarket(shape: shape, seed: seed, day: day)
        let changes: [TrafficChange] = hasNoonShock ? [.noonShock(of: market)] : []
        self.market = market
        comparison = MarketComparison(market, traffic: market.traffic(changes: changes))
        self.day = SimulatedDay(market, traffic: comparison.traffic)
    }

    /// Registers the market in an empty ledger.
    package func register(in ledger: Ledger) throws { try comparison.register(in: ledger) }

    /// Yesterday's requests by cell and quarter hour.
    package var usualDay: [Cell: [Double]] { comparison.usualDay }

    /// Lives the day every way.
    ///
    /// `engine` is new, over a ledger in which the market is registered.
    package func run(_ engine: PromotionEngine, threads: Int) throws -> Result {
        try comparison.prepare(engine)
        let firstCurves = Dictionary(
            try engine.status(at: market.day.start).campaigns.map { ($0.campaign.id, $0.planCurve) },
            uniquingKeysWith: { first, _ in first }
        )
        let oasis = measured(try comparison.oasisOutcome(engine, day: day) { _, _ in })
        let lastMoment = market.day.next.start.advanced(bySeconds: -1)
        let optimum = try optimum(threads: threads)
        return Result(
            seed: market.seed,
            caps: market.campaigns.reduce(0) { $0 + ($1.dailyCap ?? 0) },
            oasis: oasis,
            baselines: try baselines(at: oasis.loss),
            optimum: optimum.valueExploring,
            optimumWithoutExploration: optimum.value,
            feasibleGuarantees: optimum.metGuarantees,
            offPlanCurve: try Self.offCurve(engine, at: lastMoment) { $0.planCurve },
            offFirstCurve: try Self.offCurve(engine, at: lastMoment) { firstCurves[$0.campaign.id] ?? [] }
        )
    }

    private func optimum(threads: Int) throws -> HindsightOptimum {
        // Requests as they come on a day without promotion: with what listeners had heard of by then.
        var organic = HeardRequests()
        _ = try day.run(&organic)
        return try HindsightOptimum(
            market,
            requests: organic.requests,
            unpriced: comparison.unpricedSnapshot(),
            threads: threads
        )
    }

    /// Steps that mirror descent is tried with; the best of them counts.
    package static let mirrorSteps = [1.0, 3, 10, 30, 100]
    /// Gains that PID pacing is tried with; the best of them counts.
    package static let pacingGains = [
        FeedbackPacing.Gains(proportional: 5, integral: 0, derivative: 0),
        FeedbackPacing.Gains(proportional: 10, integral: 20, derivative: 2),
        FeedbackPacing.Gains(proportional: 30, integral: 60, derivative: 5),
    ]

    private func baselines(at loss: Double) throws -> [Line] {
        let program = usualProgram()
        let share = plannedShare()
        let unpriced = comparison.unpricedSnapshot()
        let fixed = try tuned(to: loss, from: 0.05) { strength in
            FixedBoost(market, boost: Float(strength))
        }
        let greedy = try tuned(to: loss, from: 1) { strength in
            var snapshot = unpriced
            snapshot.elsewherePrices[.listenerLoss] = 1 / strength
            return GreedyUntilCap(market, unpriced: snapshot)
        }
        let paced = try Self.pacingGains.map { gains in
            try tuned(to: loss, from: 1) { strength in
                FeedbackPacing(market, gains: gains, lossPrice: 1 / strength, plannedShare: share)
            }
        }
        let mirrored = try Self.mirrorSteps.map { step in
            try tuned(to: loss, from: 1) { strength in
                MirrorDescent(market, program: program, step: step, lossScale: strength)
            }
        }
        return [fixed, greedy] + [paced, mirrored].compactMap { $0.max { $0.value < $1.value } }
    }

    /// Lives the day at strengths that come ever closer to a listener loss, which grows with strength.
    private func tuned(
        to loss: Double,
        from start: Double,
        _ strategy: (Double) -> some PromotionStrategy
    ) throws -> Line {
        func line(_ strength: Double) throws -> Line {
            var strategy = strategy(strength)
            return measured(try day.run(&strategy))
        }
        var (low, high) = (start / 1_000, start * 1_000)
        var best = try line(start)
        var strength = start
        for _ in 0..<12 where abs(best.loss - loss) > 0.01 * loss {
            let last = try line(strength)
            if abs(last.loss - loss) < abs(best.loss - loss) { best = last }
            if last.loss < loss { low = strength } else { high = strength }
            // Loss is about as steep as strength: the first guesses go by the ratio, the later ones by halves.
            let guess = strength * min(max(loss / max(last.loss, 1e-6), 0.2), 5)
            strength = guess > low && guess < high ? guess : (low * high).squareRoot()
        }
        return best
    }

    private func measured(_ outcome: SimulatedDay.Outcome) -> Line {
        let line = comparison.line(outcome)
        return Line(
            name: line.name,
            value: line.value,
            worth: outcome.worth,
            loss: 1 - line.utilityKept,
            overspend: line.overspend ?? 0,
            delivered: outcome.delivered.reduce(0, +),
            aboveShares: aboveShares(outcome.delivered),
            metGuarantees: Set(
                market.campaigns.indices.filter {
                    let promised = market.campaigns[$0].dailyGuarantee ?? 0
                    return promised > 0 && outcome.delivered[$0] >= promised
                }
            )
        )
    }

    private func aboveShares(_ delivered: [Int]) -> Int {
        let all = Double(delivered.reduce(0, +))
        let limits = market.policy.rows.filter { $0.scope == .eachLicensor && $0.measure == .share }
        return limits.reduce(0) { sum, row in
            market.licensors.reduce(sum) { sum, licensor in
                let own = market.campaigns.indices.reduce(0) {
                    market.campaigns[$1].licensor == licensor.id ? $0 + delivered[$1] : $0
                }
                return sum + max(0, own - Int((row.bound * all).rounded(.up)))
            }
        }
    }

    /// The day's program as it looks on the evening before.
    private func usualProgram() -> MarketProgram {
        let usual = usualDay.mapValues { $0.reduce(0, +) }
        let scorer = Scorer(comparison.unpricedSnapshot())
        return MarketProgram(
            restOfDay: HindsightBound.documents(of: market),
            rates: { _ in HindsightBound.trueRates },
            count: DayCount(
                deliveries: [],
                heldUnits: { _ in 0 },
                tallies: [],
                loss: LossAccount(day: market.day)
            ),
            sample: comparison.yesterday.map { request in
                SampledRequest(
                    market.scoreRequest(for: request) { !market.knew(listener: $0, artist: $1) },
                    by: scorer
                )
            },
            ahead: { usual[$0] ?? 0 }
        )
    }

    /// Cumulative share of yesterday's traffic by quarter hour.
    private func plannedShare() -> [Double] {
        var bins = [Double](repeating: 0, count: SupplyForecast.binsPerDay)
        for counts in usualDay.values { for bin in bins.indices { bins[bin] += counts[bin] } }
        let total = max(bins.reduce(0, +), 1)
        var sum = 0.0
        return bins.map { count in
            sum += count
            return sum / total
        }
    }

    private static func offCurve(
        _ engine: PromotionEngine,
        at now: Timestamp,
        _ curve: (CampaignStatus) -> [Double]
    ) throws -> Double {
        var (off, planned) = (0.0, 0.0)
        for campaign in try engine.status(at: now).campaigns {
            let curve = curve(campaign)
            guard let whole = curve.last, whole > 0, !campaign.deliveredCurve.isEmpty else { continue }
            let distances = zip(curve, campaign.deliveredCurve).map { abs($0 - Double($1)) }
            off += distances.reduce(0, +) / Double(distances.count)
            planned += whole
        }
        return planned > 0 ? off / planned : 0
    }
}

/// No promotion, and every request as it came: with what listeners had heard of by then.
private struct HeardRequests: PromotionStrategy {
    let name = "organic only"
    private(set) var requests: [ScoreRequest] = []

    mutating func boosts(for request: ScoreRequest) -> [(index: Int, boost: Float)] {
        requests.append(request)
        return []
    }

    func hear(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest, organic: [Int]) {}
    func minutePassed(_ now: Timestamp) {}
}
