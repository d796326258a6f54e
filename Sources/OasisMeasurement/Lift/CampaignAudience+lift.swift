extension CampaignAudience {
    /// How a policy held listeners out while the window lasted.
    package struct Holdout: Hashable, Sendable {
        /// Share of all listeners, within [0, 1].
        package var share: Double
        /// Whether share or salt changed meanwhile.
        package var hasChanged: Bool
        /// Share of the held-out listeners whose ghosts were kept, within (0, 1].
        package var keptShare: Double
        /// Ghosts that were lost.
        package var lostGhosts: Int
        /// Whether the campaign ran before the window, so that earlier outcomes are not free of promotion.
        package var isLate: Bool

        /// Gathers what is known of a holdout.
        package init(
            share: Double,
            hasChanged: Bool = false,
            keptShare: Double = 1,
            lostGhosts: Int = 0,
            isLate: Bool = false
        ) {
            self.share = share
            self.hasChanged = hasChanged
            self.keptShare = keptShare
            self.lostGhosts = lostGhosts
            self.isLate = isLate
        }

        /// Share of eligible listeners in the log who should be held out.
        var designedShare: Double { share * keptShare / (share * keptShare + 1 - share) }
    }

    /// What promotion added to a measure; the answer or the reasons why there is none.
    package func lift(_ measure: Measure, _ holdout: Holdout, confidence: Double = 0.95) -> Lift {
        var doubts: [Lift.Finding] = []
        if holdout.share <= 0 || holdout.share >= 1 { doubts.append(.noHoldout) }
        if holdout.hasChanged { doubts.append(.holdoutChanged) }
        if holdout.lostGhosts > 0 { doubts.append(.ghostsLost(holdout.lostGhosts)) }
        if holdout.isLate { doubts.append(.promotedBefore) }
        let mixed = eligible.values.count(where: \.isInBothArms)
        if mixed > 0 { doubts.append(.listenersInBothArms(mixed)) }
        // In the order of hashes, so that sums are the same in every run.
        let listeners = eligible.sorted { $0.key < $1.key }.map(\.value)
        let isDesigned = holdout.share > 0 && holdout.share < 1
        let feedback = LiftFeedback(
            trusted: listeners.map(\.isHeldOut),
            outcomes: listeners.map { $0.outcome(measure) },
            earlierOutcomes: holdout.isLate ? nil : listeners.map { $0.earlierOutcome(measure) },
            holdoutShare: isDesigned ? holdout.designedShare : 0.5
        )
        return Lift(feedback, doubts: doubts, confidence: confidence)
    }
}
