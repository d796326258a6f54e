import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

/// A market in which `c0` is received as a test likes, and everything else well.
@Suite("Pull-back", .serialized)
struct PullBackTests {
    private static let c0 = CampaignID(trusted: "c0")

    private final class LiveMarket {
        let node: Node
        var now = Market.day.start.advanced(bySeconds: 3_600)
        var random = SeededGenerator(seed: 41)
        var requests = 0
        /// Promotions of c0 in the last round, and slots of the round's requests in which c0 was withheld.
        var promoted = 0
        var withheld = 0

        init(rule: PullBackRule? = PullBackRule(probeShare: 0.2)) throws {
            var policy = Market.policy
            policy.pullBack = rule
            policy.guardrails.holdout = BasisPoints(0)
            policy.objectives = [.stream: 1]
            node = try Node(campaigns: [Market.campaign(0), Market.campaign(1)], policy: policy)
            _ = try node.engine.replan(at: now)
        }

        /// Scores requests, plays what comes of them, and plans.
        func live(_ count: Int, streaming c0Rate: Double) throws {
            var reports: [OutcomeReport] = []
            (promoted, withheld) = (0, 0)
            for _ in 0..<count {
                let request = try Market.request(requests, at: now, opted: 2, &random)
                requests += 1
                let reply = node.engine.score(request, at: now)
                withheld += reply.heldBack[.pulledBack]
                for promotion in reply.promotions {
                    let isC0 = promotion.campaign == PullBackTests.c0
                    promoted += isC0 ? 1 : 0
                    try play(request, .receipt(promotion.receipt), isC0 ? c0Rate : 0.6, &reports)
                }
                for place in 0..<3 {
                    let track = TrackID(trusted: "organic-\(place)")
                    let subject = OutcomeReport.Subject.organic(
                        track: track,
                        listener: request.listener,
                        cell: request.cell
                    )
                    try play(request, subject, 0.6, &reports)
                }
            }
            _ = try node.engine.record(reports, at: now)
            now = now.advanced(bySeconds: 60)
            _ = try node.engine.replan(at: now)
        }

        private func play(
            _ request: ScoreRequest,
            _ subject: OutcomeReport.Subject,
            _ rate: Double,
            _ reports: inout [OutcomeReport]
        ) throws {
            let played: Int64 = random.uniform() < rate ? 180_000 : 9_000
            for kind in [OutcomeKind.shown, .streamed] {
                reports.append(
                    try OutcomeReport(
                        source: "player",
                        id: "\(request.id)/\(reports.count)",
                        kind: kind,
                        occurredAt: now,
                        subject: subject,
                        playedMilliseconds: kind == .streamed ? played : nil
                    )
                )
            }
        }

        func status(of campaign: CampaignID = PullBackTests.c0) throws -> PullBackStatus {
            try #require(try node.engine.pullBacks(at: now).first { $0.campaign == campaign })
        }
    }

    @Test("A campaign that is received badly goes down step by step, is still tried, and comes back when it is liked")
    func downAndUp() throws {
        let market = try LiveMarket()
        try market.live(200, streaming: 0.1)
        let atFirst = market.promoted
        #expect(atFirst > 30 && market.withheld == 0)
        for _ in 0..<40 where try market.status().level != .probe { try market.live(200, streaming: 0.1) }
        let down = try market.status()
        #expect(down.level == .probe && down.promotedShare == 0.2)
        #expect(down.log.map(\.after.level) == [.probe, .quarter, .half])
        for change in down.log {
            let evidence = try #require(change.after.evidence)
            #expect(change.actor == "planner" && evidence.promotedHigh < 0.8 * evidence.organicLow)
            #expect(evidence.plays <= 500, "found within so many plays")
        }
        #expect(try market.status(of: CampaignID(trusted: "c1")).level == .full)

        try market.live(200, streaming: 0.1)
        #expect(market.promoted > 0 && market.promoted < atFirst / 2, "it is tried in one of five requests")
        #expect(market.withheld > 60)

        try market.node.restart(at: market.now)
        #expect(try market.status().level == .probe, "a restart forgets nothing")
        _ = try market.node.engine.replan(at: market.now)
        #expect(try market.status().log.count == 3)

        for _ in 0..<60 where try market.status().level != .full { try market.live(200, streaming: 0.9) }
        let up = try market.status()
        #expect(up.level == .full && up.promotedShare == 1)
        #expect(up.log.prefix(3).map(\.after.level) == [.full, .half, .quarter])
        try market.live(200, streaming: 0.9)
        #expect(market.withheld == 0 && market.promoted > 30)
    }

