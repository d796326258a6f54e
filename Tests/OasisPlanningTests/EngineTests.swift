import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

/// Traffic that answers at random, and what it saw.
private struct RandomTraffic {
    var random: SeededGenerator
    var shown: [Int64: Int] = [:]
    var promotions = 0
    private var events = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Scores requests in (`first` ..< `last`) of `total` a day; of what is promoted, 6 of 10 are shown, 3 released, 1 lost.
    mutating func run(_ node: Node, _ range: Range<Int>, of total: Int) throws {
        for index in range {
            let now = Market.day.start.advanced(bySeconds: 86_399 * Double(index) / Double(total))
            if index % 500 == 0 { _ = try node.engine.replan(at: now) }
            if index % 25 == 0 { try node.engine.refillLeases(at: now) }
            let request = try Market.request(index, at: now, &random)
            let reply = node.engine.score(request, at: now)
            if reply.arm == .holdout { #expect(reply.promotions.isEmpty) }
            var reports: [OutcomeReport] = []
            for promotion in reply.promotions {
                promotions += 1
                let fate = random.uniform()
                if fate < 0.6 {
                    shown[promotion.campaignNumber, default: 0] += 1
                    reports.append(try report(.shown, promotion, at: now))
                } else if fate < 0.9 {
                    reports.append(try report(.released, promotion, at: now))
                }
            }
            guard !reports.isEmpty else { continue }
            let results = try node.engine.record(reports, at: now)
            #expect(results == reports.map { _ in .recorded })
        }
    }

    private mutating func report(_ kind: OutcomeKind, _ promotion: Promotion, at now: Timestamp) throws -> OutcomeReport
    {
        events += 1
        return try OutcomeReport(
            source: "test/\(random.next())",
            id: "event-\(events)",
            kind: kind,
            occurredAt: now,
            subject: .receipt(promotion.receipt)
        )
    }
}

@Suite("Promotion engine on a real ledger")
struct EngineTests {
    private let campaigns = [
        Market.campaign(0, cap: 40, guarantee: 20), Market.campaign(1, cap: 15), Market.campaign(2),
        Market.campaign(3, cap: 8),
    ]
    private let endOfDay = Market.day.next.start.advanced(bySeconds: -1)

    private func expectCapsHeld(_ node: Node, _ traffic: RandomTraffic) throws {
        let deliveries = try node.ledger.deliveries(day: Market.day)
        for delivery in deliveries {
            #expect(delivery.overspent == 0)
            #expect(delivery.confirmed == traffic.shown[delivery.campaignNumber, default: 0])
            if let cap = delivery.cap { #expect(delivery.confirmed + delivery.outstanding <= cap) }
        }
        #expect(deliveries.count == 4)
        #expect(try node.ledger.verify().isEmpty)
    }

    @Test("No cap is exceeded whatever becomes of the promotions, and scarce caps are used")
    func randomTraffic() throws {
        let node = try Node(campaigns: campaigns)
        var traffic = RandomTraffic(seed: 71)
        try traffic.run(node, 0..<1_500, of: 1_500)
        try expectCapsHeld(node, traffic)
        // One in ten is lost and stays reserved, so that a cap is filled to about six in seven.
        for delivery in try node.ledger.deliveries(day: Market.day) {
            guard let cap = delivery.cap else { continue }
            #expect(delivery.confirmed >= cap / 2, "campaign \(delivery.campaignNumber)")
        }
        #expect(traffic.shown[try node.number(of: "c2"), default: 0] > 50)
    }

    @Test("A node that dies again and again without handing anything back never exceeds a cap")
    func restarts() throws {
        let node = try Node(campaigns: campaigns)
        var traffic = RandomTraffic(seed: 72)
        for part in 0..<5 {
            try traffic.run(node, (part * 200)..<(part * 200 + 200), of: 1_000)
            let before = node.engine.snapshotStatus?.number
            try node.restart(at: Market.day.start.advanced(bySeconds: 86_399 * Double(part + 1) / 5))
            #expect(before != nil && node.engine.snapshotStatus?.number == before, "the last snapshot serves on")
            try expectCapsHeld(node, traffic)
        }
        #expect(traffic.promotions > 100)
    }

    @Test("Closing hands back the units that were never put on a receipt, and only those")
    func close() throws {
        let node = try Node(campaigns: campaigns)
        _ = try node.engine.replan(at: Market.noon)
        try node.engine.refillLeases(at: Market.noon)
        var random = SeededGenerator(seed: 73)
        var promoted: [Int64: Int] = [:]
        for index in 0..<10 {
            let reply = node.engine.score(try Market.request(index, at: Market.noon, &random), at: Market.noon)
            for promotion in reply.promotions { promoted[promotion.campaignNumber, default: 0] += 1 }
        }
        promoted[try node.number(of: "c2")] = nil
        #expect(!promoted.isEmpty)
        try node.engine.close(at: Market.noon)
        let outstanding = try node.ledger.deliveries(day: Market.day).filter { $0.outstanding > 0 }
        #expect(
            Dictionary(uniqueKeysWithValues: outstanding.map { ($0.campaignNumber, $0.outstanding) }) == promoted
        )
    }

