/// How a boost came about: (Σ contributions) / loss price, before limits.
package struct BoostExplanation: Hashable, Sendable {
    /// Every attribute but listener loss, in `Attribute.allCases` order.
    package var terms: [Explanation.Term]
    /// 1 + μ: what one unit of listener loss costs.
    package var lossPrice: Double
    /// Organic utility that the promotion displaces.
    package var listenerLoss: Double
    /// The terms' sum over the price of loss: the boost before limits.
    package var fullBoost: Double

    /// Gathers an explanation.
    package init(terms: [Explanation.Term], lossPrice: Double, listenerLoss: Double, fullBoost: Double) {
        self.terms = terms
        self.lossPrice = lossPrice
        self.listenerLoss = listenerLoss
        self.fullBoost = fullBoost
    }
}

extension Scorer {
    /// How a promotion's boost came about, by the arithmetic that scored it.
    func explanation(
        of promotion: Promotion,
        _ columns: RequestColumns,
        _ terms: RequestTerms
    ) -> BoostExplanation {
        let campaign = pricedBy.columns.campaigns + promotion.campaignPlace
        let priced = PricedCandidate(promotion.index, of: columns, campaign, at: promotion.campaignPlace, terms)
        return BoostExplanation(
            terms: termsOf(priced, campaign.pointee, terms),
            lossPrice: priced.lossPrice,
            listenerLoss: Double(terms.slate.displaced) - Double(columns.organicScores[promotion.index]),
            fullBoost: priced.worth / priced.lossPrice
        )
    }
}