    @Test("Without a rule nothing is pulled back")
    func noRule() throws {
        let market = try LiveMarket(rule: nil)
        for _ in 0..<6 { try market.live(200, streaming: 0) }
        #expect(try market.node.engine.pullBacks(at: market.now).isEmpty)
        #expect(try market.node.ledger.pullBacks().isEmpty)
        #expect(market.withheld == 0)
    }

    @Test("An operator's word holds against the evidence, with a reason that is kept, until it is taken back")
    func override() throws {
        let market = try LiveMarket()
        let engine = market.node.engine
        for _ in 0..<20 where try market.status().level == .full { try market.live(200, streaming: 0.1) }
        #expect(try market.status().level != .full)
        let reason = "a remaster is out, the skips were about the old file"
        try engine.overridePullBack(of: Self.c0, with: .full, reason: reason, actor: "ann", at: market.now)
        for _ in 0..<5 { try market.live(200, streaming: 0.1) }
        #expect(market.withheld == 0)
        let held = try market.status()
        #expect(held.level == .full && held.override == .full && held.log[0].actor == "ann")
        #expect(held.log[0].after.reason == reason)
        #expect((held.evidence?.plays ?? 0) > 100, "evidence is gathered all the same")

        try engine.overridePullBack(of: Self.c0, with: nil, reason: "as before", actor: "ann", at: market.now)
        let left = try market.status()
        #expect(left.level == .half && left.override == nil && left.evidence == nil, "it begins anew from where it was")
        for _ in 0..<20 where try market.status().level == .half { try market.live(200, streaming: 0.1) }
        #expect(try market.status().level == .quarter)
    }

    @Test("An override needs a campaign and a reason")
    func refused() throws {
        let market = try LiveMarket()
        let engine = market.node.engine
        let unknown = CampaignID(trusted: "nobody")
        let nobody = try engine.overridePullBack(of: unknown, with: .half, reason: "x", actor: "ann", at: market.now)
        #expect(nobody == nil)
        #expect(throws: LedgerError.self) {
            try engine.overridePullBack(of: Self.c0, with: .half, reason: "", actor: "ann", at: market.now)
        }
        #expect(try market.node.ledger.pullBacks().isEmpty)
    }

    @Test("A request is withheld or not each time it is asked, and a snapshot keeps shares")
    func replays() throws {
        let market = try LiveMarket()
        let engine = market.node.engine
        try engine.overridePullBack(of: Self.c0, with: .half, reason: "by hand", actor: "ann", at: market.now)
        _ = try engine.replan(at: market.now)
        let bytes = try #require(try engine.snapshotBytes())
        let snapshot = try MappedSnapshot(copying: bytes)
        #expect((0..<2).map { snapshot.promotedShare($0) } == [0.5, 1])
        #expect(snapshot.value.campaigns.map(\.promotedShare) == [0.5, 1])
        let scorer = Scorer(snapshot)
        var withheld = 0
        for index in 0..<400 {
            let request = try Market.request(index, at: market.now, opted: 2, &market.random)
            let key = NodeSecrets.drawHash(3)
            let first = scorer.score(request, at: market.now, drawKey: key) { _ in true }
            #expect(first == scorer.score(request, at: market.now, drawKey: key) { _ in true })
            let explained = scorer.explain(request, at: market.now, drawKey: key)
            #expect(explained.reply == first)
            if first.heldBack[.pulledBack] > 0 {
                withheld += 1
                #expect(explained.explanations.contains { $0.heldBackBy == .pulledBack })
            }
        }
        #expect(withheld > 60)
    }
}
