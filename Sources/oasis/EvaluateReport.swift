internal import Foundation
internal import OasisMeasurement

/// What `oasis evaluate` says: health first, then an answer or the reasons why there is none.
struct EvaluateReport {
    private let evaluation: Evaluation
    /// One for each kind of interval that was asked for; they differ in nothing else.
    private let evaluations: [Evaluation]
    private let log: OpenBanditEvaluation
    private let asked: EvaluateCommand

    /// Reports evaluations of a log as they were asked for, at least one.
    init(_ evaluations: [Evaluation], of log: OpenBanditEvaluation, asked: EvaluateCommand) {
        evaluation = evaluations[0]
        self.evaluations = evaluations
        self.log = log
        self.asked = asked
    }

    private var health: LogHealth { evaluation.health }
    private var loggedValue: Double {
        log.feedback.rewards.reduce(0, +) / Double(log.feedback.rowCount)
    }

    /// Prints health, findings, and one line for each estimator.
    func printTable() {
        Terminal.printPairs(headPairs + healthPairs)
        let refusals = evaluation.findings.filter(\.isRefusal)
        let warnings = evaluation.findings.filter { !$0.isRefusal }
        if !refusals.isEmpty {
            print(asked.naive ? "\nNot supported by the log; naive numbers follow." : "\nNo answer.")
            for finding in refusals { print("  refused: \(finding)") }
        }
        if !warnings.isEmpty { print("") }
        for finding in warnings { print("  careful: \(finding)") }
        guard !evaluation.estimates.isEmpty else { return }
        print("")
        Terminal.printTable([header] + evaluation.estimates.indices.map(line))
        print("\n" + notes.joined(separator: "\n"))
    }

    private var headPairs: [(name: String, value: String)] {
        let feedback = log.feedback
        var pairs = [
            (name: "log", value: asked.openBandit ?? ""),
            ("", "\(feedback.rowCount) rows, \(feedback.actionCount) items, \(feedback.cellCount) positions"),
            ("logged value", "\(Self.number(loggedValue)) clicks a row"),
            ("policy", asked.policy ?? ""),
        ]
        if let own = log.ownLog {
            pairs.append(("its own log", "\(Self.number(own.clickRate)) clicks a row, \(own.rowCount) rows"))
        }
        return pairs
    }

    private var healthPairs: [(name: String, value: String)] {
        [
            (
                "mean weight",
                String(format: "%.4f ± %.4f, should be 1", health.meanWeight, health.meanWeightError)
            ),
            ("effective rows", String(format: "%.1f of %d", health.effectiveRows, health.rowCount)),
            ("effective rewards", String(format: "%.1f rewarded rows", health.effectiveRewards)),
            ("largest weight", String(format: "%.2f", health.largestWeight)),
            ("never logged", String(format: "%.2f %% of what the policy would do", 100 * health.neverLoggedShare)),
            (
                "rarely logged",
                String(
                    format: "%.2f %%, fewer than %d times",
                    100 * health.rarelyLoggedShare,
                    LogHealth.Rules.rareRows
                )
            ),
        ]
    }

    private var header: [String] {
        let percent = String(format: "%g %%", 100 * asked.confidence)
        let names =
            asked.interval.kinds.count == 1 ? [percent] : asked.interval.kinds.map { "\(percent) \($0.rawValue)" }
        return ["estimator", "value"] + names.flatMap { ["\($0) from", "to"] } + ["std. error", "bias, estimated"]
    }

    private func line(_ place: Int) -> [String] {
        let estimate = evaluation.estimates[place]
        let value = evaluation.possible(estimate.value)
        let name = estimate.estimator.description + (estimate.tuning.map { " (\($0.rawValue))" } ?? "")
        let intervals = evaluations.flatMap { ends($0.estimates[place].interval) }
        let bias = estimate.estimator.isConsistent ? "–" : Self.number(estimate.estimatedBias)
        return [name, Self.number(value) + (value == estimate.value ? "" : "*")] + intervals
            + [Self.number(estimate.standardError), bias]
    }

    private func ends(_ interval: Interval?) -> [String] {
        guard let interval else { return ["–", "–"] }
        return [interval.lower, interval.upper].map { Self.number($0) + (isMoved($0, interval) ? "*" : "") }
    }

    private func isMoved(_ end: Double, _ interval: Interval) -> Bool {
        interval.isClipped && (end == evaluation.rewardRange.lowerBound || end == evaluation.rewardRange.upperBound)
    }

    private var isAnythingMoved: Bool {
        evaluations.flatMap(\.estimates)
            .contains {
                $0.interval?.isClipped == true || evaluation.possible($0.value) != $0.value
            }
    }

