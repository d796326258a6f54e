import OasisMarket
import OasisScoring
import Testing

@Suite("Promotions that keep a distance")
struct SpacedChoiceTests {
    /// Organic scores 1, 0.99, … and offers at random sums between them.
    private func layout(_ random: inout SeededGenerator, offers: Int, gap: Int) -> (SpacedChoice, [Float], [Float]) {
        let organic = (0..<20).map { 1 - Float($0) / 100 }
        let sums = (0..<offers)
            .map { _ in
                // Some fall on the very score of a track.
                random.uniform() < 0.2 ? organic[random.index(below: 20)] : 0.8 + Float(random.uniform()) * 0.25
            }
        return (SpacedChoice(sums: sums, organic: organic.shuffled(using: &random), gap: gap), sums, organic)
    }

    /// Tracks strictly between two promotions.
    private func between(_ left: Float, _ right: Float, _ organic: [Float]) -> Int {
        organic.count { $0 < max(left, right) && $0 > min(left, right) }
    }

    @Test("Whatever is drawn keeps the gap, and no more than the slots are drawn")
    func gapHolds() {
        var random = SeededGenerator(seed: 31)
        var crowded = 0
        for _ in 0..<3_000 {
            let (gap, slots) = (1 + random.index(below: 5), 1 + random.index(below: 4))
            let (choice, sums, organic) = layout(&random, offers: 1 + random.index(below: 10), gap: gap)
            let worths = sums.map { _ in random.uniform() - 0.2 }
            let probabilities = choice.probabilities(
                netWorths: worths,
                slots: slots,
                smoothing: random.uniform() < 0.3 ? 0 : random.uniform(),
                explorationShare: random.uniform() < 0.5 ? 0 : 0.1
            )
            #expect(probabilities.allSatisfy { (0...1).contains($0) })
            #expect(probabilities.reduce(0, +) <= Double(slots) + 1e-9)
            for window in choice.windows {
                #expect(window.reduce(0) { $0 + probabilities[choice.order[$1]] } <= 1 + 1e-9)
            }
            if !choice.isFree { crowded += 1 }
            for _ in 0..<5 {
                let drawn = choice.draw(probabilities, at: random.uniform())
                #expect(drawn.count <= slots && drawn == drawn.sorted())
                for (index, left) in drawn.enumerated() {
                    for right in drawn[..<index] { #expect(between(sums[left], sums[right], organic) >= gap) }
                }
            }
        }
        #expect(crowded > 1_000)
    }

    @Test("Every offer is drawn as often as its probability says, by a chi-square test over 200,000 draws")
    func frequencies() {
        var random = SeededGenerator(seed: 32)
        for _ in 0..<3 {
            let (choice, sums, _) = layout(&random, offers: 8, gap: 3)
            #expect(!choice.isFree)
            let worths = sums.map { _ in random.uniform() }
            let probabilities = choice.probabilities(
                netWorths: worths,
                slots: 3,
                smoothing: 0.6,
                explorationShare: 0.1
            )
            let draws = 200_000
            var counts = [Int](repeating: 0, count: sums.count)
            for _ in 0..<draws { for offer in choice.draw(probabilities, at: random.uniform()) { counts[offer] += 1 } }
            var statistic = 0.0
            for (count, probability) in zip(counts, probabilities) where probability > 0 && probability < 1 {
                let expected = Double(draws) * probability
                statistic += (Double(count) - expected) * (Double(count) - expected) / (expected * (1 - probability))
            }
            // Eight terms, each a squared standard normal: above 35 less than once in 20,000 runs; the seed is fixed.
            #expect(statistic < 35)
            #expect(probabilities.allSatisfy { $0 > 0 }, "exploration reaches every offer")
        }
    }

    @Test("The best of those that are too close is taken, and one that only the second best is too close to as well")
    func bestOfEach() {
        // From the top: offers 0, 1, 2 with two tracks between neighbours; a gap of three keeps neighbours apart.
        let organic: [Float] = [0.9, 0.89, 0.7, 0.69]
        let choice = SpacedChoice(sums: [1, 0.8, 0.6], organic: organic, gap: 3)
        #expect(choice.windows == [0..<2, 1..<3])
        func chosen(_ worths: [Double], slots: Int = 3) -> [Double] {
            choice.probabilities(netWorths: worths, slots: slots, smoothing: 0, explorationShare: 0)
        }
        #expect(chosen([3, 2, 1]) == [1, 0, 1])
        #expect(chosen([1, 2, 1.5]) == [0, 1, 0])
        #expect(chosen([3, 2, -1]) == [1, 0, 0])
        #expect(chosen([3, 2, 1], slots: 1) == [1, 0, 0])
    }

    @Test("Near ties that are too close share one place")
    func nearTies() {
        let choice = SpacedChoice(sums: [1, 0.99], organic: [0.5], gap: 1)
        let even = choice.probabilities(netWorths: [1, 1], slots: 2, smoothing: 1, explorationShare: 0)
        #expect(even.allSatisfy { abs($0 - 0.5) < 1e-9 })
    }

    @Test("Offers that are far enough apart have the probabilities that they would have without a gap")
    func farApart() {
        let organic = (0..<40).map { 1 - Float($0) / 50 }
        let choice = SpacedChoice(sums: [0.95, 0.75, 0.55], organic: organic, gap: 4)
        #expect(choice.isFree)
        let together = choice.probabilities(netWorths: [0.5, 0.4, 0.6], slots: 2, smoothing: 0.5, explorationShare: 0)
        // (u − τ)/γ with Σ = 2: τ = (1.5 − 1)/3.
        for (found, worth) in zip(together, [0.5, 0.4, 0.6]) { #expect(abs(found - (worth - 0.5 / 3) / 0.5) < 1e-6) }
    }
}
