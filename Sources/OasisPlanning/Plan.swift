package import OasisAllocation
import OasisMarket
package import OasisScoring

/// A solved market: prices with the certificate that they are right.
package struct Plan: Sendable {
    /// The rows that were priced.
    package var rows: [MarketProgram.Row]
    /// One price for each row, ≥ 0, in organic-score units.
    package var prices: [Double]
    /// What the plan uses of each row's bound.
    package var activities: [Double]
    /// Units planned of each attribute that the program counts.
    package var totals: AttributeVector
    /// Promoted plays planned for each entrant.
    package var deliveries: [Double]
    /// The same by cell of the program; the last cell holds all that are not among them.
    package var deliveriesByCell: [[CellDelivery]]
    /// How what each row counts answers to its price.
    package var slopes: [RowSlope]
    /// Promises that the plan cannot keep, and what stands in their way.
    package var shortfalls: [PlanShortfall]
    /// The proof.
    package var certificate: Certificate
    /// P_t: prices by entrant.
    package var campaignPrices: [AttributeVector]
    /// Q_t: prices by cell of the program.
    package var cellPrices: [AttributeVector]
    /// Prices of every other cell.
    package var elsewherePrices: AttributeVector

    private let folding: RowFolding
    private let attributes: [Attribute]

    /// Sweeps after which a plan takes the best answer so far: a gap that is not reached by then is not worth the wait.
    package static let maximumPasses = 300

    /// Solves a program.
    ///
    /// - Parameters:
    ///   - program: what is left of the market.
    ///   - startingPrices: prices of an earlier plan by row name; rows that are not named start at 0.
    ///   - gap: how tight the certificate has to be.
    ///   - threads: how many threads solve.
    /// - Throws: `InvalidProblem` when a row or an amount breaks a rule of the solver's.
    package init(
        solving program: MarketProgram,
        startingPrices: [String: Double] = [:],
        gap: Double = 1e-3,
        threads: Int
    ) throws(InvalidProblem) {
        let problem = try program.problem()
        let start = program.rows.map { min(startingPrices[$0.name] ?? 0, $0.penalty) }
        let solution = try AllocationSolver.solve(
            problem,
            options: SolverOptions(
                targetGap: gap,
                threads: threads,
                startingPrices: startingPrices.isEmpty ? nil : start,
                maximumPasses: Self.maximumPasses
            )
        )
        rows = program.rows
        prices = solution.prices
        certificate = solution.certificate
        folding = RowFolding(problem)
        attributes = program.usedAttributes
        let usage = PlanUsage(of: problem, solution.allocation, folding)
        (deliveries, deliveriesByCell, activities) = (usage.deliveries, usage.deliveriesByCell, usage.activities)
        totals = AttributeVector(program.usedAttributes) { usage.totals[$0] }
        slopes = RowSlopes(of: problem, at: PriceTables(folding, prices: solution.prices)).of(folding)
        shortfalls = PlanShortfall.all(of: solution, in: problem, program)
        (campaignPrices, cellPrices, elsewherePrices) = ([], [], AttributeVector())
        fold()
    }

    /// The same plan at other prices, one for each row and ≥ 0.
    package func repriced(_ prices: [Double]) -> Plan {
        var plan = self
        plan.prices = prices
        plan.fold()
        return plan
    }

    private mutating func fold() {
        let tables = PriceTables(folding, prices: prices)
        campaignPrices = (0..<tables.campaignCount)
            .map { entrant in
                AttributeVector(attributes) { tables.campaign[$0 * tables.campaignCount + entrant] }
            }
        let allCells = (0..<tables.cellCount)
            .map { cell in
                AttributeVector(attributes) { tables.cell[$0 * tables.cellCount + cell] }
            }
        cellPrices = Array(allCells.dropLast())
        elsewherePrices = allCells[tables.cellCount - 1]
    }

    /// Prices by row name, to start the next solve from.
    package var pricesByName: [String: Double] {
        Dictionary(zip(rows, prices).map { ($0.name, $1) }, uniquingKeysWith: { first, _ in first })
    }

    /// The rows as a snapshot names them, with a minus before the price of what must be reached.
    ///
    /// `sets` are the program's, whose campaigns and cells are the snapshot's.
    package func pricedRows(sets: [[Int]]) -> [PricedRow] {
        zip(rows, prices)
            .map { row, price in
                let scope: PricedRow.Scope =
                    switch row.scope {
                    case .all: .all
                    case .campaign(let campaign): .campaign(campaign)
                    case .set(let set): .campaigns(sets[set])
                    case .cell(let cell): .cell(cell)
                    }
                return PricedRow(
                    name: row.name,
                    attribute: row.attribute,
                    scope: scope,
                    price: row.sense == .atMost ? price : -price,
                    share: row.share
                )
            }
    }
}

extension AttributeVector {
    fileprivate init(_ named: [Attribute], _ price: (Int) -> Double) {
        self.init()
        for (index, attribute) in named.enumerated() { self[attribute] = price(index) }
    }
}
