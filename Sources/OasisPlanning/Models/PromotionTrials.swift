package import OasisLedger
package import OasisMarket
package import OasisResponse

/// Promotions as trials of one outcome: what is known of each label by now, and how much that is worth.
///
/// A play without a save yet may still be saved. Its label is the probability of that, and its weight the share of saves that
/// would have been heard of by now (`DelayCurve`): labels mature, and weights say how far they have.
package struct PromotionTrials: Sendable {
    /// A trial that has hardly begun says nothing.
    static let weightMinimum = 0.01
    /// Nothing is waited for longer than events are taken in.
    static let horizonSeconds = Double(OutcomeRules.lateMilliseconds) / 1_000

    /// The outcome.
    package let outcome: PromotedOutcome
    /// The trials, in the order of their issue.
    package let promotions: [ServedPromotion]
    /// Whether the outcome was heard of.
    package let hasOutcome: [Bool]
    /// The share of outcomes that would be there by now, for each.
    package let seen: [Double]
    /// How late outcomes come.
    package let delays: DelayCurve
    /// Outcomes a trial, of those that would be there by now.
    package let rate: Double

    /// Trials as they stand `at` a moment.
    package init(of outcome: PromotedOutcome, _ promotions: [ServedPromotion], at now: Timestamp) {
        self.outcome = outcome
        let trials = promotions.compactMap { promotion in
            outcome.trialAfterSeconds(promotion).map { Trial(promotion, outcome, begunAfter: $0, at: now) }
        }
        let delays = DelayCurve(
            trials.compactMap { trial in
                trial.delaySeconds.map { .init(delaySeconds: $0, ageSeconds: max(trial.ageSeconds, $0)) }
            },
            horizonSeconds: Self.horizonSeconds
        )
        self.delays = delays
        // A listener is new or not when the stream is heard of: nothing is waited for.
        let isKnownAtOnce = outcome == .newListener
        let seen = trials.map { isKnownAtOnce ? 1 : delays.share(within: $0.ageSeconds) }
        let kept = trials.indices.filter { seen[$0] >= Self.weightMinimum || trials[$0].delaySeconds != nil }
        self.promotions = kept.map { trials[$0].promotion }
        hasOutcome = kept.map { trials[$0].delaySeconds != nil }
        self.seen = kept.map { max(seen[$0], Self.weightMinimum) }
        let due = self.seen.reduce(0, +)
        let events = hasOutcome.count { $0 }
        rate = due > 0 ? min(1, Double(events) / due) : 0
    }

    /// How many there are.
    package var count: Int { promotions.count }

    /// The label of a trial, 0 to 1.
    func label(_ place: Int) -> Double {
        guard !hasOutcome[place] else { return 1 }
        let left = rate * (1 - seen[place])
        return left > 0 ? left / (1 - rate * seen[place]) : 0
    }

    /// Counts of the first `end` trials by campaign, surface and market.
    func counts(_ end: Int) -> [HierarchicalRates.Key: EmpiricalBayes.Count] {
        var counts: [HierarchicalRates.Key: EmpiricalBayes.Count] = [:]
        for place in 0..<end {
            let key = HierarchicalRates.Key(promotions[place].campaignNumber, promotions[place].cell)
            var count = counts[key] ?? EmpiricalBayes.Count(successes: 0, trials: 0)
            count.trials += seen[place]
            count.successes = min(count.successes + (hasOutcome[place] ? 1 : 0), max(count.trials, 1))
            counts[key] = count
        }
        return counts
    }

    private struct Trial {
        let promotion: ServedPromotion
        let ageSeconds: Double
        let delaySeconds: Double?

        init(_ promotion: ServedPromotion, _ outcome: PromotedOutcome, begunAfter: Double, at now: Timestamp) {
            self.promotion = promotion
            ageSeconds = max(0, now.seconds(since: promotion.heardAt) - begunAfter)
            delaySeconds = outcome.happenedAfterSeconds(promotion).map { max(0, $0 - begunAfter) }
        }
    }
}

extension HierarchicalRates.Key {
    /// A campaign in a cell: its market is the cohort.
    init(_ campaignNumber: Int64, _ cell: Cell) {
        self.init(campaign: "\(campaignNumber)", surface: cell.surface.text, cohort: cell.market.text)
    }
}
