/// Decided requests with what was promoted in them, what came of it, and what another policy would have promoted.
///
/// Offers lie decision after decision. A promotion's reward is its own: what another policy is held to bring rests on what
/// a promotion brings not depending on which others stand beside it.
package struct PromotionFeedback: Sendable {
    /// Where each decision's offers begin, and where the last one's end.
    package let offsets: [Int]
    /// With which probability each was promoted, `LoggedFeedback.propensityMinimum` to 1; 0 for what was not offered.
    package let propensities: [Double]
    /// With which probability the policy in question would have promoted each, 0 to 1.
    package let evaluated: [Double]
    /// Whether each was promoted.
    package let isPromoted: [Bool]
    /// What came of each promotion, 0 to `rewardMaximum`; 0 for what was not promoted.
    package let rewards: [Double]
    /// The most that may come of one promotion.
    package let rewardMaximum: Double

    /// How many decisions there are.
    package var decisionCount: Int { offsets.count - 1 }

    /// Checks and keeps columns.
    ///
    /// - Throws: `InvalidFeedback`, naming column, element and rule.
    package init(
        offsets: [Int],
        propensities: [Double],
        evaluated: [Double],
        isPromoted: [Bool],
        rewards: [Double],
        rewardMaximum: Double = 1
    ) throws(InvalidFeedback) {
        let rises = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
        guard offsets.first == 0, rises, offsets.last == propensities.count else {
            throw InvalidFeedback("offset", nil, "must rise from 0 to the number of offers, \(propensities.count)")
        }
        guard rewardMaximum > 0, rewardMaximum.isFinite else {
            throw InvalidFeedback("reward maximum", nil, "must be a number above 0, but is \(rewardMaximum)")
        }
        try requireCount(evaluated.count, "evaluation probability", propensities.count, of: "offer")
        try requireCount(isPromoted.count, "promoted", propensities.count, of: "offer")
        try requireCount(rewards.count, "reward", propensities.count, of: "offer")
        let least = LoggedFeedback.propensityMinimum
        try requireEach(propensities, "propensity", "must be 0, or \(least) to 1") {
            $0 == 0 || ($0 >= least && $0 <= 1)
        }
        try requireEach(evaluated, "evaluation probability", "must be 0 to 1") { $0 >= 0 && $0 <= 1 }
        try requireEach(rewards, "reward", "must be 0 to \(rewardMaximum)") { $0 >= 0 && $0 <= rewardMaximum }
        for place in propensities.indices {
            guard propensities[place] > 0 || !isPromoted[place] else {
                throw InvalidFeedback("promoted", place, "must not be promoted without a propensity")
            }
            guard isPromoted[place] || rewards[place] == 0 else {
                throw InvalidFeedback("reward", place, "must be 0 without a promotion, but is \(rewards[place])")
            }
        }
        self.offsets = offsets
        self.propensities = propensities
        self.evaluated = evaluated
        self.isPromoted = isPromoted
        self.rewards = rewards
        self.rewardMaximum = rewardMaximum
    }
}
