/// Whether a log can say anything about a policy at all, before it is asked what.
package struct LogHealth: Hashable, Sendable {
    /// How many rows there are.
    package let rowCount: Int
    /// Mean importance weight; 1 in expectation when propensities are true and every action is logged now and then.
    package let meanWeight: Double
    /// Standard error of that mean.
    package let meanWeightError: Double
    /// (Σw)²/Σw²: as many equally weighted rows would say as much (Kong, 1992).
    package let effectiveRows: Double
    /// The same of w · (reward − least possible reward): how many rewarded rows the answer rests on.
    package let effectiveRewards: Double
    /// The largest weight.
    package let largestWeight: Double
    /// The smallest propensity in the log.
    package let smallestPropensity: Double
    /// Share of the policy's probability on actions that were never logged in their cell.
    package let neverLoggedShare: Double
    /// Share of the policy's probability on actions that were logged, but fewer than `Rules.rareRows` times.
    package let rarelyLoggedShare: Double

    /// Looks at a log under a policy.
    package init(_ feedback: LoggedFeedback, under policy: EvaluationPolicy, _ rows: WeightedRows) {
        let weights = rows.weights
        let count = Double(weights.count)
        rowCount = weights.count
        meanWeight = rows.meanWeight
        meanWeightError = (weights.squaredDeviations / (count - 1) / count).squareRoot()
        effectiveRows = Self.effectiveCount(weights)
        effectiveRewards = Self.effectiveCount(
            zip(weights, rows.rewards).map { $0 * ($1 - rows.rewardRange.lowerBound) }
        )
        largestWeight = weights.max() ?? 0
        smallestPropensity = feedback.propensities.min() ?? 1
        let counts = feedback.loggedCounts
        neverLoggedShare = Self.share(feedback, policy) { counts[$0] == 0 }
        rarelyLoggedShare = Self.share(feedback, policy) { (1..<Rules.rareRows).contains(counts[$0]) }
    }

    /// What was found of promotions, whose actions have no cells.
    init(
        rowCount: Int,
        meanWeight: Double,
        meanWeightError: Double,
        effectiveRows: Double,
        effectiveRewards: Double,
        largestWeight: Double,
        smallestPropensity: Double,
        neverLoggedShare: Double
    ) {
        self.rowCount = rowCount
        self.meanWeight = meanWeight
        self.meanWeightError = meanWeightError
        self.effectiveRows = effectiveRows
        self.effectiveRewards = effectiveRewards
        self.largestWeight = largestWeight
        self.smallestPropensity = smallestPropensity
        self.neverLoggedShare = neverLoggedShare
        rarelyLoggedShare = 0
    }

    static func effectiveCount(_ values: [Double]) -> Double {
        let square = values.reduce(0) { $0 + $1 * $1 }
        let total = values.total
        return square > 0 ? total * total / square : 0
    }

    /// Mean probability, over rows, of the actions whose place in the table of cells and actions is counted.
    private static func share(
        _ feedback: LoggedFeedback,
        _ policy: EvaluationPolicy,
        _ isCounted: (Int) -> Bool
    ) -> Double {
        let places = (0..<feedback.cellCount * feedback.actionCount).filter(isCounted)
        guard !places.isEmpty else { return 0 }
        let actions = Dictionary(grouping: places) { $0 / feedback.actionCount }
            .mapValues { $0.map { $0 % feedback.actionCount } }
        var known: [[Int]: Double] = [:]
        var sum = 0.0
        for row in 0..<feedback.rowCount {
            let (cell, table) = (feedback.cells[row], policy.tables.tableOfRow[row])
            guard let counted = actions[cell] else { continue }
            let key = [cell, table]
            let share = known[key] ?? counted.reduce(0) { $0 + policy.tables.value(row: row, action: $1) }
            known[key] = share
            sum += share
        }
        return sum / Double(feedback.rowCount)
    }
}
