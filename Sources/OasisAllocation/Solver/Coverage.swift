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
    /// Each price is taken back into the region. Where those of several rows add up to more than a campaign's reach, the
    /// campaign's own row gives way.
    func nearest(to prices: [Double]) -> [Double] {
        var prices = box.clamp(prices)
        var excess = excess(prices)
        for (index, row) in parent.problem.rows.enumerated() {
            guard case .campaign(let id) = row.scope, excess[id] != 0, amounts[row.attribute] == 1...1 else { continue }
            let before = prices[index]
            prices[index] = min(row.penalty, max(0, before - row.sign * excess[id] * (1 + 1e-9)))
            let moved = row.sign * (prices[index] - before)
            excess[id] = abs(moved) >= abs(excess[id]) ? 0 : excess[id] + moved
        }
        return parent.nearest(to: prices)
    }

    /// Whether nothing that was left out or settled can count otherwise at these prices.
    func reaches(_ prices: [Double]) -> Bool {
        excess(prices).allSatisfy { $0 == 0 } && parent.answers(for: prices)
    }

    private func excess(_ prices: [Double]) -> [Double] {
        reach.excess(PriceTables(parent.evaluator.folding, prices: zip(prices, center).map { $0 - $1 }))
    }
}
