import OasisMarket
import OasisMeasurement
import Testing

@Suite("An answer, or the reasons why there is none")
struct EvaluationTests {
    /// A log of two actions under a policy that takes action 1 with probability `logged`.
    private func log(
        rows: Int,
        logged: Double,
        rates: [Double] = [0.3, 0.6],
        claimed: Double? = nil,
        seed: UInt64 = 1
    ) throws -> LoggedFeedback {
        var random = SeededGenerator(seed: seed)
        let actions = (0..<rows).map { _ in random.uniform() < logged ? 1 : 0 }
        let rewards = actions.map { random.uniform() < rates[$0] ? 1.0 : 0 }
        let claimed = claimed ?? logged
        return try LoggedFeedback(
            actions: actions,
            rewards: rewards,
            propensities: actions.map { $0 == 1 ? claimed : 1 - claimed },
            actionCount: 2
        )
    }

    private func ask(
        _ feedback: LoggedFeedback,
        takes first: Double,
        _ question: Evaluation.Question = .init(estimators: [.fixed(.ips), .fixed(.snips)])
    ) throws -> Evaluation {
        let policy = try EvaluationPolicy(byCell: [first, 1 - first], for: feedback)
        return try Evaluation(question, of: feedback, under: policy)
    }

    private func codes(_ evaluation: Evaluation) -> [String] { evaluation.findings.map(\.code) }

    @Test("A healthy log answers: nothing is found, and the interval holds the truth")
    func healthy() throws {
        let question = Evaluation.Question(estimators: [.fixed(.ips), .fixed(.snips)], confidence: 0.9999)
        let evaluation = try ask(log(rows: 4_000, logged: 0.4), takes: 0.2, question)
        #expect(!evaluation.isRefused)
        #expect(evaluation.findings.isEmpty)
        let truth = 0.2 * 0.3 + 0.8 * 0.6
        for estimate in evaluation.estimates {
            let interval = try #require(estimate.interval)
            #expect(interval.lower < truth && truth < interval.upper)
            #expect(interval.upper - interval.lower < 0.15)
        }
    }

    @Test("A handful of effective rows is refused with the reason, and answered naively on request alone")
    func fewEffectiveRows() throws {
        let feedback = try log(rows: 2_000, logged: 0.01)
        let refused = try ask(feedback, takes: 0)
        #expect(refused.isRefused)
        #expect(refused.estimates.isEmpty)
        #expect(codes(refused).first == "few-effective-rows")
        #expect(refused.health.effectiveRows < 50)
        #expect("\(refused.findings[0])".contains("effective rows, fewer than 50"))
        let naive = try ask(feedback, takes: 0, .init(estimators: [.fixed(.ips)], isNaive: true))
        #expect(naive.isRefused)
        #expect(naive.estimates.count == 1)
    }

    @Test("A log without any reward gets no confident zero")
    func noRewards() throws {
        let evaluation = try ask(log(rows: 1_000, logged: 0.5, rates: [0, 0]), takes: 0.3)
        #expect(codes(evaluation).contains("few-effective-rewards"))
        #expect(evaluation.estimates.isEmpty)
    }

    @Test("An action that was never logged refuses a policy that wants it, and is named where it hardly does")
    func neverLogged() throws {
        let feedback = try log(rows: 1_000, logged: 0)
        let wanting = try ask(feedback, takes: 0.5)
        #expect(codes(wanting).contains("actions-never-logged"))
        #expect(abs(wanting.health.neverLoggedShare - 0.5) < 1e-12)
        #expect(wanting.estimates.isEmpty)
        let hardly = try ask(feedback, takes: 0.99)
        #expect(codes(hardly) == ["some-actions-never-logged"])
        #expect(!hardly.isRefused)
    }

    @Test("Overlap is judged in each cell, and rare actions are told from those never logged")
    func overlap() throws {
        // Cell 0: action 0 sixty times, action 1 four times. Cell 1: action 0 thirty-six times.
        let feedback = try LoggedFeedback(
            actions: Array(repeating: 0, count: 60) + Array(repeating: 1, count: 4) + Array(repeating: 0, count: 36),
            rewards: (0..<100).map { $0.isMultiple(of: 2) ? 1 : 0 },
            propensities: Array(repeating: 0.9, count: 100),
            cells: Array(repeating: 0, count: 64) + Array(repeating: 1, count: 36),
            actionCount: 2,
            cellCount: 2
        )
        let policy = try EvaluationPolicy(byCell: [0.75, 0.25, 0.5, 0.5], for: feedback)
        let health = LogHealth(feedback, under: policy, try WeightedRows(feedback, under: policy))
        #expect(abs(health.rarelyLoggedShare - 0.64 * 0.25) < 1e-12)
        #expect(abs(health.neverLoggedShare - 0.36 * 0.5) < 1e-12)
    }

