internal import OasisMarket

/// Estimates of rewards in which no row had a say in its own.
///
/// Rows are dealt into folds by a shuffle from a seed; each fold's rows read the model that was fitted on all others.
/// Without it a model that remembers rows makes doubly robust estimates too sure of themselves (Chernozhukov et al.,
/// "Double/debiased machine learning", 2018).
package struct CrossFitting: Hashable, Sendable {
    /// Into how many folds rows are dealt; 1 fits on all rows for all rows.
    package let folds: Int
    /// Seed of the shuffle.
    package let seed: UInt64

    /// So many folds, 1 to 1,000.
    package init(folds: Int, seed: UInt64) {
        precondition((1...1_000).contains(folds))
        self.folds = folds
        self.seed = seed
    }

    /// Estimates from a model for each cell and action.
    ///
    /// - Parameters:
    ///   - feedback: At least as many rows as folds.
    ///   - fit: Estimates for each cell and action, cell after cell, from the rows given.
    /// - Returns: Estimates that each row reads from the fit without it.
    /// - Throws: `InvalidFeedback` where there are fewer rows than folds, or a fit is not what it should be.
    package func estimates(
        _ feedback: LoggedFeedback,
        fit: (LoggedFeedback, [Int]) -> [Double]
    ) throws(InvalidFeedback) -> RewardEstimates {
        guard folds <= feedback.rowCount else {
            throw InvalidFeedback("fold count", nil, "must be at most \(feedback.rowCount), one row each")
        }
        let fold = foldOfRow(feedback.rowCount)
        let values = (0..<folds)
            .flatMap { left in
                fit(feedback, feedback.actions.indices.filter { folds == 1 || fold[$0] != left })
            }
        return try RewardEstimates(
            rewards: values,
            actionCount: feedback.actionCount,
            tableOfRow: zip(fold, feedback.cells).map { $0 * feedback.cellCount + $1 }
        )
    }

    /// Which fold each row is dealt into; sizes differ by one at most.
    package func foldOfRow(_ rowCount: Int) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        var fold = (0..<rowCount).map { $0 % folds }
        for last in stride(from: rowCount - 1, to: 0, by: -1) {
            fold.swapAt(last, generator.index(below: last + 1))
        }
        return fold
    }
}
