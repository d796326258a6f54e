extension LogHealth {
    /// When a log does not support an answer, and when it does only just.
    ///
    /// The thresholds are ours: `docs/evaluation.md` gives the reasons.
    package enum Rules {
        /// Fewer effective rows refuse: the spread of the weights is then itself guesswork.
        package static let effectiveRowsMinimum = 50.0
        /// Fewer effective rewarded rows refuse: two or three lucky rows are no rate.
        package static let effectiveRewardsMinimum = 3.0
        /// Fewer effective rewarded rows warn: the central limit theorem has not set in.
        package static let effectiveRewardsComfort = 30.0
        /// More of the policy on actions that were never logged refuses.
        package static let neverLoggedShareMaximum = 0.05
        /// More of the policy on actions that were never or rarely logged warns.
        package static let thinlyLoggedShareComfort = 0.2
        /// An action logged fewer times than this in its cell is rare.
        package static let rareRows = 10
        /// A mean weight further from 1, in standard errors as well as absolutely, refuses.
        package static let meanWeightErrorsMaximum = 5.0
        /// The least distance from 1 that refuses.
        package static let meanWeightDistance = 0.1
    }

    /// What speaks against an answer.
    package enum Finding: Hashable, Sendable {
        /// Too few effective rows.
        case fewEffectiveRows(Double)
        /// Too few effective rewarded rows for any answer.
        case fewEffectiveRewards(Double)
        /// The policy wants what the log does not have.
        case actionsNeverLogged(share: Double)
        /// The weights do not average 1, so that the propensities are not those of the policy that logged.
        case weightsNotAveragingOne(mean: Double, standardErrors: Double)
        /// Enough effective rewarded rows for an answer, but not for an interval from the central limit theorem.
        case thinRewards(Double)
        /// Much of the policy is on actions that were never or rarely logged.
        case thinOverlap(share: Double)
        /// Some of the policy is on actions that were never logged: not enough to refuse.
        case someActionsNeverLogged(share: Double)

        /// Whether no answer should be given.
        package var isRefusal: Bool {
            switch self {
            case .fewEffectiveRows, .fewEffectiveRewards, .actionsNeverLogged, .weightsNotAveragingOne: true
            case .thinRewards, .thinOverlap, .someActionsNeverLogged: false
            }
        }
    }

    /// What speaks against an answer; refusals first.
    package var findings: [Finding] { refusals + warnings }

    private var refusals: [Finding] {
        var findings: [Finding] = []
        if effectiveRows < Rules.effectiveRowsMinimum { findings.append(.fewEffectiveRows(effectiveRows)) }
        if effectiveRewards < Rules.effectiveRewardsMinimum { findings.append(.fewEffectiveRewards(effectiveRewards)) }
        if neverLoggedShare > Rules.neverLoggedShareMaximum {
            findings.append(.actionsNeverLogged(share: neverLoggedShare))
        }
        let distance = abs(meanWeight - 1)
        if distance > Rules.meanWeightDistance, distance > Rules.meanWeightErrorsMaximum * meanWeightError {
            let errors = meanWeightError > 0 ? distance / meanWeightError : .infinity
            findings.append(.weightsNotAveragingOne(mean: meanWeight, standardErrors: errors))
        }
        return findings
    }

    private var warnings: [Finding] {
        var findings: [Finding] = []
        let thinRewards = Rules.effectiveRewardsMinimum..<Rules.effectiveRewardsComfort
        if thinRewards.contains(effectiveRewards) { findings.append(.thinRewards(effectiveRewards)) }
        let thinShare = neverLoggedShare + rarelyLoggedShare
        if thinShare > Rules.thinlyLoggedShareComfort { findings.append(.thinOverlap(share: thinShare)) }
        if neverLoggedShare > 0, neverLoggedShare <= Rules.neverLoggedShareMaximum {
            findings.append(.someActionsNeverLogged(share: neverLoggedShare))
        }
        return findings
    }
}

extension LogHealth.Finding {
    /// A short name for programs.
    package var code: String {
        switch self {
        case .fewEffectiveRows: "few-effective-rows"
        case .fewEffectiveRewards: "few-effective-rewards"
        case .actionsNeverLogged: "actions-never-logged"
        case .weightsNotAveragingOne: "weights-not-averaging-one"
        case .thinRewards: "thin-rewards"
        case .thinOverlap: "thin-overlap"
        case .someActionsNeverLogged: "some-actions-never-logged"
        }
    }
}

extension LogHealth.Finding: CustomStringConvertible {
    /// One sentence for people, with the evidence and the rule.
    package var description: String {
        let rules = LogHealth.Rules.self
        switch self {
        case .fewEffectiveRows(let rows):
            return "the weights leave \(rows.tenths) effective rows, fewer than \(Int(rules.effectiveRowsMinimum)): "
                + "a few rows would decide, and no interval would be wide enough"
        case .fewEffectiveRewards(let rows):
            return "the answer would rest on \(rows.tenths) effective rewarded rows, fewer than "
                + "\(Int(rules.effectiveRewardsMinimum)): one more or less would change it"
        case .actionsNeverLogged(let share):
            return "\(share.percent) of what the policy would do was never logged, more than "
                + "\(rules.neverLoggedShareMaximum.percent): the log cannot know what that brings"
        case .weightsNotAveragingOne(let mean, let errors):
            return "the mean weight is \(mean.thousandths), \(errors.tenths) standard errors from 1: these are not the "
                + "propensities of the policy that logged, or part of the policy in question is not in the log"
        case .thinRewards(let rows):
            return "the answer rests on \(rows.tenths) effective rewarded rows, fewer than "
                + "\(Int(rules.effectiveRewardsComfort)): normal intervals tend to be too short and too low"
        case .thinOverlap(let share):
            return "\(share.percent) of what the policy would do was logged fewer than \(rules.rareRows) times"
        case .someActionsNeverLogged(let share):
            return "\(share.percent) of what the policy would do was never logged, and is counted as bringing nothing "
                + "where no model speaks for it"
        }
    }
}
