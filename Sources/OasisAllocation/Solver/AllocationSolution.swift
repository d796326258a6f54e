/// A solved market: prices, an allocation, and the proof of how good they are.
public struct AllocationSolution: Sendable {
    /// Dual value of each row, within [0, penalty], in value per unit of the row's attribute.
    public var prices: [Double]
    /// Promoted fraction of each candidate, 0 … 1, within slots and hard rows.
    public var allocation: [Float]
    /// The proof.
    public var certificate: Certificate
    /// γ at the end, in units of value: with `prices` it gives selection probabilities like those of the solution.
    public var smoothing: Double
    /// Rows with a penalty that the allocation breaks, and by how much.
    public var shortfalls: [Shortfall]

    /// A row that could not be kept at a price below its penalty.
    public struct Shortfall: Hashable, Sendable {
        /// Index of the row.
        public var row: Int
        /// Units of the row's attribute missing (≥) or too many (≤).
        public var amount: Double
    }
}

/// What has been proven about a solution.
public struct Certificate: Hashable, Sendable {
    /// How the solve ended.
    public enum Status: String, Hashable, Sendable {
        /// The gap is at most the one asked for.
        case optimal
        /// Passes ran out, or more precision would not have helped.
        case gapNotReached
        /// The time limit passed.
        case timeLimit
        /// The caller asked to stop.
        case interrupted
    }

    /// How the solve ended.
    public var status: Status
    /// No feasible allocation is worth more than this.
    public var dualBound: Double
    /// What the allocation is worth, penalties paid.
    public var feasibleValue: Double
    /// (dualBound − feasibleValue) / max(|dualBound|, 1e-9).
    public var relativeGap: Double
    /// Worst violation of a hard row, relative to max(|bound|, Σ|a x|, 1).
    public var maxRelativeViolation: Double
    /// Passes over candidates of any kind, in equivalents of one over all of them.
    public var passes: Double
    /// The part of `passes` that went over a sample of the requests.
    public var samplePasses: Double
    /// Work of conjugate gradients, in equivalents of a full pass.
    public var conjugateGradientPasses: Double
    /// Wall-clock seconds.
    public var seconds: Double
}
