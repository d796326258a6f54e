package import OasisMarket
import OasisResponse

extension Scorer {
    /// Explains every candidate that some campaign promotes, in the request's order, by the arithmetic that scores it.
    ///
    /// - Parameters:
    ///   - request: checked when it was made.
    ///   - now: the deciding clock's time.
    ///   - drawKey: keys the draw, as in `score`.
    ///   - met: whom the listener met in promotions often enough.
    ///   - obstacle: what keeps a campaign back, as in `score`.
    /// - Returns: what `score` returns, and an explanation of each candidate; none where the whole request is kept back.
    package func explain(
        _ request: ScoreRequest,
        at now: Timestamp,
        drawKey: StableHash,
        met: ListenerStanding = .unlimited,
        obstacle: (Int) -> ReasonCode? = { _ in nil }
    ) -> (reply: ScoreReply, explanations: [Explanation]) {
        request.withColumns { columns in
            let head = request.head
            let reply = score(head, columns, at: now, drawKey: drawKey, met: met, obstacle: obstacle)
            let experiment = experiment(of: head.listener)
            let slotsMaximum = min(guardrails.maxPromotedPerSlate, experiment.maxPromotedPerSlate ?? .max)
            let slots = min(head.promotableSlots, slotsMaximum)
            guard degradation(head) == nil, slots > 0 else { return (reply, []) }
            let terms = RequestTerms(self, head, columns, slots: slots, experiment: experiment, at: now)
            let drawn = drawKey.hash(head.id.text)
            func allObstacles(_ place: Int) -> ReasonCode? {
                self.obstacle(place, met, drawn, drawKey) ?? obstacle(place)
            }
            let offers = offers(columns, terms, slots: slots, met: met, obstacle: allObstacles)
            let decision = Decision(
                offers: offers,
                promoted: Set((reply.promotions + reply.ghosts).map(\.index)),
                cell: pricedBy.place(of: head.cell),
                keepsArtistLimits: met.limitsArtists
            )
            let explanations = (0..<columns.count)
                .compactMap { index in
                    explanation(index, columns, terms, decision, slots: slots, obstacle: allObstacles)
                }
            return (reply, explanations)
        }
    }

    /// What the scorer draws among, each with its probability.
    private func offers(
        _ columns: RequestColumns,
        _ terms: RequestTerms,
        slots: Int,
        met: ListenerStanding,
        obstacle: (Int) -> ReasonCode?
    ) -> [(offer: Offer, propensity: Double)] {
        var offers: [(offer: Offer, propensity: Double)] = []
        var heldBack = HeldBack()
        ScoringScratch.with(candidates: columns.count) { scratch in
            let found = OfferPass(pricedBy.columns, columns, terms, scratch)
                .offers(heldBack: &heldBack, explores: true, obstacle: obstacle).count
            let count = met.limitsArtists ? limitArtists(found, met, &heldBack, scratch) : found
            guard count > 0 else { return }
            // The probabilities do not depend on the point at which is drawn.
            if let spaced = spacedChoice(count, slots: slots, columns, terms, scratch) {
                _ = draw(spaced, count, slots: slots, at: 0, explores: true, scratch)
            } else {
                _ = draw(count, slots: slots, at: 0, explores: true, scratch)
            }
            offers = (0..<count).map { (scratch.offers[$0], scratch.probabilities[$0]) }
        }
        return offers
    }

    /// What was decided about a request's offers.
    private struct Decision {
        var offers: [(offer: Offer, propensity: Double)]
        var promoted: Set<Int>
        var cell: Int?
        var keepsArtistLimits: Bool

        /// The least of the offers that fill the slots.
        func last(of slots: Int) -> Offer? {
            let best = offers.map(\.offer).filter { $0.netWorth > 0 }.sorted { $0.netWorth > $1.netWorth }
            return best.count >= slots ? best[slots - 1] : nil
        }
    }

