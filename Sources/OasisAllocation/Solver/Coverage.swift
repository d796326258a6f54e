/// For which prices a shortlist answers for the whole market: its bound there is then the market's own.
struct Coverage {
    private let parent: MarketLevel
    private let center: [Double]
    private let reach: SurveyReach
    private let box: PriceBox
    private let amounts: [ClosedRange<Double>]

    /// - Parameters:
    ///   - parent: The level whose candidates were surveyed.
    ///   - center: The prices of the survey.
    ///   - region: How far the survey looked.
    ///   - scales: Those of the problem.
    init(of parent: MarketLevel, center: [Double], region: TrustRegion, scales: ValueScales) {
        self.parent = parent
        self.center = center
        box = region.surveyedBox(around: center, in: PriceBox(parent.problem.rows))
        amounts = scales.amounts
        reach = region.surveyReach(parent.evaluator.folding, amounts: scales.amounts)
    }

    /// Prices near to these that it is likely to answer for.
    ///
    /// Prices of sets and cells are taken back into the region, here and in what this was made from. Where a campaign's
    /// folded price is then still beyond its reach, its own row gives way: a few times in turn, since what satisfies one
    /// survey may take it beyond the other's reach.
    func nearest(to prices: [Double]) -> [Double] {
        let chain = Array(sequence(first: self) { $0.parent.coverage })
        var prices = chain.reduce(prices) { $1.clampShared($0) }
        for _ in 0..<Self.turns {
            var isMoved = false
            for coverage in chain where coverage.giveWay(&prices) { isMoved = true }
            if !isMoved { break }
        }
        return prices
    }

    private static var turns: Int { 4 }

    /// Takes back all prices but those of single campaigns in amounts of 1, which `giveWay` takes back no further than
    /// it must.
    private func clampShared(_ prices: [Double]) -> [Double] {
        let clamped = box.clamp(prices)
        return parent.problem.rows.indices.map { givesWay(parent.problem.rows[$0]) == nil ? clamped[$0] : prices[$0] }
    }

    private func givesWay(_ row: AllocationRow) -> Int? {
        guard case .campaign(let id) = row.scope, row.share == 0, amounts[row.attribute] == 1...1 else { return nil }
        return id
    }

    /// Moves rows of campaigns whose folded prices are beyond their reach; returns whether there were any.
    private func giveWay(_ prices: inout [Double]) -> Bool {
        var excess = excess(prices)
        var isMoved = false
        for (index, row) in parent.problem.rows.enumerated() {
            guard let id = givesWay(row), excess[id] != 0 else { continue }
            let before = prices[index]
            prices[index] = min(row.penalty, max(0, before - row.sign * excess[id] * (1 + 1e-9)))
            let moved = row.sign * (prices[index] - before)
            if moved != 0 { isMoved = true }
            excess[id] = abs(moved) >= abs(excess[id]) ? 0 : excess[id] + moved
        }
        return isMoved
    }

    /// Whether nothing that was left out or settled can count otherwise at these prices.
    func reaches(_ prices: [Double]) -> Bool {
        excess(prices).allSatisfy { $0 == 0 } && parent.answers(for: prices)
    }

    private func excess(_ prices: [Double]) -> [Double] {
        reach.excess(PriceTables(parent.evaluator.folding, prices: zip(prices, center).map { $0 - $1 }))
    }
}
