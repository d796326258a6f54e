/// A calibration curve for each surface with enough events, and one for all others.
package struct SurfaceCalibration: Hashable, Sendable {
    /// Events, and rows without one, that a surface needs for a curve of its own.
    package static let eventsMinimum = 200.0

    /// Of all rows together.
    package let overall: IsotonicCalibration
    /// By surface.
    package let bySurface: [String: IsotonicCalibration]

    /// Gathers curves.
    package init(overall: IsotonicCalibration, bySurface: [String: IsotonicCalibration]) {
        self.overall = overall
        self.bySurface = bySurface
    }

    /// Fits curves to predictions of rows that the model had not learned from; nothing without rows.
    ///
    /// `surfaces` names that of each row; nothing when there is one surface.
    package init?(predictions: [Double], labels: [Float], weights: [Float], surfaces: [String]?) {
        guard let all = IsotonicCalibration(predictions: predictions, labels: labels, weights: weights) else {
            return nil
        }
        overall = all
        var curves: [String: IsotonicCalibration] = [:]
        for (surface, rows) in Dictionary(grouping: predictions.indices, by: { surfaces?[$0] ?? "" })
        where surfaces != nil {
            let events = rows.reduce(0) { $0 + Double(weights[$1]) * Double(labels[$1]) }
            let weight = rows.reduce(0) { $0 + Double(weights[$1]) }
            guard min(events, weight - events) >= Self.eventsMinimum else { continue }
            curves[surface] = IsotonicCalibration(
                predictions: rows.map { predictions[$0] },
                labels: rows.map { labels[$0] },
                weights: rows.map { weights[$0] }
            )
        }
        bySurface = curves
    }

    /// The calibrated probability on a surface.
    package func callAsFunction(_ prediction: Double, surface: String?) -> Double {
        (surface.flatMap { bySurface[$0] } ?? overall)(prediction)
    }

    /// Curves fitted to the rows, when they are worth it: fitted to the first half they must better the second half's
    /// log-loss by more than two standard errors of the difference.
    package static func ifWorthIt(
        predictions: [Double],
        labels: [Float],
        weights: [Float],
        surfaces: [String]?
    ) -> SurfaceCalibration? {
        let half = predictions.count / 2
        let first = SurfaceCalibration(
            predictions: Array(predictions[..<half]),
            labels: Array(labels[..<half]),
            weights: Array(weights[..<half]),
            surfaces: surfaces.map { Array($0[..<half]) }
        )
        guard let first else { return nil }
        var (total, gain, squares) = (0.0, 0.0, 0.0)
        for row in half..<predictions.count {
            let (label, weight) = (Double(labels[row]), Double(weights[row]))
            let calibrated = first(predictions[row], surface: surfaces?[row])
            let difference =
                logLoss(margin: logit(predictions[row]), label: label)
                - logLoss(margin: logit(calibrated), label: label)
            total += weight
            gain += weight * difference
            squares += weight * difference * difference
        }
        guard total > 1 else { return nil }
        let mean = gain / total
        let error = (max(0, squares / total - mean * mean) / Double(predictions.count - half)).squareRoot()
        guard mean > 2 * error else { return nil }
        return SurfaceCalibration(predictions: predictions, labels: labels, weights: weights, surfaces: surfaces)
    }
}
