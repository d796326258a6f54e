import NIOCore
import OasisClient
import OasisMarket
import OasisScoring
import ScriptedHTTP
import Synchronization
import Testing

@Suite("The client for promotion scores")
struct PromotionClientTests {
    /// Long enough for any machine that is merely busy.
    private let patience = Duration.seconds(30)

    private func expectNothing(_ reply: ClientReply, _ kind: ClientFailure.Kind) {
        #expect(reply.source == .none)
        #expect(reply.failure?.kind == kind, "\(String(describing: reply.failure))")
        #expect(reply.boosts(count: 3) == [0, 0, 0])
    }

    @Test("A reply arrives with everything in it, and the server is told the deadline")
    func whole() async throws {
        let seen = Mutex<[ScriptedRequest]>([])
        let server = try await ScriptedServer { request in
            seen.withLock { $0.append(request) }
            return .answer(status: 200, body: ScoreFixture.reply())
        }
        let client = try PromotionClient("\(server.address)", settings: .init(token: "t"))
        let reply = await client.score(try ScoreFixture.request(), within: patience)
        #expect(reply.source == .server && reply.failure == nil && !reply.isHedged)
        #expect(reply.boosts(count: 3) == [0.25, 0, 0])
        #expect(reply.promotions.first?.receipt == "cg" && reply.promotions.first?.propensity == 0.5)
        #expect(reply.snapshot == "0000000000000001" && reply.policyVersion == 3 && reply.arm == "promoted")
        #expect(reply.degradations == ["stale-snapshot"])
        let request = try #require(seen.withLock { $0.first })
        #expect(request.path == "/v1/score" && request.headers["authorization"] == "Bearer t")
        #expect((1...30_000).contains(Int(request.headers["x-deadline-ms"] ?? "") ?? 0))
        try await server.stop()
    }

    @Test("A reply says how its boosts came about when the request asks for it")
    func explained() async throws {
        let explanation = "\"cg\",\"explanation\":\(ScoreFixture.explanation)"
        let promotion = ScoreFixture.promotion.replacing("\"cg\"", with: explanation)
        let server = try await ScriptedServer { request in
            let isAsked = String(buffer: request.body).contains("\"explain\":true")
            let answer = isAsked ? ScoreFixture.reply(promotions: promotion) : ScoreFixture.reply()
            return .answer(status: 200, body: answer)
        }
        let client = try PromotionClient("\(server.address)")
        let plain = await client.score(try ScoreFixture.request(), within: patience)
        #expect(plain.source == .server && plain.promotions.first?.explanation == nil)
        var request = try ScoreFixture.request()
        request.explains = true
        let reply = await client.score(request, within: patience)
        let found = try #require(reply.promotions.first?.explanation)
        #expect(found.terms.map(\.attribute) == ["stream"])
        #expect(found.terms.first?.contribution == 0.3125 && found.terms.first?.campaignPrice == 0.25)
        #expect(found.lossPrice == 1.25 && found.listenerLoss == 0.5 && found.fullBoost == 0.25)
        try await server.stop()
    }

    @Test("A dead server costs the boosts and not the call")
    func dead() async throws {
        let server = try await ScriptedServer { _ in .silence }
        try await server.stop()
        let client = try PromotionClient("\(server.address)")
        expectNothing(await client.score(try ScoreFixture.request(), within: patience), .unreachable)
    }

    @Test("A silent server is waited for until the deadline", arguments: [50, 0, -5])
    func silent(milliseconds: Int) async throws {
        let server = try await ScriptedServer { _ in .silence }
        let client = try PromotionClient("\(server.address)")
        let start = ContinuousClock.now
        expectNothing(
            await client.score(try ScoreFixture.request(), within: .milliseconds(milliseconds)),
            .deadlinePassed
        )
        #expect(ContinuousClock.now - start < .seconds(20), "a silent server holds nobody up")
        try await server.stop()
    }

