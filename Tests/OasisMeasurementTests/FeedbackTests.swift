import OasisMeasurement
import Testing

@Suite("Feedback, policies and models are checked at the door")
struct FeedbackTests {
    private func feedback(
        actions: [Int] = [0, 1, 2],
        rewards: [Double] = [0, 1, 0],
        propensities: [Double] = [0.5, 0.25, 1],
        cells: [Int]? = [0, 1, 0],
        range: ClosedRange<Double> = 0...1
    ) throws(InvalidFeedback) -> LoggedFeedback {
        try LoggedFeedback(
            actions: actions,
            rewards: rewards,
            propensities: propensities,
            cells: cells,
            actionCount: 3,
            cellCount: 2,
            rewardRange: range
        )
    }

    private func refusal(_ body: () throws -> Void) -> String {
        let error = #expect(throws: InvalidFeedback.self) { try body() }
        return error?.description ?? ""
    }

    @Test("A column's first bad element is named with its rule")
    func elements() throws {
        #expect(refusal { _ = try feedback(actions: [0, 3, 4]) } == "action[1] must be 0 to 2, but is 3")
        #expect(refusal { _ = try feedback(actions: [-1, 0, 0]) } == "action[0] must be 0 to 2, but is -1")
        #expect(refusal { _ = try feedback(rewards: [0, 1, 2]) } == "reward[2] must be 0.0 to 1.0, but is 2.0")
        #expect(refusal { _ = try feedback(rewards: [.nan, 1, 0]) } == "reward[0] must be 0.0 to 1.0, but is nan")
        #expect(refusal { _ = try feedback(cells: [0, 0, 2]) } == "cell[2] must be 0 to 1, but is 2")
        for bad in [0, -0.1, 1.1, .nan, .infinity, 1e-300] {
            let complaint = refusal { _ = try feedback(propensities: [1, 1, bad]) }
            #expect(complaint.hasPrefix("propensity[2] must be 1e-12 to 1"))
        }
    }

    @Test("Columns of different lengths, too few rows and an empty range are refused")
    func shapes() throws {
        #expect(refusal { _ = try feedback(rewards: [0, 1]) }.hasPrefix("reward must have 3 elements"))
        #expect(refusal { _ = try feedback(propensities: [1]) }.hasPrefix("propensity must have 3 elements"))
        #expect(refusal { _ = try feedback(cells: []) }.hasPrefix("cell must have 3 elements"))
        let one = refusal { _ = try feedback(actions: [0], rewards: [0], propensities: [1], cells: [0]) }
        #expect(one == "action must have at least 2 rows")
        for (actionCount, cellCount) in [(0, 1), (-1, 1), (3, 0), (3, -5), (3, Int.max), (Int.max, 3)] {
            let complaint = refusal {
                _ = try LoggedFeedback(
                    actions: [0, 0],
                    rewards: [0, 0],
                    propensities: [1, 1],
                    actionCount: actionCount,
                    cellCount: cellCount
                )
            }
            #expect(complaint.contains(" count must be "))
        }
        #expect(refusal { _ = try feedback(range: 0...0) }.hasPrefix("reward range must be finite and not empty"))
        #expect(refusal { _ = try feedback(range: 0...(.infinity)) }.hasPrefix("reward range must be finite"))
    }

    @Test("A policy's tables are probabilities that sum to 1")
    func policies() throws {
        let feedback = try feedback()
        let bad = refusal { _ = try EvaluationPolicy(byCell: [0.5, 0.5, 0, 0.5, 0.4, 0], for: feedback) }
        #expect(bad.hasPrefix("evaluation probability table[1] must sum to 1, but sums to 0.9"))
        let negative = refusal { _ = try EvaluationPolicy(byCell: [0.5, 0.5, 0, 1.5, -0.5, 0], for: feedback) }
        #expect(negative == "evaluation probability[3] must be 0 to 1, but is 1.5")
        let short = refusal { _ = try EvaluationPolicy(byCell: [0.5, 0.5, 0], for: feedback) }
        #expect(short.hasPrefix("evaluation probability must have 6 elements"))
        let table = refusal {
            _ = try EvaluationPolicy(probabilities: [1, 0, 0], actionCount: 3, tableOfRow: [0, 1, 0])
        }
        #expect(table == "evaluation probability table[1] must be 0 to 0, but is 1")
        let ragged = refusal { _ = try EvaluationPolicy(probabilities: [1, 0], actionCount: 3, tableOfRow: [0]) }
        #expect(ragged.hasPrefix("evaluation probability must be whole tables of 3 actions"))
    }

