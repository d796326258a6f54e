/// Draws a set with exactly the inclusion probabilities asked for.
///
/// Madow, "On the theory of systematic sampling" (1949): lay the probabilities end to end and pick every element that a
/// comb of spacing 1, shifted by a uniform point, falls into.
package enum SystematicSampling {
    /// Indices drawn, rising.
    ///
    /// `point` is uniform in [0, 1); each probability is 0 to 1.
    package static func draw(_ probabilities: [Double], at point: Double) -> [Int] {
        var drawn: [Int] = []
        var tooth = point
        var covered = 0.0
        for (index, probability) in probabilities.enumerated() {
            covered += probability
            // Rounding must not let a certain element slip between two teeth.
            if tooth < covered || (probability >= 1 && tooth < covered + 1e-9) {
                drawn.append(index)
                tooth += 1
            }
        }
        return drawn
    }
}

/// With which probability each candidate of a request is promoted.
package enum InclusionProbabilities {
    /// The program's smoothed choice, mixed with a floor for exploration; the probabilities sum to at most `slots`.
    ///
    /// - Parameters:
    ///   - netWorths: price-adjusted worth of each candidate, in organic-score units.
    ///   - slots: most candidates promoted at once.
    ///   - smoothing: γ of the program, ≥ 0; 0 takes the best with certainty.
    ///   - explorationShare: ε; each candidate is promoted with at least ε·slots/count, or ε when that is less.
    /// - Returns: one probability for each candidate, 0 to 1.
    package static func of(
        netWorths: [Double],
        slots: Int,
        smoothing: Double,
        explorationShare: Double
    ) -> [Double] {
        var chosen = SmoothedChoice.maximiser(of: netWorths, slots: slots, smoothing: smoothing)
        guard explorationShare > 0 else { return chosen }
        let floor = min(1, Double(slots) / Double(netWorths.count)) * explorationShare
        for index in chosen.indices {
            chosen[index] = (1 - explorationShare) * chosen[index] + floor
        }
        return chosen
    }
}
