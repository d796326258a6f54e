/// A number for each action, in one table or several; each logged row reads one of them.
///
/// A policy that looks at the cell alone has a table for each cell; one that looks at everything has one for each row.
struct ActionTables: Sendable {
    /// Table after table, `actionCount` numbers each.
    let values: [Double]
    let actionCount: Int
    /// Which table each row reads.
    let tableOfRow: [Int]

    var tableCount: Int { values.count / actionCount }

    init(_ name: String, values: [Double], actionCount: Int, tableOfRow: [Int]) throws(InvalidFeedback) {
        guard actionCount > 0, !values.isEmpty, values.count.isMultiple(of: actionCount) else {
            let rule = "must be whole tables of \(actionCount) actions, but has \(values.count) elements"
            throw InvalidFeedback(name, nil, rule)
        }
        let count = values.count / actionCount
        try requireEach(tableOfRow, "\(name) table", "must be 0 to \(count - 1)") { (0..<count).contains($0) }
        self.values = values
        self.actionCount = actionCount
        self.tableOfRow = tableOfRow
    }

    /// The number of one action in the table that a row reads.
    func value(row: Int, action: Int) -> Double { values[tableOfRow[row] * actionCount + action] }

    /// Table after table as slices.
    func table(_ index: Int) -> ArraySlice<Double> { values[index * actionCount..<(index + 1) * actionCount] }

    func checkFits(_ feedback: LoggedFeedback, _ name: String) throws(InvalidFeedback) {
        try requireCount(tableOfRow.count, "\(name) table", feedback.rowCount, of: "row")
        guard actionCount == feedback.actionCount else {
            throw InvalidFeedback(name, nil, "must have \(feedback.actionCount) actions, but has \(actionCount)")
        }
    }
}

/// The policy in question: with which probability it would have taken each action.
package struct EvaluationPolicy: Sendable {
    /// How far a table's sum may be from 1; published tables are rounded.
    package static let sumTolerance = 1e-6

    let tables: ActionTables

    /// A policy as tables of probabilities.
    ///
    /// - Parameters:
    ///   - probabilities: Table after table, `actionCount` numbers in 0 to 1 each, which sum to 1 within 1e-6.
    ///   - actionCount: How many actions there are.
    ///   - tableOfRow: Which table each logged row reads.
    /// - Throws: `InvalidFeedback`, naming element and rule.
    package init(probabilities: [Double], actionCount: Int, tableOfRow: [Int]) throws(InvalidFeedback) {
        let name = "evaluation probability"
        tables = try ActionTables(name, values: probabilities, actionCount: actionCount, tableOfRow: tableOfRow)
        try requireEach(probabilities, name, "must be 0 to 1") { $0 >= 0 && $0 <= 1 }
        for index in 0..<tables.tableCount {
            let sum = tables.table(index).total
            guard abs(sum - 1) <= Self.sumTolerance else {
                throw InvalidFeedback("evaluation probability table", index, "must sum to 1, but sums to \(sum)")
            }
        }
    }

    /// A policy that looks at the cell alone: `actionCount` probabilities for each cell, cell after cell.
    package init(byCell probabilities: [Double], for feedback: LoggedFeedback) throws(InvalidFeedback) {
        let expected = feedback.cellCount * feedback.actionCount
        guard probabilities.count == expected else {
            let rule = "must have \(expected) elements, one for each cell and action, but has \(probabilities.count)"
            throw InvalidFeedback("evaluation probability", nil, rule)
        }
        try self.init(
            probabilities: probabilities,
            actionCount: feedback.actionCount,
            tableOfRow: feedback.cells
        )
    }

    /// The policy that takes every action equally often.
    package static func uniform(for feedback: LoggedFeedback) throws(InvalidFeedback) -> EvaluationPolicy {
        try EvaluationPolicy(
            probabilities: Array(repeating: 1 / Double(feedback.actionCount), count: feedback.actionCount),
            actionCount: feedback.actionCount,
            tableOfRow: Array(repeating: 0, count: feedback.rowCount)
        )
    }

    /// The largest probability that it gives to anything.
    package var largestProbability: Double { tables.values.max() ?? 1 }
}

/// What a model says each action would have brought.
package struct RewardEstimates: Sendable {
    let tables: ActionTables

    /// A model's answers as tables of expected rewards.
    ///
    /// - Parameters:
    ///   - rewards: Table after table, `actionCount` numbers each; finite, and within the feedback's range of rewards.
    ///   - actionCount: How many actions there are.
    ///   - tableOfRow: Which table each logged row reads.
    /// - Throws: `InvalidFeedback`, naming element and rule.
    package init(rewards: [Double], actionCount: Int, tableOfRow: [Int]) throws(InvalidFeedback) {
        let name = "estimated reward"
        tables = try ActionTables(name, values: rewards, actionCount: actionCount, tableOfRow: tableOfRow)
        try requireEach(rewards, name, "must be finite", \.isFinite)
    }
}
