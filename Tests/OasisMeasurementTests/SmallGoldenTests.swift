import OasisMeasurement
import Testing

@Suite(
    "Small logs, against another implementation's answers",
    .enabled(if: SharedGoldens.folder != nil, "no shared data: set OASIS_SHARED_DATA to compare with goldens")
)
struct SmallGoldenTests {
    @Test("300 rows that each have a policy and a model of their own, to 1e-9")
    func estimators() throws {
        let golden = try SharedGoldens.object("estimators-300.json")
        let actionCount = Int(try golden.number("n_actions"))
        let actions = try golden.numbers("action").map { Int($0) }
        let logging = try golden.table("logging_probs")
        let feedback = try LoggedFeedback(
            actions: actions,
            rewards: golden.numbers("reward"),
            propensities: zip(logging, actions).map { $0[$1] },
            actionCount: actionCount
        )
        let each = Array(0..<actions.count)
        let policy = try EvaluationPolicy(
            probabilities: golden.table("eval_probs").flatMap { $0 },
            actionCount: actionCount,
            tableOfRow: each
        )
        let model = try RewardEstimates(
            rewards: golden.table("qhat").flatMap { $0 },
            actionCount: actionCount,
            tableOfRow: each
        )
        let rows = try WeightedRows(feedback, under: policy, model: model)
        expectEqual(LogHealth(feedback, under: policy, rows).effectiveRows, try golden.number("ess"), "ess")
        let expected = try golden.object("expected")
        for (name, answer) in expected {
            let answer = try #require(answer as? [String: Any])
            let estimate = Estimate(try estimator(name), rows)
            expectEqual(estimate.value, try answer.number("value"), name)
            expectEqual(estimate.standardError, try answer.number("se"), "\(name), se")
        }
        #expect(expected.count == 27)
    }

    /// `ips_clip_2` is `ips-clip` with 2.
    private func estimator(_ name: String) throws -> Estimator {
        let parts = name.split(separator: "_")
        guard let parameter = parts.last.flatMap({ Double($0) }) else {
            return try Estimator(try #require(Estimator.Family(rawValue: name)))
        }
        let family = parts.dropLast().joined(separator: "-")
        return try Estimator(try #require(Estimator.Family(rawValue: family)), parameter: parameter)
    }

    @Test("400 slates of three slots, to 1e-9")
    func slates() throws {
        let golden = try SharedGoldens.object("slate-estimators-400x3.json")
        let feedback = try SlateFeedback(
            rewards: golden.table("reward").flatMap { $0 },
            propensities: golden.table("logging_prob_of_action").flatMap { $0 },
            evaluationProbabilities: golden.table("eval_prob_of_action").flatMap { $0 },
            slotCount: Int(golden.number("slots"))
        )
        let expected = try golden.object("expected")
        for estimator in SlateEstimator.allCases {
            let name = estimator.rawValue
            expectEqual(try estimator.value(feedback), try expected.number(name), name)
            let normalized = try estimator.value(feedback, isSelfNormalized: true)
            expectEqual(normalized, try expected.number("sn_\(name)"), "sn_\(name)")
        }
        #expect(expected.count == 2 * SlateEstimator.allCases.count)
    }
}
