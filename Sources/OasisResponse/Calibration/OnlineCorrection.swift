/// Follows how far predictions are off, outcome by outcome, and corrects them until the next model.
///
/// It multiplies odds by (events + m) / (predicted events + m), both sums fading with every row, m standing for
/// predictions that were right. Always evaluated on what was selected, because that is what has outcomes.
package struct OnlineCorrection: Hashable, Sendable {
    /// Odds are multiplied by no less and no more than this.
    package static let factorRange = 0.25...4.0

    /// Rows after which an outcome counts half.
    package let halfLifeRows: Double
    /// Predicted events taken to have been right, so that few outcomes change little.
    package let priorEvents: Double
    /// Faded Σ predictions.
    package private(set) var predicted = 0.0
    /// Faded Σ labels.
    package private(set) var observed = 0.0

    /// Nothing seen yet.
    package init(halfLifeRows: Double = 20_000, priorEvents: Double = 50) {
        self.halfLifeRows = max(halfLifeRows, 1)
        self.priorEvents = max(priorEvents, 1)
    }

    /// Takes note of an outcome, and of what the model had predicted before correction.
    ///
    /// Of an outcome that may still come, `seen` is the share of such outcomes that would be there by now: so much of the
    /// prediction is due.
    package mutating func observe(prediction: Double, label: Double, seen: Double = 1) {
        let fading = exponential(-logarithm(2) / halfLifeRows)
        predicted = fading * predicted + min(max(prediction, 0), 1) * min(max(seen, 0), 1)
        observed = fading * observed + min(max(label, 0), 1)
    }

    /// What odds are multiplied by.
    package var factor: Double {
        let factor = (observed + priorEvents) / (predicted + priorEvents)
        return min(max(factor, Self.factorRange.lowerBound), Self.factorRange.upperBound)
    }

    /// The corrected probability.
    package func callAsFunction(_ prediction: Double) -> Double {
        let held = min(max(prediction, 0), 1)
        return held * factor / (1 - held + held * factor)
    }

    /// Faded Σ predictions / Σ labels; nothing without events.
    package var calibrationRatio: Double? { observed > 0 ? predicted / observed : nil }
}
