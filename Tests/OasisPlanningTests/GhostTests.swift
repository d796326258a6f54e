import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("Ghosts and shadow mode in an engine")
struct GhostTests {
    private func node(
        ghostsPerDay: Int = 10_000,
        _ change: (inout Policy) -> Void = { _ in }
    ) throws -> Node {
        var policy = Market.policy
        change(&policy)
        let node = try Node(
            campaigns: [Market.campaign(0, cap: 40), Market.campaign(1), Market.campaign(2), Market.campaign(3)],
            policy: policy,
            now: Market.noon
        ) { $0.ghostsPerDayMaximum = ghostsPerDay }
        _ = try node.engine.replan(at: Market.noon)
        try node.engine.refillLeases(at: Market.noon)
        return node
    }

    private func replies(_ node: Node, _ range: Range<Int>, seed: UInt64 = 5) throws -> [(ScoreRequest, ScoreReply)] {
        var random = SeededGenerator(seed: seed)
        return try range.map {
            let request = try Market.request($0, at: Market.noon, &random)
            return (request, node.engine.score(request, at: Market.noon))
        }
    }

    @Test("What the holdout would have been promoted is on disk, each with its listener, probability and arm")
    func holdout() throws {
        let node = try node { $0.guardrails.holdout = BasisPoints(3_000) }
        let held = try replies(node, 0..<300).filter { $0.1.arm == .holdout }
        try node.engine.flushGhosts(at: Market.noon)
        let ghosts = try node.ledger.ghosts(day: Market.day)
        #expect(ghosts.count > 30)
        #expect(ghosts.count == held.reduce(0) { $0 + $1.1.ghosts.count })
        let expected = held.flatMap { request, reply in reply.ghosts.map { (request, reply, $0) } }
        for (ghost, (request, reply, promotion)) in zip(ghosts, expected) {
            #expect(ghost.kind == .holdout && ghost.keptShare == 1 && ghost.decidedAt == Market.noon)
            #expect(ghost.requestHash == request.id.stableHash && ghost.listenerHash == request.listener.stableHash)
            #expect(ghost.campaignNumber == promotion.campaignNumber && ghost.trackHash == promotion.trackHash)
            #expect(ghost.boost == promotion.boost && ghost.propensity == promotion.propensity)
            #expect(ghost.cell == request.cell && ghost.snapshot == reply.snapshot && ghost.experimentArms.isEmpty)
        }
        try node.engine.flushGhosts(at: Market.noon)
        #expect(try node.ledger.ghosts(day: Market.day).count == ghosts.count, "nothing is written twice")
        #expect(try node.ledger.verify().isEmpty)
    }

    @Test("Shadow mode serves nothing, takes no unit, logs what would have been, and is planned over all the same")
    func shadow() throws {
        let node = try node { $0.guardrails.isShadow = true }
        let replies = try replies(node, 0..<200)
        #expect(replies.allSatisfy { $0.1.promotions.isEmpty })
        #expect(replies.contains { $0.1.isShadow && !$0.1.ghosts.isEmpty })
        try node.engine.flushGhosts(at: Market.noon)
        let counts = try node.ledger.ghostCounts(from: Market.day, to: Market.day.next)
        #expect(counts.first { $0.kind == .shadow }?.kept ?? 0 > 50)
        #expect(try node.engine.replan(at: Market.noon).sampledRequests > 90)
        try node.engine.close(at: Market.noon)
        #expect(try node.ledger.deliveries(day: Market.day).allSatisfy { $0.outstanding == 0 })
    }

    @Test("An arm in shadow mode is named in the log, and its requests are not traffic that plans count on")
    func shadowArm() throws {
        let node = try node { policy in
            policy.guardrails.holdout = BasisPoints(0)
            let arm = ExperimentArm(
                name: ExperimentArmID(trusted: "silent"),
                share: BasisPoints(5_000),
                isShadow: true
            )
            policy.experiments = [ExperimentLayer(name: ExperimentLayerID(trusted: "l"), salt: "l-1", arms: [arm])]
        }
        // Few enough that the sample keeps every one that counts.
        let replies = try replies(node, 0..<90)
        let silent = replies.count { $0.1.isShadow }
        #expect((20...70).contains(silent))
        try node.engine.flushGhosts(at: Market.noon)
        let ghosts = try node.ledger.ghosts(day: Market.day)
        #expect(!ghosts.isEmpty && ghosts.allSatisfy { $0.experimentArms == "l/silent" && $0.kind == .shadow })
        #expect(try node.engine.replan(at: Market.noon).sampledRequests == 90 - silent)
    }

    @Test("A day keeps about as many ghosts as it may: ever fewer requests' the less room is left, each with its share")
    func bounded() throws {
        let node = try node(ghostsPerDay: 40) { $0.guardrails.holdout = BasisPoints(10_000) }
        var offered = 0
        for part in 0..<10 {
            offered += try replies(node, part * 300..<(part + 1) * 300, seed: UInt64(part))
                .reduce(0) { $0 + $1.1.ghosts.count }
            try node.engine.flushGhosts(at: Market.noon)
        }
        let ghosts = try node.ledger.ghosts(day: Market.day)
        #expect(offered > 1_000 && ghosts.count <= 41 && ghosts.count > 30)
        let shares = ghosts.map(\.keptShare)
        #expect(shares.first == 1 && shares == shares.sorted(by: >))
        #expect(shares.prefix(20).allSatisfy { $0 == 1 } && (shares.last ?? 1) < 0.2)
        // A restart goes on where the day was.
        try node.restart(at: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        _ = try replies(node, 4_000..<4_300)
        try node.engine.flushGhosts(at: Market.noon)
        #expect(try node.ledger.ghosts(day: Market.day).count <= 42)
    }

    @Test("What cannot be written is an error each time it is tried, and scoring goes on")
    func unwritable() throws {
        let node = try node { $0.guardrails.holdout = BasisPoints(10_000) }
        let offered = try replies(node, 0..<100).reduce(0) { $0 + $1.1.ghosts.count }
        try node.ledger.close()
        #expect(throws: LedgerError.self) { try node.engine.flushGhosts(at: Market.noon) }
        #expect(throws: LedgerError.self) { try node.engine.flushGhosts(at: Market.noon) }
        #expect(offered > 0)
        let reply = try #require(try replies(node, 200..<201).first?.1)
        #expect(reply.degradations.isEmpty, "nobody has tried to extend a cap or record an event")
    }
}
