import OasisLedger
package import OasisMarket
import OasisResponse

/// How a model's predictions and what came of them add up on one surface.
package struct SurfaceCheck: Hashable, Sendable {
    /// The outcome.
    package let outcome: PromotedOutcome
    /// The surface.
    package let surface: SurfaceID
    /// Σ predictions, as far as outcomes are due by now.
    package let predicted: Double
    /// Outcomes.
    package let observed: Double
    /// What the model's odds are multiplied by until the next model.
    package let correction: Double

    /// Σ predicted / Σ observed; nothing without outcomes.
    package var ratio: Double? { observed > 0 ? predicted / observed : nil }

    /// Standard errors beyond which a difference is no chance.
    private static let standardErrors = 3.0

    /// Whether they are off by more than a tenth, and by more than chance.
    package var isAlarm: Bool {
        let isOff = ratio.map { !PredictionQuality.calibrationRange.contains($0) } ?? (predicted >= 1)
        return isOff && abs(predicted - observed) > Self.standardErrors * max(predicted, 1).squareRoot()
    }
}

extension PromotionTraining {
    /// A model's predictions against outcomes, on each surface, and what corrects them; of trials from `start` on.
    func checks(
        of model: ResponseModel,
        from start: Int
    ) -> [(check: SurfaceCheck, correction: OnlineCorrection)] {
        guard let predictions = predictions(of: model) else { return [] }
        var sums: [SurfaceID: (predicted: Double, observed: Double, correction: OnlineCorrection)] = [:]
        for place in start..<trials.count {
            let surface = trials.promotions[place].cell.surface
            var sum = sums[surface] ?? (0, 0, OnlineCorrection())
            let (seen, label) = (trials.seen[place], trials.hasOutcome[place] ? 1.0 : 0)
            sum.predicted += predictions[place] * seen
            sum.observed += label
            sum.correction.observe(prediction: predictions[place], label: label, seen: seen)
            sums[surface] = sum
        }
        return sums.sorted { $0.key < $1.key }
            .map { surface, sum in
                let check = SurfaceCheck(
                    outcome: trials.outcome,
                    surface: surface,
                    predicted: sum.predicted,
                    observed: sum.observed,
                    correction: sum.correction.factor
                )
                return (check, sum.correction)
            }
    }
}
