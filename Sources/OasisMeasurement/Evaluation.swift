/// What would another policy have brought? The answer to that question, or the reasons why there is none.
package struct Evaluation: Sendable {
    /// What is asked of a log.
    package struct Question: Sendable {
        /// Whom to ask.
        package var estimators: [EstimatorChoice]
        /// What intervals rest on.
        package var interval: Interval.Method
        /// Of the intervals, within (0, 1).
        package var confidence: Double
        /// Answer even where the log does not support it.
        package var isNaive: Bool

        /// A question; naive answers are given on request alone.
        package init(
            estimators: [EstimatorChoice] = EstimatorChoice.usual,
            interval: Interval.Method = .normal,
            confidence: Double = 0.95,
            isNaive: Bool = false
        ) {
            precondition(confidence > 0 && confidence < 1)
            self.estimators = estimators
            self.interval = interval
            self.confidence = confidence
            self.isNaive = isNaive
        }
    }

    /// The state of the log under the policy.
    package let health: LogHealth
    /// What speaks against an answer; refusals first.
    package let findings: [LogHealth.Finding]
    /// One for each estimator asked; none where the log does not support an answer, unless asked naively.
    package let estimates: [Estimate]
    /// What a reward can be at least and at most.
    package let rewardRange: ClosedRange<Double>

    /// Whether the log does not support an answer.
    package var isRefused: Bool { findings.contains(where: \.isRefusal) }

    /// Asks a log about a policy.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - feedback: The log.
    ///   - policy: The policy in question.
    ///   - model: Needed where an estimator uses one.
    /// - Throws: `InvalidFeedback` where columns do not fit each other, or an always-valid interval's weight bound is
    ///   below a weight in the log.
    package init(
        _ question: Question,
        of feedback: LoggedFeedback,
        under policy: EvaluationPolicy,
        model: RewardEstimates? = nil
    ) throws(InvalidFeedback) {
        let rows = try WeightedRows(feedback, under: policy, model: model)
        guard model != nil || !question.estimators.contains(where: \.usesModel) else {
            throw InvalidFeedback("estimated reward", nil, "must be given for estimators that use a model")
        }
        if case .alwaysValid(let bound) = question.interval, let largest = rows.weights.max(), bound < largest {
            throw InvalidFeedback("weight bound", nil, "must be at least the log's largest weight \(largest)")
        }
        let health = LogHealth(feedback, under: policy, rows)
        let findings = health.findings
        self.health = health
        self.findings = findings
        rewardRange = feedback.rewardRange
        let isAnswered = question.isNaive || !findings.contains(where: \.isRefusal)
        estimates = isAnswered ? question.estimators.map { question.estimate($0, rows) } : []
    }
}

extension Evaluation.Question {
    fileprivate func estimate(_ choice: EstimatorChoice, _ rows: WeightedRows) -> Estimate {
        let estimator = choice.resolved(rows)
        let values = estimator.rowValues(rows)
        var tuning: Tuning?
        if case .tuned(_, let rule) = choice { tuning = rule }
        let interval = interval(estimator, values, rows)?.clipped(to: rows.rewardRange)
        return Estimate(estimator, tuning: tuning, rows, values: values, interval: interval)
    }

    /// An interval of the asked kind; a confidence sequence is one of the unchanged weights alone, since it needs values
    /// that owe nothing to later rows.
    private func interval(_ estimator: Estimator, _ values: [Double], _ rows: WeightedRows) -> Interval? {
        switch interval {
        case .normal: return .normal(values, confidence: confidence)
        case .bootstrap(let resamples, let seed):
            return .bootstrap(values, confidence: confidence, resamples: resamples, seed: seed)
        case .alwaysValid(let bound):
            guard estimator == .ips else { return nil }
            let range = rows.rewardRange
            // E[w·(r − least)] = value − least, because the weights average 1.
            let gains = zip(rows.weights, rows.rewards).map { $0 * ($1 - range.lowerBound) }
            let limit = bound * (range.upperBound - range.lowerBound)
            var interval = ConfidenceSequence.interval(gains, limit: limit, confidence: confidence)
            interval.lower += range.lowerBound
            interval.upper += range.lowerBound
            return interval
        }
    }
}
