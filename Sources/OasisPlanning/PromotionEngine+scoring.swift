package import OasisMarket
package import OasisScoring
import Synchronization

extension PromotionEngine {
    /// Decides what to promote in one request and reserves a unit for each promotion.
    ///
    /// Never throws, never blocks on disk.
    ///
    /// - Parameters:
    ///   - request: checked when it was made.
    ///   - now: the market's time.
    ///   - load: what has to be left out; with `organic` the request is answered without being decided or counted.
    /// - Returns: the boosts, each with a receipt; none where something was amiss, and then why.
    package func score(_ request: ScoreRequest, at now: Timestamp, under load: Load = .all) -> ScoreReply {
        guard load < .organic else { return ScoreReply(request: request.id, degradations: [.overloaded]) }
        var leases: [Int64] = []
        var reply = node.withLock { state in
            guard let scorer = state.scorer else { return ScoreReply(request: request.id, degradations: [.noSnapshot]) }
            let snapshot = scorer.pricedBy
            let step = settings.aging.step(ageSeconds: now.seconds(since: snapshot.createdAt))
            if step == .expired { return ScoreReply(request: request.id, degradations: [.expiredSnapshot]) }
            guard state.supply.admits(request.cell) else {
                return ScoreReply(request: request.id, degradations: [.tooManyCells])
            }
            // Units belong to a day's cap. On a new day the book stays shut until the next refill opens it.
            let isBookOpen = state.book.day == now.day
            let met = standing(of: request, by: scorer, at: now)
            var reply = scorer.score(
                request,
                at: now,
                drawKey: drawKey,
                under: load,
                met: met ?? .unknown
            ) { index in
                !snapshot.hasCap(index)
                    || (isBookOpen && state.book.units(of: snapshot.campaignNumber(index)) > 0)
            }
            expose(request, &reply, by: scorer, at: now)
            for promotion in reply.promotions {
                leases.append(Self.takeUnit(for: promotion, by: snapshot, from: &state.book))
            }
            reply.degradations += degradations(step, isMetKnown: met != nil, state)
            if isSupply(reply, scorer, on: request.cell.surface) {
                observe(request, reply, by: scorer, at: now, in: &state)
            }
            return reply
        }
        keepGhosts(of: reply, to: request, at: now)
        for (place, lease) in leases.enumerated() {
            reply.promotions[place].receipt = receipt(for: reply, place, of: request, lease: lease, at: now)
        }
        return reply
    }

    /// Scores a request without reserving, counting or remembering anything, to warm a node up.
    package func rehearse(_ request: ScoreRequest, at now: Timestamp) -> ScoreReply {
        node.withLock { state in
            guard let scorer = state.scorer else { return ScoreReply(request: request.id, degradations: [.noSnapshot]) }
            return scorer.score(request, at: now, drawKey: drawKey) { _ in true }
        }
    }

    /// Puts requests of an earlier day into the planner's sample, so that the first plan has something to go by.
    package func learn(from requests: [ScoreRequest]) {
        node.withLock { state in
            guard let scorer = state.scorer else { return }
            for request in requests where scorer.arm(of: request.listener) == .promoted {
                state.sample.add(SampledRequest(request, by: scorer))
            }
        }
    }

    private func degradations(
        _ step: SnapshotAging.Step,
        isMetKnown: Bool,
        _ state: borrowing NodeState
    ) -> [Degradation] {
        var found: [Degradation] = []
        switch step {
        case .fresh, .expired: break
        case .stale: found.append(.staleSnapshot)
        case .frozen: found.append(.frozenPrices)
        }
        if !state.isLedgerReachable { found.append(.ledgerUnavailable) }
        if !isMetKnown { found.append(.frequencyStateMissing) }
        return found
    }

    /// Whether a request is traffic that plans may count on: not that of the holdout, nor of an arm that never serves.
    ///
    /// Where the policy itself is in shadow mode plans are made as if it were served: that is what is tried out.
    private func isSupply(_ reply: ScoreReply, _ scorer: Scorer, on surface: SurfaceID) -> Bool {
        reply.arm == .promoted && (!reply.isShadow || scorer.guardrails.isShadow(on: surface))
    }

    private static func takeUnit(
        for promotion: Promotion,
        by snapshot: MappedSnapshot,
        from book: inout LeaseBook
    ) -> Int64 {
        guard snapshot.hasCap(promotion.campaignPlace) else { return 0 }
        guard let lease = book.take(promotion.campaignNumber) else {
            preconditionFailure("the scorer drew a campaign twice, or one without a unit")
        }
        return lease
    }

    private func observe(
        _ request: ScoreRequest,
        _ reply: ScoreReply,
        by scorer: Scorer,
        at now: Timestamp,
        in state: inout NodeState
    ) {
        state.supply.observe(request.cell, at: now)
        state.loss.add(
            displaced: reply.listenerLoss,
            organic: reply.organicUtility,
            in: request.cell,
            on: now.day
        )
        // Kept so that the sample covers about a day, whatever the traffic.
        let share = Double(settings.sampleSize) / max(state.supply.usualDay, 1)
        let isKept =
            state.sample.count < settings.sampleSize / 4 || sampleHash.hash(request.id.text).unitFraction < share
        if isKept { state.sample.add(SampledRequest(request, by: scorer)) }
    }

    /// Names a promotion: the same request and track give the same one.
    func promotionName(_ request: ScoreRequest, _ promotion: Promotion) -> UInt64 {
        drawKey.hash(request.id.stableHash, promotion.trackHash)
    }

    private var sampleHash: StableHash { StableHash(key0: settings.drawKey, key1: 0x7361_6d70) }

    private func receipt(
        for reply: ScoreReply,
        _ place: Int,
        of request: ScoreRequest,
        lease: Int64,
        at now: Timestamp
    ) -> [UInt8] {
        let promotion = reply.promotions[place]
        return Receipt.sign(
            ReceiptFacts(
                campaignNumber: promotion.campaignNumber,
                trackHash: promotion.trackHash,
                listenerHash: request.listener.stableHash,
                cell: request.cell,
                issuedAt: now,
                propensity: promotion.propensity,
                snapshot: reply.snapshot ?? 0,
                lease: lease,
                promotion: promotionName(request, promotion)
            ),
            with: settings.receiptKeys
        )
    }
}
