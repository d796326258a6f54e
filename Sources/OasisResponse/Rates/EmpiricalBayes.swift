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
        strength = Self.strength(counts, rates: [Double](repeating: overallRate, count: counts.count))
    }

    /// The shrunk rate of a group.
    package func rate(_ count: Count) -> Double {
        (count.successes + strength * overallRate) / (count.trials + strength)
    }

    /// How many trials a prior is worth, by how much groups differ from their priors beyond chance.
    ///
    /// `rates` has the prior's rate for each of `counts`.
    static func strength(_ counts: [Count], rates: [Double]) -> Double {
        let range = 10.0...10_000.0
        let groups = zip(counts, rates).filter { $0.0.trials > 0 && $0.1 > 0 && $0.1 < 1 }
        let trials = groups.reduce(0) { $0 + $1.0.trials }
        let trialsSquared = groups.reduce(0) { $0 + $1.0.trials * $1.0.trials }
        let spread = trials - trialsSquared / max(trials, 1)
        guard groups.count > 1, spread > 0 else { return range.upperBound }
        // Scatter in units of what chance alone gives one trial.
        let scatter = groups.reduce(0) { sum, group in
            let difference = group.0.successes / group.0.trials - group.1
            return sum + group.0.trials * difference * difference / (group.1 * (1 - group.1))
        }
        // Share of the scatter that chance alone does not explain.
        let correlation = (scatter - Double(groups.count - 1)) / spread
        guard correlation > 0 else { return range.upperBound }
        return min(max((1 - correlation) / correlation, range.lowerBound), range.upperBound)
    }
}