    @Test("A broken connection is tried again once, with the same request")
    func brokenOnce() async throws {
        let bodies = Mutex<[String]>([])
        let server = try await ScriptedServer { request in
            bodies.withLock { bodies in
                bodies.append(String(buffer: request.body))
                return bodies.count == 1 ? .hangUp : .answer(status: 200, body: ScoreFixture.reply())
            }
        }
        let client = try PromotionClient("\(server.address)")
        let reply = await client.score(try ScoreFixture.request(), within: patience)
        #expect(reply.source == .server && reply.isHedged)
        let sent = bodies.withLock { $0 }
        #expect(sent.count == 2 && sent[0] == sent[1])
        try await server.stop()
    }

    @Test("A server that breaks every connection costs the boosts, and gets no third try")
    func brokenAlways() async throws {
        let calls = Mutex(0)
        let server = try await ScriptedServer { _ in
            calls.withLock { $0 += 1 }
            return .reset
        }
        let client = try PromotionClient("\(server.address)")
        expectNothing(await client.score(try ScoreFixture.request(), within: patience), .connectionLost)
        #expect(calls.withLock { $0 } == 2)
        try await server.stop()
    }

    @Test("Connections that the server closed meanwhile cost no boosts, however often")
    func staleConnections() async throws {
        let server = try await ScriptedServer { _ in .answerAndClose(status: 200, body: ScoreFixture.reply()) }
        let client = try PromotionClient("\(server.address)", settings: .init(hedging: .never))
        for _ in 0..<10 {
            #expect(await client.score(try ScoreFixture.request(), within: patience).source == .server)
        }
        try await server.stop()
    }

    private static let lies: [ScriptedReply] = [
        .answer(status: 200, body: "<html>"),
        .answer(status: 200, body: "[]"),
        .answer(status: 200, body: String(repeating: "[", count: 100_000)),
        .answer(status: 200, body: ScoreFixture.reply("r-2")),
        .answer(
            status: 200,
            body: ScoreFixture.reply(promotions: ScoreFixture.promotion + "," + ScoreFixture.promotion)
        ),
        .bytes("hello\r\n\r\n"),
        .bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"),
    ]

    @Test("A lie costs the boosts", arguments: lies.indices)
    func disbelieved(index: Int) async throws {
        let lie = Self.lies[index]
        let server = try await ScriptedServer { _ in lie }
        let client = try PromotionClient("\(server.address)", settings: .init(hedging: .never))
        let reply = await client.score(try ScoreFixture.request(), within: patience)
        #expect(reply.source == .none)
        #expect([.malformedReply, .connectionLost].contains(try #require(reply.failure).kind))
        try await server.stop()
    }

    @Test(
        "A promotion that cannot be is not believed",
        arguments: [
            ("\"index\":0", "\"index\":3"), ("\"index\":0", "\"index\":-1"), ("\"track\":\"a\"", "\"track\":\"b\""),
            ("\"boost\":0.25", "\"boost\":-0.25"), ("\"boost\":0.25", "\"boost\":1e30"),
            ("\"boost\":0.25", "\"boost\":\"x\""), ("\"propensity\":0.5", "\"propensity\":1.5"),
            ("\"receipt\":\"cg\"", "\"receipt\":7"),
            ("\"receipt\":\"cg\"", "\"receipt\":\"cg\",\"explanation\":{\"terms\":[]}"),
        ]
    )
    func unbelievable(part: String, lie: String) async throws {
        let promotion = ScoreFixture.promotion.replacing(part, with: lie)
        let server = try await ScriptedServer { _ in
            .answer(status: 200, body: ScoreFixture.reply(promotions: promotion))
        }
        let client = try PromotionClient("\(server.address)")
        expectNothing(await client.score(try ScoreFixture.request(), within: patience), .malformedReply)
        try await server.stop()
    }

