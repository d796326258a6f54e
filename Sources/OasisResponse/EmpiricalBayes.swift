/// Rates of many small groups, each shrunk toward what all of them say together.
///
/// Beta-binomial empirical Bayes by the method of moments: groups with few trials take the overall rate, groups with
/// many keep their own. Source: Casella, "An Introduction to Empirical Bayes Data Analysis" (1985); moments as in
/// Kleinman, "Proportions with Extraneous Variance" (1973).
package struct EmpiricalBayes: Hashable, Sendable {
    /// Successes among trials of one group.
    package struct Count: Hashable, Sendable {
        /// 0 to `trials`.
        package var successes: Double
        /// ≥ 0.
        package var trials: Double

        /// Successes among trials.
        package init(successes: Double, trials: Double) {
            self.successes = successes
            self.trials = trials
        }
    }

    /// The rate of all groups together, 0 to 1.
    package let overallRate: Double
    /// How many trials the overall rate is worth when a group's rate is estimated.
    package let strength: Double

    /// Fits the prior to counts.
    ///
    /// With no trials at all, `fallbackRate` stands for the overall rate.
    package init(_ counts: [Count], fallbackRate: Double) {
        let trials = counts.reduce(0) { $0 + $1.trials }
        // A few imagined trials at the fallback keep the overall rate off 0 and 1.
        let imagined = 20.0
        let successes = counts.reduce(0) { $0 + $1.successes }
        overallRate = (successes + imagined * fallbackRate) / (trials + imagined)
        strength = Self.strength(counts.filter { $0.trials > 0 }, rate: overallRate)
    }

    /// The shrunk rate of a group.
    package func rate(_ count: Count) -> Double {
        (count.successes + strength * overallRate) / (count.trials + strength)
    }

    private static func strength(_ counts: [Count], rate: Double) -> Double {
        let range = 10.0...10_000.0
        let trials = counts.reduce(0) { $0 + $1.trials }
        let trialsSquared = counts.reduce(0) { $0 + $1.trials * $1.trials }
        let spread = trials - trialsSquared / max(trials, 1)
        guard counts.count > 1, spread > 0, rate > 0, rate < 1 else { return range.upperBound }
        let scatter = counts.reduce(0) { sum, count in
            let difference = count.successes / count.trials - rate
            return sum + count.trials * difference * difference
        }
        let binomial = rate * (1 - rate)
        // Share of the scatter that chance alone does not explain.
        let correlation = (scatter / binomial - Double(counts.count - 1)) / spread
        guard correlation > 0 else { return range.upperBound }
        return min(max((1 - correlation) / correlation, range.lowerBound), range.upperBound)
    }
}
