import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("Sampled decisions, and asking another policy about them")
struct DecisionTests {
    private func node(perDay: Int = 1_000_000, cap: Int? = 40, _ change: (inout Policy) -> Void = { _ in }) throws
        -> Node
    {
        var policy = Market.policy
        change(&policy)
        let node = try Node(
            campaigns: [Market.campaign(0, cap: cap), Market.campaign(1), Market.campaign(2), Market.campaign(3)],
            policy: policy,
            now: Market.noon
        ) { $0.decisionsPerDayMaximum = perDay }
        _ = try node.engine.replan(at: Market.noon)
        try node.engine.refillLeases(at: Market.noon)
        return node
    }

    @discardableResult
    private func score(_ node: Node, _ range: Range<Int>) throws -> [UInt64: ScoreReply] {
        var random = SeededGenerator(seed: 5)
        var replies: [UInt64: ScoreReply] = [:]
        for index in range {
            let request = try Market.request(index, at: Market.noon, &random)
            replies[request.id.stableHash] = node.engine.score(request, at: Market.noon)
        }
        try node.engine.flushGhosts(at: Market.noon)
        return replies
    }

    private func logged(_ node: Node) throws -> [(decision: Decision, logged: LoggedDecision)] {
        try node.ledger.decisions(day: Market.day).map { ($0, try #require(LoggedDecision($0.body))) }
    }

    /// The scorer that served, as evaluation asks it.
    private func scorer(_ node: Node, maxBoost: Double? = nil) throws -> Scorer {
        let snapshot = try #require(try SnapshotStore(directory: node.folder.path("snapshots")).newest().snapshot)
        var guardrails = snapshot.guardrails
        guardrails.holdout = BasisPoints(0)
        if let maxBoost { guardrails.maxBoost = maxBoost }
        return Scorer(snapshot, guardrails: guardrails, experiments: [])
    }

    @Test("Every promotion of a kept decision is in it, under its receipt's name and with its propensity")
    func promotions() throws {
        let node = try node()
        let replies = try score(node, 0..<300)
        let decisions = try logged(node)
        let served = replies.values.filter { $0.arm == .promoted }
        #expect(decisions.count == served.count)
        for (decision, logged) in decisions {
            let reply = try #require(replies[decision.requestHash])
            let promoted = logged.offers.filter { $0.promotion != 0 }.sorted { $0.index < $1.index }
            let expected = reply.promotions.sorted { $0.index < $1.index }
            #expect(promoted.map(\.index) == expected.map(\.index))
            #expect(promoted.map { Float($0.propensity) } == expected.map(\.propensity))
            for (offer, promotion) in zip(promoted, expected) {
                let receipt = try Receipt.verify(promotion.receipt, with: Market.keys)
                #expect(offer.promotion == receipt.promotion && receipt.trackHash == logged.trackHashes[offer.index])
            }
        }
        // The capped campaign ran out, and is on record as held back, not as unwanted.
        let capped = try node.number(of: "c0")
        #expect(decisions.contains { $0.logged.heldBack == [capped] })
    }

    @Test("Asked again, the policy that served gives each candidate the probability that was logged")
    func same() throws {
        let node = try node()
        try score(node, 0..<300)
        let scorer = try scorer(node)
        for (decision, logged) in try logged(node) {
            let chances = try logged.probabilities(by: scorer, in: decision.cell, at: decision.decidedAt)
            #expect(chances == Dictionary(uniqueKeysWithValues: logged.offers.map { ($0.index, $0.propensity) }))
        }
    }

    @Test("What a smaller boost would have brought comes out of the log of the larger one")
    func smallerBoost() throws {
        let node = try node(cap: nil)
        try score(node, 0..<3_000)
        let scorer = try scorer(node, maxBoost: 0.1)
        var random = SeededGenerator(seed: 9)
        var (truth, asLogged, values): (Double, Double, [Double]) = (0, 0, [])
        for (decision, logged) in try logged(node) {
            let chances = try logged.probabilities(by: scorer, in: decision.cell, at: decision.decidedAt)
            // A candidate streams with its own probability, whoever promotes it.
            func rate(_ index: Int) -> Double { Double(logged.streamProbabilities?[index] ?? 0) }
            for (index, chance) in chances { truth += chance * rate(index) }
            var value = 0.0
            for offer in logged.offers where offer.promotion != 0 {
                guard random.uniform() < rate(offer.index) else { continue }
                asLogged += 1
                value += (chances[offer.index] ?? 0) / offer.propensity
            }
            values.append(value)
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (square / Double(values.count - 1) * Double(values.count)).squareRoot()
        #expect(abs(values.reduce(0, +) - truth) < 4 * error)
        #expect(asLogged - truth > 8 * error, "a smaller boost promotes much less")
    }

    @Test("A day keeps about as many decisions as it may, and none when it may not")
    func bounded() throws {
        // 2000 requests are expected; a twentieth of 3000, but for the holdout.
        let some = try node(perDay: 100)
        try score(some, 0..<3_000)
        let decisions = try some.ledger.decisions(day: Market.day)
        #expect((100...190).contains(decisions.count))
        #expect(
            decisions.allSatisfy { $0.keptShare == 0.05 && Decision.isKept(ofRequest: $0.requestHash, share: 0.05) }
        )
        let none = try node(perDay: 0)
        try score(none, 0..<300)
        #expect(try none.ledger.decisions(day: Market.day).isEmpty)
    }

    @Test("Shadow mode and the holdout serve nothing, and leave no decision")
    func unserved() throws {
        let node = try node { $0.guardrails.isShadow = true }
        try score(node, 0..<100)
        #expect(try node.ledger.decisions(day: Market.day).isEmpty)
    }

    @Test("Bytes give back what was written, and nothing when they are cut short or damaged")
    func bytes() throws {
        let node = try node()
        try score(node, 0..<20)
        for (decision, logged) in try logged(node) {
            #expect(logged.bytes == decision.body)
            for length in 0..<decision.body.count { #expect(LoggedDecision(Array(decision.body[..<length])) == nil) }
            #expect(LoggedDecision(decision.body + [0]) == nil)
        }
        var random = SeededGenerator(seed: 3)
        let (decision, _) = try #require(try logged(node).first)
        for _ in 0..<2_000 {
            var damaged = decision.body
            damaged[random.index(below: damaged.count)] = UInt8(random.index(below: 256))
            // Whatever it reads as, asking about it is an answer or a refusal, never a crash.
            _ = try? LoggedDecision(damaged)?
                .probabilities(by: scorer(node), in: decision.cell, at: decision.decidedAt)
        }
    }
}
