import OasisMarket
import OasisResponse
import Testing

@Suite("Rates and delays")
struct RateTests {
    @Test("A group nobody has seen takes the rate of what it is part of")
    func fallsBack() {
        let rates = HierarchicalRates(
            [
                .init(campaign: "a", surface: "radio", cohort: "new"): .init(successes: 800, trials: 1_000),
                .init(campaign: "b", surface: "radio"): .init(successes: 100, trials: 1_000),
            ],
            fallbackRate: 0.5
        )
        #expect(rates.rate(.init(campaign: "a", surface: "mix")) == rates.rate(.init(campaign: "a")))
        let radio = HierarchicalRates.Key(campaign: "b", surface: "radio")
        #expect(rates.rate(.init(campaign: "b", surface: "radio", cohort: "old")) == rates.rate(radio))
        #expect(rates.rate(.init(campaign: "z")) == rates.overallRate)
        #expect(rates.rate(.init(campaign: "a")) > 0.7 && rates.rate(.init(campaign: "b")) < 0.2)
    }

    @Test("Cohorts with few trials are closer to the truth than their own counts")
    func shrinks() {
        var random = SeededGenerator(seed: 1)
        var counts: [HierarchicalRates.Key: EmpiricalBayes.Count] = [:]
        var truth: [HierarchicalRates.Key: Double] = [:]
        for campaign in 0..<20 {
            let own = 0.2 + 0.3 * random.uniform()
            for surface in 0..<3 {
                let there = own + 0.1 * (random.uniform() - 0.5)
                for cohort in 0..<5 {
                    let key = HierarchicalRates.Key(campaign: "\(campaign)", surface: "\(surface)", cohort: "\(cohort)")
                    let rate = there + 0.06 * (random.uniform() - 0.5)
                    let trials = 5 + random.index(below: 60)
                    let successes = (0..<trials).reduce(0) { sum, _ in sum + (random.uniform() < rate ? 1 : 0) }
                    counts[key] = .init(successes: Double(successes), trials: Double(trials))
                    truth[key] = rate
                }
            }
        }
        let rates = HierarchicalRates(counts, fallbackRate: 0.3)
        func error(_ estimate: (HierarchicalRates.Key) -> Double) -> Double {
            truth.reduce(0) { $0 + ($1.value - estimate($1.key)) * ($1.value - estimate($1.key)) }
        }
        let shrunk = error { rates.rate($0) }
        #expect(shrunk < 0.4 * error { counts[$0]!.successes / counts[$0]!.trials })
        #expect(shrunk < 0.8 * error { _ in rates.overallRate })
        #expect(rates.strengths.count == 3)
    }

    @Test("Delays are learned without the bias of plays that are still young")
    func delays() {
        var random = SeededGenerator(seed: 2)
        let horizon = 10_000.0
        // Delays are uniform on the horizon: half of them within its half. Ages are uniform as well.
        var events: [DelayCurve.Event] = []
        for _ in 0..<20_000 {
            let (delay, age) = (horizon * random.uniform(), 2 * horizon * random.uniform())
            if delay <= age { events.append(.init(delaySeconds: delay, ageSeconds: age)) }
        }
        let curve = DelayCurve(events, horizonSeconds: horizon)
        let naive = Double(events.count { $0.delaySeconds <= horizon / 2 }) / Double(events.count)
        #expect(naive > 0.56)
        #expect(abs(curve.share(within: horizon / 2) - 0.5) < 0.03)
        #expect(abs(curve.medianSeconds - horizon / 2) < 0.05 * horizon)
        #expect(curve.share(within: horizon) == 1)
    }

    @Test("What is still to come follows Bayes' rule, and matures")
    func laterProbability() {
        let events = (1...100).map { DelayCurve.Event(delaySeconds: Double($0), ageSeconds: 1_000) }
        let curve = DelayCurve(events, horizonSeconds: 200)
        #expect(abs(curve.share(within: 50) - 0.5) < 1e-12)
        // 0.2 · 0.5 / (1 − 0.2 · 0.5).
        #expect(abs(curve.probabilityLater(0.2, ageSeconds: 50) - 0.1 / 0.9) < 1e-12)
        #expect(curve.probabilityLater(0.2, ageSeconds: 0) == 0.2)
        #expect(curve.label(hasEvent: false, probability: 0.2, ageSeconds: 300) == 0)
        #expect(curve.label(hasEvent: true, probability: 0.2, ageSeconds: 1) == 1)
        #expect(curve.maturity(hasEvent: false, ageSeconds: 50) == curve.share(within: 50))
        #expect(DelayCurve([], horizonSeconds: 10).share(within: 1) == 1)
    }
}
