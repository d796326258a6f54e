package import OasisMarket
import OasisResponse

/// Turns prices into promotion scores: a pure function of snapshot, request and the campaigns with units left.
///
/// With μ the price of listener loss in the request's cell, a candidate's boost is
/// Σ amount·(worth − campaign price − cell price) / (1 + μ) over every attribute but listener loss. Adding it to the
/// organic score lifts the candidate above the one it displaces exactly when its net worth in the program is positive,
/// so a caller that sorts by organic + boost carries out the plan.
package struct Scorer: Sendable {
    private let snapshot: Snapshot
    private let holdoutHash: StableHash

    /// A scorer for one snapshot.
    package init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        holdoutHash = StableHash(salt: snapshot.guardrails.holdoutSalt)
    }

    /// The snapshot it scores by.
    package var pricedBy: Snapshot { snapshot }

    /// Which side of the permanent experiment a listener is on.
    package func arm(of listener: ListenerID) -> Arm {
        let share = snapshot.guardrails.holdout.fraction
        return holdoutHash.hash(listener.text).unitFraction < share ? .holdout : .promoted
    }

    /// Decides what to promote in one request.
    ///
    /// - Parameters:
    ///   - request: checked when it was made.
    ///   - now: the deciding clock's time; the request's own is only recorded.
    ///   - drawKey: keys the draw; the same key and request give the same draw.
    ///   - hasUnit: whether the campaign at an index of the snapshot may be promoted once more.
    /// - Returns: the promotions with their boosts, without receipts; ghosts instead for a listener in the holdout.
    package func score(
        _ request: ScoreRequest,
        at now: Timestamp,
        drawKey: StableHash,
        hasUnit: (Int) -> Bool
    ) -> ScoreReply {
        var reply = emptyReply(to: request, at: now)
        if let obstacle = obstacle(to: request) {
            reply.degradations = [obstacle]
            return reply
        }
        let slots = min(request.promotableSlots, snapshot.guardrails.maxPromotedPerSlate)
        guard slots > 0 else { return reply }
        let slate = OrganicSlate(scores: request.organicScores, size: request.slateSize, slots: slots)
        reply.organicUtility = slate.utility
        let quantile = OrganicSlate.quantile(
            snapshot.guardrails.minimumOrganicPercentile,
            of: request.organicScores
        )
        let (offers, isLeaseShort) = offers(
            request,
            at: now,
            above: quantile,
            displacing: slate,
            hasUnit: hasUnit
        )
        if isLeaseShort { reply.degradations.append(.leaseExhausted) }
        guard !offers.isEmpty else { return reply }

        let randomization = snapshot.randomization
        let inclusion = InclusionProbabilities.of(
            netWorths: offers.map(\.netWorth),
            slots: slots,
            smoothing: randomization.smoothing,
            explorationShare: randomization.explorationShare
        )
        let point = drawKey.hash(request.id.text).unitFraction
        let drawn = SystematicSampling.draw(inclusion, at: point)
        var loss = 0.0
        let promotions = drawn.map { place in
            loss += offers[place].listenerLoss
            return promotion(offers[place], propensity: inclusion[place])
        }
        if reply.arm == .promoted {
            reply.promotions = promotions
            reply.listenerLoss = loss
        } else {
            reply.ghosts = promotions
        }
        return reply
    }

    private func emptyReply(to request: ScoreRequest, at now: Timestamp) -> ScoreReply {
        ScoreReply(
            request: request.id,
            snapshot: snapshot.number,
            snapshotAgeSeconds: max(0, now.seconds(since: snapshot.createdAt)),
            policyVersion: snapshot.policyVersion,
            arm: arm(of: request.listener)
        )
    }

    private func obstacle(to request: ScoreRequest) -> Degradation? {
        if request.scale != snapshot.scale { return .scaleMismatch }
        let guardrails = snapshot.guardrails
        let isStopped = guardrails.isPromotionStopped || guardrails.disabledSurfaces.contains(request.cell.surface)
        return isStopped ? .promotionStopped : nil
    }

    /// A candidate that some campaign would like to promote here.
    private struct Offer {
        var candidate: Int
        var campaign: Int
        /// Price-adjusted worth less price-adjusted loss.
        var netWorth: Double
        var boost: Double
        /// A boost that lifts it above what it displaces, and hardly further, also when the caller adds in floats.
        var neededBoost: Float
        var listenerLoss: Double
    }

    private func offers(
        _ request: ScoreRequest,
        at now: Timestamp,
        above quantile: Float,
        displacing slate: OrganicSlate,
        hasUnit: (Int) -> Bool
    ) -> (offers: [Offer], isLeaseShort: Bool) {
        let cell = snapshot.cellIndex[request.cell]
        let cellPrices = cell.map { snapshot.cells[$0].prices } ?? snapshot.elsewherePrices
        var offers: [Offer] = []
        var placeOfCampaign: [Int: Int] = [:]
        var isLeaseShort = false
        for candidate in request.tracks.indices {
            guard let index = snapshot.campaignOfTrack[request.tracks[candidate]] else { continue }
            let organic = request.organicScores[candidate]
            let campaign = snapshot.campaigns[index]
            // A candidate inside the organic slate is played anyway: promoting it would change nothing.
            guard organic < slate.floor, organic >= quantile, campaign.mayServe(in: request.cell, at: now) else {
                continue
            }
            let offer = offer(request, candidate, campaign: index, cellPrices: cellPrices, displaced: slate.displaced)
            guard Double(offer.neededBoost) <= snapshot.guardrails.maxBoost else { continue }
            guard hasUnit(index) else {
                isLeaseShort = isLeaseShort || offer.netWorth > 0
                continue
            }
            // A song is played once, and takes one unit: of a campaign's tracks the best is offered.
            if let place = placeOfCampaign[index] {
                if offer.netWorth > offers[place].netWorth { offers[place] = offer }
            } else {
                placeOfCampaign[index] = offers.count
                offers.append(offer)
            }
        }
        return (offers, isLeaseShort)
    }

    private func offer(
        _ request: ScoreRequest,
        _ candidate: Int,
        campaign index: Int,
        cellPrices: AttributeVector,
        displaced: Float
    ) -> Offer {
        let campaign = snapshot.campaigns[index]
        let amounts = ExpectedAmounts(
            rates: campaign.rates,
            streamProbability: request.streamProbabilities.map { Double($0[candidate]) },
            isNewToArtist: request.isNewToArtist?[candidate],
            commissionPerStream: campaign.commissionPerStream
        )
        var pricedWorth = 0.0
        for attribute in Attribute.allCases where attribute != .listenerLoss {
            let margin = snapshot.worths[attribute] - campaign.prices[attribute] - cellPrices[attribute]
            pricedWorth += amounts[attribute] * margin
        }
        let lossPrice = 1 + campaign.prices[.listenerLoss] + cellPrices[.listenerLoss]
        let organic = request.organicScores[candidate]
        let loss = Double(displaced) - Double(organic)
        return Offer(
            candidate: candidate,
            campaign: index,
            netWorth: pricedWorth - lossPrice * loss,
            boost: pricedWorth / lossPrice,
            neededBoost: Self.boost(lifting: organic, above: displaced),
            listenerLoss: loss
        )
    }

    private func promotion(_ offer: Offer, propensity: Double) -> Promotion {
        var reasons: [ReasonCode] = [offer.netWorth > 0 ? .worthItsPrice : .exploration]
        var boost = Float(offer.boost)
        let largest = Self.largestFloat(notAbove: snapshot.guardrails.maxBoost)
        if boost > largest {
            boost = largest
            reasons.append(.maxBoost)
        }
        return Promotion(
            index: offer.candidate,
            campaign: snapshot.campaigns[offer.campaign].id,
            campaignNumber: snapshot.campaigns[offer.campaign].number,
            boost: max(boost, offer.neededBoost),
            propensity: Float(propensity),
            reasons: reasons,
            receipt: []
        )
    }

    /// The caller sorts in floats, where adding may round the boost away: the sum itself has to come out above.
    private static func boost(lifting organic: Float, above displaced: Float) -> Float {
        // From the next score up, not from the displaced one: steps of the boost may be far finer than the score's.
        var boost = displaced.nextUp - organic
        while organic + boost <= displaced { boost = boost.nextUp }
        return boost
    }

    private static func largestFloat(notAbove bound: Double) -> Float {
        let nearest = Float(bound)
        return Double(nearest) > bound ? nearest.nextDown : nearest
    }
}
