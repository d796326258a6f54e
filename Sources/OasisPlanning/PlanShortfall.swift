import OasisAllocation
package import OasisMarket
import OasisScoring

/// A promise that a plan cannot keep at its largest price, and what stands in its way.
package struct PlanShortfall: Hashable, Sendable {
    /// What stands in the way.
    package enum Reason: String, Hashable, Sendable {
        /// Not all traffic together would be enough.
        case supply
        /// Prices of other rows make it dearer than its penalty.
        case rows
        /// What the slots hold instead is worth more than the penalty.
        case value
    }

    /// A row that holds the promise back.
    package struct BindingRow: Hashable, Sendable {
        /// Its name in the program.
        package var name: String
        /// Its price.
        package var price: Double
        /// What its price takes from each unit of the promise, in organic-score units.
        package var charge: Double
    }

    /// The row that gave way, by its name in the program.
    package var row: String
    /// The campaign that was promised to, for a guarantee.
    package var campaign: CampaignID?
    /// Units missing, or too many, by the end of the day.
    package var amount: Double
    /// Most that could be had if nothing else counted; nothing where that is not known.
    package var attainable: Double?
    /// What stands in the way.
    package var reason: Reason
    /// Rows that hold it back, the one that takes most first.
    package var bindingRows: [BindingRow]

    /// Fewer units than this are a matter of rounding: plays are whole.
    private static let leastUnits = 0.5

    /// Every elastic row that gives way by at least half a unit.
    static func all(
        of solution: AllocationSolution,
        in problem: AllocationProblem,
        _ program: MarketProgram
    ) -> [PlanShortfall] {
        let found = solution.shortfalls.filter { $0.amount >= leastUnits }
        return solution.explanations(of: found, in: problem)
            .map { explanation in
                let row = program.rows[explanation.row]
                var campaign: CampaignID?
                if case .campaign(let entrant) = row.scope { campaign = program.entrants[entrant].id }
                return PlanShortfall(
                    row: row.name,
                    campaign: campaign,
                    amount: explanation.amount,
                    attainable: explanation.attainable,
                    reason: Reason(explanation.reason),
                    bindingRows: explanation.bindingRows.map {
                        BindingRow(name: program.rows[$0.row].name, price: $0.price, charge: $0.charge)
                    }
                )
            }
    }
}

extension PlanShortfall.Reason {
    fileprivate init(_ reason: ShortfallExplanation.Reason) {
        self =
            switch reason {
            case .supply: .supply
            case .rows: .rows
            case .value: .value
            }
    }
}