    @Test("A refusal names its reason and does not open the circuit")
    func refused() async throws {
        let server = try await ScriptedServer { _ in
            .answer(status: 400, body: #"{"error":{"reason":"INVALID_FIELD","message":"slateSize must be 1 to 100."}}"#)
        }
        let client = try PromotionClient("\(server.address)")
        for _ in 0..<20 {
            let reply = await client.score(try ScoreFixture.request(), within: patience)
            expectNothing(reply, .refused)
            #expect(reply.failure?.message == "INVALID_FIELD: slateSize must be 1 to 100.")
        }
        #expect(client.breakerState == .closed)
        try await server.stop()
    }

    @Test("A failing server is left alone, and found again when it is well")
    func circuit() async throws {
        let calls = Mutex(0)
        let isWell = Mutex(false)
        let server = try await ScriptedServer { _ in
            calls.withLock { $0 += 1 }
            return isWell.withLock { $0 }
                ? .answer(status: 200, body: ScoreFixture.reply()) : .answer(status: 503, body: "{}")
        }
        var breaker = CircuitBreaker.Settings.defaults
        breaker.openFor = .seconds(3_600)
        breaker.openForMaximum = .seconds(3_600)
        let client = try PromotionClient("\(server.address)", settings: .init(breaker: breaker))
        for _ in 0..<5 { expectNothing(await client.score(try ScoreFixture.request(), within: patience), .serverError) }
        #expect(client.breakerState == .open)
        expectNothing(await client.score(try ScoreFixture.request(), within: patience), .circuitOpen)
        #expect(calls.withLock { $0 } == 5, "an open circuit sends nothing")

        breaker.openFor = .zero
        let patient = try PromotionClient("\(server.address)", settings: .init(breaker: breaker))
        for _ in 0..<5 { _ = await patient.score(try ScoreFixture.request(), within: patience) }
        isWell.withLock { $0 = true }
        for _ in 0..<2 { #expect(await patient.score(try ScoreFixture.request(), within: patience).source == .server) }
        #expect(patient.breakerState == .closed)
        try await server.stop()
    }

    @Test("A slow call is tried twice, the first answer wins, and the other connection is not used again")
    func hedged() async throws {
        let calls = Mutex(0)
        let server = try await ScriptedServer { _ in
            // The eleventh call is the slow one.
            calls.withLock { calls in
                calls += 1
                return calls == 11 ? .silence : .answer(status: 200, body: ScoreFixture.reply())
            }
        }
        let hedging = HedgePolicy.Settings(
            windowCalls: 20,
            windowCallsMinimum: 10,
            quantile: 0.95,
            delayMinimum: .milliseconds(1),
            budgetShare: 1,
            budgetMaximum: 10
        )
        let client = try PromotionClient("\(server.address)", settings: .init(hedging: hedging))
        for _ in 0..<10 { #expect(await client.score(try ScoreFixture.request(), within: patience).source == .server) }
        let reply = await client.score(try ScoreFixture.request(), within: patience)
        #expect(reply.source == .server && reply.isHedged)
        for _ in 0..<3 { #expect(await client.score(try ScoreFixture.request(), within: patience).source == .server) }
        try await server.stop()
    }

    @Test("A fallback scores when the server does not, says why, and is not asked about what the server refuses")
    func fallback() async throws {
        let status = Mutex(503)
        let server = try await ScriptedServer { _ in .answer(status: status.withLock { $0 }, body: "{}") }
        let client = try PromotionClient(
            "\(server.address)",
            settings: .init { request in ClientReply(request: request.id, source: .local) }
        )
        let reply = await client.score(try ScoreFixture.request(), within: patience)
        #expect(reply.source == .local && reply.failure?.kind == .serverError)
        status.withLock { $0 = 400 }
        expectNothing(await client.score(try ScoreFixture.request(), within: patience), .refused)
        try await server.stop()
    }

    @Test("Calls at once each get their own answer")
    func atOnce() async throws {
        let server = try await ScriptedServer { request in
            let body = String(buffer: request.body)
            let id = body.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
            return .answer(status: 200, body: ScoreFixture.reply(id))
        }
        let client = try PromotionClient("\(server.address)")
        let limit = patience
        await withTaskGroup(of: Bool.self) { group in
            for call in 0..<100 {
                group.addTask {
                    guard let request = try? ScoreFixture.request("r-\(call)") else { return false }
                    let reply = await client.score(request, within: limit)
                    return reply.source == .server && reply.request == request.id
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        try await server.stop()
    }

    @Test("What is no address or token is refused by name")
    func refusedSettings() {
        #expect(throws: InvalidField.self) { try PromotionClient("https://a:1") }
        #expect(throws: InvalidField.self) { try PromotionClient("http://a:1", settings: .init(token: "a\r\nb: c")) }
    }
}