    private var notes: [String] {
        let range = evaluation.rewardRange
        var notes = ["Clicks a row. Intervals do not count the bias of changed weights or of the model."]
        if isAnythingMoved {
            notes.append(
                String(format: "* moved to where rewards end: %g to %g.", range.lowerBound, range.upperBound)
            )
        }
        if asked.interval != .alwaysValid, evaluation.estimates.contains(where: { $0.estimator == .dm }) {
            notes.append("dm: its interval is the spread of the model's answers, not of its errors.")
        }
        if asked.interval.kinds.contains(.alwaysValid) { notes.append(alwaysValidNote) }
        if evaluation.estimates.contains(where: \.estimator.usesModel) {
            notes.append(
                asked.folds == 1
                    ? "Model of rewards: shrunk rates by item and position, fitted on the rows it is used on."
                    : "Model of rewards: shrunk rates by item and position, cross-fitted in \(asked.folds) folds."
            )
        }
        return notes
    }

    private var alwaysValidNote: String {
        let bound = log.weightBound(propensityFloor: asked.propensityFloor)
        let source =
            asked.propensityFloor == nil
            ? "if the logging policy never went below the log's least propensity (--propensity-floor says otherwise)"
            : "at this propensity floor"
        return String(format: "Always valid with weights up to %.4g, %@.", bound, source)
    }

    private static func number(_ value: Double) -> String {
        value == 0 || abs(value) >= 1e-4 ? String(format: "%.6f", value) : String(format: "%.3e", value)
    }
}

extension Evaluation {
    /// The nearest value that a policy can have.
    fileprivate func possible(_ value: Double) -> Double {
        min(max(value, rewardRange.lowerBound), rewardRange.upperBound)
    }
}

extension EvaluateReport {
    /// Prints the same as JSON.
    func printJSON() throws {
        try Terminal.printJSON(
            Document(
                log: asked.openBandit ?? "",
                policy: asked.policy ?? "",
                rows: log.feedback.rowCount,
                actions: log.feedback.actionCount,
                loggedValue: loggedValue,
                ownLogValue: log.ownLog?.clickRate,
                rewardRange: [evaluation.rewardRange.lowerBound, evaluation.rewardRange.upperBound],
                health: .init(health),
                isRefused: evaluation.isRefused,
                isNaive: asked.naive,
                findings: evaluation.findings.map {
                    .init(code: $0.code, isRefusal: $0.isRefusal, sentence: "\($0)")
                },
                interval: asked.interval.rawValue,
                confidence: asked.confidence,
                weightBound: asked.interval.kinds.contains(.alwaysValid)
                    ? log.weightBound(propensityFloor: asked.propensityFloor) : nil,
                folds: asked.folds,
                seed: asked.seed,
                estimates: evaluation.estimates.indices.map(answer)
            )
        )
    }

    private func answer(_ place: Int) -> Document.Answer {
        let estimate = evaluation.estimates[place]
        let intervals = zip(asked.interval.kinds, evaluations)
            .compactMap { kind, evaluation in
                evaluation.estimates[place].interval.map { (kind.rawValue, [$0.lower, $0.upper]) }
            }
        let value = evaluation.possible(estimate.value)
        return Document.Answer(
            estimator: estimate.estimator.family.rawValue,
            parameter: estimate.estimator.parameter,
            tuning: estimate.tuning?.rawValue,
            value: value,
            isValueClipped: value != estimate.value,
            standardDeviation: estimate.standardDeviation,
            standardError: estimate.standardError,
            lower: estimate.interval?.lower,
            upper: estimate.interval?.upper,
            isIntervalClipped: estimate.interval?.isClipped,
            intervals: Dictionary(uniqueKeysWithValues: intervals),
            isConsistent: estimate.estimator.isConsistent,
            estimatedBias: estimate.estimatedBias
        )
    }

    private struct Document: Encodable {
        struct Health: Encodable {
            var meanWeight, meanWeightError, effectiveRows, effectiveRewards, largestWeight: Double
            var smallestPropensity, neverLoggedShare, rarelyLoggedShare: Double

            init(_ health: LogHealth) {
                meanWeight = health.meanWeight
                meanWeightError = health.meanWeightError
                effectiveRows = health.effectiveRows
                effectiveRewards = health.effectiveRewards
                largestWeight = health.largestWeight
                smallestPropensity = health.smallestPropensity
                neverLoggedShare = health.neverLoggedShare
                rarelyLoggedShare = health.rarelyLoggedShare
            }
        }

        struct Finding: Encodable {
            var code: String
            var isRefusal: Bool
            var sentence: String
        }

        struct Answer: Encodable {
            var estimator: String
            var parameter: Double?
            var tuning: String?
            var value: Double
            var isValueClipped: Bool
            var standardDeviation, standardError: Double
            var lower, upper: Double?
            var isIntervalClipped: Bool?
            var intervals: [String: [Double]]
            var isConsistent: Bool
            var estimatedBias: Double
        }

        var log, policy: String
        var rows, actions: Int
        var loggedValue: Double
        var ownLogValue: Double?
        var rewardRange: [Double]
        var health: Health
        var isRefused, isNaive: Bool
        var findings: [Finding]
        var interval: String
        var confidence: Double
        var weightBound: Double?
        var folds: Int
        var seed: UInt64
        var estimates: [Answer]
    }
}
