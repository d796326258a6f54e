package import OasisMarket

/// Why one candidate was promoted, or was not: the score's arithmetic, term by term.
package struct Explanation: Hashable, Sendable {
    /// What became of it.
    package enum Verdict: String, CaseIterable, Hashable, Sendable {
        /// It was promoted.
        case promoted
        /// It has some propensity, and the draw fell on others.
        case notDrawn = "not-drawn"
        /// The organic slate plays it: promotion would change nothing.
        case playedAnyway = "played-anyway"
        /// Its campaign does not run now.
        case outsideWindow = "outside-window"
        /// Its campaign does not run on this surface, or in this market.
        case outsideContext = "outside-context"
        /// Another track of its campaign is the better offer.
        case otherTrack = "other-track"
        /// Its organic score is below the quantile that a promotion must reach.
        case organicPercentile = "organic-percentile"
        /// It would take more than the largest boost to lift it into the slate.
        case maxBoost = "max-boost"
        /// Its price-adjusted worth does not beat the listener utility it would displace.
        case notWorthItsPrice = "not-worth-its-price"
        /// Others that are worth more take the slots.
        case slateLimit = "slate-limit"
        /// Something outside of the scorer held it back: `heldBackBy`.
        case heldBack = "held-back"
    }

    /// What one attribute adds to the priced worth.
    package struct Term: Hashable, Sendable {
        /// What is counted.
        package var attribute: Attribute
        /// How much of it one promotion is expected to cause.
        package var amount: Double
        /// Worth of one unit.
        package var worth: Double
        /// P: the campaign's price of one unit.
        package var campaignPrice: Double
        /// Q: the cell's price of one unit.
        package var cellPrice: Double
        /// amount · (worth − campaign price − cell price), in organic-score units.
        package var contribution: Double

        /// Gathers a term.
        package init(
            attribute: Attribute,
            amount: Double,
            worth: Double,
            campaignPrice: Double,
            cellPrice: Double,
            contribution: Double
        ) {
            self.attribute = attribute
            self.amount = amount
            self.worth = worth
            self.campaignPrice = campaignPrice
            self.cellPrice = cellPrice
            self.contribution = contribution
        }
    }

    /// What one row takes: price · amount · (1[in scope] − share); below 0 where a promise pays.
    package struct RowTerm: Hashable, Sendable {
        /// The row.
        package var name: String
        /// What it counts.
        package var attribute: Attribute
        /// In organic-score units.
        package var cost: Double
    }

    /// Its place in the request's columns.
    package var index: Int
    /// The campaign that would promote it.
    package var campaign: CampaignID
    /// What became of it.
    package var verdict: Verdict
    /// What held it back.
    package var heldBackBy: ReasonCode?
    /// Its organic score.
    package var organicScore: Float
    /// Every attribute but listener loss, in `Attribute.allCases` order.
    package var terms: [Term]
    /// Rows that price it, the dearest first; none where the snapshot does not name rows.
    package var rows: [RowTerm]
    /// 1 + μ: what one unit of listener loss costs.
    package var lossPrice: Double
    /// Organic utility that promoting it would displace.
    package var listenerLoss: Double
    /// The terms' sum over the price of loss: the boost before limits.
    package var fullBoost: Double
    /// The boost within limits, were it promoted.
    package var boost: Float
    /// Probability with which it was promoted in this request.
    package var propensity: Double
    /// The candidate that it lost to, when one did.
    package var lostTo: Int?
    /// By how much it lost, in organic-score units: to `lostTo`, or to its price.
    package var lostBy: Double?

    /// Sum of the terms, in their order.
    package var pricedWorth: Double { terms.reduce(0) { $0 + $1.contribution } }
    /// Priced worth less priced loss: what the program maximises.
    package var netWorth: Double { pricedWorth - lossPrice * listenerLoss }
}

extension Explanation {
    /// One sentence for people.
    package var sentence: String {
        switch verdict {
        case .promoted:
            "Promoted with probability \(Self.short(propensity)), by a boost of \(Self.short(Double(boost)))."
        case .notDrawn: "Not drawn this time: its probability was \(Self.short(propensity))."
        case .playedAnyway: "Plays without promotion."
        case .outsideWindow: "Its campaign does not run now."
        case .outsideContext: "Its campaign does not run on this surface and market."
        case .otherTrack: "Another track of its campaign is the better offer\(by)."
        case .organicPercentile: "Its organic score is below the quantile that a promotion must reach."
        case .maxBoost: "Needs a larger boost than the policy allows."
        case .notWorthItsPrice: priceSentence
        case .slateLimit: "Lost\(by) to candidate \(lostTo ?? 0), which takes the last slot."
        case .heldBack: "Held back: \(heldBackBy?.rawValue ?? "")."
        }
    }

    /// "Lost by 0.031: price of independents 0.05 − value 0.019": the dearest row against everything else.
    private var priceSentence: String {
        guard let dearest = rows.first, dearest.cost > 0 else {
            let value = pricedWorth
            return
                "Lost\(by): listener loss \(Self.short(lossPrice * listenerLoss)) − priced worth \(Self.short(value))."
        }
        return
            "Lost\(by): price of \(dearest.name) \(Self.short(dearest.cost)) − value \(Self.short(netWorth + dearest.cost))."
    }

    private var by: String { lostBy.map { " by \(Self.short($0))" } ?? "" }

    /// Four digits that count.
    private static func short(_ number: Double) -> String {
        guard number != 0, number.isFinite else { return "\(number)" }
        var scale = 1.0
        while abs(number) * scale < 1_000, scale < 1e15 { scale *= 10 }
        while abs(number) * scale >= 10_000 { scale /= 10 }
        let rounded = (number * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
    }
}
