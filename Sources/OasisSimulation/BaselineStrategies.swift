package import OasisMarket
package import OasisScoring

/// No promotion at all.
package struct OrganicOnly: PromotionStrategy {
    package let name = "organic only"

    package init() {}

    package func boosts(for request: ScoreRequest) -> [(index: Int, boost: Float)] { [] }
    package func hear(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest, organic: [Int]) {}
    package func minutePassed(_ now: Timestamp) {}
}

/// The same boost for every opted-in track, whoever listens, whatever was delivered: what teams do today.
package struct FixedBoost: PromotionStrategy {
    package let name = "fixed boost"
    /// Added to every opted-in candidate's score, in organic-score units.
    package let boost: Float
    private let market: SyntheticMarket
    private let holdout: StableHash

    package init(_ market: SyntheticMarket, boost: Float) {
        self.market = market
        holdout = StableHash(salt: market.policy.guardrails.holdoutSalt)
        self.boost = boost
    }

    /// The boost at which `share` of the organic utility of `traffic` would be lost.
    package static func calibrated(_ market: SyntheticMarket, on traffic: [TrafficRequest], share: Double) -> FixedBoost
    {
        var (low, high) = (Float(0), Float(1))
        for _ in 0..<20 {
            let middle = (low + high) / 2
            if FixedBoost(market, boost: middle).loss(on: traffic) < share { low = middle } else { high = middle }
        }
        return FixedBoost(market, boost: low)
    }

    package func boosts(for request: ScoreRequest) -> [(index: Int, boost: Float)] {
        let isHeldOut =
            holdout.hash(request.listener.text).unitFraction < market.policy.guardrails.holdout.fraction
        guard !isHeldOut else { return [] }
        return request.tracks.enumerated()
            .compactMap { index, track in
                guard let campaign = market.campaignOfTrack[track], market.campaigns[campaign].covers(request.cell)
                else {
                    return nil
                }
                return (index, boost)
            }
    }

    package func hear(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest, organic: [Int]) {}
    package func minutePassed(_ now: Timestamp) {}

    private func loss(on traffic: [TrafficRequest]) -> Double {
        var (organic, kept) = (0.0, 0.0)
        for traffic in traffic {
            let request = market.scoreRequest(for: traffic) { _, _ in false }
            for index in ListenerBehaviour.slate(of: request, boosts: []) {
                organic += Double(request.organicScores[index])
            }
            for index in ListenerBehaviour.slate(of: request, boosts: boosts(for: request)) {
                kept += Double(request.organicScores[index])
            }
        }
        return 1 - kept / organic
    }
}

/// The most valuable promotion of each request, until a campaign's cap is used up.
package struct GreedyUntilCap: PromotionStrategy {
    package let name = "greedy until the cap"
    private let scorer: Scorer
    private let drawKey: StableHash
    private var unitsLeft: [Int]
    private var reserved: [RequestID: [Int: Int]] = [:]

    /// `snapshot` prices nothing; its campaigns are the market's, in order.
    package init(_ market: SyntheticMarket, unpriced snapshot: Snapshot) {
        scorer = Scorer(snapshot)
        drawKey = StableHash(key0: market.seed, key1: 1)
        unitsLeft = market.campaigns.map { $0.dailyCap ?? .max }
    }

    package mutating func boosts(for request: ScoreRequest) -> [(index: Int, boost: Float)] {
        let units = unitsLeft
        let reply = scorer.score(request, at: request.time, drawKey: drawKey) { units[$0] > 0 }
        for promotion in reply.promotions {
            let campaign = Int(promotion.campaignNumber) - 1
            unitsLeft[campaign] -= 1
            reserved[request.id, default: [:]][promotion.index] = campaign
        }
        return reply.promotions.map { ($0.index, $0.boost) }
    }

    package mutating func hear(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest, organic: [Int]) {
        guard let campaigns = reserved.removeValue(forKey: request.id) else { return }
        for (index, campaign) in campaigns where !plays.contains(where: { $0.candidate == index && $0.isShown }) {
            unitsLeft[campaign] += 1
        }
    }

    package func minutePassed(_ now: Timestamp) {}
}
