package import OasisMarket
package import OasisScoring
import Synchronization

extension ScoringNode {
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
        let scorer: Scorer
        let step: SnapshotAging.Step
        switch withLock({ entry(of: request, at: now, $0) }) {
        case .organic(let degradation): return ScoreReply(request: request.id, degradations: [degradation])
        case .open(let current, let age): (scorer, step) = (current, age)
        }
        // Scored without the lock, against prices that nobody changes. Another request may take a unit meanwhile that was
        // there when this one looked: then the promotion goes without, below.
        let snapshot = scorer.pricedBy
        let met = standing(of: request, by: scorer, at: now)
        var reply = scorer.score(request, at: now, drawKey: drawKey, under: load, met: met ?? .unknown) { place in
            !snapshot.hasCap(place) || hasUnit(snapshot.campaignNumber(place), for: request, at: now)
        }
        expose(request, &reply, by: scorer, at: now)
        let isSupply = isSupply(reply, scorer, on: request.cell.surface)
        let (leases, isSampled) = withLock { state in
            let leases = takeUnits(for: &reply, of: request, by: snapshot, from: &state.book, at: now)
            reply.degradations += degradations(step, isMetKnown: met != nil, state)
            return (leases, isSupply && observe(request, reply, at: now, in: &state))
        }
        if isSampled {
            let sampled = SampledRequest(request, by: scorer)
            withLock { $0.sample.add(sampled) }
        }
        keepGhosts(of: reply, to: request, at: now)
        keepDecision(request, reply, by: scorer, met: met, under: load, at: now)
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
        let scorer = withLock { $0.scorer }
        var reply = scorer?.emptyReply(to: request, of: listener, at: now) ?? ScoreReply(request: request)
        reply.degradations = [degradation]
        return reply
    }

    /// Scores a request without reserving, counting or remembering anything, to warm a node up.
    package func rehearse(_ request: ScoreRequest, at now: Timestamp) -> ScoreReply {
        guard let scorer = withLock({ $0.scorer }) else {
            return ScoreReply(request: request.id, degradations: [.noSnapshot])
        }
        return scorer.score(request, at: now, drawKey: drawKey) { _ in true }
    }

    /// Puts requests of an earlier day into the planner's sample, so that the first plan has something to go by.
    package func learn(from requests: [ScoreRequest]) {
        guard let scorer = withLock({ $0.scorer }) else { return }
        let sampled = requests.filter { scorer.arm(of: $0.listener) == .promoted }
            .map { SampledRequest($0, by: scorer) }
        withLock { state in for request in sampled { state.sample.add(request) } }
    }

    /// How a request begins.
    private enum Entry {
        /// It stays organic.
        case organic(Degradation)
        /// It is scored by prices of some age.
        case open(Scorer, SnapshotAging.Step)
    }

    private func entry(of request: ScoreRequest, at now: Timestamp, _ state: borrowing NodeState) -> Entry {
        guard let scorer = state.scorer else { return .organic(.noSnapshot) }
        let step = settings.aging.step(ageSeconds: now.seconds(since: scorer.pricedBy.createdAt))
        if step == .expired { return .organic(.expiredSnapshot) }
        return state.supply.admits(request.cell) ? .open(scorer, step) : .organic(.tooManyCells)
    }

    /// Whether a capped campaign has a unit left, or gave this request one when it came before.
    ///
    /// Units belong to a day's cap: on a new day the book stays shut until the next refill opens it.
    func hasUnit(_ campaignNumber: Int64, for request: ScoreRequest, at now: Timestamp) -> Bool {
        withLock { state in
            guard state.book.day == now.day else { return false }
            return state.book.units(of: campaignNumber) > 0
                || state.book.holds(request.id.stableHash, campaignNumber)
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

    /// Takes a unit for each promotion that needs one, and drops those for which none is left any more.
    ///
    /// - Returns: the lease of each promotion that stays, 0 where none is needed.
    private func takeUnits(
        for reply: inout ScoreReply,
        of request: ScoreRequest,
        by snapshot: MappedSnapshot,
        from book: inout LeaseBook,
        at now: Timestamp
    ) -> [Int64] {
        var leases: [Int64] = []
        let isBookOpen = book.day == now.day
        let wanted = reply.promotions.count
        reply.promotions.removeAll { promotion in
            guard snapshot.hasCap(promotion.campaignPlace) else {
                leases.append(0)
                return false
            }
            guard isBookOpen,
                let lease = book.take(
                    promotion.campaignNumber,
                    for: UnitClaim(request: request.id.stableHash, track: promotion.trackHash)
                )
            else {
                frequency.release(
                    listener: request.listener.stableHash,
                    promotion: promotionName(request, promotion)
                )
                return true
            }
            leases.append(lease)
            return false
        }
        if leases.count < wanted, !reply.degradations.contains(.leaseExhausted) {
            reply.degradations.append(.leaseExhausted)
        }
        return leases
    }

    /// Counts a request as traffic; says whether the planner's sample is to keep it.
    private func observe(
        _ request: ScoreRequest,
        _ reply: ScoreReply,
        at now: Timestamp,
        in state: inout NodeState
    ) -> Bool {
        state.supply.observe(request.cell, at: now)
        state.outbox?.add(reply, in: request.cell, at: now)
        state.loss.add(
            displaced: reply.listenerLoss,
            organic: reply.organicUtility,
            in: request.cell,
            on: now.day
        )
        // Kept so that the sample covers about a day, whatever the traffic.
        let share = Double(settings.sampleSize) / max(state.supply.usualDay, 1)
        return state.sample.count < settings.sampleSize / 4
            || sampleHash.hash(request.id.text).unitFraction < share
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
