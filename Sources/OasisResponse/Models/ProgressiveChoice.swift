/// Chooses how much to shrink by asking each candidate about rows that came later than those it learned from.
///
/// Rows are in time order. The last part is cut into blocks; for each, every candidate is fitted to all rows before and
/// predicts the block. The constant is a candidate: a model that does not beat it by more than two standard errors of
/// the difference is not worth having.
package struct ProgressiveChoice: Sendable {
    /// One candidate's log-loss over all blocks.
    package struct Outcome: Hashable, Sendable {
        /// Its C; nothing for the constant.
        package let inversePenalty: Double?
        /// Mean log-loss.
        package let logLoss: Double
        /// Standard error of how much better it is than the constant; 0 for the constant.
        package let gainError: Double
    }

    /// Strongest shrinking first.
    package static let inversePenalties = [0.001, 0.01, 0.03, 0.1, 0.3, 1, 10]
    /// Where blocks start, as shares of the rows.
    package static let cuts = [0.55, 0.7, 0.85]

    /// The constant first, then as `inversePenalties`.
    package let outcomes: [Outcome]
    /// The chosen C; nothing for the constant.
    package let chosen: Double?
    /// What the chosen one predicted of the blocks, as log-odds; rows from `firstRow` on.
    package let margins: [Double]
    /// The first predicted row.
    package let firstRow: Int

    /// Tries every candidate on the first `count` rows.
    package init(_ rows: borrowing EncodedRows, count: Int, slotCount: Int, threads: Int) {
        precondition(count <= rows.rowCount, "A count must be one of rows")
        let starts = Self.cuts.map { Int(Double(count) * $0) } + [count]
        firstRow = starts[0]
        let candidates = Self.inversePenalties.count
        var margins = [[Double]](repeating: [], count: candidates + 1)
        for (start, end) in zip(starts, starts.dropFirst()) where start > 0 && end > start {
            let prefix = LogisticRegression(rows, range: 0..<start, threads: threads)
            margins[0] += [Double](repeating: logit(Self.shrunkMean(rows, 0..<start)), count: end - start)
            var fit: LogisticRegression.Fit?
            for (place, penalty) in Self.inversePenalties.enumerated() {
                let options = LogisticRegression.Options(inversePenalty: penalty, tolerance: 1e-6, threads: threads)
                let next = prefix.fit(options, from: fit)
                margins[place + 1] += LinearModel(next, slotCount: slotCount).margins(of: rows, range: start..<end)
                fit = next
            }
        }
        let judged = count - margins[0].count..<count
        let constant = Self.losses(margins[0], rows, judged)
        let weights = judged.map { Double(rows.weights[$0]) }
        let outcomes = margins.enumerated()
            .map { place, margins in
                Self.outcome(
                    place == 0 ? nil : Self.inversePenalties[place - 1],
                    Self.losses(margins, rows, judged),
                    constant,
                    weights
                )
            }
        let best = outcomes.indices.dropFirst().min { outcomes[$0].logLoss < outcomes[$1].logLoss } ?? 0
        self.outcomes = outcomes
        let isBetter = outcomes[0].logLoss - outcomes[best].logLoss > 2 * outcomes[best].gainError
        chosen = isBetter ? outcomes[best].inversePenalty : nil
        self.margins = margins[isBetter ? best : 0]
    }

    /// The mean label with half an event and half a row without one added.
    package static func shrunkMean(_ rows: borrowing EncodedRows, _ range: Range<Int>) -> Double {
        let weight = range.reduce(0) { $0 + Double(rows.weights[$1]) }
        return (rows.meanLabel(range) * weight + 0.5) / (weight + 1)
    }

    private static func losses(_ margins: [Double], _ rows: borrowing EncodedRows, _ range: Range<Int>) -> [Double] {
        let labels = rows.labels
        return zip(margins, range).map { logLoss(margin: $0, label: Double(labels[$1])) }
    }

    private static func outcome(
        _ penalty: Double?,
        _ losses: [Double],
        _ constant: [Double],
        _ weights: [Double]
    ) -> Outcome {
        let total = max(weights.reduce(0, +), .leastNormalMagnitude)
        let mean = zip(losses, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        let gains = zip(constant, losses).map { $0 - $1 }
        let gain = zip(gains, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        let variance = zip(gains, weights).reduce(0) { $0 + $1.1 * ($1.0 - gain) * ($1.0 - gain) } / total
        let error = (variance / Double(max(1, losses.count))).squareRoot()
        return Outcome(inversePenalty: penalty, logLoss: mean, gainError: error)
    }
}
