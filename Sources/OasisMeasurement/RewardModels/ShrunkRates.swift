/// The plainest model of rewards: the mean of each cell and action, shrunk toward the mean of all rows.
///
/// q̂ = (Σ rewards + s·c)/(n + s) for the n rows of a cell and action, with the mean c of all rows and s rows' worth of
/// it.
package struct ShrunkRates: Hashable, Sendable {
    /// s, > 0.
    package var strengthRows: Double

    /// A model with so many rows' worth of the common mean.
    package init(strengthRows: Double = 20) {
        precondition(strengthRows > 0)
        self.strengthRows = strengthRows
    }

    /// The estimates for each cell and action, cell after cell, from some of the rows.
    package func fit(_ feedback: LoggedFeedback, rows: [Int]) -> [Double] {
        let size = feedback.cellCount * feedback.actionCount
        var sums = [Double](repeating: 0, count: size)
        var counts = sums
        var total = 0.0
        for row in rows {
            let place = feedback.cells[row] * feedback.actionCount + feedback.actions[row]
            sums[place] += feedback.rewards[row]
            counts[place] += 1
            total += feedback.rewards[row]
        }
        let range = feedback.rewardRange
        let middle = (range.lowerBound + range.upperBound) / 2
        let mean = rows.isEmpty ? middle : total / Double(rows.count)
        return (0..<size)
            .map { place in
                let rate = (sums[place] + strengthRows * mean) / (counts[place] + strengthRows)
                return min(max(rate, range.lowerBound), range.upperBound)
            }
    }
}
