package import OasisMarket

/// Turns prices into promotion scores: a pure function of snapshot, request, time, and what holds campaigns back.
///
/// With μ the price of listener loss in the request's cell, a candidate's boost is
/// Σ amount·(worth − campaign price − cell price) / (1 + μ) over every attribute but listener loss. Adding it to the
/// organic score lifts the candidate above the one it displaces exactly when its net worth in the program is positive,
/// so a caller that sorts by organic + boost carries out the plan.
///
/// Immutable: any number of threads may score with one scorer at once.
package struct Scorer: Sendable {
    /// The snapshot it scores by.
    package let pricedBy: MappedSnapshot
    /// The limits it keeps: the snapshot's, unless newer ones were adopted.
    package let guardrails: Guardrails
    /// The guardrails' frequency limits.
    package let frequencyRules: FrequencyRules
    /// Whether a canary's listeners are scored by its rates.
    let servesCanary: Bool
    /// Whether campaigns that are pulled back are withheld in their share of requests.
    let withholds: Bool
    private let experiments: ExperimentAssignment
    private let holdoutHash: StableHash
    private let largestBoost: Float

    /// A scorer for one snapshot.
    ///
    /// `guardrails` and `experiments` hold instead of the snapshot's own. Without `servesCanary` every listener is scored by
    /// the live rates; without `withholds`, campaigns that are pulled back are promoted in every request.
    package init(
        _ snapshot: MappedSnapshot,
        guardrails: Guardrails? = nil,
        experiments: [ExperimentLayer]? = nil,
        servesCanary: Bool = true,
        withholds: Bool = true
    ) {
        pricedBy = snapshot
        self.servesCanary = servesCanary
        self.withholds = withholds
        self.guardrails = guardrails ?? snapshot.guardrails
        frequencyRules = FrequencyRules(self.guardrails.frequency)
        self.experiments = ExperimentAssignment(experiments ?? snapshot.experiments)
        holdoutHash = StableHash(salt: self.guardrails.holdoutSalt)
        largestBoost = Self.largestFloat(notAbove: self.guardrails.maxBoost)
    }

    /// A scorer for a snapshot that this process made of checked documents.
    package init(_ snapshot: Snapshot) {
        self.init(MappedSnapshot(snapshot))
    }

    /// Which side of the permanent experiment a listener is on.
    package func arm(of listener: ListenerID) -> Arm {
        holdoutHash.hash(listener.text).unitFraction < guardrails.holdout.fraction ? .holdout : .promoted
    }

    /// What a listener's experiment arms change; nothing for a listener in the holdout.
    package func experiment(of listener: ListenerID) -> ExperimentTerms {
        arm(of: listener) == .holdout ? .none : experiments.terms(of: listener)
    }

    /// Largest boost of a listener with such arms.
    func largestBoost(under experiment: ExperimentTerms) -> Float {
        experiment.maxBoost.map { min(largestBoost, Self.largestFloat(notAbove: $0)) } ?? largestBoost
    }

    /// Decides what to promote in one request.
    ///
    /// - Parameters:
    ///   - request: checked when it was made.
    ///   - now: the deciding clock's time; the request's own is only recorded.
    ///   - drawKey: keys the draw; the same key and request give the same draw.
    ///   - load: what has to be left out; `organic` is the caller's to answer.
    ///   - met: whom the listener met in promotions often enough.
    ///   - hasUnit: whether the campaign at a place of the snapshot may be promoted once more.
    /// - Returns: the promotions with their boosts, without receipts; ghosts instead for a listener in the holdout.
    package func score(
        _ request: ScoreRequest,
        at now: Timestamp,
        drawKey: StableHash,
        under load: Load = .all,
        met: ListenerStanding = .unlimited,
        hasUnit: (Int) -> Bool
    ) -> ScoreReply {
        request.withColumns { columns in
            score(request.head, columns, at: now, drawKey: drawKey, under: load, met: met) {
                hasUnit($0) ? nil : .leaseExhausted
            }
        }
    }

    /// Decides what to promote among candidates in somebody else's memory.
    ///
    /// - Parameters:
    ///   - head: what the request says about the decision as a whole.
    ///   - columns: the candidates; trusted.
    ///   - now: the deciding clock's time.
    ///   - drawKey: keys the draw; the same key and request give the same draw.
    ///   - load: what has to be left out; `organic` is the caller's to answer.
    ///   - met: whom the listener met in promotions often enough.
    ///   - obstacle: what keeps the campaign at a place of the snapshot from being promoted to this listener now; asked
    ///     once for each candidate that could be.
    /// - Returns: the promotions with their boosts, without receipts; ghosts instead for a listener in the holdout.
    package func score(
        _ head: RequestHead,
        _ columns: RequestColumns,
        at now: Timestamp,
        drawKey: StableHash,
        under load: Load = .all,
        met: ListenerStanding = .unlimited,
        obstacle: (Int) -> ReasonCode?
    ) -> ScoreReply {
        var reply = emptyReply(to: head, at: now)
        if let degradation = degradation(head) {
            reply.degradations = [degradation]
            return reply
        }
        let experiment = reply.arm == .holdout ? .none : experiments.terms(of: head.listener)
        reply.experimentArms = experiment.arms
        reply.isShadow = reply.arm == .promoted && (experiment.isShadow || guardrails.isShadow(on: head.cell.surface))
        if reply.isShadow, load >= .withoutShadow {
            reply.degradations = [.overloaded]
            return reply
        }
        if head.explains, load >= .withoutExplanation { reply.degradations = [.overloaded] }
        let slotsMaximum = min(guardrails.maxPromotedPerSlate, experiment.maxPromotedPerSlate ?? .max)
        let slots = min(head.promotableSlots, slotsMaximum)
        guard slots > 0 else { return reply }
        let terms = RequestTerms(self, head, columns, slots: slots, experiment: experiment, at: now)
        reply.organicUtility = terms.slate.utility
        ScoringScratch.with(candidates: columns.count) { scratch in
            let pass = OfferPass(pricedBy.columns, columns, terms, scratch)
            let explores = load < .withoutExploration && pricedBy.randomization.explorationShare > 0
            let drawn = drawKey.hash(head.id.text)
            let (found, isLeaseShort) = pass.offers(heldBack: &reply.heldBack, explores: explores) {
                self.obstacle($0, met, drawn, drawKey) ?? obstacle($0)
            }
            if isLeaseShort { reply.degradations.append(.leaseExhausted) }
            let count = met.limitsArtists ? limitArtists(found, met, &reply.heldBack, scratch) : found
            guard count > 0 else { return }
            let point = drawn.unitFraction
            let spaced = spacedChoice(count, slots: slots, columns, terms, scratch)
            let promoted =
                spaced.map { draw($0, count, slots: slots, at: point, explores: explores, scratch) }
                ?? draw(count, slots: slots, at: point, explores: explores, scratch)
            let promotions = (0..<promoted)
                .map { place in
                    promotion(scratch.offers[scratch.drawn[place]], scratch.probabilities[scratch.drawn[place]], terms)
                }
            holdBack(count, butFirst: promoted, spaced, &reply.heldBack, scratch)
            if reply.arm == .promoted, !reply.isShadow {
                reply.promotions = promotions
                if head.explains, load < .withoutExplanation {
                    for place in 0..<promoted {
                        reply.promotions[place].explanation = explanation(of: promotions[place], columns, terms)
                    }
                }
                for place in 0..<promoted { reply.listenerLoss += scratch.offers[scratch.drawn[place]].listenerLoss }
            } else {
                reply.ghosts = promotions
            }
        }
        return reply
    }

    func emptyReply(to head: RequestHead, at now: Timestamp) -> ScoreReply {
        emptyReply(to: head.id, of: head.listener, at: now)
    }

    /// The reply without any promotion to a listener's request.
    package func emptyReply(to request: RequestID, of listener: ListenerID, at now: Timestamp) -> ScoreReply {
        ScoreReply(
            request: request,
            snapshot: pricedBy.number,
            snapshotAgeSeconds: max(0, now.seconds(since: pricedBy.createdAt)),
            policyVersion: pricedBy.policyVersion,
            arm: arm(of: listener)
        )
    }

    /// What keeps the whole request from being promoted to.
    func degradation(_ head: RequestHead) -> Degradation? {
        if head.scale != pricedBy.scale { return .scaleMismatch }
        let isStopped = guardrails.isPromotionStopped || guardrails.disabledSurfaces.contains(head.cell.surface)
        return isStopped ? .promotionStopped : nil
    }

    /// Draws among the first `count` offers; says how many were drawn.
    func draw(_ count: Int, slots: Int, at point: Double, explores: Bool, _ scratch: ScoringScratch) -> Int {
        for place in 0..<count { scratch.netWorths[place] = scratch.offers[place].netWorth }
        InclusionProbabilities.fill(
            UnsafeMutableBufferPointer(start: scratch.probabilities, count: count),
            netWorths: UnsafeBufferPointer(start: scratch.netWorths, count: count),
            slots: slots,
            smoothing: pricedBy.randomization.smoothing,
            explorationShare: explores ? pricedBy.randomization.explorationShare : 0
        )
        let drawn = SystematicSampling.draw(
            UnsafeBufferPointer(start: scratch.probabilities, count: count),
            at: point,
            into: scratch.drawn
        )
        // The probabilities' sum may be above the slots by a rounding.
        return min(drawn, slots)
    }

    private func promotion(_ offer: Offer, _ propensity: Double, _ terms: RequestTerms) -> Promotion {
        var reasons: [ReasonCode] = [offer.netWorth > 0 ? .worthItsPrice : .exploration]
        if Float(offer.boost) > terms.largestBoost { reasons.append(.maxBoost) }
        let place = Int(offer.campaign)
        return Promotion(
            index: Int(offer.candidate),
            campaign: pricedBy.campaignID(place),
            campaignPlace: place,
            campaignNumber: pricedBy.campaignNumber(place),
            trackHash: offer.trackHash,
            boost: terms.boost(of: offer),
            propensity: Float(propensity),
            reasons: reasons,
            receipt: []
        )
    }

    private static func largestFloat(notAbove bound: Double) -> Float {
        let nearest = Float(bound)
        return Double(nearest) > bound ? nearest.nextDown : nearest
    }
}