    @Test("The last unit is promised once, also when two tracks of its campaign are in one request")
    func lastUnit() throws {
        var campaign = Market.campaign(0, cap: 1)
        campaign.tracks.append(TrackID(trusted: "t1"))
        let node = try Node(campaigns: [campaign])
        _ = try node.engine.replan(at: Market.noon)
        try node.engine.refillLeases(at: Market.noon)
        var random = SeededGenerator(seed: 74)
        var promotions = 0
        for index in 0..<50 {
            let request = try Market.request(index, at: Market.noon, opted: 2, &random)
            promotions += node.engine.score(request, at: Market.noon).promotions.count
            try node.engine.refillLeases(at: Market.noon)
        }
        #expect(promotions == 1)
    }

    @Test("A receipt that another key signed counts for nothing, and says why")
    func otherKey() throws {
        let node = try Node(campaigns: campaigns)
        let facts = ReceiptFacts(
            campaignNumber: 1,
            trackHash: 1,
            listenerHash: 2,
            cell: Market.radio,
            issuedAt: Market.noon,
            propensity: 1,
            snapshot: 1,
            lease: 1,
            promotion: 3
        )
        let others = [
            ReceiptKeys(current: ReceiptKey(id: 1, secret: Array(2...33))),
            ReceiptKeys(current: ReceiptKey(id: 9, secret: Array(1...32))),
        ]
        let receipts = others.map { Receipt.sign(facts, with: $0) } + [[], [1, 2, 3]]
        let reports = try receipts.enumerated()
            .map { index, receipt in
                try OutcomeReport(
                    source: "test",
                    id: "event-\(index)",
                    kind: .shown,
                    occurredAt: Market.noon,
                    subject: .receipt(receipt)
                )
            }
        #expect(try node.engine.record(reports, at: Market.noon) == reports.map { _ in .recorded })
        let unattributed = try node.ledger.unattributed(from: Market.day, to: Market.day.next)
        let counts = Dictionary(uniqueKeysWithValues: unattributed.map { ($0.reason, $0.outcomes) })
        #expect(counts == ["receipt-forged": 1, "receipt-unknown-key": 1, "receipt-malformed": 2])
        #expect(try node.ledger.totals(from: Market.day, to: Market.day.next).promoted.shown == 0)
    }

    @Test("Without a policy there is no plan, and the error says what to do; requests are answered organically")
    func noPolicy() throws {
        let node = try Node(campaigns: campaigns, policy: nil)
        let error = #expect(throws: PlanningError.self) { try node.engine.replan(at: Market.noon) }
        #expect(error?.description.contains("apply one first") == true)
        var random = SeededGenerator(seed: 75)
        let reply = node.engine.score(try Market.request(0, at: Market.noon, &random), at: Market.noon)
        #expect(reply.promotions.isEmpty && reply.degradations == [.noSnapshot])
    }

    @Test(
        "An old snapshot serves and says that it is stale, an older one that prices are frozen; a very old one is nothing"
    )
    func ageing() throws {
        let node = try Node(campaigns: [Market.campaign(0), Market.campaign(1), Market.campaign(2), Market.campaign(3)])
        _ = try node.engine.replan(at: Market.noon)
        func replies(after seconds: Double) throws -> [ScoreReply] {
            var random = SeededGenerator(seed: 76)
            let now = Market.noon.advanced(bySeconds: seconds)
            return try (0..<50).map { node.engine.score(try Market.request($0, at: now, &random), at: now) }
        }
        #expect(try replies(after: 60).allSatisfy { $0.degradations.isEmpty })
        for (seconds, flag) in [(61.0, Degradation.staleSnapshot), (900, .staleSnapshot), (901, .frozenPrices)] {
            let old = try replies(after: seconds)
            #expect(old.allSatisfy { $0.degradations == [flag] } && old.contains { !$0.promotions.isEmpty })
        }
        let expired = try replies(after: 86_401)
        #expect(expired.allSatisfy { $0.degradations == [.expiredSnapshot] && $0.promotions.isEmpty })
    }

    @Test("Units belong to a day: after midnight capped campaigns wait for the new day's leases")
    func midnight() throws {
        let node = try Node(campaigns: campaigns)
        _ = try node.engine.replan(at: endOfDay)
        try node.engine.refillLeases(at: endOfDay)
        let morning = Market.day.next.start.advanced(bySeconds: 1)
        func capped(_ seed: UInt64) throws -> Int {
            var random = SeededGenerator(seed: seed)
            return try (0..<40)
                .reduce(0) { sum, index in
                    let request = try Market.request(Int(seed) * 1_000 + index, at: morning, &random)
                    return sum + node.engine.score(request, at: morning).promotions.count { $0.campaign.text != "c2" }
                }
        }
        #expect(try capped(77) == 0)
        try node.engine.refillLeases(at: morning)
        #expect(try capped(78) > 0)
        #expect(
            try node.ledger.deliveries(day: Market.day).allSatisfy { $0.outstanding == 0 },
            "unused units came back"
        )
        #expect(try node.ledger.deliveries(day: Market.day.next).contains { $0.outstanding > 0 })
    }

