import OasisAllocation
import Testing

@Suite("Folding prices over rows into tables")
struct PriceTablesTests {
    private let market = RandomMarket(seed: 11, requests: 25, campaigns: 6, families: .everything)

    @Test("The reduced value is value less every row's price on the candidate")
    func reducedValues() throws {
        let problem = try market.problem()
        let reference = Reference(problem)
        var random = RandomSource(seed: 2)
        let prices = problem.rows.map { _ in random.uniform() }
        let tables = PriceTables(
            rows: problem.rows,
            sets: problem.sets,
            prices: prices,
            attributeCount: 2,
            campaignCount: problem.campaignCount,
            cellCount: problem.cellCount
        )
        for candidate in 0..<problem.candidateCount {
            let amounts = [1, Double(problem.attributes[1].amount?[candidate] ?? 0)]
            let campaign = Int(problem.campaign[candidate])
            let cell = Int(problem.cell?[reference.request[candidate]] ?? 0)
            let value = Double(problem.value[candidate])
            let expected = zip(problem.rows, prices)
                .reduce(value) {
                    $0 - $1.1 * $1.0.sign * reference.coefficient($1.0, candidate)
                }
            let reduced = tables.reducedValue(value: value, amounts: amounts, campaign: campaign, cell: cell)
            #expect(abs(reduced - expected) < 1e-12)
            let terms = PriceTables.terms(
                rows: problem.rows,
                sets: problem.sets,
                prices: prices,
                amounts: amounts,
                campaign: campaign,
                cell: cell
            )
            #expect(abs(value - terms.reduce(0, +) - reduced) < 1e-12)
        }
    }

    @Test("Folding and unfolding are each other's transpose")
    func transpose() throws {
        let folding = RowFolding(try market.problem())
        var random = RandomSource(seed: 3)
        let prices = folding.rows.map { _ in random.uniform() }
        let campaignSums = (0..<folding.campaignTableSize).map { _ in random.uniform() }
        // Sums by cell and by campaign are two views of the same candidates, so each attribute has one total.
        var cellSums = [Double](repeating: 0, count: folding.cellTableSize)
        for attribute in 0..<folding.attributeCount {
            let total = campaignSums[(attribute * folding.campaignCount)...].prefix(folding.campaignCount).reduce(0, +)
            cellSums[attribute * folding.cellCount] = total * 0.25
            cellSums[attribute * folding.cellCount + 1] = total * 0.75
        }
        let tables = PriceTables(
            rows: folding.rows,
            sets: folding.sets,
            prices: prices,
            attributeCount: folding.attributeCount,
            campaignCount: folding.campaignCount,
            cellCount: folding.cellCount
        )
        var activity = [Double](repeating: 0, count: folding.rows.count)
        folding.unfold(campaign: campaignSums, cell: cellSums, into: &activity)
        let folded =
            zip(tables.campaign, campaignSums).reduce(0.0) { $0 + $1.0 * $1.1 }
            + zip(tables.cell, cellSums).reduce(0.0) { $0 + $1.0 * $1.1 }
        let unfolded = zip(zip(folding.rows, prices), activity).reduce(0.0) { $0 + $1.0.0.sign * $1.0.1 * $1.1 }
        #expect(abs(folded - unfolded) < 1e-9 * abs(folded))
    }
}
