import OasisMarket
import OasisScoring
import Testing

@Suite("Draws with known probabilities")
struct SamplingTests {
    @Test(
        "Every element is drawn as often as its probability says, by a chi-square test over 1,000,000 draws",
        arguments: [
            [0.05, 0.5, 0.9, 0.25, 1, 0.3, 0, 0.7, 0.01, 0.29], [0.999, 0.001], [0.02, 0.03, 0.05],
            Array(repeating: 1.0 / 3, count: 9), [1, 0.1, 0.2, 0.3, 0.4, 1, 0.5],
        ]
    )
    func frequencies(probabilities: [Double]) {
        let counts = Draws.counts(of: probabilities, draws: 1_000_000, key: Fixture.key)
        expectAgreement(counts, probabilities, draws: 1_000_000)
    }

    @Test("A request's candidates are promoted as often as the propensities say that its replies log")
    func loggedPropensities() throws {
        let draws = 40_000
        let scorer = Scorer(
            Fixture.snapshot((0..<6).map { Fixture.campaign($0) }, smoothing: 0.3, exploration: 0.04)
        )
        var request = try Fixture.request(
            promoted: (0..<6).map { ("promoted-\($0)", 0.75 - 0.05 * Float($0)) },
            slots: 2
        )
        var counts = [Int](repeating: 0, count: 9)
        var logged = [Double](repeating: 0, count: 9)
        for draw in 0..<draws {
            request.id = try RequestID("request-\(draw)")
            let reply = scorer.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            for promotion in reply.promotions {
                counts[promotion.index] += 1
                logged[promotion.index] = Double(promotion.propensity)
            }
        }
        #expect(logged.filter { $0 > 0 && $0 < 1 }.count >= 5)
        expectAgreement(counts, logged, draws: draws)
    }

    /// Holds counts to probabilities, element by element and together.
    private func expectAgreement(_ counts: [Int], _ probabilities: [Double], draws: Int) {
        var (statistic, terms) = (0.0, 0.0)
        for (count, probability) in zip(counts, probabilities) {
            if probability == 0 || probability == 1 {
                #expect(count == (probability == 1 ? draws : 0))
                continue
            }
            let expected = Double(draws) * probability
            statistic += (Double(count) - expected) * (Double(count) - expected) / (expected * (1 - probability))
            terms += 1
        }
        // Each term is a squared standard normal, of mean 1 and variance 2. They depend on each other, so the bound is wide:
        // five standard deviations of as many terms that are all one. The seeds are fixed.
        #expect(statistic < terms + 5 * terms * 2.0.squareRoot())
    }

    @Test("The size of a draw is the sum of the probabilities, rounded up or down")
    func sizes() {
        var random = SeededGenerator(seed: 22)
        for _ in 0..<3_000 {
            let probabilities = (0..<(1 + random.index(below: 20)))
                .map { _ in
                    random.uniform() < 0.1 ? 1 : random.uniform()
                }
            let sum = probabilities.reduce(0, +)
            let drawn = Draws.drawn(probabilities, at: random.uniform())
            #expect(Double(drawn.count) > sum - 1 && Double(drawn.count) < sum + 1)
            #expect(drawn == drawn.sorted() && Set(drawn).count == drawn.count)
        }
    }

    @Test("Certain elements are drawn at every point, also at the ends of [0, 1)")
    func certainty() {
        for point in [0, 0.5, 1.0.nextDown] {
            #expect(Draws.drawn([1, 1, 1], at: point) == [0, 1, 2])
            #expect(Draws.drawn([0, 1, 0, 1], at: point) == [1, 3])
            #expect(Draws.drawn(Array(repeating: 0.1, count: 10) + [1], at: point).last == 10)
            #expect(Draws.drawn([], at: point) == [])
        }
    }

