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
    /// Promoted plays planned for each entrant.
    package var deliveries: [Double]
    /// The proof.
    package var certificate: Certificate
    /// P_t: prices by entrant.
    package var campaignPrices: [AttributeVector]
    /// Q_t: prices by cell of the program.
    package var cellPrices: [AttributeVector]
    /// Prices of every other cell.
    package var elsewherePrices: AttributeVector

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
        (deliveries, activities) = Plan.usage(of: problem, solution.allocation)
        let tables = PriceTables(
            rows: problem.rows,
            sets: problem.sets,
            prices: solution.prices,
            attributeCount: problem.attributes.count,
            campaignCount: problem.campaignCount,
            cellCount: problem.cellCount
        )
        let named = program.usedAttributes
        campaignPrices = program.entrants.indices.map { entrant in
            AttributeVector(named) { tables.campaign[$0 * tables.campaignCount + entrant] }
        }
        let allCells = (0...program.cells.count)
            .map { cell in
                AttributeVector(named) { tables.cell[$0 * tables.cellCount + cell] }
            }
        cellPrices = Array(allCells.dropLast())
        elsewherePrices = allCells[program.cells.count]
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

    private static func usage(
        of problem: AllocationProblem,
        _ allocation: [Float]
    ) -> (deliveries: [Double], activities: [Double]) {
        var byCampaign = [Double](repeating: 0, count: problem.campaignCount * problem.attributes.count)
        var byCell = [Double](repeating: 0, count: problem.cellCount * problem.attributes.count)
        var deliveries = [Double](repeating: 0, count: problem.campaignCount)
        for request in 0..<problem.requestCount {
            let weight = Double(problem.weight?[request] ?? 1)
            let cell = Int(problem.cell?[request] ?? 0)
            for candidate in Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            where allocation[candidate] > 0 {
                let campaign = Int(problem.campaign[candidate])
                let plays = weight * Double(allocation[candidate])
                deliveries[campaign] += plays
                for (index, attribute) in problem.attributes.enumerated() {
                    let amount = plays * Double(attribute.amount?[candidate] ?? 1)
                    byCampaign[index * problem.campaignCount + campaign] += amount
                    byCell[index * problem.cellCount + cell] += amount
                }
            }
        }
        var activities = [Double](repeating: 0, count: problem.rows.count)
        let folding = RowFolding(problem)
        byCampaign.withUnsafeBufferPointer { campaigns in
            byCell.withUnsafeBufferPointer { cells in
                activities.withUnsafeMutableBufferPointer { out in
                    guard let campaigns = campaigns.baseAddress, let cells = cells.baseAddress,
                        let out = out.baseAddress
                    else { return }
                    folding.unfold(campaign: campaigns, cell: cells, into: out)
                }
            }
        }
        return (deliveries, activities)
    }
}

extension AttributeVector {
    fileprivate init(_ named: [Attribute], _ price: (Int) -> Double) {
        self.init()
        for (index, attribute) in named.enumerated() { self[attribute] = price(index) }
    }
}
