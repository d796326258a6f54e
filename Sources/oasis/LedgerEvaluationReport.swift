internal import Foundation
internal import OasisMarket
internal import OasisMeasurement

/// What `oasis evaluate` says of a day of Oasis's own log.
struct LedgerEvaluationReport {
    private let evaluation: PromotionEvaluation
    private let day: LedgerEvaluation
    private let question: PromotionEvaluation.Question

    init(_ evaluation: PromotionEvaluation, of day: LedgerEvaluation, _ question: PromotionEvaluation.Question) {
        self.evaluation = evaluation
        self.day = day
        self.question = question
    }

    func printTable() {
        let health = evaluation.health
        Terminal.printPairs([
            (name: "log", value: "\(day.day), \(day.feedback.decisionCount) decisions"),
            ("logged", "\(number(evaluation.loggedValue)) \(day.reward.rawValue) a request, \(promotions.logged)"),
            ("in question", "\(day.policy): \(promotions.evaluated)"),
            (
                "mean weight",
                String(format: "%.4f ± %.4f, should be 1", health.meanWeight, health.meanWeightError)
            ),
            ("effective rows", String(format: "%.1f of %d promotions", health.effectiveRows, health.rowCount)),
            ("effective rewards", String(format: "%.1f rewarded promotions", health.effectiveRewards)),
            ("largest weight", String(format: "%.2f", health.largestWeight)),
            ("never logged", String(format: "%.2f %% of what would be promoted", 100 * health.neverLoggedShare)),
        ])
        let refusals = evaluation.findings.filter(\.isRefusal)
        if !refusals.isEmpty {
            print(question.isNaive ? "\nNot supported by the log; naive numbers follow." : "\nNo answer.")
        }
        for finding in evaluation.findings { print("  \(finding.isRefusal ? "refused" : "careful"): \(finding)") }
        if day.unreadable > 0 { print("  careful: \(day.unreadable) decisions could not be read and are left out") }
        guard !evaluation.answers.isEmpty else { return }
        print("")
        let percent = String(format: "%g %%", 100 * question.confidence)
        let header = ["estimator", "value", "\(percent) normal", "bootstrap", "always valid", "std. error"]
        Terminal.printTable([header] + evaluation.answers.map(line))
        print(
            "\n\(day.reward.rawValue.capitalized) a request that promotion brings. What organic plays would have brought "
                + "is not in it, and caps, frequency and prices are held to be as they were.\n"
                + String(format: "Always valid with weights up to %.4g", evaluation.weightBound)
                + (question.propensityFloor == nil ? ", the most that the log's least propensity allows." : ".")
        )
    }

    private var promotions: (logged: String, evaluated: String) {
        func text(_ count: Double) -> String { String(format: "%.4f promotions a request", count) }
        return (text(evaluation.promotions.logged), text(evaluation.promotions.evaluated))
    }

    private func line(_ answer: PromotionEvaluation.Answer) -> [String] {
        func range(_ interval: Interval?) -> String {
            interval.map { "\(number($0.lower)) to \(number($0.upper))" } ?? "–"
        }
        return [
            answer.estimator.description, number(answer.value), range(answer.normal), range(answer.bootstrap),
            range(answer.alwaysValid), number(answer.standardError),
        ]
    }

    private func number(_ value: Double) -> String {
        value == 0 || abs(value) >= 1e-4 ? String(format: "%.6f", value) : String(format: "%.3e", value)
    }

    func printJSON() throws {
        let health = evaluation.health
        try Terminal.printJSON(
            Document(
                day: day.day.description,
                policy: day.policy,
                reward: day.reward.rawValue,
                decisions: day.feedback.decisionCount,
                unreadableDecisions: day.unreadable,
                keptShare: day.keptShare,
                loggedValue: evaluation.loggedValue,
                loggedPromotions: evaluation.promotions.logged,
                evaluatedPromotions: evaluation.promotions.evaluated,
                meanWeight: health.meanWeight,
                meanWeightError: health.meanWeightError,
                effectiveRows: health.effectiveRows,
                effectiveRewards: health.effectiveRewards,
                largestWeight: health.largestWeight,
                neverLoggedShare: health.neverLoggedShare,
                isRefused: evaluation.isRefused,
                isNaive: question.isNaive,
                findings: evaluation.findings.map {
                    .init(code: $0.code, isRefusal: $0.isRefusal, sentence: "\($0)")
                },
                confidence: question.confidence,
                weightBound: evaluation.weightBound,
                answers: evaluation.answers.map(Document.Answer.init)
            )
        )
    }

    private struct Document: Encodable {
        struct Finding: Encodable {
            var code: String
            var isRefusal: Bool
            var sentence: String
        }

        struct Answer: Encodable {
            var estimator: String
            var value, standardError: Double
            var normal, bootstrap: [Double]
            var alwaysValid: [Double]?

            init(_ answer: PromotionEvaluation.Answer) {
                estimator = answer.estimator.description
                value = answer.value
                standardError = answer.standardError
                normal = [answer.normal.lower, answer.normal.upper]
                bootstrap = [answer.bootstrap.lower, answer.bootstrap.upper]
                alwaysValid = answer.alwaysValid.map { [$0.lower, $0.upper] }
            }
        }

        var day, policy, reward: String
        var decisions, unreadableDecisions: Int
        var keptShare, loggedValue, loggedPromotions, evaluatedPromotions: Double
        var meanWeight, meanWeightError, effectiveRows, effectiveRewards, largestWeight, neverLoggedShare: Double
        var isRefused, isNaive: Bool
        var findings: [Finding]
        var confidence, weightBound: Double
        var answers: [Answer]
    }
}