    @Test("The smoothed choice maximises its objective: no feasible point found by brute force is better")
    func smoothedChoice() {
        var random = SeededGenerator(seed: 23)
        for _ in 0..<40 {
            let worths = (0..<3).map { _ in 2 * random.uniform() - 0.7 }
            let (smoothing, slots) = (0.05 + random.uniform(), 1 + random.index(below: 2))
            let chosen = Draws.probabilities(
                netWorths: worths,
                slots: slots,
                smoothing: smoothing,
                explorationShare: 0
            )
            #expect(chosen.allSatisfy { (0...1).contains($0) })
            #expect(chosen.reduce(0, +) <= Double(slots) + 1e-9)
            func objective(_ point: [Double]) -> Double {
                zip(worths, point).reduce(0) { $0 + $1.0 * $1.1 - smoothing / 2 * $1.1 * $1.1 }
            }
            let reached = objective(chosen)
            let steps = 20
            for first in 0...steps {
                for second in 0...steps {
                    for third in 0...steps where first + second + third <= slots * steps {
                        let point = [first, second, third].map { Double($0) / Double(steps) }
                        #expect(objective(point) <= reached + 1e-9)
                    }
                }
            }
        }
    }

    @Test("The smoothed choice is the projection that a bisection on the threshold finds, for many candidates")
    func projection() {
        var random = SeededGenerator(seed: 24)
        for _ in 0..<200 {
            let worths = (0..<30).map { _ in random.uniform() - 0.3 }
            let (smoothing, slots) = (0.001 + 0.3 * random.uniform(), 1 + random.index(below: 4))
            let chosen = Draws.probabilities(
                netWorths: worths,
                slots: slots,
                smoothing: smoothing,
                explorationShare: 0
            )
            func clipped(_ threshold: Double) -> [Double] {
                worths.map { min(max(($0 - threshold) / smoothing, 0), 1) }
            }
            var (low, high) = (0.0, 2.0)
            if clipped(0).reduce(0, +) > Double(slots) {
                for _ in 0..<200 {
                    let middle = (low + high) / 2
                    if clipped(middle).reduce(0, +) > Double(slots) { low = middle } else { high = middle }
                }
            }
            for (left, right) in zip(chosen, clipped(low)) { #expect(abs(left - right) < 1e-9) }
        }
    }

    @Test("Without smoothing the best positive candidates are taken, ties by place")
    func best() {
        func chosen(_ worths: [Double], slots: Int) -> [Double] {
            Draws.probabilities(netWorths: worths, slots: slots, smoothing: 0, explorationShare: 0)
        }
        #expect(chosen([0.1, 0.3, 0.2], slots: 2) == [0, 1, 1])
        #expect(chosen([-0.1, 0, 0.2], slots: 3) == [0, 0, 1])
        #expect(chosen([0.2, 0.2, 0.2], slots: 1) == [1, 0, 0])
    }

    @Test("Exploration gives every candidate its floor and never asks for more than the slots")
    func exploration() {
        var random = SeededGenerator(seed: 25)
        for _ in 0..<500 {
            let worths = (0..<(1 + random.index(below: 30))).map { _ in random.uniform() - 0.5 }
            let slots = 1 + random.index(below: 4)
            let share = 0.1 * random.uniform()
            let chosen = Draws.probabilities(
                netWorths: worths,
                slots: slots,
                smoothing: 0.01,
                explorationShare: share
            )
            let floor = share * min(1, Double(slots) / Double(worths.count))
            #expect(chosen.allSatisfy { $0 >= floor && $0 <= 1 })
            #expect(chosen.reduce(0, +) <= Double(slots) + 1e-9)
        }
    }

    @Test("A candidate explored at a loss says so, with the propensity it was drawn with")
    func explorationReason() throws {
        let snapshot = Fixture.snapshot(
            [Fixture.campaign(0, prices: [.delivery: 0.9])],
            worths: [.stream: 1],
            exploration: 0.1
        )
        var explored = 0
        for index in 0..<4_000 {
            let reply = Fixture.score(try Fixture.request("request-\(index)"), by: snapshot)
            for promotion in reply.promotions {
                explored += 1
                #expect(promotion.reasons == [.exploration])
                #expect(abs(promotion.propensity - 0.1) < 1e-6)
            }
        }
        // 10 % of 4,000, six standard deviations either way.
        #expect(abs(explored - 400) < 114)
    }
}
