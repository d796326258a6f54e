import OasisMeasurement

/// A world small enough to be logged exactly: two cells, three actions, every logged action as often as its propensity
/// says, and every reward as often as its rate says.
///
/// Whatever an estimator is in expectation, it is here to the last bits, so algebra by hand can say what must come out.
struct ExactWorld {
    /// Propensities of the logging policy, cell after cell, in tenths.
    static let loggingTenths = [[5, 3, 2], [1, 1, 8]]
    /// Rates of reward, cell after cell, in tenths.
    static let rewardTenths = [[2, 6, 5], [1, 9, 4]]
    /// The policy in question, cell after cell.
    static let evaluation = [[0.1, 0.6, 0.3], [0.2, 0.7, 0.1]]
    /// What a crude model says.
    static let model = [[0.3, 0.5, 0.5], [0.2, 0.5, 0.5]]

    /// Half of the contexts are in either cell: the mean over cells of Σ π·rate.
    ///
    /// Cell 0: 0.1·0.2 + 0.6·0.6 + 0.3·0.5 = 0.53. Cell 1: 0.2·0.1 + 0.7·0.9 + 0.1·0.4 = 0.69.
    static let value = (0.53 + 0.69) / 2
    /// The model's Σ π·q̂: 0.03 + 0.30 + 0.15 = 0.48, and 0.04 + 0.35 + 0.05 = 0.44.
    static let modelValue = (0.48 + 0.44) / 2

    let feedback: LoggedFeedback
    let policy: EvaluationPolicy
    let model: RewardEstimates
    let rows: WeightedRows

    init() throws {
        var (actions, cells, rewards, propensities) = ([Int](), [Int](), [Double](), [Double]())
        for cell in 0..<2 {
            for action in 0..<3 {
                let tenths = Self.loggingTenths[cell][action]
                for row in 0..<tenths * 10 {
                    actions.append(action)
                    cells.append(cell)
                    rewards.append(row < tenths * Self.rewardTenths[cell][action] ? 1 : 0)
                    propensities.append(Double(tenths) / 10)
                }
            }
        }
        feedback = try LoggedFeedback(
            actions: actions,
            rewards: rewards,
            propensities: propensities,
            cells: cells,
            actionCount: 3,
            cellCount: 2
        )
        policy = try EvaluationPolicy(byCell: Self.evaluation.flatMap { $0 }, for: feedback)
        model = try RewardEstimates(rewards: Self.model.flatMap { $0 }, actionCount: 3, tableOfRow: cells)
        rows = try WeightedRows(feedback, under: policy, model: model)
    }

    /// Mean over cells of Σ p·f(w, p, rate, q̂), the expectation of what a row contributes.
    static func expectation(_ term: (_ weight: Double, _ rate: Double, _ prediction: Double) -> Double) -> Double {
        var sum = 0.0
        for cell in 0..<2 {
            for action in 0..<3 {
                let propensity = Double(loggingTenths[cell][action]) / 10
                let weight = evaluation[cell][action] / propensity
                sum += propensity * term(weight, Double(rewardTenths[cell][action]) / 10, model[cell][action])
            }
        }
        return sum / 2
    }
}
