import Foundation
import OasisMarket
import OasisService
import Testing

@Suite("Deadlines and overload")
struct DeadlineTests {
    @Test("A deadline in order changes nothing, and one out of range is refused with its name")
    func header() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let answer = try await server.scoring(
                "POST",
                "/v1/score",
                Documents.score(),
                headers: ["x-deadline-ms": "60000"]
            )
            #expect(try answer.json["promotions"]?.elements?.count == 1)
            for value in ["0", "60001", "soon", "1.5"] {
                let refused = try await server.scoring(
                    "POST",
                    "/v1/score",
                    Documents.score(),
                    headers: ["X-Deadline-Ms": value]
                )
                #expect(refused.status == 400)
                #expect(try refused.error.field == "X-Deadline-Ms")
                #expect(try refused.error.reason == "INVALID_FIELD")
            }
        }
    }

    @Test("A request whose deadline passed before it was whole is answered at once, without boosts and saying so")
    func passed() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let port = server.scoringPort
            let answer = try await onThread {
                let socket = try Socket(port: port)
                let body = Documents.score()
                socket.send(
                    "POST /v1/score HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nx-deadline-ms: 20\r\n"
                        + "content-length: \(body.utf8.count)\r\nexpect: 100-continue\r\n\r\n"
                )
                // The head has been read; from now on time passes on the server, too.
                #expect(socket.receive()?.status == 100)
                Thread.sleep(forTimeInterval: 0.05)
                socket.send(body)
                return try #require(socket.receive())
            }
            #expect(answer.status == 200)
            #expect(try answer.json["degraded"] == .array([.string("deadline-exceeded")]))
            #expect(try answer.json["promotions"] == .array([]))
            #expect(try answer.json["requestId"] == .string("r-1"))
            let metrics = try await server.scoring("GET", "/metrics").body
            let line = "oasis_shed_total{kind=\"scoring\",reason=\"deadline-exceeded\"} 1\n"
            #expect(metrics.contains(line), "\(metrics)")
        }
    }

    @Test("When more comes at once than can be scored in time, the rest is answered in order, organic and saying so")
    func overloaded() async throws {
        try await RunningServer.with(configure: changing { $0.limits.queueMilliseconds = 0.1 }) { server in
            try await server.ready()
            let port = server.scoringPort
            let count = 400
            let degraded = try await onThread {
                let socket = try Socket(port: port)
                socket.send(
                    (0..<count)
                        .map {
                            requestText(
                                "POST",
                                "/v1/score",
                                ["content-type": "application/json"],
                                body: Documents.score("r-\($0)")
                            )
                        }
                        .joined()
                )
                return try (0..<count)
                    .map { index in
                        let answer = try #require(socket.receive())
                        #expect(answer.status == 200)
                        #expect(try answer.json["requestId"] == .string("r-\(index)"))
                        let degraded = try #require(try answer.json["degraded"]?.elements)
                        if degraded.contains(.string("overloaded")) {
                            #expect(try answer.json["promotions"] == .array([]))
                        }
                        return degraded.compactMap(\.text)
                    }
            }
            let organic = degraded.count { $0 == ["overloaded"] }
            #expect(organic > 0)
            #expect(organic < count)
            let metrics = try await server.scoring("GET", "/metrics").body
            #expect(
                metrics.contains("oasis_shed_total{kind=\"scoring\",reason=\"overloaded\"} \(organic)\n"),
                "\(organic): \(metrics)"
            )
            #expect(metrics.contains("oasis_loop_delay_seconds_count"))
        }
    }
}
