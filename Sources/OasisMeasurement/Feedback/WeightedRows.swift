/// Everything that an estimator needs of a logged row, in columns.
package struct WeightedRows: Sendable {
    /// Importance weight of each row: evaluation probability of the logged action ÷ its propensity.
    package let weights: [Double]
    /// What came of it.
    package let rewards: [Double]
    /// What the model says the evaluation policy would bring here, Σₐ π(a)·q̂(a); 0 without a model.
    package let expectedRewards: [Double]
    /// What the model says the logged action brings, q̂; 0 without a model.
    package let predictedRewards: [Double]
    /// Whether there is a model.
    package let hasModel: Bool
    /// What a reward can be at least and at most.
    package let rewardRange: ClosedRange<Double>

    /// Mean importance weight; 1 in expectation.
    package let meanWeight: Double
    /// How many rows there are.
    package var rowCount: Int { weights.count }

    /// Joins feedback, policy and model.
    ///
    /// - Throws: `InvalidFeedback` where policy or model do not fit the feedback, or the policy would never have taken
    ///   any logged action.
    package init(
        _ feedback: LoggedFeedback,
        under policy: EvaluationPolicy,
        model: RewardEstimates? = nil
    ) throws(InvalidFeedback) {
        try policy.tables.checkFits(feedback, "evaluation probability")
        if let model {
            try model.tables.checkFits(feedback, "estimated reward")
            let range = feedback.rewardRange
            let rule = "must be \(range.lowerBound) to \(range.upperBound)"
            try requireEach(model.tables.values, "estimated reward", rule) { range.contains($0) }
        }
        weights = (0..<feedback.rowCount)
            .map { policy.tables.value(row: $0, action: feedback.actions[$0]) / feedback.propensities[$0] }
        rewards = feedback.rewards
        rewardRange = feedback.rewardRange
        hasModel = model != nil
        meanWeight = weights.mean
        let zeros = [Double](repeating: 0, count: model == nil ? feedback.rowCount : 0)
        predictedRewards =
            model.map { model in
                (0..<feedback.rowCount).map { model.tables.value(row: $0, action: feedback.actions[$0]) }
            } ?? zeros
        expectedRewards = model.map { Self.expectedRewards(policy.tables, $0.tables) } ?? zeros
        guard meanWeight > 0 else {
            let rule = "must be above 0 for some logged action, or no row says anything about the policy"
            throw InvalidFeedback("evaluation probability", nil, rule)
        }
    }

    /// Σₐ π(a)·q̂(a) for each row, once for each pair of tables where there are fewer pairs than rows.
    private static func expectedRewards(_ policy: ActionTables, _ model: ActionTables) -> [Double] {
        func expected(_ first: Int, _ second: Int) -> Double {
            zip(policy.table(first), model.table(second)).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let rows = zip(policy.tableOfRow, model.tableOfRow)
        let pairs = policy.tableCount.multipliedReportingOverflow(by: model.tableCount)
        guard !pairs.overflow, pairs.partialValue <= policy.tableOfRow.count else {
            return rows.map { expected($0, $1) }
        }
        let known = (0..<pairs.partialValue).map { expected($0 / model.tableCount, $0 % model.tableCount) }
        return rows.map { known[$0 * model.tableCount + $1] }
    }
}
