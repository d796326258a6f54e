/// Why a row with a penalty gave way, and which rows held it back.
public struct ShortfallExplanation: Hashable, Sendable {
    /// A row whose price stands against the one that gave way.
    public struct BindingRow: Hashable, Sendable {
        /// Index of the row.
        public var row: Int
        /// Its price.
        public var price: Double
        /// What its price takes from the row that gave way: value per unit of that row, on average over what it counts.
        public var charge: Double
    }

    /// What stands in the way.
    public enum Reason: Hashable, Sendable {
        /// Not all candidates and slots together reach the bound, whatever the other rows say.
        case supply
        /// Prices of other rows make it dearer than its penalty.
        case rows
        /// Neither: what else the slots can hold is worth more than the penalty.
        case value
    }

    /// Index of the row that gave way.
    public var row: Int
    /// Units of the attribute missing (≥) or too many (≤).
    public var amount: Double
    /// Most that candidates and slots allow on the left side of a ≥ row, every other row aside; nil for a ≤ row, and for
    /// a share of anything but a count.
    public var attainable: Double?
    /// What stands in the way.
    public var reason: Reason
    /// Rows that hold it back, the one that takes most first.
    public var bindingRows: [BindingRow]
}

extension AllocationSolution {
    /// Explains shortfalls of this solution, in the order given.
    ///
    /// A row binds a shortfall when its price acts on the same candidates and pulls the other way: the cap of the
    /// campaign that was promised plays, a ceiling on a set that the campaign is in, the budget of a cell in which it
    /// is offered. One pass over the candidates for all of them.
    ///
    /// - Parameters:
    ///   - shortfalls: Some of `shortfalls`.
    ///   - problem: The problem that this solves.
    /// - Returns: One explanation for each shortfall.
    public func explanations(
        of shortfalls: [Shortfall],
        in problem: AllocationProblem
    ) -> [ShortfallExplanation] {
        guard !shortfalls.isEmpty else { return [] }
        let reaches = RowReach.gather(problem, rows: shortfalls.map(\.row))
        let priced = prices.indices.filter { prices[$0] > 0 }
        return zip(shortfalls, reaches)
            .map { shortfall, reach in
                let binding = bindingRows(of: shortfall.row, reach, among: priced, in: problem)
                let attainable = attainable(problem.rows[shortfall.row], reach, in: problem)
                let missing = attainable.map(problem.rows[shortfall.row].violation) ?? 0
                let isOutOfReach = missing > 1e-9 * max(1, abs(problem.rows[shortfall.row].bound))
                return ShortfallExplanation(
                    row: shortfall.row,
                    amount: shortfall.amount,
                    attainable: attainable,
                    reason: isOutOfReach ? .supply : binding.isEmpty ? .value : .rows,
                    bindingRows: binding
                )
            }
    }

    private func attainable(_ row: AllocationRow, _ reach: RowReach, in problem: AllocationProblem) -> Double? {
        // A share of negative amounts could also be helped from outside its scope.
        let isCount = row.share == 0 || problem.attributes[row.attribute].amount == nil
        return row.sense == .atLeast && isCount ? reach.best : nil
    }

    /// A row that takes less than this part of the penalty explains nothing.
    private static var leastPart: Double { 0.01 }

    private func bindingRows(
        of row: Int,
        _ reach: RowReach,
        among priced: [Int],
        in problem: AllocationProblem
    ) -> [ShortfallExplanation.BindingRow] {
        guard reach.magnitude > 0 else { return [] }
        let held = problem.rows[row]
        let least = Self.leastPart * min(held.penalty, prices[row])
        return
            priced.compactMap { other -> ShortfallExplanation.BindingRow? in
                guard other != row else { return nil }
                // A ≥ row wants more of what it counts and is held back by charges; a ≤ row wants less, and is held
                // back by what rewards it.
                let charge =
                    -held.sign * problem.rows[other].sign * prices[other] * reach.sum(of: problem.rows[other])
                    / reach.magnitude
                return charge > least ? .init(row: other, price: prices[other], charge: charge) : nil
            }
            .sorted { ($1.charge, $0.row) < ($0.charge, $1.row) }
    }
}
