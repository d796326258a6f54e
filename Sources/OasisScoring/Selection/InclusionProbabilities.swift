import OasisAllocation

/// With which probability each candidate of a request is promoted.
package enum InclusionProbabilities {
    /// The program's smoothed choice, mixed with a floor for exploration; the probabilities sum to at most `slots`.
    ///
    /// - Parameters:
    ///   - probabilities: room for one probability, 0 to 1, for each candidate.
    ///   - netWorths: price-adjusted worth of each candidate, in organic-score units; at least one.
    ///   - slots: most candidates promoted at once, ≥ 1.
    ///   - smoothing: γ of the program, ≥ 0; 0 takes the best with certainty.
    ///   - explorationShare: ε; each candidate is promoted with at least ε·slots/count, or ε when that is less.
    package static func fill(
        _ probabilities: UnsafeMutableBufferPointer<Double>,
        netWorths: UnsafeBufferPointer<Double>,
        slots: Int,
        smoothing: Double,
        explorationShare: Double
    ) {
        SlotProjection.select(reduced: netWorths, slots: slots, smoothing: smoothing, into: probabilities)
        guard explorationShare > 0 else { return }
        let floor = min(1, Double(slots) / Double(netWorths.count)) * explorationShare
        for index in 0..<netWorths.count {
            probabilities[index] = (1 - explorationShare) * probabilities[index] + floor
        }
    }
}
