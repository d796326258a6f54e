import OasisMarket

/// Prices between two solves: moved by how far what rows have used is from what the plan meant them to have used by now.
///
/// λ = clip(λ₀ ± η · (used − F · b) / (s · (1 − F)), 0, penalty). λ₀ is the plan's price, b what was left of the bound when
/// it was solved, F the share of the plan's traffic that has come, and s the row's slope: s · (1 − F) is how much less of
/// the row the rest of the traffic would use at a price that is higher by one, so that η = 1 would make up for all of it.
/// No step goes beyond where the slope is known.
/// The step starts from the plan's price each time, never from the last correction: correcting twice changes nothing,
/// and there is nothing to wind up. With s constant this is dual descent along the plan's curve.
package struct PriceCorrection: Hashable, Sendable {
    /// What one row has used since its plan.
    package struct Use: Hashable, Sendable {
        /// What was left of the bound when the plan was solved.
        package var bound: Double
        /// Units used since then; those on their way count as far as they are expected to arrive.
        package var used: Double
        /// Share of the traffic planned over that has come, 0 to 1.
        package var elapsed: Double

        /// Gathers the numbers.
        package init(bound: Double, used: Double, elapsed: Double) {
            self.bound = bound
            self.used = used
            self.elapsed = elapsed
        }
    }

    /// η: the part of a deviation that the rest of the traffic is made to make up for, 0 to 1.
    package var gain: Double
    /// The last part of a plan's traffic, for which a deviation is made up as if so much were still to come.
    private static let leastRest = 0.1

    /// Gathers the settings.
    package init(gain: Double = 0.5) {
        precondition((0...1).contains(gain), "a correction makes up for a part of what is amiss")
        self.gain = gain
    }

    /// Corrected prices, one for each row of the plan, finite and within 0 and the row's penalty.
    package func prices(of plan: Plan, uses: [Use]) -> [Double] {
        precondition(uses.count == plan.rows.count, "one use for each row")
        return plan.rows.indices.map { index in
            let (row, price, use) = (plan.rows[index], plan.prices[index], uses[index])
            let (slope, reach) = (plan.slopes[index].slope, plan.slopes[index].reach)
            let deviation = use.used - use.elapsed * use.bound
            guard slope > 0, deviation.isFinite else { return price }
            let step = gain * deviation / (slope * max(1 - use.elapsed, Self.leastRest))
            let kept = min(max(step, -reach), reach) * (row.sense == .atMost ? 1 : -1)
            return min(max(price + kept, 0), row.penalty)
        }
    }
}