    @Test("Propensities that are not those of the policy that logged are found out by the mean weight")
    func wrongPropensities() throws {
        let evaluation = try ask(log(rows: 4_000, logged: 0.4, claimed: 0.6), takes: 0.2)
        #expect(codes(evaluation).contains("weights-not-averaging-one"))
        #expect(evaluation.estimates.isEmpty)
        #expect(abs(evaluation.health.meanWeight - 1) > 5 * evaluation.health.meanWeightError)
    }

    @Test("Effective numbers are (Σx)²/Σx², of weights and of weighted rewards")
    func effectiveNumbers() throws {
        let feedback = try LoggedFeedback(
            actions: [0, 1, 1, 0],
            rewards: [1, 1, 0, 0],
            propensities: [0.5, 0.25, 0.5, 0.25],
            actionCount: 2
        )
        let evaluation = try ask(feedback, takes: 0.5)
        // Weights 1, 2, 1, 2: 36/10. Of rewarded rows 1 and 2: 9/5.
        #expect(abs(evaluation.health.effectiveRows - 3.6) < 1e-12)
        #expect(abs(evaluation.health.effectiveRewards - 1.8) < 1e-12)
        #expect(evaluation.health.largestWeight == 2)
        #expect(evaluation.health.meanWeight == 1.5)
        // Deviations of 1/2 each: variance 1/3 with n − 1.
        #expect(abs(evaluation.health.meanWeightError - (1.0 / 12).squareRoot()) < 1e-12)
    }

    @Test(
        "No interval leaves the range of rewards, by any method, however thin the log",
        arguments: [Interval.Method.normal, .bootstrap(resamples: 200, seed: 1), .alwaysValid(weightBound: 100)]
    )
    func possible(method: Interval.Method) throws {
        for seed in 1...10 {
            let feedback = try log(rows: 60, logged: 0.02, rates: [0.02, 0.9], seed: UInt64(seed))
            let question = Evaluation.Question(
                estimators: EstimatorChoice.all.filter { !$0.usesModel },
                interval: method,
                isNaive: true
            )
            guard let evaluation = try? ask(feedback, takes: 0.05, question) else { continue }
            for interval in evaluation.estimates.compactMap(\.interval) {
                #expect(0 <= interval.lower && interval.lower <= interval.upper && interval.upper <= 1)
            }
        }
    }

    @Test("An always-valid interval is for unchanged weights alone, and needs a bound that the log keeps")
    func alwaysValid() throws {
        let feedback = try log(rows: 4_000, logged: 0.4)
        var question = Evaluation.Question(
            estimators: [.fixed(.ips), .fixed(.snips)],
            interval: .alwaysValid(weightBound: 2)
        )
        let estimates = try ask(feedback, takes: 0.2, question).estimates
        let interval = try #require(estimates[0].interval)
        #expect(interval.lower < 0.54 && 0.54 < interval.upper)
        #expect(estimates[1].interval == nil)
        question.interval = .alwaysValid(weightBound: 1.9)
        let error = #expect(throws: InvalidFeedback.self) { try ask(feedback, takes: 0.2, question) }
        #expect(error?.column == "weight bound")
    }

    @Test("Rewards may start anywhere: shifted rewards shift values and intervals")
    func shiftedRewards() throws {
        let plain = try log(rows: 2_000, logged: 0.4)
        let shifted = try LoggedFeedback(
            actions: plain.actions,
            rewards: plain.rewards.map { $0 * 2 - 5 },
            propensities: plain.propensities,
            actionCount: 2,
            rewardRange: -5 ... -3
        )
        let question = Evaluation.Question(estimators: [.fixed(.ips)], interval: .alwaysValid(weightBound: 2))
        let first = try #require(try ask(plain, takes: 0.2, question).estimates[0].interval)
        let second = try #require(try ask(shifted, takes: 0.2, question).estimates[0].interval)
        #expect(abs(second.lower - (first.lower * 2 - 5)) < 1e-9)
        #expect(abs(second.upper - (first.upper * 2 - 5)) < 1e-9)
    }

    @Test("An estimator that needs a model is refused without one")
    func noModel() throws {
        let error = #expect(throws: InvalidFeedback.self) {
            try ask(log(rows: 100, logged: 0.5), takes: 0.5, .init(estimators: [.fixed(.dr)]))
        }
        #expect(error?.column == "estimated reward")
    }

    @Test("Normal intervals hold the truth about as often as they say, on healthy logs")
    func coverage() throws {
        let truth = 0.2 * 0.3 + 0.8 * 0.6
        let hits = try (0..<200)
            .count { seed in
                let evaluation = try ask(log(rows: 500, logged: 0.4, seed: UInt64(1_000 + seed)), takes: 0.2)
                let interval = try #require(evaluation.estimates[0].interval)
                return interval.lower <= truth && truth <= interval.upper
            }
        // 190 of 200, standard deviation 3.1.
        #expect((178...200).contains(hits))
    }
}
