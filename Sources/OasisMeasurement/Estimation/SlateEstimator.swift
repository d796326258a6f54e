/// A way to say what whole slates of another policy would have brought.
///
/// The value of a slate is the sum over its slots of weight × reward. They differ in what a slot's reward is taken to
/// depend on: everything in the slate, its own slot, or the slots up to it (McInerney et al., 2020).
package enum SlateEstimator: String, CaseIterable, Sendable {
    /// Weight: the product over all slots. Unbiased whatever rewards depend on; its weights explode with slots.
    case standard = "sips"
    /// Weight: the slot's own. Unbiased where a slot's reward depends on nothing else.
    case independent = "iips"
    /// Weight: the product over the slots up to it. Unbiased where people look from the top down.
    case rewardInteraction = "rips"

    /// The value of each slate.
    ///
    /// - Parameters:
    ///   - feedback: Logged slates.
    ///   - isSelfNormalized: Divide each slot's weights by their mean over slates.
    /// - Returns: A sum for each slate.
    /// - Throws: `InvalidFeedback` when all weights of a slot are 0 and must be normalised.
    package func slateValues(
        _ feedback: SlateFeedback,
        isSelfNormalized: Bool = false
    ) throws(InvalidFeedback) -> [Double] {
        let slots = feedback.slotCount
        var weights = feedback.slotWeights
        for slate in 0..<feedback.slateCount { combine(&weights, slate * slots..<(slate + 1) * slots) }
        var scales = [Double](repeating: 1, count: slots)
        if isSelfNormalized {
            for slot in 0..<slots {
                let mean = stride(from: slot, to: weights.count, by: slots).map { weights[$0] }.mean
                guard mean > 0 else {
                    throw InvalidFeedback("evaluation probability", slot, "must be above 0 for some slate")
                }
                scales[slot] = 1 / mean
            }
        }
        return (0..<feedback.slateCount)
            .map { slate in
                (0..<slots)
                    .reduce(0.0) { sum, slot in
                        let place = slate * slots + slot
                        return sum + weights[place] * scales[slot] * feedback.rewards[place]
                    }
            }
    }

    /// The mean value of a slate.
    package func value(_ feedback: SlateFeedback, isSelfNormalized: Bool = false) throws(InvalidFeedback) -> Double {
        try slateValues(feedback, isSelfNormalized: isSelfNormalized).mean
    }

    /// Turns the slots' own weights of one slate into its weights.
    private func combine(_ weights: inout [Double], _ slate: Range<Int>) {
        switch self {
        case .independent: break
        case .rewardInteraction:
            for place in slate.dropFirst() { weights[place] *= weights[place - 1] }
        case .standard:
            let product = slate.reduce(1.0) { $0 * weights[$1] }
            for place in slate { weights[place] = product }
        }
    }
}
