/// A model to the optimum: shrunk as later rows advise, calibrated where that is worth it, the constant where nothing can be
/// learned.
package struct BatchTraining: Sendable {
    /// What was learned.
    package let linear: LinearModel
    /// How it is corrected; nothing when it need not be.
    package let calibration: SurfaceCalibration?
    /// What each candidate said of later rows; empty when C was given.
    package let choice: [ProgressiveChoice.Outcome]
    /// The C that was taken; nothing for the constant.
    package let inversePenalty: Double?
    /// The optimum; nothing for the constant.
    package let fit: LogisticRegression.Fit?

    /// How it was trained, in words.
    package var training: String { inversePenalty.map { "logistic C \($0)" } ?? "constant" }

    /// Rows that are needed for a choice.
    package static let rowsMinimum = 20

    /// Trains on the first `count` rows, which are in time order.
    ///
    /// - Parameters:
    ///   - rows: the rows; those from `count` on are not looked at.
    ///   - count: how many are learned from.
    ///   - surfaces: the surface of each row, for calibration; nothing without.
    ///   - slotCount: slots that the rows have.
    ///   - inversePenalty: C; nothing chooses it by later rows.
    ///   - threads: threads; the model does not depend on them.
    package init(
        _ rows: borrowing EncodedRows,
        count: Int,
        surfaces: [String]?,
        slotCount: Int,
        inversePenalty: Double? = nil,
        threads: Int = 1
    ) {
        var (penalty, calibration) = (inversePenalty, SurfaceCalibration?.none)
        var outcomes: [ProgressiveChoice.Outcome] = []
        if penalty == nil, count >= Self.rowsMinimum {
            let choice = ProgressiveChoice(rows, count: count, slotCount: slotCount, threads: threads)
            outcomes = choice.outcomes
            penalty = choice.chosen
            if penalty != nil { calibration = Self.calibration(choice, rows, count, surfaces) }
        }
        choice = outcomes
        self.inversePenalty = penalty
        self.calibration = calibration
        guard let penalty else {
            linear = LinearModel(constant: ProgressiveChoice.shrunkMean(rows, 0..<count))
            fit = nil
            return
        }
        let regression = LogisticRegression(rows, range: 0..<count, threads: threads)
        let optimum = regression.fit(.init(inversePenalty: penalty, threads: threads))
        fit = optimum
        linear = LinearModel(optimum, slotCount: slotCount)
    }

    private static func calibration(
        _ choice: ProgressiveChoice,
        _ rows: borrowing EncodedRows,
        _ count: Int,
        _ surfaces: [String]?
    ) -> SurfaceCalibration? {
        let judged = choice.firstRow..<count
        return SurfaceCalibration.ifWorthIt(
            predictions: choice.margins.map(logistic),
            labels: Array(rows.labelColumn[judged]),
            weights: Array(rows.weightColumn[judged]),
            surfaces: surfaces.map { Array($0[judged]) }
        )
    }
}
