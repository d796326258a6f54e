import NIOCore
import OasisClient
import ScriptedHTTP
import Synchronization
import Testing

@Suite("The HTTP client")
struct HTTPClientTests {
    /// Long, because a busy machine may let a test wait; only a call that is never answered uses it up.
    private let patience = Duration.seconds(60)

    @Test("An answer comes with status, entity tag and body, and the call arrives whole")
    func roundTrip() async throws {
        let server = try await ScriptedServer { request in
            let text =
                "\(request.method) \(request.uri) \(request.headers["x-a"] ?? "") \(String(buffer: request.body))"
            return .answer(status: 201, headers: ["ETag": "\"7\""], body: text)
        }
        let client = HTTPClient(server.address)
        let call = HTTPCall(.put, "/v1/x?y=1", headers: [(name: "X-A", value: "b")], body: ByteBuffer(string: "{}"))
        let answer = try await client.send(call, within: patience)
        #expect(answer == HTTPAnswer(status: 201, entityTag: "\"7\"", body: ByteBuffer(string: "PUT /v1/x?y=1 b {}")))
        try await server.stop()
    }

    @Test("One connection serves calls one after the other")
    func keepAlive() async throws {
        let server = try await ScriptedServer { _ in .answer(status: 200, body: "ok") }
        let client = HTTPClient(server.address)
        for _ in 0..<5 { _ = try await client.send(HTTPCall(.get, "/"), within: patience) }
        #expect(server.connections == 1)
        try await server.stop()
    }

    @Test("Calls at once use a connection each, and later calls use those again")
    func pool() async throws {
        let server = try await ScriptedServer { _ in .answer(status: 200, body: "ok") }
        let client = HTTPClient(server.address)
        for _ in 0..<3 {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await client.send(HTTPCall(.get, "/"), within: patience).status }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect((1...4).contains(server.connections))
        try await server.stop()
    }

    @Test("A connection that the server closes after an answer is not used again")
    func closedByServer() async throws {
        let server = try await ScriptedServer { _ in .answerAndClose(status: 200, body: "bye") }
        let client = HTTPClient(server.address)
        for _ in 0..<3 {
            let answer = try await client.send(HTTPCall(.get, "/"), within: patience)
            #expect(String(buffer: answer.body) == "bye")
        }
        #expect(server.connections == 3)
        try await server.stop()
    }

    @Test("Where nothing listens, the call is known not to be sent")
    func unreachable() async throws {
        let server = try await ScriptedServer { _ in .silence }
        try await server.stop()
        let client = HTTPClient(server.address)
        let failure = await #expect(throws: HTTPFailure.self) {
            try await client.send(HTTPCall(.get, "/"), within: patience)
        }
        guard case .unreachable = failure else {
            Issue.record("expected unreachable, but got \(String(describing: failure))")
            return
        }
    }

    @Test("A connection that breaks before the answer is reported as lost, and the next call has a new one")
    func lost() async throws {
        let calls = Mutex(0)
        let server = try await ScriptedServer { _ in
            calls.withLock { calls in
                calls += 1
                return calls == 1 ? .hangUp : .answer(status: 200, body: "ok")
            }
        }
        let client = HTTPClient(server.address)
        let failure = await #expect(throws: HTTPFailure.self) {
            try await client.send(HTTPCall(.get, "/"), within: patience)
        }
        guard case .connectionLost = failure else {
            Issue.record("expected connectionLost, but got \(String(describing: failure))")
            return
        }
        #expect(try await client.send(HTTPCall(.get, "/"), within: patience).status == 200)
        try await server.stop()
    }

    @Test("A deadline that passes ends the call, and a late answer is never taken for another call's")
    func deadline() async throws {
        let server = try await ScriptedServer { request in
            request.path == "/slow" ? .silence : .answer(status: 200, body: request.path)
        }
        let client = HTTPClient(server.address)
        await #expect(throws: HTTPFailure.deadlinePassed) {
            try await client.send(HTTPCall(.get, "/slow"), within: .milliseconds(50))
        }
        let answer = try await client.send(HTTPCall(.get, "/next"), within: patience)
        #expect(String(buffer: answer.body) == "/next")
        try await server.stop()
    }

    @Test("A server that comes back on its port is found again")
    func restart() async throws {
        let first = try await ScriptedServer { _ in .answer(status: 200, body: "first") }
        let client = HTTPClient(first.address)
        _ = try await client.send(HTTPCall(.get, "/"), within: patience)
        try await first.stop()
        await #expect(throws: HTTPFailure.self) { try await client.send(HTTPCall(.get, "/"), within: patience) }
        let again = try await ScriptedServer(port: first.address.port) { _ in .answer(status: 200, body: "again") }
        let answer = try await client.send(HTTPCall(.get, "/"), within: patience)
        #expect(String(buffer: answer.body) == "again")
        try await again.stop()
    }

    @Test(
        "An address is a host and a port, with or without scheme",
        arguments: [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("localhost:1", "http://localhost:1"),
            ("http://[::1]:9/", "http://[::1]:9"),
        ]
    )
    func address(text: String, description: String) {
        #expect(HTTPAddress(text)?.description == description)
    }

    @Test(
        "What is no address is refused",
        arguments: ["", "127.0.0.1", "http://:80", "https://a:443/b", "a:0", "a:70000", "http://a:80/path"]
    )
    func noAddress(text: String) {
        #expect(HTTPAddress(text) == nil)
    }
}
