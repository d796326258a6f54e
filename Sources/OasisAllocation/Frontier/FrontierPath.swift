/// Bounds that move together along one number, and the places where the market is solved.
public struct FrontierPath: Hashable, Sendable {
    /// What the number is.
    public enum Measure: Hashable, Sendable {
        /// The bound of one row, in units of its attribute.
        case bound(row: Int)
        /// Percent of the bounds that some rows have now.
        case percent(rows: [Int])
    }

    /// What moves.
    public let measure: Measure
    /// Where the market is solved, in this order.
    public let positions: [Double]

    /// A path through given positions.
    public init(_ measure: Measure, positions: [Double]) {
        self.measure = measure
        self.positions = positions
    }

    /// A path of `steps` ≥ 2 positions at equal distances, both ends included.
    public init(_ measure: Measure, from start: Double, to end: Double, steps: Int) {
        precondition(steps >= 2, "a path has two ends")
        let positions = (0..<steps)
            .map { step in
                // The ends exactly, whatever rounding says.
                step == steps - 1 ? end : start + (end - start) * Double(step) / Double(steps - 1)
            }
        self.init(measure, positions: positions)
    }

    /// The rows that move.
    public var movingRows: [Int] {
        switch measure {
        case .bound(let row): [row]
        case .percent(let rows): rows
        }
    }

    /// Rows of the problem with the path's bounds at a position.
    func rows(of problem: AllocationProblem, at position: Double) -> [AllocationRow] {
        var rows = problem.rows
        for row in movingRows { rows[row].bound = bound(of: problem.rows[row], at: position) }
        return rows
    }

    private func bound(of row: AllocationRow, at position: Double) -> Double {
        switch measure {
        case .bound: position
        case .percent: row.bound * (position / 100)
        }
    }

    /// How fast the value rises along the path at these prices: for each unit of bound, or for each percent.
    func slope(_ prices: [Double], in problem: AllocationProblem) -> Double {
        switch measure {
        case .bound(let row): problem.rows[row].sign * prices[row]
        case .percent(let rows):
            rows.reduce(0.0) { $0 + problem.rows[$1].sign * prices[$1] * problem.rows[$1].bound / 100 }
        }
    }

    /// Where the problem itself stands on the path.
    public func currentPosition(in problem: AllocationProblem) -> Double {
        switch measure {
        case .bound(let row): problem.rows[row].bound
        case .percent: 100
        }
    }
}
