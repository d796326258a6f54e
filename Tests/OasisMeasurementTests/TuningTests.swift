import OasisMarket
import OasisMeasurement
import Testing

@Suite("Choosing a parameter from the log")
struct TuningTests {
    private func estimator(_ family: Estimator.Family, _ parameter: Double) throws -> Estimator {
        try Estimator(family, parameter: parameter)
    }

    @Test("The direct rule minimises variance/n + bias², both as they are here by hand")
    func directError() throws {
        let feedback = try LoggedFeedback(
            actions: [0, 0, 1, 1],
            rewards: [1, 0, 1, 0],
            propensities: [0.9, 0.9, 0.1, 0.1],
            actionCount: 2
        )
        let policy = try EvaluationPolicy(byCell: [0.1, 0.9], for: feedback)
        let rows = try WeightedRows(feedback, under: policy)
        // Weights 1/9, 1/9, 9, 9; rewarded: one of each. Clipped at λ ≥ 1/9 the values are 1/9, 0, λ, 0.
        func error(_ clip: Double) -> Double {
            let values = [1.0 / 9, 0, clip, 0]
            let mean = (1.0 / 9 + clip) / 4
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
            let bias = (9 - clip) / 4
            return variance / 4 + bias * bias
        }
        let candidates = [1.0, 3, 5, 6, 7, 8, 9]
        let best = try #require(candidates.min { error($0) < error($1) })
        #expect(best != 1 && best != 9)
        let chosen = Tuning.directError.choose(.clippedIPS, among: candidates, rows)
        #expect(chosen == (try estimator(.clippedIPS, best)))
    }

    @Test("The bound adds what the bias may hide, which does not depend on λ: rather less bias than the direct rule")
    func errorBound() throws {
        let rows = try ExactWorld().rows
        let candidates = [0.5, 1, 2, 4, 8]
        let direct = try #require(Tuning.directError.choose(.clippedIPS, among: candidates, rows).parameter)
        let bound = try #require(Tuning.errorBound.choose(.clippedIPS, among: candidates, rows).parameter)
        #expect(bound >= direct)
        #expect(bound == 8)
    }

    @Test("SLOPE takes the narrowest when all agree")
    func slopeAgreeing() throws {
        // Rewards that the model knows exactly: every member says the same.
        let world = try ExactWorld()
        let model = try RewardEstimates(
            rewards: ExactWorld.rewardTenths.flatMap { $0.map { Double($0) / 10 } },
            actionCount: 3,
            tableOfRow: world.feedback.cells
        )
        let rows = try WeightedRows(world.feedback, under: world.policy, model: model)
        let chosen = Tuning.slope.choose(.switchDR, among: [0.01, 1, 3, 10], rows)
        #expect(chosen == (try estimator(.switchDR, 0.01)))
    }

    @Test("SLOPE stops before the first that contradicts a wider one")
    func slopeDisagreeing() throws {
        // A hundred thousand rows in which action 1 alone is rewarded, always; the policy takes it nine times of ten.
        var random = SeededGenerator(seed: 4)
        let actions = (0..<100_000).map { _ in random.uniform() < 0.1 ? 1 : 0 }
        let feedback = try LoggedFeedback(
            actions: actions,
            rewards: actions.map(Double.init),
            propensities: actions.map { $0 == 1 ? 0.1 : 0.9 },
            actionCount: 2
        )
        let rows = try WeightedRows(feedback, under: EvaluationPolicy(byCell: [0.1, 0.9], for: feedback))
        // Weights of rewarded rows are 9. Clipped at 1 or 5 the answer is 1/9 or 5/9 of the truth: far outside.
        #expect(Tuning.slope.choose(.clippedIPS, among: [1, 5, 9, 50], rows) == (try estimator(.clippedIPS, 9)))
        #expect(Tuning.slope.choose(.clippedIPS, among: [1, 8.99, 50], rows) == (try estimator(.clippedIPS, 8.99)))
    }
}
