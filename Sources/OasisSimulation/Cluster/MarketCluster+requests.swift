import OasisMarket
import OasisPlanning
import OasisScoring

/// From a listener's request to what was played.
extension MarketCluster {
    /// How long the ranker waits for a node, in seconds.
    private static let deadlineSeconds = 0.3
    /// Share of decisions that are made again.
    private static let replayedShare = 0.25

    mutating func arrive(_ place: Int) {
        let request = traffic[place]
        let real = market.scoreRequest(for: request) { listener, artist in
            !market.knew(listener: listener, artist: artist) && !heard.contains(key(listener, artist))
        }
        guard let asked = asked(for: real, place) else {
            // The ranker hears of its mistake and plays what it would have played anyway.
            counts.refusedRequests += 1
            hearSlate(of: real, asked: real, reply: nil, place)
            return
        }
        waiting[place] = (asked, real)
        ask(place, attempt: 0)
    }

    /// The request as the ranker's model sends it; nothing when it is refused at the door.
    private func asked(for real: ScoreRequest, _ place: Int) -> ScoreRequest? {
        let isPoisoned = faults.contains { $0.kind == .poisonedModel && $0.isActive(at: now) }
        let isSwapped = settings.sabotage == .swapListener && isHeldOut(real.listener)
        guard isPoisoned || isSwapped else { return real }
        let isNumber = !isPoisoned || !place.isMultiple(of: 2)
        let factor: Float = isPoisoned ? 10 : 1
        return try? ScoreRequest(
            id: real.id,
            listener: isSwapped ? ListenerID(trusted: "somebody-else-\(place)") : real.listener,
            cell: real.cell,
            time: real.time,
            scale: real.scale,
            slateSize: real.slateSize,
            promotableSlots: real.promotableSlots,
            tracks: traffic[place].candidates.map { market.catalogue[$0].id },
            organicScores: real.organicScores.map { isNumber ? $0 * factor : .nan },
            streamProbabilities: real.streamProbabilities?.map { min(1, $0 * factor) },
            isNewToArtist: real.isNewToArtist
        )
    }

    private mutating func ask(_ place: Int, attempt: Int) {
        let node = (place + attempt) % nodes.count
        for delay in network.delays(from: .players, to: .node(node), at: now) {
            queue.add(.request(node: node, place), at: now.advanced(bySeconds: delay))
        }
        queue.add(.deadline(place, attempt: attempt), at: now.advanced(bySeconds: Self.deadlineSeconds))
    }

    mutating func giveUp(_ place: Int, attempt: Int) throws {
        guard let waits = waiting[place] else { return }
        if attempt == 0 { return ask(place, attempt: 1) }
        waiting[place] = nil
        hearSlate(of: waits.real, asked: waits.asked, reply: nil, place)
        try checkPlays()
    }

    mutating func decide(_ place: Int, on number: Int) throws {
        let host = nodes[number]
        // A copy of a request that was answered long ago is decided like any other: nodes do not know.
        guard let node = host.node, let request = waiting[place]?.asked else { return }
        let time = host.clock(at: now)
        let available = Set(record.numbers.filter { node.units(of: $0, at: time) > 0 })
        let isAlone = planner.engine == nil || !network.canTalk(.node(number), .planner, at: now)
        let before = node.snapshotNumber
        var reply: ScoreReply? = node.score(request, at: time)
        spoil(&reply, isAlone: isAlone)
        if isAlone { try checkAnswer(reply, to: request, hadPrices: before != nil) }
        guard let reply else { return }
        counts.promotions += reply.promotions.count
        try check(reply, to: place)
        if reply.snapshot != nil, random.uniform() < Self.replayedShare {
            decisions.append(DecisionRecord(request: request, time: time, available: available, reply: reply))
        }
        for delay in network.delays(from: .node(number), to: .players, at: now) {
            queue.add(.reply(place, reply), at: now.advanced(bySeconds: delay))
        }
    }

    private func spoil(_ reply: inout ScoreReply?, isAlone: Bool) {
        switch settings.sabotage {
        case .fallSilent where isAlone: reply = nil
        case .doubleBoost:
            for place in (reply?.promotions ?? []).indices {
                reply?.promotions[place].boost = Float(2 * market.policy.guardrails.maxBoost)
            }
        case .nudgePropensity:
            for place in (reply?.promotions ?? []).indices {
                let propensity = reply?.promotions[place].propensity ?? 0
                reply?.promotions[place].propensity = propensity.nextDown
            }
        default: break
        }
    }

    private mutating func checkAnswer(_ reply: ScoreReply?, to request: ScoreRequest, hadPrices: Bool) throws {
        counts.answeredAlone += 1
        let age = reply?.snapshotAgeSeconds ?? 0
        let told = reply?.degradations ?? []
        let saysAge =
            age <= 1_200 || [.staleSnapshot, .frozenPrices, .expiredSnapshot].contains { told.contains($0) }
        let saysNothing = hadPrices || told == [.noSnapshot]
        try checks.check(
            .answersAlone,
            reply?.request == request.id && saysAge && saysNothing,
            "\(request.id) got \(reply.map { "\($0.degradations), prices \(age) s old" } ?? "no answer")"
        )
    }

    private mutating func check(_ reply: ScoreReply, to place: Int) throws {
        let largest = Float(market.policy.guardrails.maxBoost)
        for promotion in reply.promotions {
            try checks.check(
                .boostWithinMaximum,
                promotion.boost > 0 && promotion.boost <= largest,
                "\(reply.request): a boost of \(promotion.boost) for \(promotion.campaign), at most \(largest)"
            )
        }
        let listener = ListenerID(trusted: "listener-\(traffic[place].listener + 1)")
        try checks.check(
            .holdoutUnpromoted,
            reply.promotions.isEmpty || !isHeldOut(listener),
            "\(reply.request) promotes \(reply.promotions.count) tracks to \(listener)"
        )
    }

    /// By the policy alone, as whoever evaluates the holdout later would tell.
    private func isHeldOut(_ listener: ListenerID) -> Bool {
        holdout.hash(listener.text).unitFraction < market.policy.guardrails.holdout.fraction
    }

    mutating func play(_ place: Int, _ reply: ScoreReply) throws {
        // A second copy, or the answer of a node that was given up on.
        guard let waits = waiting.removeValue(forKey: place) else { return }
        counts.answered += 1
        hearSlate(of: waits.real, asked: waits.asked, reply: reply, place)
        try checkPlays()
    }

    /// Plays the slate that the ranker's numbers and the boosts give, to a listener who is what he is.
    private mutating func hearSlate(of real: ScoreRequest, asked: ScoreRequest, reply: ScoreReply?, _ place: Int) {
        let boosts = (reply?.promotions ?? []).map { (index: $0.index, boost: $0.boost) }
        let slate = ListenerBehaviour.slate(of: asked, boosts: boosts)
        let plays = behaviour.play(slate, of: real)
        for play in plays where play.isStream {
            heard.insert(
                key(traffic[place].listener, market.catalogue[traffic[place].candidates[play.candidate]].artist)
            )
        }
        let receipts = Dictionary(
            (reply?.promotions ?? []).map { ($0.index, $0.receipt) },
            uniquingKeysWith: { first, _ in first }
        )
        let reports = PlayReports(source: "players", request: real, receipts: receipts)
        report((try? reports.reports(plays)) ?? [], place)
    }

    private func key(_ listener: Int, _ artist: Int) -> UInt64 { UInt64(listener) << 32 | UInt64(artist) }
}
