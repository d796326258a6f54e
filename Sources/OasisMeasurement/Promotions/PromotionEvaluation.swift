/// What would another policy's promotions have brought? The answer for each decided request, or the reasons why there is
/// none.
///
/// Every promotion counts as often as the policy in question would have made it: w = π/p. Σ w·r over a decision's promotions
/// has the expectation of what the policy brings there (Horvitz and Thompson, 1952), as far as it promotes what had some
/// chance.
package struct PromotionEvaluation: Sendable {
    /// What an estimator says of a decided request, with its uncertainty by every method that there is for it.
    package struct Answer: Sendable {
        /// `ips` or `snips`.
        package let estimator: Estimator
        /// Mean reward of a decided request.
        package let value: Double
        /// Standard error of it.
        package let standardError: Double
        /// By the central limit theorem.
        package let normal: Interval
        /// By resampling decisions.
        package let bootstrap: Interval
        /// However often it is looked at while decisions come in; for unchanged weights alone.
        package let alwaysValid: Interval?
    }

    /// How it is asked.
    package struct Question: Sendable {
        /// Of the intervals, within (0, 1).
        package var confidence = 0.95
        /// Means to resample.
        package var resamples = 1_000
        /// Seed of the resamples.
        package var seed: UInt64 = 1
        /// The least that the logging policy's design gives to what it offers; the log's least where it is not known.
        package var propensityFloor: Double?
        /// Answer even where the log does not support it.
        package var isNaive = false

        /// The usual question.
        package init() {}
    }

    /// The state of the log under the policy; rows are promotions.
    package let health: LogHealth
    /// What speaks against an answer; refusals first.
    package let findings: [LogHealth.Finding]
    /// Mean reward of a decided request as it was.
    package let loggedValue: Double
    /// Promotions of a decided request as it was, and as the policy would have made them.
    package let promotions: (logged: Double, evaluated: Double)
    /// The largest weight that there can be.
    package let weightBound: Double
    /// None where the log does not support an answer, unless asked naively.
    package let answers: [Answer]

    /// Whether the log does not support an answer.
    package var isRefused: Bool { findings.contains(where: \.isRefusal) }

    /// Asks a log; decisions must be in the order in which they were made.
    package init(_ question: Question, of feedback: PromotionFeedback) {
        let rows = DecisionRows(feedback)
        let count = max(Double(feedback.decisionCount), 1)
        health = rows.health
        findings = rows.health.findings
        loggedValue = feedback.rewards.total / count
        promotions = (
            Double(feedback.isPromoted.count { $0 }) / count, feedback.evaluated.total / count
        )
        weightBound = (feedback.evaluated.max() ?? 1) / (question.propensityFloor ?? rows.health.smallestPropensity)
        let isAnswered = question.isNaive || !rows.health.findings.contains(where: \.isRefusal)
        // Naive numbers need two decisions and a weight above 0 all the same.
        let isPossible = feedback.decisionCount >= 2 && rows.health.meanWeight > 0
        answers = isAnswered && isPossible ? question.answers(rows, feedback, weightBound: weightBound) : []
    }
}

extension PromotionEvaluation.Question {
    fileprivate func answers(
        _ rows: DecisionRows,
        _ feedback: PromotionFeedback,
        weightBound: Double
    ) -> [PromotionEvaluation.Answer] {
        let values = rows.values
        let decisions = zip(feedback.offsets, feedback.offsets.dropFirst())
        let most = decisions.map { begin, end in (begin..<end).count { feedback.isPromoted[$0] } }.max() ?? 0
        let limit = max(Double(most) * weightBound * feedback.rewardMaximum, values.max() ?? 0)
        let isBounded = limit > 0 && values.allSatisfy { $0 <= limit }
        return [
            answer(
                .ips,
                values,
                alwaysValid: isBounded
                    ? ConfidenceSequence.interval(values, limit: limit, confidence: confidence) : nil
            ),
            answer(.snips, values.map { $0 / rows.health.meanWeight }, alwaysValid: nil),
        ]
    }

    private func answer(
        _ estimator: Estimator,
        _ values: [Double],
        alwaysValid: Interval?
    ) -> PromotionEvaluation.Answer {
        let range = 0...Double.greatestFiniteMagnitude
        return PromotionEvaluation.Answer(
            estimator: estimator,
            value: values.mean,
            standardError: (values.squaredDeviations / Double(values.count - 1) / Double(values.count)).squareRoot(),
            normal: .normal(values, confidence: confidence).clipped(to: range),
            bootstrap: .bootstrap(values, confidence: confidence, resamples: resamples, seed: seed),
            alwaysValid: alwaysValid
        )
    }
}

/// A decision's promotions together.
private struct DecisionRows {
    /// Σ w·r of each decision.
    var values: [Double]
    var health: LogHealth

    init(_ feedback: PromotionFeedback) {
        var (values, excesses): ([Double], [Double]) = ([], [])
        var (weights, gains): ([Double], [Double]) = ([], [])
        var (covered, never) = (0.0, 0.0)
        for (begin, end) in zip(feedback.offsets, feedback.offsets.dropFirst()) {
            var (value, excess) = (0.0, 0.0)
            for place in begin..<end {
                let chance = feedback.evaluated[place]
                guard feedback.propensities[place] > 0 else {
                    never += chance
                    continue
                }
                covered += chance
                excess -= chance
                guard feedback.isPromoted[place] else { continue }
                let weight = chance / feedback.propensities[place]
                weights.append(weight)
                gains.append(weight * feedback.rewards[place])
                value += weight * feedback.rewards[place]
                excess += weight
            }
            values.append(value)
            excesses.append(excess)
        }
        self.values = values
        let count = Double(values.count)
        let error = count > 1 ? (excesses.squaredDeviations / (count - 1) * count).squareRoot() : 0
        health = LogHealth(
            rowCount: weights.count,
            // Weights of what was promoted have the sum of the policy's chances as their expectation.
            meanWeight: covered > 0 ? weights.total / covered : 0,
            meanWeightError: covered > 0 ? error / covered : 0,
            effectiveRows: LogHealth.effectiveCount(weights),
            effectiveRewards: LogHealth.effectiveCount(gains),
            largestWeight: weights.max() ?? 0,
            smallestPropensity: feedback.propensities.filter { $0 > 0 }.min() ?? 1,
            neverLoggedShare: covered + never > 0 ? never / (covered + never) : 0
        )
    }
}