    @Test("A model that expects what no reward can be is refused, and so is one of another shape")
    func models() throws {
        let feedback = try feedback()
        let policy = try EvaluationPolicy.uniform(for: feedback)
        func rows(_ rewards: [Double], _ tables: [Int]) throws {
            let model = try RewardEstimates(rewards: rewards, actionCount: 3, tableOfRow: tables)
            _ = try WeightedRows(feedback, under: policy, model: model)
        }
        #expect(refusal { try rows([0, .nan, 0], [0, 0, 0]) } == "estimated reward[1] must be finite, but is nan")
        let negative = refusal { try rows([0, 0, -0.5], [0, 0, 0]) }
        #expect(negative == "estimated reward[2] must be 0.0 to 1.0, but is -0.5")
        #expect(refusal { try rows([0, 0, 0], [0, 0]) }.hasPrefix("estimated reward table must have 3 elements"))
    }

    @Test("A policy that would never have done what was logged has no answer in the log")
    func noOverlapAtAll() throws {
        let feedback = try feedback(actions: [0, 0, 1])
        let policy = try EvaluationPolicy(byCell: [0, 0, 1, 0, 0, 1], for: feedback)
        #expect(refusal { _ = try WeightedRows(feedback, under: policy) }.contains("no row says anything"))
    }

    @Test("The policy's expectation under a model is the same by pairs of tables and row by row")
    func expectations() throws {
        let world = try ExactWorld()
        let count = world.feedback.rowCount
        let each = Array(0..<count)
        let byRow = try WeightedRows(
            world.feedback,
            under: EvaluationPolicy(
                probabilities: world.feedback.cells.flatMap { ExactWorld.evaluation[$0] },
                actionCount: 3,
                tableOfRow: each
            ),
            model: RewardEstimates(
                rewards: world.feedback.cells.flatMap { ExactWorld.model[$0] },
                actionCount: 3,
                tableOfRow: each
            )
        )
        #expect(byRow.expectedRewards == world.rows.expectedRewards)
        #expect(byRow.weights == world.rows.weights)
        #expect(byRow.predictedRewards == world.rows.predictedRewards)
    }

    @Test("Slates are checked slot by slot")
    func slates() throws {
        func slates(_ rewards: [Double], _ propensities: [Double], _ probabilities: [Double]) throws {
            _ = try SlateFeedback(
                rewards: rewards,
                propensities: propensities,
                evaluationProbabilities: probabilities,
                slotCount: 2
            )
        }
        let ones = [1.0, 1, 1, 1]
        try slates(ones, ones, ones)
        #expect(refusal { try slates([1, 1, 1], ones, ones) }.hasPrefix("reward must have 2 elements for each"))
        #expect(refusal { try slates([1, 1], ones, ones) }.hasPrefix("reward must have 2 elements for each"))
        #expect(refusal { try slates([1, 1, 1, .nan], ones, ones) } == "reward[3] must be finite, but is nan")
        #expect(refusal { try slates(ones, [1, 0, 1, 1], ones) } == "propensity[1] must be 1e-12 to 1, but is 0.0")
        #expect(refusal { try slates(ones, ones, [1, 1, 1.5, 1]) }.hasPrefix("evaluation probability[2]"))
        #expect(refusal { try slates(ones, [1], ones) }.hasPrefix("propensity must have 4 elements"))
    }
}
