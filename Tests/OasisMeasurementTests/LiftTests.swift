import OasisMarket
import OasisMeasurement
import Testing

@Suite("Lift against a truth that is known")
struct LiftTests {
    /// What of 30 days a listener has left on average when the day of becoming eligible is the earlier of two.
    private static let eligibleShare = (30 - 8_555.0 / 900) / 30

    /// Worlds of every kind: no effect and large ones, rare and common outcomes, even and uneven tastes.
    private func world(_ campaign: Int) -> LiftWorld {
        LiftWorld(
            listeners: 1_500,
            holdoutShare: [0.1, 0.2][campaign % 2],
            rate: [0.1, 0.4, 1][campaign % 3],
            lift: [0, 0.1, 0.3, 0.5, 1][campaign % 5],
            unevenness: campaign / 5 % 3
        )
    }

    @Test("95 % intervals cover the true lift of 93 to 97 in 100 simulated campaigns")
    func coverage() throws {
        var (answered, lifts, differences, tooLow) = (0, 0, 0, 0)
        // Of 1000 campaigns 950 ± 6.9 are covered by chance: 20 either way are 2.9 standard deviations.
        for campaign in 0..<1_000 {
            let world = world(campaign)
            let answer = Lift(try world.feedback(world.month(seed: UInt64(campaign)))).answer
            guard let answer else { continue }
            answered += 1
            if answer.lift.interval.contains(world.lift) { lifts += 1 }
            if answer.lift.interval.upper < world.lift { tooLow += 1 }
            let added = world.lift * world.rate * Self.eligibleShare
            if answer.perListener.interval.contains(added) { differences += 1 }
        }
        #expect(answered == 1_000)
        #expect((930...970).contains(lifts), "\(lifts) of 1000 lifts")
        #expect((930...970).contains(differences), "\(differences) of 1000 differences")
        // Both ends err alike: 25 ± 5 in 1000 each.
        #expect((10...45).contains(tooLow), "\(tooLow) of 1000 too low")
    }

    @Test("Without any effect, a month of daily looks raises the alarm in fewer than 5 of 100 campaigns")
    func peeking() throws {
        var (alarms, careless) = (0, 0)
        for campaign in 0..<200 {
            var world = world(campaign)
            (world.listeners, world.lift) = (500, 0)
            let month = world.month(seed: 10_000 + UInt64(campaign))
            let answers = try (0..<LiftWorld.days)
                .compactMap { Lift(try world.feedback(month, throughDay: $0)).answer }
            let lifts = answers.flatMap { [$0.lift, $0.perListener] }
            if lifts.contains(where: { !$0.alwaysValid.contains(0) }) { alarms += 1 }
            if lifts.contains(where: { !$0.interval.contains(0) }) { careless += 1 }
        }
        #expect(alarms <= 10, "\(alarms) of 200")
        // Whoever looks at the other interval every day is misled more often than it says.
        #expect(careless > 20, "\(careless) of 200")
    }

    @Test("A real effect is found by looking every day, and stays found")
    func power() throws {
        let world = LiftWorld(listeners: 6_000, holdoutShare: 0.2, rate: 1, lift: 0.5)
        let month = world.month(seed: 5)
        let found = try (0..<LiftWorld.days)
            .filter { day in Lift(try world.feedback(month, throughDay: day)).answer?.lift.alwaysValid.lower ?? 0 > 0 }
        let first = try #require(found.first)
        #expect(first < 20)
        #expect(found == Array(first..<LiftWorld.days))
    }

    @Test("What listeners did earlier narrows the interval, and moves it no further from the truth")
    func earlierOutcomes() throws {
        var world = LiftWorld(rate: 1, lift: 0.3, unevenness: 2)
        let month = world.month(seed: 3)
        let with = try #require(Lift(try world.feedback(month)).answer)
        world.earlierMonths = 0
        let without = try #require(Lift(try world.feedback(month)).answer)
        #expect(with.lift.interval.width < 0.9 * without.lift.interval.width)
        #expect(with.lift.interval.contains(0.3) && without.lift.interval.contains(0.3))
        #expect(with.noiseTakenAway > 0.2 && without.noiseTakenAway == 0)
    }