    @Test("The same request to two engines alike gets the same answer, byte for byte")
    func replay() throws {
        func replies() throws -> [ScoreReply] {
            let node = try Node(campaigns: campaigns)
            _ = try node.engine.replan(at: Market.noon)
            try node.engine.refillLeases(at: Market.noon)
            var random = SeededGenerator(seed: 79)
            return try (0..<40)
                .map { node.engine.score(try Market.request($0, at: Market.noon, &random), at: Market.noon) }
        }
        let first = try replies()
        #expect(first.contains { !$0.promotions.isEmpty })
        #expect(try replies() == first)
    }

    @Test("A rehearsal reserves nothing and changes nothing")
    func rehearsal() throws {
        let node = try Node(campaigns: campaigns)
        _ = try node.engine.replan(at: Market.noon)
        try node.engine.refillLeases(at: Market.noon)
        let before = try node.ledger.deliveries(day: Market.day)
        var random = SeededGenerator(seed: 80)
        var promotions = 0
        for index in 0..<200 {
            let request = try Market.request(index, at: Market.noon, &random)
            promotions += node.engine.rehearse(request, at: Market.noon).promotions.count
        }
        #expect(promotions > 100)
        try node.engine.refillLeases(at: Market.noon)
        #expect(try node.ledger.deliveries(day: Market.day) == before)
        #expect(try node.engine.status(at: Market.noon).listenerLoss.isEmpty)
    }

    @Test("The status counts the day up: curves rise, and end at what is confirmed")
    func status() throws {
        let node = try Node(campaigns: campaigns)
        var traffic = RandomTraffic(seed: 81)
        try traffic.run(node, 0..<1_000, of: 1_000)
        let status = try node.engine.status(at: endOfDay)
        #expect(status.campaigns.map(\.campaign.id.text) == ["c0", "c1", "c2", "c3"])
        #expect(status.campaigns.allSatisfy { $0.planCurve.count == 96 })
        for campaign in status.campaigns {
            #expect(campaign.deliveredCurve.count == 96 && campaign.deliveredCurve == campaign.deliveredCurve.sorted())
            #expect(campaign.deliveredCurve.last == campaign.confirmed)
            let number = try node.number(of: campaign.campaign.id.text)
            #expect(campaign.confirmed == traffic.shown[number, default: 0])
            #expect(campaign.capPrice >= 0 && campaign.guaranteePrice >= 0)
            #expect(campaign.guaranteePrice <= Market.policy.guarantees.penalty)
        }
        let loss = status.listenerLoss
        #expect(loss.map(\.cell) == [Market.mix, Market.radio])
        #expect(loss.allSatisfy { $0.spent > 0 && $0.organicUtility > 0 && $0.budgetSoFar == nil })
        #expect(status.snapshot?.campaignCount == 4 && status.snapshot?.trackCount == 4)
        #expect((status.plan?.relativeGap ?? 1) <= 1e-3)
    }

    @Test("A plan's curve rises from what is committed to what is planned")
    func planCurve() throws {
        let node = try Node(campaigns: campaigns)
        var traffic = RandomTraffic(seed: 82)
        try traffic.run(node, 0..<500, of: 1_000)
        let plan = try node.engine.replan(at: Market.noon)
        #expect(plan.sampledRequests > 50 && plan.forecastRequests > 100)
        for campaign in try node.engine.status(at: Market.noon).campaigns {
            let rest = Array(campaign.planCurve[48...])
            #expect(rest == rest.sorted())
            #expect((rest.first ?? -1) >= Double(campaign.confirmed) - 1e-9)
            if let cap = campaign.campaign.dailyCap { #expect((rest.last ?? .infinity) <= Double(cap) * (1 + 1e-5)) }
        }
    }

    @Test("Pausing a campaign and stopping promotion hold from the next plan on")
    func pausing() throws {
        let node = try Node(campaigns: campaigns)
        let stored = try #require(try node.ledger.campaign(CampaignID(trusted: "c2")))
        func promoted(_ seed: UInt64) throws -> Set<String> {
            _ = try node.engine.replan(at: Market.noon)
            try node.engine.refillLeases(at: Market.noon)
            var random = SeededGenerator(seed: seed)
            return Set(
                try (0..<100)
                    .flatMap { index in
                        let request = try Market.request(Int(seed) * 1_000 + index, at: Market.noon, &random)
                        return node.engine.score(request, at: Market.noon).promotions.map(\.campaign.text)
                    }
            )
        }
        #expect(try promoted(83).contains("c2"))
        var paused = stored.document
        paused.state = .paused
        try node.ledger.updateCampaign(paused, expectedRevision: nil, actor: "ann", at: Market.noon)
        let others = try promoted(84)
        #expect(!others.contains("c2") && !others.isEmpty)
        var stopped = Market.policy
        stopped.guardrails.isPromotionStopped = true
        try node.ledger.applyPolicy(stopped, expectedVersion: nil, actor: "ann", at: Market.noon)
        #expect(try promoted(85).isEmpty)
    }
}
