import OasisMarket
import OasisMeasurement
import Testing

@Suite("What other promotions would have brought")
struct PromotionEvaluationTests {
    /// Decisions of five offers each, of which at most two are promoted; each streams at a rate of its own.
    private struct World {
        /// How much the policies differ, 0 to 1.
        var difference = 0.5
        /// What every offer's logged probability is written down as, in parts of the true one.
        var misstated = 1.0
        /// Share of offers that the logging policy never promotes, and the other does.
        var unseen = 0.0

        func log(_ decisions: Int, seed: UInt64) throws -> (feedback: PromotionFeedback, truth: Double) {
            var random = SeededGenerator(seed: seed)
            var (offsets, propensities, evaluated): ([Int], [Double], [Double]) = ([0], [], [])
            var (promoted, rewards, truth): ([Bool], [Double], Double) = ([], [], 0)
            for _ in 0..<decisions {
                for offer in 0..<5 {
                    let chance = 0.05 + 0.25 * random.uniform()
                    let other = (1 - difference) * chance + difference * (offer < 2 ? 0.5 : 0.05)
                    let rate = 0.1 + 0.1 * Double(4 - offer)
                    let isUnseen = random.uniform() < unseen
                    let isPromoted = random.uniform() < chance && !isUnseen
                    truth += other * rate
                    propensities.append(isUnseen ? 0 : min(1, chance * misstated))
                    evaluated.append(other)
                    promoted.append(isPromoted)
                    rewards.append(random.uniform() < rate && isPromoted ? 1 : 0)
                }
                offsets.append(propensities.count)
            }
            let feedback = try PromotionFeedback(
                offsets: offsets,
                propensities: propensities,
                evaluated: evaluated,
                isPromoted: promoted,
                rewards: rewards
            )
            return (feedback, truth / Double(decisions))
        }
    }

    @Test("Values are right on average, and every interval covers the truth as often as it says")
    func coverage() throws {
        var (covered, total) = ([0, 0, 0, 0, 0], 0.0)
        var question = PromotionEvaluation.Question()
        question.resamples = 200
        for seed in 0..<300 {
            let (feedback, truth) = try World().log(400, seed: UInt64(seed))
            let evaluation = PromotionEvaluation(question, of: feedback)
            let (ips, snips) = (try #require(evaluation.answers.first), try #require(evaluation.answers.last))
            let intervals = [ips.normal, ips.bootstrap, snips.normal, snips.bootstrap, try #require(ips.alwaysValid)]
            for (place, interval) in intervals.enumerated() where interval.lower <= truth && truth <= interval.upper {
                covered[place] += 1
            }
            total += ips.value / truth
            #expect(abs(snips.value / truth - 1) < 0.6)
        }
        #expect(abs(total / 300 - 1) < 0.02)
        // 285 of 300 at 95 %, standard deviation 3.8; resamples of few and self-normalised values are rougher.
        #expect((273...297).contains(covered[0]) && (270...298).contains(covered[1]))
        #expect((270...300).contains(covered[2]) && (268...300).contains(covered[3]))
        #expect(covered[4] >= 285)
    }

    @Test("The policy that logged is worth what was logged, with weights of 1")
    func same() throws {
        let feedback = try World(difference: 0).log(500, seed: 3).feedback
        let evaluation = PromotionEvaluation(.init(), of: feedback)
        #expect(evaluation.health.largestWeight <= 1 + 1e-12)
        #expect(abs((evaluation.answers.first?.value ?? 0) - evaluation.loggedValue) < 1e-12)
        #expect(abs(evaluation.promotions.logged - evaluation.promotions.evaluated) < 0.2)
    }

    @Test("What was never promoted, wrong propensities, and too little are refused; naive numbers on request alone")
    func refusals() throws {
        func codes(_ world: World, _ count: Int = 400) throws -> [String] {
            let evaluation = PromotionEvaluation(.init(), of: try world.log(count, seed: 7).feedback)
            #expect(evaluation.isRefused == evaluation.answers.isEmpty)
            return evaluation.findings.filter(\.isRefusal).map(\.code)
        }
        #expect(try codes(World()) == [])
        #expect(try codes(World(unseen: 0.3)) == ["actions-never-logged"])
        #expect(try codes(World(misstated: 0.5)) == ["weights-not-averaging-one"])
        #expect(try codes(World(), 20).contains("few-effective-rows"))
        var naive = PromotionEvaluation.Question()
        naive.isNaive = true
        let evaluation = PromotionEvaluation(naive, of: try World().log(20, seed: 7).feedback)
        #expect(evaluation.isRefused && evaluation.answers.count == 2)
    }

    @Test("An empty log, and one without promotions, have no answer, not even a naive one")
    func empty() throws {
        var naive = PromotionEvaluation.Question()
        naive.isNaive = true
        for offers in [0, 3] {
            let feedback = try PromotionFeedback(
                offsets: offers == 0 ? [0] : [0, 3],
                propensities: Array(repeating: 0.5, count: offers),
                evaluated: Array(repeating: 0.5, count: offers),
                isPromoted: Array(repeating: false, count: offers),
                rewards: Array(repeating: 0, count: offers)
            )
            let evaluation = PromotionEvaluation(naive, of: feedback)
            #expect(evaluation.isRefused && evaluation.answers.isEmpty && evaluation.loggedValue == 0)
        }
    }

    @Test("Columns that break a rule are refused, naming column, element and rule")
    func hostile() {
        func refusal(
            offsets: [Int] = [0, 2],
            propensities: [Double] = [0.5, 0],
            evaluated: [Double] = [0.5, 0.5],
            isPromoted: [Bool] = [true, false],
            rewards: [Double] = [1, 0],
            most: Double = 1
        ) -> String? {
            do {
                _ = try PromotionFeedback(
                    offsets: offsets,
                    propensities: propensities,
                    evaluated: evaluated,
                    isPromoted: isPromoted,
                    rewards: rewards,
                    rewardMaximum: most
                )
                return nil
            } catch { return "\(error)" }
        }
        #expect(refusal() == nil)
        for offsets in [[], [1, 2], [0, 1], [0, 3, 2]] {
            #expect(refusal(offsets: offsets) == "offset must rise from 0 to the number of offers, 2")
        }
        #expect(refusal(propensities: [0.5, .nan]) == "propensity[1] must be 0, or 1e-12 to 1, but is nan")
        #expect(refusal(evaluated: [0.5, 1.5]) == "evaluation probability[1] must be 0 to 1, but is 1.5")
        let short = "evaluation probability must have 2 elements, one for each offer, but has 1"
        #expect(refusal(evaluated: [0.5]) == short)
        #expect(refusal(isPromoted: [true, true]) == "promoted[1] must not be promoted without a propensity")
        #expect(refusal(rewards: [0, 1]) == "reward[1] must be 0 without a promotion, but is 1.0")
        #expect(refusal(rewards: [2, 0]) == "reward[0] must be 0 to 1.0, but is 2.0")
        #expect(refusal(most: .infinity) == "reward maximum must be a number above 0, but is inf")
    }
}
