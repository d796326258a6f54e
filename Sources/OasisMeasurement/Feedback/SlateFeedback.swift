/// Logged slates: a reward, a propensity and an evaluation probability for each slot of each slate.
package struct SlateFeedback: Sendable {
    /// How many slots each slate has.
    package let slotCount: Int
    /// What came of each slot, slate after slate.
    package let rewards: [Double]
    /// Weight of each slot by itself: evaluation probability of what it held ÷ its propensity, slate after slate.
    let slotWeights: [Double]

    /// How many slates there are; at least 2.
    package var slateCount: Int { rewards.count / slotCount }

    /// Checks and keeps columns, slate after slate, slots in the order in which they are seen.
    ///
    /// - Parameters:
    ///   - rewards: Finite.
    ///   - propensities: Probability of what each slot held, given the slots before it, 1e-12 to 1.
    ///   - evaluationProbabilities: The same under the policy in question, 0 to 1.
    ///   - slotCount: 1 to 1,000.
    /// - Throws: `InvalidFeedback`, naming column, element and rule.
    package init(
        rewards: [Double],
        propensities: [Double],
        evaluationProbabilities: [Double],
        slotCount: Int
    ) throws(InvalidFeedback) {
        guard (1...1_000).contains(slotCount) else {
            throw InvalidFeedback("slot count", nil, "must be 1 to 1000, but is \(slotCount)")
        }
        guard rewards.count.isMultiple(of: slotCount), rewards.count >= 2 * slotCount else {
            let rule = "must have \(slotCount) elements for each of at least 2 slates, but has \(rewards.count)"
            throw InvalidFeedback("reward", nil, rule)
        }
        try requireCount(propensities.count, "propensity", rewards.count, of: "slot")
        try requireCount(evaluationProbabilities.count, "evaluation probability", rewards.count, of: "slot")
        try requireEach(rewards, "reward", "must be finite", \.isFinite)
        try requireEach(propensities, "propensity", "must be \(LoggedFeedback.propensityMinimum) to 1") {
            $0 >= LoggedFeedback.propensityMinimum && $0 <= 1
        }
        try requireEach(evaluationProbabilities, "evaluation probability", "must be 0 to 1") { $0 >= 0 && $0 <= 1 }
        self.slotCount = slotCount
        self.rewards = rewards
        slotWeights = zip(evaluationProbabilities, propensities).map { $0 / $1 }
    }
}
