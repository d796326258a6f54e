package import OasisMarket
package import OasisScoring

/// One PID controller for each campaign's cap and one for its guarantee: a delivery costs more while the campaign is
/// ahead of its share of the day, and less while its guarantee is behind.
package struct FeedbackPacing: PromotionStrategy {
    /// How strongly a controller answers, in mean worths of a delivery.
    package struct Gains: Hashable, Sendable {
        /// To the error now, as a share of the bound.
        package var proportional: Double
        /// To its sum over the day, 1 for a whole day of it.
        package var integral: Double
        /// To its change from one look to the next.
        package var derivative: Double
    }

    package let name = "PID pacing"
    private static let minutesBetweenLooks = 10
    private static let meanWorth = 0.15

    private let market: SyntheticMarket
    private let gains: Gains
    private let lossPrice: Double
    /// Share of a usual day's traffic up to the end of each quarter hour.
    private let plannedShare: [Double]
    private var choice: PricedChoice
    private var caps: [Controller]
    private var guarantees: [Controller]
    private var minutes = 0

    private struct Controller {
        var bound: Double
        var sum = 0.0
        var last = 0.0
        var price = 0.0

        /// `sign` is 1 for a cap, whose price rises when too much was delivered, and −1 for a guarantee.
        mutating func look(at delivered: Double, planned share: Double, sign: Double, _ gains: Gains, atMost: Double) {
            let error = sign * (delivered - bound * share) / max(bound, 1)
            sum += error * Double(FeedbackPacing.minutesBetweenLooks) / 1_440
            let answer = gains.proportional * error + gains.integral * sum + gains.derivative * (error - last)
            last = error
            price = min(max(0, answer * FeedbackPacing.meanWorth), atMost)
        }
    }

    /// Paces along `plannedShare`, by quarter hour, with a price on listener loss that is the same everywhere.
    package init(_ market: SyntheticMarket, gains: Gains, lossPrice: Double, plannedShare: [Double]) {
        self.market = market
        self.gains = gains
        self.lossPrice = lossPrice
        self.plannedShare = plannedShare
        choice = PricedChoice(market)
        caps = market.campaigns.map { Controller(bound: Double($0.dailyCap ?? 0)) }
        guarantees = market.campaigns.map { Controller(bound: Double($0.dailyGuarantee ?? 0)) }
    }

    package mutating func boosts(for request: ScoreRequest) -> [(index: Int, boost: Float)] {
        let prices = zip(caps, guarantees).map { $0.price - $1.price }
        return choice.choose(for: request, lossPrice: lossPrice) { prices[$0] }.map { ($0.index, $0.boost) }
    }

    package mutating func hear(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest, organic: [Int]) {
        choice.settle(plays, of: request)
    }

    package mutating func minutePassed(_ now: Timestamp) {
        minutes += 1
        guard minutes % Self.minutesBetweenLooks == 0, minutes < 1_440 else { return }
        let share = plannedShare[minutes / 15]
        for (index, campaign) in market.campaigns.enumerated() {
            let delivered = Double(choice.delivered[index])
            if campaign.dailyCap != nil {
                caps[index].look(at: delivered, planned: share, sign: 1, gains, atMost: .infinity)
            }
            if campaign.dailyGuarantee ?? 0 > 0 {
                let penalty = market.policy.guarantees.penalty
                guarantees[index].look(at: delivered, planned: share, sign: -1, gains, atMost: penalty)
            }
        }
    }
}
