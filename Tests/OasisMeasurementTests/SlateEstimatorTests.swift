import OasisMeasurement
import Testing

@Suite("Slate estimators, on every slate that there can be")
struct SlateEstimatorTests {
    /// What a slot's reward depends on.
    private enum Listener: CaseIterable {
        case ownSlot
        case slotsAbove
        case wholeSlate

        /// Reward of one slot; items are 0 and 1.
        func reward(_ slate: [Int], _ slot: Int) -> Double {
            switch self {
            case .ownSlot: [0.2, 0.7][slate[slot]]
            case .slotsAbove: slate[...slot].reduce(0.1) { $0 * 0.5 + [0.3, 0.8][$1] }
            case .wholeSlate: slate == [1, 0] ? 0.9 : 0.1 * Double(slot + slate[0] + 2 * slate[1])
            }
        }
    }

    // Both policies choose each slot by itself, in tenths: of 100 slates, each comes as often as its propensity says.
    private static let logging = [[5, 5], [2, 8]]
    private static let evaluation = [[0.3, 0.7], [0.6, 0.4]]

    private static let slates = [[0, 0], [0, 1], [1, 0], [1, 1]]

    private func feedback(_ listener: Listener) throws -> SlateFeedback {
        var (rewards, propensities, probabilities) = ([Double](), [Double](), [Double]())
        for slate in Self.slates {
            for _ in 0..<Self.logging[0][slate[0]] * Self.logging[1][slate[1]] {
                for slot in 0..<2 {
                    rewards.append(listener.reward(slate, slot))
                    propensities.append(Double(Self.logging[slot][slate[slot]]) / 10)
                    probabilities.append(Self.evaluation[slot][slate[slot]])
                }
            }
        }
        return try SlateFeedback(
            rewards: rewards,
            propensities: propensities,
            evaluationProbabilities: probabilities,
            slotCount: 2
        )
    }

    /// Σ over slates of the evaluation policy's probability × the slots' rewards.
    private func value(_ listener: Listener) -> Double {
        Self.slates.reduce(0) { sum, slate in
            let probability = Self.evaluation[0][slate[0]] * Self.evaluation[1][slate[1]]
            return sum + probability * (listener.reward(slate, 0) + listener.reward(slate, 1))
        }
    }

    @Test("The standard estimator is right whatever a slot's reward depends on")
    func standard() throws {
        for listener in Listener.allCases {
            #expect(abs(try SlateEstimator.standard.value(feedback(listener)) - value(listener)) < 1e-12)
        }
    }

    @Test("The reward-interaction estimator is right where people look from the top down, and not beyond")
    func rewardInteraction() throws {
        for listener in [Listener.ownSlot, .slotsAbove] {
            #expect(abs(try SlateEstimator.rewardInteraction.value(feedback(listener)) - value(listener)) < 1e-12)
        }
        let wrong = try SlateEstimator.rewardInteraction.value(feedback(.wholeSlate))
        #expect(abs(wrong - value(.wholeSlate)) > 0.01)
    }

    @Test("The independent estimator is right where slots do not matter to each other, and not beyond")
    func independent() throws {
        #expect(abs(try SlateEstimator.independent.value(feedback(.ownSlot)) - value(.ownSlot)) < 1e-12)
        let wrong = try SlateEstimator.independent.value(feedback(.slotsAbove))
        #expect(abs(wrong - value(.slotsAbove)) > 0.01)
    }

    @Test("Self-normalising changes nothing where weights average 1, and makes a constant reward exact where not")
    func selfNormalising() throws {
        let exact = try feedback(.slotsAbove)
        for estimator in SlateEstimator.allCases {
            let plain = try estimator.value(exact)
            #expect(abs(try estimator.value(exact, isSelfNormalized: true) - plain) < 1e-12)
        }
        let skewed = try SlateFeedback(
            rewards: Array(repeating: 0.25, count: 6),
            propensities: [0.5, 0.2, 0.1, 0.9, 0.3, 0.4],
            evaluationProbabilities: [0.6, 0.1, 0.7, 0.9, 0.2, 0.8],
            slotCount: 2
        )
        for estimator in SlateEstimator.allCases {
            #expect(abs(try estimator.value(skewed, isSelfNormalized: true) - 0.5) < 1e-12)
            #expect(abs(try estimator.value(skewed) - 0.5) > 0.01)
        }
    }

    @Test("A slot whose weights are all 0 cannot be normalised, and is named")
    func noWeight() throws {
        let feedback = try SlateFeedback(
            rewards: [1, 1, 1, 1],
            propensities: [1, 1, 1, 1],
            evaluationProbabilities: [1, 0, 1, 0],
            slotCount: 2
        )
        let error = #expect(throws: InvalidFeedback.self) {
            try SlateEstimator.independent.value(feedback, isSelfNormalized: true)
        }
        #expect(error?.element == 1)
        #expect(try SlateEstimator.independent.value(feedback) == 1)
    }
}
