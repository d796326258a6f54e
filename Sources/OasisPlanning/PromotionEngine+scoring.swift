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
    ///   - load: what has to be left out; with `organic`, everything.
    /// - Returns: the boosts, each with a receipt; none where something was amiss, and then why.
    package func score(_ request: ScoreRequest, at now: Timestamp, under load: Load = .all) -> ScoreReply {
        guard load < .organic else { return decline(request.id, of: request.listener, at: now, because: .overloaded) }
        var leases: [Int64] = []
        var reply = node.withLock { state in
            guard let scorer = state.scorer else { return ScoreReply(request: request.id, degradations: [.noSnapshot]) }
            let snapshot = scorer.pricedBy
            let age = now.seconds(since: snapshot.createdAt)
            if age > settings.expiredAfterSeconds {
                return ScoreReply(request: request.id, degradations: [.expiredSnapshot])
            }
            guard state.supply.admits(request.cell) else {
                return ScoreReply(request: request.id, degradations: [.tooManyCells])
            }
            // Units belong to a day's cap. On a new day the book stays shut until the next refill opens it.
            let isBookOpen = state.book.day == now.day
            var reply = scorer.score(request, at: now, drawKey: drawKey, under: load) { index in
                !snapshot.hasCap(index)
                    || (isBookOpen && state.book.units(of: snapshot.campaignNumber(index)) > 0)
            }
            for promotion in reply.promotions {
                leases.append(Self.takeUnit(for: promotion, by: snapshot, from: &state.book))
            }
            if age > settings.staleAfterSeconds { reply.degradations.append(.staleSnapshot) }
            if !state.isLedgerReachable { reply.degradations.append(.ledgerUnavailable) }
            if reply.arm == .promoted { observe(request, reply, by: scorer, at: now, in: &state) }
            return reply
        }
        for (place, lease) in leases.enumerated() {
            reply.promotions[place].receipt = receipt(for: reply, place, of: request, lease: lease, at: now)
        }
        return reply
    }

    /// Answers a listener's request without deciding it; nothing is reserved, counted or remembered.
    package func decline(
        _ request: RequestID,
        of listener: ListenerID,
        at now: Timestamp,
        because degradation: Degradation
    ) -> ScoreReply {
        let scorer = node.withLock { $0.scorer }
        var reply = scorer?.emptyReply(to: request, of: listener, at: now) ?? ScoreReply(request: request)
        reply.degradations = [degradation]
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
                promotion: drawKey.hash(request.id.stableHash, promotion.trackHash)
            ),
            with: settings.receiptKeys
        )
    }
}
