extension Lift {
    /// When the arms do not support an answer, and when they do only just.
    ///
    /// The thresholds are ours: `docs/lift.md` gives the reasons.
    package enum Rules {
        /// Fewer listeners in an arm withhold the answer.
        package static let listenersMinimum = 30
        /// Outcomes of the holdout that are worth fewer single plays warn: the upper end is then far away.
        package static let heldInformationComfort = 10.0
        /// One listener with more of all outcomes warns.
        package static let largestShareComfort = 0.2
    }

    /// What speaks against an answer.
    package enum Finding: Hashable, Sendable {
        /// The policy holds nobody out.
        case noHoldout
        /// The policy's holdout was another one for a part of the time.
        case holdoutChanged
        /// So many listeners had a promotion and a ghost.
        case listenersInBothArms(Int)
        /// The arms are out of proportion.
        case sampleRatio(SampleRatio)
        /// An arm has too few listeners.
        case fewListeners(held: Int, treated: Int)
        /// No outcome in either arm.
        case nothingHappened
        /// Every listener did the same.
        case noVariation
        /// The campaign ran before the time that is looked at.
        case promotedBefore
        /// So many ghosts were lost on their way to the ledger.
        case ghostsLost(Int)
        /// The holdout's outcomes are worth so many single plays.
        case thinHoldout(Double)
        /// One listener has so much of all outcomes.
        case oneListenerDominates(share: Double)

        /// Whether no answer may be given.
        package var isRefusal: Bool {
            switch self {
            case .noHoldout, .holdoutChanged, .listenersInBothArms, .sampleRatio, .fewListeners, .nothingHappened,
                .noVariation:
                true
            case .promotedBefore, .ghostsLost, .thinHoldout, .oneListenerDominates: false
            }
        }
    }
}

extension Lift.Finding {
    /// A short name for programs.
    package var code: String {
        switch self {
        case .noHoldout: "no-holdout"
        case .holdoutChanged: "holdout-changed"
        case .listenersInBothArms: "listeners-in-both-arms"
        case .sampleRatio: "sample-ratio-mismatch"
        case .fewListeners: "few-listeners"
        case .nothingHappened: "nothing-happened"
        case .noVariation: "no-variation"
        case .promotedBefore: "promoted-before"
        case .ghostsLost: "ghosts-lost"
        case .thinHoldout: "thin-holdout"
        case .oneListenerDominates: "one-listener-dominates"
        }
    }
}

extension Lift.Finding: CustomStringConvertible {
    /// One sentence for people, with the evidence and the rule.
    package var description: String {
        switch self {
        case .noHoldout:
            return "the policy holds nobody out, so there is nobody to compare with: set guardrails.holdout"
        case .holdoutChanged:
            return "the holdout's share or salt was another one for a part of this time: choose a window without the "
                + "change"
        case .listenersInBothArms(let count):
            return "\(count) listeners had promotions and are in the holdout: the holdout did not hold"
        case .sampleRatio(let ratio):
            return "\(ratio.heldCount) of \(ratio.heldCount + ratio.treatedCount) eligible listeners are held out, "
                + "\(ratio.share.percent) where \(ratio.designedShare.percent) should be: one arm's listeners are "
                + "missing, most likely those of promotions whose end nobody reports"
        case .fewListeners(let held, let treated):
            return "\(held) listeners are held out and \(treated) are not; each arm needs "
                + "\(Lift.Rules.listenersMinimum)"
        case .nothingHappened:
            return "nobody in either arm did anything yet"
        case .noVariation:
            return "every listener did the same, so there is no telling what chance does"
        case .promotedBefore:
            return "the campaign ran before this time, so part of what it did is not in it, and what listeners did "
                + "earlier is not used"
        case .ghostsLost(let count):
            return "\(count) ghosts were lost on their way to the ledger: held-out listeners may be missing"
        case .thinHoldout(let plays):
            return "the holdout's outcomes are worth \(plays.tenths) single plays, fewer than "
                + "\(Int(Lift.Rules.heldInformationComfort)): the upper end hardly says anything"
        case .oneListenerDominates(let share):
            return "one listener did \(share.percent) of everything: more likely a machine than a fan"
        }
    }
}
