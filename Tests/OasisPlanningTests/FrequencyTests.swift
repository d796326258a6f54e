import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("Frequency limits in an engine")
struct FrequencyTests {
    private static let noon = Market.noon

    private static func policy(_ limits: [FrequencyLimit]) -> Policy {
        var policy = Market.policy
        policy.guardrails.holdout = BasisPoints(0)
        policy.guardrails.frequency = limits
        policy.randomization = Randomization(smoothing: 0, explorationShare: 0)
        return policy
    }

    private static let twiceADay = [FrequencyLimit(scope: .campaign, maximum: 2, windowHours: 24)]

    /// An engine whose only campaign is worth promoting in every request of `request`.
    private func node(_ limits: [FrequencyLimit] = twiceADay, cap: Int? = nil) throws -> Node {
        let node = try Node(
            campaigns: [Market.campaign(0, cap: cap), Market.campaign(1)],
            policy: Self.policy(limits),
            now: Self.noon
        )
        _ = try node.engine.replan(at: Self.noon)
        try node.engine.refillLeases(at: Self.noon)
        return node
    }

    private func request(_ id: String, listener: String = "someone", track: String = "t0") throws -> ScoreRequest {
        try ScoreRequest(
            id: RequestID(id),
            listener: ListenerID(listener),
            cell: Market.radio,
            time: Self.noon,
            scale: "test/1",
            slateSize: 1,
            promotableSlots: 1,
            tracks: ["other", track].map { TrackID(trusted: $0) },
            organicScores: [0.5, 0.45],
            streamProbabilities: [0.5, 0.9]
        )
    }

    private func report(
        _ kind: OutcomeKind,
        _ promotion: Promotion,
        at time: Timestamp = noon
    ) throws -> OutcomeReport {
        try OutcomeReport(
            source: "test",
            id: "\(kind)-\(UUID())",
            kind: kind,
            occurredAt: time,
            subject: .receipt(promotion.receipt)
        )
    }

    /// Scores until nothing is promoted any more, and says what was.
    private func promotions(
        _ node: Node,
        listener: String = "someone",
        at now: Timestamp = noon,
        prefix: String = "r"
    ) throws -> [Promotion] {
        var promotions: [Promotion] = []
        for index in 0..<20 {
            let reply = node.engine.score(try request("\(prefix)-\(index)", listener: listener), at: now)
            promotions += reply.promotions
        }
        return promotions
    }

    @Test("A listener meets a campaign as often as the policy says, and others meet it all the same")
    func limit() throws {
        let node = try node()
        #expect(try promotions(node).count == 2)
        #expect(try promotions(node, listener: "another", prefix: "s").count == 2)
        let reply = node.engine.score(try request("last"), at: Self.noon)
        #expect(reply.heldBack[.campaignFrequency] == 1 && reply.degradations.isEmpty)
        let other = node.engine.score(try request("other", track: "t1"), at: Self.noon)
        #expect(other.promotions.count == 1)
    }

    @Test("A promotion that was released makes room for another, a played one does not")
    func released() throws {
        let node = try node()
        let first = try promotions(node)
        _ = try node.engine.record([report(.shown, first[0]), report(.released, first[1])], at: Self.noon)
        #expect(try promotions(node, prefix: "s").count == 1)
    }

    @Test("The same request again gets the same promotions, also when they are the last that the listener may meet")
    func repeated() throws {
        let node = try node([FrequencyLimit(scope: .campaign, maximum: 1, windowHours: 24)])
        let request = try request("r")
        let first = node.engine.score(request, at: Self.noon)
        #expect(first.promotions.count == 1)
        #expect(node.engine.score(request, at: Self.noon).promotions == first.promotions)
        #expect(node.engine.score(try self.request("s"), at: Self.noon).promotions.isEmpty)
    }

    @Test("What was played is known again after the process died, and no promotion goes unnoticed until then")
    func restart() throws {
        let node = try node()
        let met = try promotions(node)
        _ = try node.engine.record(met.map { try report(.shown, $0) }, at: Self.noon)
        let later = Self.noon.advanced(bySeconds: 40)
        try node.restart(at: later)
        let blind = node.engine.score(try request("blind"), at: later)
        #expect(blind.promotions.isEmpty && blind.degradations == [.frequencyStateMissing])
        _ = try node.engine.replan(at: later)
        #expect(try promotions(node, at: later, prefix: "s").isEmpty)
        #expect(try promotions(node, listener: "another", at: later, prefix: "t").count == 2)
        #expect(node.engine.frequencyListeners == 2 && node.engine.frequencyForgotten == 0)
        // The day after, the window has passed.
        let tomorrow = Self.noon.advanced(bySeconds: 86_400)
        _ = try node.engine.replan(at: tomorrow)
        #expect(try promotions(node, at: tomorrow, prefix: "u").count == 2)
    }

    @Test("What was issued before the process died counts as soon as its play is heard of, and once")
    func inFlight() throws {
        let node = try node()
        let met = try promotions(node)
        let later = Self.noon.advanced(bySeconds: 40)
        try node.restart(at: later)
        _ = try node.engine.replan(at: later)
        for _ in 0..<2 { _ = try node.engine.record(met.map { try report(.shown, $0, at: later) }, at: later) }
        #expect(try promotions(node, at: later, prefix: "s").isEmpty)
    }

    @Test("A policy that looks further back than is known holds promotions until the next plan has looked there")
    func longerWindow() throws {
        let node = try node([FrequencyLimit(scope: .campaign, maximum: 1, windowHours: 1)])
        let met = try promotions(node)
        _ = try node.engine.record(met.map { try report(.shown, $0) }, at: Self.noon)
        let later = Self.noon.advanced(bySeconds: 7_200)
        _ = try node.engine.replan(at: later)
        let longer = Self.policy([FrequencyLimit(scope: .campaign, maximum: 1, windowHours: 3)])
        try node.ledger.applyPolicy(longer, expectedVersion: 1, actor: "ann", at: later)
        node.engine.adopt(longer)
        #expect(node.engine.score(try request("s"), at: later).degradations == [.frequencyStateMissing])
        _ = try node.engine.replan(at: later)
        let reply = node.engine.score(try request("t"), at: later)
        #expect(reply.promotions.isEmpty && reply.degradations.isEmpty, "met two hours ago")
    }

    @Test("Many requests of one listener at once bring no more than one at a time would")
    func concurrent() async throws {
        let node = try node([FrequencyLimit(scope: .artist, maximum: 3, windowHours: 24)])
        let engine = node.engine
        let requests = try (0..<200).map { try request("r-\($0)") }
        let promoted = await withTaskGroup(of: Int.self) { group in
            for part in 0..<4 {
                group.addTask {
                    (0..<50).reduce(0) { $0 + engine.score(requests[4 * $1 + part], at: Self.noon).promotions.count }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(promoted == 3)
    }

    @Test("A promotion that was held back takes no unit of its campaign's cap")
    func noUnitLost() throws {
        let node = try node(cap: 50)
        _ = try promotions(node)
        try node.engine.close(at: Self.noon)
        let delivery = try node.ledger.deliveries(day: Market.day).first { $0.cap == 50 }
        #expect(delivery?.outstanding == 2)
    }
}
