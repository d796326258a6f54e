/// What a campaign's eligible listeners did, in columns of one element for each listener.
///
/// Eligible is whoever had a promotion of the campaign, or, in the holdout, a ghost of one. Both are decided in the same
/// way before anything is played, so the two groups differ by chance and by being promoted to, and nothing else. What a
/// listener did counts from that first moment on, whether a promotion was played or not: intention to treat.
package struct LiftFeedback: Sendable {
    /// Whether a listener is in the holdout.
    package let isHeldOut: [Bool]
    /// What each did since becoming eligible, such as streams: finite and ≥ 0.
    package let outcomes: [Double]
    /// The same of a time before, for less noise: finite; nothing where it is not known.
    package let earlierOutcomes: [Double]?
    /// Share of eligible listeners who should be held out by design, within (0, 1).
    package let holdoutShare: Double

    /// How many listeners there are.
    package var listenerCount: Int { isHeldOut.count }

    /// Checks and keeps columns.
    ///
    /// - Throws: `InvalidFeedback`, naming column, element and rule.
    package init(
        isHeldOut: [Bool],
        outcomes: [Double],
        earlierOutcomes: [Double]? = nil,
        holdoutShare: Double
    ) throws(InvalidFeedback) {
        guard holdoutShare > 0, holdoutShare < 1 else {
            throw InvalidFeedback("holdout share", nil, "must be above 0 and below 1, but is \(holdoutShare)")
        }
        try requireCount(outcomes.count, "outcome", isHeldOut.count, of: "listener")
        try requireEach(outcomes, "outcome", "must be a number ≥ 0") { $0 >= 0 && $0.isFinite }
        if let earlierOutcomes {
            try requireCount(earlierOutcomes.count, "earlier outcome", isHeldOut.count, of: "listener")
            try requireEach(earlierOutcomes, "earlier outcome", "must be finite", \.isFinite)
        }
        self.isHeldOut = isHeldOut
        self.outcomes = outcomes
        self.earlierOutcomes = earlierOutcomes
        self.holdoutShare = holdoutShare
    }

    /// Keeps columns that are right by the way they were made.
    init(trusted isHeldOut: [Bool], outcomes: [Double], earlierOutcomes: [Double]?, holdoutShare: Double) {
        self.isHeldOut = isHeldOut
        self.outcomes = outcomes
        self.earlierOutcomes = earlierOutcomes
        self.holdoutShare = holdoutShare
    }
}
