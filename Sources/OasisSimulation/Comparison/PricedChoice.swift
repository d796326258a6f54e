import OasisMarket
import OasisScoring

/// Promotion by prices within guardrails and caps: what the pacing baselines share, however they find their prices.
///
/// A candidate's boost is its expected worth less its campaign's and cell's price of a delivery, over 1 + the price of
/// listener loss, as in `Scorer`; the best that fit the slots are promoted. In the policy's share of requests it explores,
/// as the scorer must: then any that are eligible are.
struct PricedChoice {
    /// A promotion that was chosen.
    struct Choice {
        var index: Int
        var campaign: Int
        var boost: Float
        /// Organic utility displaced, as the scorer predicts it.
        var listenerLoss: Double
    }

    private let market: SyntheticMarket
    private let holdout: StableHash
    private let drawHash: StableHash
    private let commissions: [Int64]
    /// Units of each campaign's cap that are neither played nor promised.
    private(set) var unitsLeft: [Int]
    /// Promoted plays by campaign.
    private(set) var delivered: [Int]
    private var reserved: [RequestID: [Int: Int]] = [:]

    init(_ market: SyntheticMarket) {
        self.market = market
        holdout = StableHash(salt: market.policy.guardrails.holdoutSalt)
        drawHash = StableHash(key0: market.seed, key1: 0x6578_706c_6f72_65)
        let royalty = market.policy.commission.royaltyPerStream.micros
        commissions = market.campaigns.map { $0.commissionRate.of(micros: royalty) }
        unitsLeft = market.campaigns.map { $0.dailyCap ?? .max }
        delivered = Array(repeating: 0, count: market.campaigns.count)
    }

    /// Chooses, and reserves a unit for each choice.
    ///
    /// `deliveryPrice` is what a delivery of a campaign costs in this cell, in organic-score units, below 0 where it pays.
    mutating func choose(
        for request: ScoreRequest,
        lossPrice: Double,
        deliveryPrice: (Int) -> Double
    ) -> [Choice] {
        let guardrails = market.policy.guardrails
        guard holdout.hash(request.listener.text).unitFraction >= guardrails.holdout.fraction else { return [] }
        let slots = min(request.promotableSlots, guardrails.maxPromotedPerSlate)
        let (slate, quantile) = request.organicScores.withUnsafeBufferPointer { scores in
            (
                OrganicSlate(scores: scores, size: request.slateSize, slots: slots),
                OrganicSlate.quantile(guardrails.minimumOrganicPercentile, of: scores)
            )
        }
        var offers: [(net: Double, choice: Choice)] = []
        for (index, track) in request.tracks.enumerated() {
            let organic = request.organicScores[index]
            let needed = slate.displaced.nextUp - organic
            guard organic < slate.floor, organic >= quantile, Double(needed) <= guardrails.maxBoost,
                let campaign = market.campaignOfTrack[track],
                unitsLeft[campaign] > 0, market.campaigns[campaign].covers(request.cell)
            else { continue }
            let worth = market.worth(
                streamProbability: Double(request.streamProbabilities?[index] ?? organic),
                isNew: request.isNewToArtist?[index] == true,
                commissionMicros: commissions[campaign]
            )
            let boost = (worth - deliveryPrice(campaign)) / (1 + lossPrice)
            let loss = Double(slate.displaced - organic)
            let given = max(Float(min(boost, guardrails.maxBoost)), needed)
            offers.append((boost - loss, Choice(index: index, campaign: campaign, boost: given, listenerLoss: loss)))
        }
        let chosen = chosen(of: offers, slots: slots, for: request)
        for offer in chosen {
            unitsLeft[offer.campaign] -= 1
            reserved[request.id, default: [:]][offer.index] = offer.campaign
        }
        return chosen
    }

    private func chosen(of offers: [(net: Double, choice: Choice)], slots: Int, for request: ScoreRequest) -> [Choice] {
        var random = SeededGenerator(seed: drawHash.hash(request.id.text))
        if random.uniform() < market.policy.randomization.explorationShare {
            return offers.map(\.choice).shuffled(using: &random).prefix(slots).map { $0 }
        }
        return offers.filter { $0.net > 0 }
            .sorted { ($0.net, $1.choice.index) > ($1.net, $0.choice.index) }
            .prefix(slots).map(\.choice)
    }

    /// Counts what was played, and gives back what was not.
    mutating func settle(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest) {
        guard let campaigns = reserved.removeValue(forKey: request.id) else { return }
        for (index, campaign) in campaigns {
            if plays.contains(where: { $0.candidate == index && $0.isShown }) {
                delivered[campaign] += 1
            } else {
                unitsLeft[campaign] += 1
            }
        }
    }
}