    @Test("With many outcomes the interval is the usual one of a ratio's logarithm")
    func manyOutcomes() throws {
        let world = LiftWorld(listeners: 20_000, holdoutShare: 0.3, rate: 2, lift: 0.2, unevenness: 0, earlierMonths: 0)
        let feedback = try world.feedback(world.month(seed: 8))
        let answer = try #require(Lift(feedback).answer)
        func relativeError(_ isHeldOut: Bool) -> (mean: Double, square: Double) {
            let values = zip(feedback.isHeldOut, feedback.outcomes).filter { $0.0 == isHeldOut }.map(\.1)
            let mean = values.reduce(0, +) / Double(values.count)
            let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
            return (mean, square / Double(values.count) / (mean * mean))
        }
        let (held, treated) = (relativeError(true), relativeError(false))
        let width = 2 * 1.96 * (held.square + treated.square).squareRoot() * treated.mean / held.mean
        #expect(abs(answer.lift.interval.width / width - 1) < 0.05)
        #expect(abs(answer.lift.value - (treated.mean / held.mean - 1)) < 1e-12)
        #expect(abs(answer.incremental.value - answer.perListener.value * Double(feedback.treatedCount)) < 1e-6)
    }

    @Test("A holdout without outcomes bounds the lift from below alone")
    func emptyHoldout() throws {
        let feedback = try LiftFeedback(
            isHeldOut: (0..<1_000).map { $0 % 10 == 0 },
            outcomes: (0..<1_000).map { $0 % 10 == 1 ? 1 : 0 },
            holdoutShare: 0.1
        )
        let lift = Lift(feedback)
        let answer = try #require(lift.answer)
        #expect(answer.lift.value == .infinity && answer.lift.interval.upper == .infinity)
        #expect(answer.lift.interval.lower > 0 && answer.lift.interval.lower < 10)
        #expect(answer.perListener.interval.lower > 0 && answer.perListener.interval.upper < 0.2)
        #expect(lift.findings.map(\.code) == ["thin-holdout"])
    }

    @Test("What promotion takes away is found, too")
    func harm() throws {
        let world = LiftWorld(listeners: 6_000, holdoutShare: 0.3, rate: 1, lift: -0.4)
        let answer = try #require(Lift(try world.feedback(world.month(seed: 2))).answer)
        #expect(answer.lift.interval.contains(-0.4) && answer.lift.alwaysValid.upper < 0)
        #expect(answer.incremental.alwaysValid.upper < 0)
        #expect(answer.breakEven(commissionRate: 0.3).verdict == .notEarned)
    }

    @Test("A commission of 30 % needs a lift of 42.9 %, and the verdict waits until it is beyond doubt")
    func breakEven() throws {
        #expect(abs(BreakEven.liftNeeded(commissionRate: 0.3) - 3.0 / 7) < 1e-12)
        #expect(BreakEven.liftNeeded(commissionRate: 0) == 0 && BreakEven.liftNeeded(commissionRate: 1) == .infinity)
        func verdict(_ lift: Double, commission: Double = 0.3) throws -> BreakEven {
            let world = LiftWorld(listeners: 8_000, holdoutShare: 0.3, rate: 1, lift: lift)
            return try #require(Lift(try world.feedback(world.month(seed: 4))).answer)
                .breakEven(commissionRate: commission)
        }
        let (good, near, bad) = (try verdict(1), try verdict(3.0 / 7), try verdict(0))
        #expect(good.verdict == .earned && good.confidence > 0.999)
        #expect(near.verdict == .undecided && (0.01...0.99).contains(near.confidence))
        #expect(bad.verdict == .notEarned && bad.confidence < 0.001)
        #expect(try verdict(1, commission: 1).verdict == .notEarned)
    }
}

extension Interval {
    fileprivate func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

    fileprivate var width: Double { upper - lower }
}

extension LiftFeedback {
    fileprivate var treatedCount: Int { isHeldOut.count { !$0 } }
}
