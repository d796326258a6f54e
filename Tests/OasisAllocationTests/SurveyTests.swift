import OasisAllocation
import Testing

@Suite("What a survey keeps, settles and leaves out")
struct SurveyTests {
    private static let smoothing = 0.004

    /// Prices of a market, and how far each of its folded prices may move.
    private struct Region {
        let problem: AllocationProblem
        let prices: PriceTables
        let campaignReach: [Double]
        let cellReach: [Double]

        init(seed: UInt64, families: RandomMarket.Families) throws {
            problem = try LargeMarket(seed: seed, requests: 300, candidates: 12, families: families).problem()
            var random = RandomSource(seed: seed + 1)
            prices = PriceTables(
                RowFolding(problem),
                prices: problem.rows.map { min($0.penalty, random.uniform(0...0.02)) }
            )
            let widest = random.uniform(0.0005...0.01)
            campaignReach = prices.campaign.map { _ in random.uniform(0...widest) }
            cellReach = prices.cell.map { _ in random.uniform(0...widest) / 4 }
        }

        /// Prices somewhere in the region, half of them at its edge.
        func moved(_ random: inout RandomSource) -> (campaign: [Double], cell: [Double]) {
            func move(_ price: Double, _ reach: Double) -> Double {
                price + reach * max(-1, min(1, random.uniform(-2...2)))
            }
            return (
                zip(prices.campaign, campaignReach).map { move($0, $1) },
                zip(prices.cell, cellReach).map { move($0, $1) }
            )
        }
    }

    @Test(
        "Wherever prices go in the region, the settled are selected whole, and what is left out is not selected",
        arguments: 1...12,
        LargeMarket.everyFamily
    )
    func region(_ seed: Int, _ families: RandomMarket.Families) throws {
        let region = try Region(seed: UInt64(seed), families: families)
        let inspection = PassInspection(region.problem, threads: 1)
        inspection.setPrices(campaign: region.prices.campaign, cell: region.prices.cell)
        let survey = inspection.survey(
            smoothing: Self.smoothing,
            campaignReach: region.campaignReach,
            cellReach: region.cellReach
        )
        try #require(!survey.settled.isEmpty && !survey.open.isEmpty)
        #expect(survey.open.count + survey.settled.count < region.problem.candidateCount)
        let known = Set(survey.open).union(survey.settled)
        #expect(known.count == survey.open.count + survey.settled.count)
        var random = RandomSource(seed: UInt64(seed) + 2)
        for smoothing in [Self.smoothing, Self.smoothing / 3, 1e-6, Self.smoothing] {
            let moved = region.moved(&random)
            inspection.setPrices(campaign: moved.campaign, cell: moved.cell)
            inspection.run(.double, smoothing: smoothing, recording: .selection)
            let shares = Dictionary(uniqueKeysWithValues: inspection.selected().map { ($0.candidate, $0.share) })
            // A share of a millionth may be rounding in the projection.
            #expect(survey.settled.allSatisfy { (shares[$0] ?? 0) >= 1 - 1e-6 })
            #expect(shares.allSatisfy { $0.value < 1e-6 || known.contains($0.key) })
        }
    }

    @Test("Sums over the settled are theirs, and no request gives away more slots than it has", arguments: 1...6)
    func sums(_ seed: Int) throws {
        let region = try Region(seed: UInt64(seed), families: .everything)
        let problem = region.problem
        let inspection = PassInspection(problem, threads: 1)
        inspection.setPrices(campaign: region.prices.campaign, cell: region.prices.cell)
        let survey = inspection.survey(
            smoothing: Self.smoothing,
            campaignReach: region.campaignReach,
            cellReach: region.cellReach
        )
        let settled = Set(survey.settled)
        var campaign = [Double](repeating: 0, count: survey.settledCampaign.count)
        var cell = [Double](repeating: 0, count: survey.settledCell.count)
        for request in 0..<problem.requestCount {
            let candidates = Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            let taken = candidates.filter(settled.contains)
            #expect(taken.count <= Int(problem.slots[request]))
            if let slots = survey.slotsTaken[request] { #expect(slots == taken.count) }
            for candidate in taken {
                let weight = Double(problem.weight?[request] ?? 1)
                for (attribute, column) in problem.attributes.enumerated() {
                    let amount = weight * Double(column.amount?[candidate] ?? 1)
                    campaign[attribute * problem.campaignCount + Int(problem.campaign[candidate])] += amount
                    cell[attribute * problem.cellCount + Int(problem.cell?[request] ?? 0)] += amount
                }
            }
        }
        for (found, expected) in zip(survey.settledCell, cell) {
            #expect(abs(found - expected) < 1e-9 * (1 + expected))
        }
        // Prices by campaign exist for deliveries alone, so only their sums by campaign are kept.
        for id in 0..<problem.campaignCount {
            #expect(abs(survey.settledCampaign[id] - campaign[id]) < 1e-9 * (1 + campaign[id]))
        }
    }
}
