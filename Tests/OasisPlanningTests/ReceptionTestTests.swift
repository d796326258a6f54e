import OasisLedger
import OasisMarket
import OasisPlanning
import Testing

@Suite("What plays say about a campaign's reception")
struct ReceptionTestTests {
    private static let rule = PullBackRule()
    private static let number: Int64 = 7

    /// Plays of one day that arrive one after the other: ten organic ones for each promoted one.
    private struct Plays {
        var promoted = TallyCounts()
        var organic = TallyCounts()

        mutating func play(_ rate: Double, organicRate: Double, _ random: inout SeededGenerator) {
            func add(_ rate: Double, to counts: inout TallyCounts) {
                counts.shown += 1
                counts.plays += 1
                counts.streams += random.uniform() < rate ? 1 : 0
            }
            add(rate, to: &promoted)
            for _ in 0..<10 { add(organicRate, to: &organic) }
        }

        var tallies: [TallyRow] {
            [(number, true, promoted), (0, false, organic)]
                .map { number, isPromoted, counts in
                    TallyRow(
                        day: Market.day,
                        campaignNumber: number,
                        cell: Market.radio,
                        isPromoted: isPromoted,
                        counts: counts
                    )
                }
        }
    }

    private static func standing(since: Timestamp = Market.day.start, windowsBefore: Int = 0) -> PullBack {
        PullBack(
            campaign: CampaignID(trusted: "c"),
            level: .full,
            reason: "test",
            since: since,
            windowsBefore: windowsBefore
        )
    }

    /// After how many plays, looking after every tenth, a campaign is found to be received worse.
    private func playsUntilWorse(_ rate: Double, organicRate: Double, most: Int, seed: UInt64) -> Int? {
        var random = SeededGenerator(seed: seed)
        var day = Plays()
        let test = ReceptionTest(Self.rule, campaignNumber: Self.number, Self.standing(), on: Market.day)
        for play in 1...most {
            day.play(rate, organicRate: organicRate, &random)
            guard play.isMultiple(of: 10) else { continue }
            if let found = test.evidence(day.tallies, recovers: false), test.finding(found) == .worse { return play }
        }
        return nil
    }

    @Test("Of 200 campaigns that are received just as badly as is tolerated, no more than the error are pulled back")
    func error() {
        let tolerated = 0.6 * (1 - Self.rule.tolerance)
        let wrong = (0..<200)
            .count { playsUntilWorse(tolerated, organicRate: 0.6, most: 2_000, seed: UInt64(9_000 + $0)) != nil }
        #expect(Double(wrong) <= 200 * Self.rule.errorProbability, "\(wrong) of 200")
    }

    @Test("Of 200 campaigns that are received as well as organic plays, none is pulled back")
    func good() {
        let wrong = (0..<200)
            .count { playsUntilWorse(0.6, organicRate: 0.6, most: 2_000, seed: UInt64(7_000 + $0)) != nil }
        #expect(wrong == 0)
    }

    @Test("Each of 200 campaigns that are received half as well is found within 400 plays")
    func bad() {
        let plays = (0..<200)
            .map { playsUntilWorse(0.3, organicRate: 0.6, most: 2_000, seed: UInt64(8_000 + $0)) ?? .max }
        #expect((plays.max() ?? 0) <= 400)
        #expect((plays.min() ?? 0) >= 50, "a handful of plays proves nothing")
    }

    @Test("What has not been heard to the end counts against no campaign")
    func open() throws {
        var day = Plays()
        var random = SeededGenerator(seed: 5)
        for _ in 0..<400 { day.play(0.6, organicRate: 0.6, &random) }
        // Skips are heard of at once, streams at their end: of these 300 plays only the skipped ones have ended.
        day.promoted.shown += 300
        day.promoted.plays += 120
        let test = ReceptionTest(Self.rule, campaignNumber: Self.number, Self.standing(), on: Market.day)
        let found = try #require(test.evidence(day.tallies, recovers: false))
        #expect(found.plays == 700 && found.open == 180)
        #expect(found.promotedRate < 0.8 * found.organicRate, "by the look of it, it is worse")
        #expect(test.finding(found) != .worse)
        #expect(try test.finding(#require(test.evidence(day.tallies, recovers: true))) != .tolerated)
    }

    @Test("Each window has less of the error, and all of them together no more than the rule says")
    func windows() throws {
        var day = Plays()
        var random = SeededGenerator(seed: 6)
        for _ in 0..<50 { day.play(0.6, organicRate: 0.6, &random) }
        var spent = 0.0
        var widest = 0.0
        for window in 0..<500 {
            let start = Market.day.start.advanced(bySeconds: -Double(window * Self.rule.windowDays) * 86_400)
            let standing = Self.standing(since: start)
            let test = ReceptionTest(Self.rule, campaignNumber: Self.number, standing, on: Market.day)
            let found = try #require(test.evidence(day.tallies, recovers: false))
            #expect(found.promotedHigh - found.promotedLow >= widest)
            widest = found.promotedHigh - found.promotedLow
            spent += found.errorProbability
        }
        #expect(spent <= Self.rule.errorProbability && spent > 0.9 * Self.rule.errorProbability)
    }

    @Test("What was counted before a step is no evidence for the next one, nor is what was before the window")
    func before() throws {
        var day = Plays()
        var random = SeededGenerator(seed: 8)
        for _ in 0..<100 { day.play(0.1, organicRate: 0.6, &random) }
        var standing = Self.standing(since: Market.noon)
        standing.countedBefore = [
            Reception(cell: Market.radio, shown: 90, ended: 90, streams: day.promoted.streams)
        ]
        let today = ReceptionTest(Self.rule, campaignNumber: Self.number, standing, on: Market.day)
        let found = try #require(today.evidence(day.tallies, recovers: false))
        #expect(found.plays == 10 && found.promotedRate == 0)
        let later = Day(number: Market.day.number + Int32(Self.rule.windowDays))
        let next = ReceptionTest(Self.rule, campaignNumber: Self.number, standing, on: later)
        #expect(next.evidence(day.tallies, recovers: false) == nil)
    }

    @Test("Bounds hold at every moment at once, and narrow as plays come")
    func bounds() {
        var missed = 0
        for seed in 0..<200 {
            var random = SeededGenerator(seed: UInt64(400 + seed))
            var successes = 0
            var isMissed = false
            for trial in 1...1_500 {
                // A rate that changes with the hour: what is bounded is its average.
                let rate = trial.isMultiple(of: 2) ? 0.2 : 0.6
                successes += random.uniform() < rate ? 1 : 0
                let mean = (0.6 * Double((trial + 1) / 2) + 0.2 * Double(trial / 2)) / Double(trial)
                let bounds = RateBounds.interval(
                    successes: successes...successes,
                    of: trial,
                    errorProbability: 0.1
                )
                isMissed = isMissed || !bounds.contains(mean)
            }
            missed += isMissed ? 1 : 0
        }
        #expect(missed <= 20, "\(missed) of 200")
        let wide = RateBounds.interval(successes: 50...50, of: 100, errorProbability: 0.1)
        let narrow = RateBounds.interval(successes: 5_000...5_000, of: 10_000, errorProbability: 0.1)
        #expect(narrow.upperBound - narrow.lowerBound < 0.2 * (wide.upperBound - wide.lowerBound))
        #expect(RateBounds.interval(successes: 0...0, of: 0, errorProbability: 0.1) == 0...1)
    }
}