    private func explanation(
        _ index: Int,
        _ columns: RequestColumns,
        _ terms: RequestTerms,
        _ decision: Decision,
        slots: Int,
        obstacle: (Int) -> ReasonCode?
    ) -> Explanation? {
        guard let place = pricedBy.campaign(of: index, in: columns) else { return nil }
        let campaign = pricedBy.columns.campaigns + place
        let organic = columns.organicScores[index]
        let priced = PricedCandidate(index, of: columns, campaign, at: place, terms)
        let loss = Double(terms.slate.displaced) - Double(organic)
        let own = decision.offers.first { Int($0.offer.candidate) == index }
        let isAbove = organic >= terms.slate.floor
        var explanation = Explanation(
            index: index,
            campaign: pricedBy.campaignID(place),
            verdict: .promoted,
            heldBackBy: nil,
            organicScore: organic,
            terms: termsOf(priced, campaign.pointee, terms),
            rows: rows(priced, loss: loss, campaign: place, cell: decision.cell),
            lossPrice: priced.lossPrice,
            listenerLoss: loss.isFinite ? loss : 0,
            fullBoost: priced.worth / priced.lossPrice,
            boost: isAbove
                ? 0
                : max(min(Float(priced.worth / priced.lossPrice), terms.largestBoost), terms.boost(lifting: organic)),
            propensity: own?.propensity ?? 0,
            lostTo: nil,
            lostBy: nil
        )
        explanation.judge(
            campaign.pointee,
            terms,
            isPromoted: decision.promoted.contains(index),
            sibling: decision.offers.first { Int($0.offer.campaign) == place }?.offer,
            last: decision.last(of: slots),
            isOffered: own != nil || !decision.keepsArtistLimits,
            obstacle: { obstacle(place) }
        )
        return explanation
    }

    func termsOf(
        _ priced: PricedCandidate,
        _ campaign: CampaignRecord,
        _ terms: RequestTerms
    ) -> [Explanation.Term] {
        let (worths, cell) = (terms.worths, terms.cellPrices)
        func term(
            _ attribute: Attribute,
            _ worth: KeyPath<PriceColumn, Double>,
            _ price: Double
        ) -> Explanation.Term {
            Explanation.Term(
                attribute: attribute,
                amount: priced.amounts[attribute],
                worth: worths[keyPath: worth],
                campaignPrice: price,
                cellPrice: cell[keyPath: worth],
                contribution: priced.amounts[attribute] * (worths[keyPath: worth] - price - cell[keyPath: worth])
            )
        }
        return [
            term(.delivery, \.delivery, campaign.deliveryPrice),
            term(.stream, \.stream, campaign.streamPrice),
            term(.save, \.save, campaign.savePrice),
            term(.newListener, \.newListener, campaign.newListenerPrice),
            term(.commission, \.commission, campaign.commissionPrice),
        ]
    }

    private func rows(
        _ priced: PricedCandidate,
        loss: Double,
        campaign: Int,
        cell: Int?
    ) -> [Explanation.RowTerm] {
        (0..<pricedBy.rowCount)
            .compactMap { place -> Explanation.RowTerm? in
                let row = pricedBy.row(place)
                let isInScope =
                    switch row.scope {
                    case .all: true
                    case .campaign(let member): member == campaign
                    case .campaigns(let members): members.contains(campaign)
                    case .cell(let member): member == cell
                    }
                let amount = row.attribute == .listenerLoss ? loss : priced.amounts[row.attribute]
                let cost = row.price * amount * ((isInScope ? 1 : 0) - row.share)
                guard cost != 0, cost.isFinite else { return nil }
                return Explanation.RowTerm(name: row.name, attribute: row.attribute, cost: cost)
            }
            .sorted { ($0.cost, $1.name) > ($1.cost, $0.name) }
    }
}

extension Explanation {
    /// Says what became of it, in the order in which the scorer asks.
    fileprivate mutating func judge(
        _ campaign: CampaignRecord,
        _ terms: RequestTerms,
        isPromoted: Bool,
        sibling: Offer?,
        last: Offer?,
        isOffered: Bool,
        obstacle: () -> ReasonCode?
    ) {
        if isPromoted {
            verdict = .promoted
            return
        }
        if organicScore >= terms.slate.floor {
            verdict = .playedAnyway
            return
        }
        if organicScore < terms.quantile {
            verdict = .organicPercentile
            return
        }
        let isRunning =
            campaign.start <= terms.milliseconds
            && (terms.milliseconds < campaign.end || campaign.end == .max)
        if !isRunning {
            verdict = .outsideWindow
            return
        }
        let isHere = terms.surfaces.isMember(of: campaign.surfaceSet) && terms.markets.isMember(of: campaign.marketSet)
        if !isHere {
            verdict = .outsideContext
            return
        }
        if terms.boost(lifting: organicScore) > terms.largestBoost {
            verdict = .maxBoost
            return
        }
        if let code = obstacle() {
            heldBackBy = code
            verdict = .heldBack
            return
        }
        if let sibling, Int(sibling.candidate) != index {
            (lostTo, lostBy) = (Int(sibling.candidate), sibling.netWorth - netWorth)
            verdict = .otherTrack
            return
        }
        if netWorth <= 0 {
            lostBy = -netWorth
            verdict = .notWorthItsPrice
            return
        }
        guard let last, last.netWorth > netWorth, Int(last.candidate) != index else {
            verdict = .notDrawn
            return
        }
        (lostTo, lostBy) = (Int(last.candidate), last.netWorth - netWorth)
        verdict = .slateLimit
    }
}
