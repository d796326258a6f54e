/// For which prices a shortlist answers for the whole market: its bound there is then the market's own.
struct Coverage {
    private let parent: MarketLevel
    private let center: [Double]
    private let reach: SurveyReach
    private let box: PriceBox

    /// - Parameters:
    ///   - parent: The level whose candidates were surveyed.
    ///   - center: The prices of the survey.
    ///   - region: How far the survey looked.
    ///   - scales: Those of the problem.
    init(of parent: MarketLevel, center: [Double], region: TrustRegion, scales: ValueScales) {
        self.parent = parent
        self.center = center
        box = region.surveyedBox(around: center, in: PriceBox(parent.problem.rows))
        reach = region.surveyReach(parent.evaluator.folding, amounts: scales.amounts)
    }

    /// The nearest prices that it is likely to answer for.
    func nearest(to prices: [Double]) -> [Double] { parent.nearest(to: box.clamp(prices)) }

    /// Whether nothing that was left out or settled can count otherwise at these prices.
    func reaches(_ prices: [Double]) -> Bool {
        let moves = PriceTables(parent.evaluator.folding, prices: zip(prices, center).map { $0 - $1 })
        return reach.holds(moves) && parent.answers(for: prices)
    }
}
