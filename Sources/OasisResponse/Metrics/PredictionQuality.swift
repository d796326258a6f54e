/// How good predictions were, once outcomes are known.
package struct PredictionQuality: Hashable, Sendable {
    /// Mean predicted and observed rate of rows with about the same prediction.
    package struct Bin: Hashable, Sendable {
        /// Σ weight.
        package var weight: Double
        /// Mean prediction.
        package var predicted: Double
        /// Mean label.
        package var observed: Double
    }

    /// Bins of equal mass.
    package static let binCount = 15
    /// Σ predictions / Σ labels outside of this is an alarm.
    package static let calibrationRange = 0.9...1.1

    /// Rows.
    package let rowCount: Int
    /// Σ weight of the rows.
    package let weight: Double
    /// Mean label.
    package let meanLabel: Double
    /// Mean log-loss in nats; predictions are held to [1e-15, 1 − 1e-15].
    package let logLoss: Double
    /// Mean log-loss of the one number that fits these rows best: their own mean label.
    package let bestConstantLogLoss: Double
    /// Probability that a row with the event is ranked above one without, ties half; nothing when one kind is missing.
    package let areaUnderCurve: Double?
    /// Mean squared error.
    package let brier: Double
    /// Σ over bins of their share · |predicted − observed|.
    package let expectedCalibrationError: Double
    /// Σ predictions / Σ labels; nothing without events.
    package let calibrationRatio: Double?
    /// The bins, predictions rising.
    package let bins: [Bin]

    /// Whether the predictions are off by more than a tenth in sum.
    package var isCalibrationAlarm: Bool {
        calibrationRatio.map { !Self.calibrationRange.contains($0) } ?? (weight > 0 && meanPrediction * weight >= 1)
    }

    /// Mean prediction.
    package let meanPrediction: Double

    /// The calibration error that predictions as right as can be would have on as many rows, in the mean.
    ///
    /// A bin's observed rate is about normal around its prediction, and E|Z| = √(2/π).
    package var calibrationErrorByChance: Double {
        bins.reduce(0) { sum, bin in
            let variance = max(0, bin.predicted * (1 - bin.predicted))
            return sum + (bin.weight * variance * 2 / .pi).squareRoot() / max(weight, .leastNormalMagnitude)
        }
    }

    /// What a model's lineage keeps of it, by name.
    package var metrics: [String: Double] {
        var metrics = [
            "testRows": Double(rowCount), "testLogLoss": logLoss, "testBrier": brier,
            "testExpectedCalibrationError": expectedCalibrationError,
        ]
        metrics["testAreaUnderCurve"] = areaUnderCurve
        metrics["testCalibrationRatio"] = calibrationRatio
        return metrics
    }

    /// Compares predictions with labels.
    ///
    /// - Parameters:
    ///   - predictions: probabilities.
    ///   - labels: 0 to 1, as many.
    ///   - weights: > 0, as many.
    package init(predictions: [Double], labels: [Float], weights: [Float]) {
        precondition(predictions.count == labels.count && labels.count == weights.count, "Columns must have one length")
        var (total, predicted, events, loss, squares) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for row in predictions.indices {
            let (label, weight) = (Double(labels[row]), Double(weights[row]))
            let held = min(max(predictions[row], 1e-15), 1 - 1e-15)
            total += weight
            predicted += weight * predictions[row]
            events += weight * label
            if label > 0 { loss -= weight * label * logarithm(held) }
            if label < 1 { loss -= weight * (1 - label) * logarithm(onePlus: -held) }
            squares += weight * (predictions[row] - label) * (predictions[row] - label)
        }
        let mass = max(total, .leastNormalMagnitude)
        rowCount = predictions.count
        weight = total
        meanLabel = events / mass
        meanPrediction = predicted / mass
        logLoss = loss / mass
        brier = squares / mass
        calibrationRatio = events > 0 ? predicted / events : nil
        let mean = meanLabel
        bestConstantLogLoss =
            mean > 0 && mean < 1 ? -mean * logarithm(mean) - (1 - mean) * logarithm(onePlus: -mean) : 0
        let order = predictions.indices.sorted {
            predictions[$0] != predictions[$1] ? predictions[$0] < predictions[$1] : $0 < $1
        }
        areaUnderCurve = Self.areaUnderCurve(order, predictions, labels, weights)
        bins = Self.bins(order, predictions, labels, weights, total: total)
        expectedCalibrationError = bins.reduce(0) { $0 + $1.weight / mass * abs($1.predicted - $1.observed) }
    }

    private static func areaUnderCurve(
        _ order: [Int],
        _ predictions: [Double],
        _ labels: [Float],
        _ weights: [Float]
    ) -> Double? {
        var (negatives, positives, area) = (0.0, 0.0, 0.0)
        var start = 0
        while start < order.count {
            var (end, tiedPositives, tiedNegatives) = (start, 0.0, 0.0)
            while end < order.count, predictions[order[end]] == predictions[order[start]] {
                let (label, weight) = (Double(labels[order[end]]), Double(weights[order[end]]))
                tiedPositives += weight * label
                tiedNegatives += weight * (1 - label)
                end += 1
            }
            area += tiedPositives * (negatives + tiedNegatives / 2)
            positives += tiedPositives
            negatives += tiedNegatives
            start = end
        }
        return positives > 0 && negatives > 0 ? area / (positives * negatives) : nil
    }

    /// Bins of equal weight, as equal as whole rows allow.
    private static func bins(
        _ order: [Int],
        _ predictions: [Double],
        _ labels: [Float],
        _ weights: [Float],
        total: Double
    ) -> [Bin] {
        var bins: [Bin] = []
        var (weight, predicted, events, before) = (0.0, 0.0, 0.0, 0.0)
        for (place, row) in order.enumerated() {
            weight += Double(weights[row])
            predicted += Double(weights[row]) * predictions[row]
            events += Double(weights[row]) * Double(labels[row])
            let isFull = before + weight >= total * Double(bins.count + 1) / Double(binCount) * (1 - 1e-12)
            guard weight > 0, isFull || place == order.count - 1 else { continue }
            bins.append(Bin(weight: weight, predicted: predicted / weight, observed: events / weight))
            before += weight
            (weight, predicted, events) = (0, 0, 0)
        }
        return bins
    }
}
