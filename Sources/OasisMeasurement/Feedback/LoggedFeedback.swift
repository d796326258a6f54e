/// What a logging policy did and what came of it, in columns of one element for each row.
///
/// Checked when made, so that nothing downstream checks again. Rows are independent decisions in the order in which they
/// were logged.
package struct LoggedFeedback: Sendable {
    /// The least propensity that a row may have; below it one row would outweigh a million millions.
    package static let propensityMinimum = 1e-12
    /// The most pairs of a cell and an action.
    package static let countMaximum = 100_000_000

    /// Which action was taken, 0 ..< `actionCount`.
    package let actions: [Int]
    /// What came of it, within `rewardRange`.
    package let rewards: [Double]
    /// With which probability the logging policy took it, `propensityMinimum` to 1.
    package let propensities: [Double]
    /// In which cell of contexts (a position, a surface, …), 0 ..< `cellCount`.
    package let cells: [Int]
    /// How many actions there are.
    package let actionCount: Int
    /// How many cells there are.
    package let cellCount: Int
    /// What a reward can be at least and at most.
    package let rewardRange: ClosedRange<Double>

    /// How many rows there are; at least 2.
    package var rowCount: Int { actions.count }

    /// Checks and keeps columns.
    ///
    /// - Parameters:
    ///   - actions: 0 ..< `actionCount`.
    ///   - rewards: Finite, within `rewardRange`.
    ///   - propensities: 1e-12 to 1.
    ///   - cells: 0 ..< `cellCount`; all rows are in cell 0 without it.
    ///   - actionCount: How many actions there are, at least 1.
    ///   - cellCount: How many cells there are, at least 1; with all actions in each, 100 million at most.
    ///   - rewardRange: Not empty; a click is 0 or 1.
    /// - Throws: `InvalidFeedback`, naming column, element and rule.
    package init(
        actions: [Int],
        rewards: [Double],
        propensities: [Double],
        cells: [Int]? = nil,
        actionCount: Int,
        cellCount: Int = 1,
        rewardRange: ClosedRange<Double> = 0...1
    ) throws(InvalidFeedback) {
        let cells = cells ?? Array(repeating: 0, count: actions.count)
        try Self.check(actionCount: actionCount, cellCount: cellCount)
        guard actions.count >= 2 else { throw InvalidFeedback("action", nil, "must have at least 2 rows") }
        try requireCount(rewards.count, "reward", actions.count, of: "row")
        try requireCount(propensities.count, "propensity", actions.count, of: "row")
        try requireCount(cells.count, "cell", actions.count, of: "row")
        try Self.check(rewardRange)
        try requireEach(actions, "action", "must be 0 to \(actionCount - 1)") { (0..<actionCount).contains($0) }
        try requireEach(cells, "cell", "must be 0 to \(cellCount - 1)") { (0..<cellCount).contains($0) }
        let bounds = "must be \(rewardRange.lowerBound) to \(rewardRange.upperBound)"
        try requireEach(rewards, "reward", bounds) { rewardRange.contains($0) }
        try requireEach(propensities, "propensity", "must be \(Self.propensityMinimum) to 1") {
            $0 >= Self.propensityMinimum && $0 <= 1
        }
        self.actions = actions
        self.rewards = rewards
        self.propensities = propensities
        self.cells = cells
        self.actionCount = actionCount
        self.cellCount = cellCount
        self.rewardRange = rewardRange
    }

    private static func check(actionCount: Int, cellCount: Int) throws(InvalidFeedback) {
        let counts = 1...countMaximum
        guard counts.contains(actionCount) else {
            throw InvalidFeedback("action count", nil, "must be 1 to \(countMaximum), but is \(actionCount)")
        }
        guard counts.contains(cellCount), cellCount * actionCount <= countMaximum else {
            let rule = "must be at least 1, and at most \(countMaximum) with all actions in each, but is \(cellCount)"
            throw InvalidFeedback("cell count", nil, rule)
        }
    }

    private static func check(_ range: ClosedRange<Double>) throws(InvalidFeedback) {
        let span = range.upperBound - range.lowerBound
        guard span.isFinite, span > 0 else {
            throw InvalidFeedback("reward range", nil, "must be finite and not empty, but is \(range)")
        }
    }

    /// How often each action was logged in each cell, cell after cell.
    package var loggedCounts: [Int] {
        var counts = [Int](repeating: 0, count: cellCount * actionCount)
        for row in 0..<rowCount { counts[cells[row] * actionCount + actions[row]] += 1 }
        return counts
    }
}
