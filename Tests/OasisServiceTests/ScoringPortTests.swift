import Foundation
import OasisMarket
import OasisService
import ServiceLifecycle
import Testing

@Suite("Scoring port")
struct ScoringPortTests {
    @Test("A promoted candidate comes with boost, propensity and receipt; the same request gives the same bytes")
    func roundTrip() async throws {
        try await RunningServer.with(
            configure: changing {
                $0.clock.source = .requests
                $0.clock.start = Timestamp("2026-05-05T12:00:00Z")
            }
        ) { server in
            try await server.ready()
            let body = Documents.score(time: "2026-05-05T12:00:00Z")
            let answer = try await server.scoring("POST", "/v1/score", body)
            #expect(answer.status == 200)
            let reply = try answer.json
            let keys = [
                "requestId", "snapshot", "snapshotAgeSeconds", "policyVersion", "arm", "experimentArms", "isShadow",
                "promotions", "degraded",
            ]
            #expect(reply.members?.map(\.key) == keys)
            let promotion = try #require(reply["promotions"]?.elements?.first)
            #expect(promotion["index"] == .integer(9))
            #expect(promotion["campaign"] == .string("campaign-1"))
            #expect(promotion["boost"]?.double ?? 0 > 0)
            #expect(Base64URL.decode(promotion["receipt"]?.text ?? "")?.isEmpty == false)
            let reordered = body.replacingOccurrences(
                of: "{\"requestId\":\"r-1\",",
                with: "{\"extra\":[],\"requestId\":\"r-1\","
            )
            let again = try await server.scoring("POST", "/v1/score", reordered)
            #expect(try again.json["promotions"]?.elements?.first?["boost"] == promotion["boost"])
            #expect(try again.json["promotions"]?.elements?.first?["propensity"] == promotion["propensity"])
            let missing = try await server.scoring("POST", "/v1/score", Documents.score())
            #expect(try missing.error.field == "time")
        }
    }

    @Test("When requests are the clock, prices and leases keep up with it")
    func marketRunsAhead() async throws {
        try await RunningServer.with(
            configure: changing {
                $0.clock.source = .requests
                $0.clock.start = Timestamp("2026-05-05T12:00:00Z")
            }
        ) { server in
            try await server.ready()
            // Two months later the snapshot has expired; nobody but the request tells the server so.
            let later = "2026-07-05T12:00:00Z"
            let late = try await server.scoring("POST", "/v1/score", Documents.score("late", time: later))
            #expect(try late.json["degraded"] == .array([.string("expired-snapshot")]))
            for turn in 0..<200 {
                let answer = try await server.scoring("POST", "/v1/score", Documents.score("r-\(turn)", time: later))
                    .json
                if answer["degraded"] == .array([]), answer["promotions"]?.elements?.count == 1 { return }
                try await Task.sleep(for: .milliseconds(20))
            }
            Issue.record("still not planned anew")
        }
    }

    @Test("Every mistake in a request is named with its field")
    func mistakes() async throws {
        try await RunningServer.with(seeded: false) { server in
            let good = Documents.score()
            let cases: [(String, String, String)] = [
                ("\"listener\":\"l-1\"", "\"listener\":\"l 1\"", "listener"),
                ("\"listener\":\"l-1\"", "\"listener\":7", "listener"),
                ("\"surface\":\"radio\",", "", "surface"),
                ("\"slateSize\":5", "\"slateSize\":5.5", "slateSize"),
                ("\"slateSize\":5", "\"slateSize\":\"5\"", "slateSize"),
                ("\"slateSize\":5", "\"slateSize\":0", "slateSize"),
                ("\"promotableSlots\":2", "\"promotableSlots\":6", "promotableSlots"),
                ("\"t-3\"", "\"t/3\"", "candidates.track[3]"), ("\"t-3\"", "3", "candidates.track[3]"),
                ("0.98", "\"0.98\"", "candidates.organicScore[2]"), ("0.98", "1e7", "candidates.organicScore[2]"),
                ("\"t-0\",", "", "candidates.organicScore"),
                ("\"organicScore\":", "\"streamProbability\":[1],\"organicScore\":", "candidates.streamProbability"),
                ("\"organicScore\":", "\"isNewToArtist\":[1],\"organicScore\":", "candidates.isNewToArtist[0]"),
                ("\"listener\":", "\"time\":\"noon\",\"listener\":", "time"),
            ]
            for (text, wrong, field) in cases {
                let answer = try await server.scoring(
                    "POST",
                    "/v1/score",
                    good.replacingOccurrences(of: text, with: wrong)
                )
                #expect(answer.status == 400, "\(wrong): \(answer.body)")
                #expect(try answer.error.reason == "INVALID_FIELD")
                #expect(try answer.error.field == field, "\(wrong): \(answer.body)")
                #expect(try answer.json["error"]?["requestId"] == .string("r-1"), "\(wrong)")
            }
            let empty = try await server.scoring("POST", "/v1/score", "{}")
            #expect(try empty.error.field == "requestId")
            #expect(try await server.scoring("POST", "/v1/score", "[]").error.reason == "INVALID_FIELD")
            #expect(try await server.scoring("POST", "/v1/score", "{\"a\":").error.reason == "INVALID_JSON")
        }
    }

    @Test("More than 1,000 candidates are refused")
    func candidates() async throws {
        try await RunningServer.with(seeded: false) { server in
            for count in [1_000, 1_001] {
                let tracks = (0..<count).map { "\"t\($0)\"" }.joined(separator: ",")
                let scores = (0..<count).map { "\($0)" }.joined(separator: ",")
                let body = #"""
                    {"requestId":"r","listener":"l","surface":"s","market":"m","scale":"x","slateSize":9,"promotableSlots":1,\#
                    "candidates":{"track":[\#(tracks)],"organicScore":[\#(scores)]}}
                    """#
                let answer = try await server.scoring("POST", "/v1/score", body)
                #expect(answer.status == (count > 1_000 ? 400 : 200))
                if count > 1_000 { #expect(try answer.error.field == "candidates.track") }
            }
        }
    }

    @Test("Without a plan a reply says so and promotes nothing, and the server does not ask for traffic")
    func unready() async throws {
        try await RunningServer.with(seeded: false) { server in
            let answer = try await server.scoring("POST", "/v1/score", Documents.score())
            #expect(answer.status == 200)
            #expect(try answer.json["degraded"] == .array([.string("no-snapshot")]))
            #expect(try answer.json["snapshot"] == .null)
            #expect(try await server.scoring("GET", "/health/live").status == 200)
            let ready = try await server.scoring("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(try ready.error.reason == "NOT_READY")
            #expect(try ready.error.message.contains("first plan"))
            #expect(ready.headers["retry-after"] == "1")
        }
    }

    @Test("Wrong paths, methods, types and lengths are refused in the one shape")
    func refusals() async throws {
        try await RunningServer.with(seeded: false) { server in
            #expect(try await server.scoring("GET", "/nothing").error.reason == "NOT_FOUND")
            let method = try await server.scoring("GET", "/v1/score")
            #expect(method.status == 405)
            #expect(method.headers["allow"] == "POST")
            #expect(try await server.scoring("POST", "/v1/score", "{}", type: "text/plain").status == 415)
            #expect(try await server.scoring("POST", "/v1/score").status == 411)
            let port = server.scoringPort
            try await onThread {
                let socket = try Socket(port: port)
                socket.send(requestText("HEAD", "/health/live") + requestText("GET", "/health/live"))
                #expect(socket.receive(withoutBody: true)?.headers["content-length"] == "17")
                #expect(socket.receive()?.body == #"{"status":"live"}"#)
            }
        }
    }

    @Test("Many requests on one connection are answered in their order")
    func pipelining() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let now = server.server.clock.now
            let port = server.scoringPort
            try await onThread {
                let socket = try Socket(port: port)
                var text = ""
                for index in 0..<40 {
                    // Events are answered later than scores; the order holds all the same.
                    text +=
                        index % 4 == 0
                        ? requestText(
                            "POST",
                            "/v1/events",
                            ["content-type": "application/cloudevents+json"],
                            body: Documents.event("e-\(index)", time: now, data: Documents.organic)
                        )
                        : requestText(
                            "POST",
                            "/v1/score",
                            ["content-type": "application/json"],
                            body: Documents.score("r-\(index)")
                        )
                }
                socket.send(text)
                for index in 0..<40 {
                    let answer = try #require(socket.receive())
                    #expect(answer.status == 200, "\(answer.body)")
                    #expect(answer.body.contains(index % 4 == 0 ? "\"e-\(index)\"" : "\"r-\(index)\""))
                }
            }
        }
    }

    @Test("What was begun before shutdown is answered, and nothing new is begun")
    func draining() async throws {
        try await RunningServer.with(seeded: false) { server in
            let socket = try await onThread { [port = server.scoringPort] in
                let socket = try Socket(port: port)
                let body = Documents.score()
                let text = requestText("POST", "/v1/score", ["content-type": "application/json"], body: body)
                socket.send(String(text.dropLast(10)))
                Thread.sleep(forTimeInterval: 0.2)
                return socket
            }
            await server.group.triggerGracefulShutdown()
            for _ in 0..<100 where !(server.server.readiness.failure?.message.contains("stopping") ?? false) {
                try await Task.sleep(for: .milliseconds(10))
            }
            try await onThread { [port = server.scoringPort] in
                // A busy machine takes its time to close the port; what is begun waits for it.
                for _ in 0..<100 where (try? Socket(port: port)) != nil { Thread.sleep(forTimeInterval: 0.1) }
                #expect(throws: POSIXError.self) { try Socket(port: port) }
                Thread.sleep(forTimeInterval: 0.5)
                socket.send(String(Documents.score().suffix(10)))
                let answer = try #require(socket.receive())
                #expect(answer.status == 200)
                #expect(answer.headers["connection"] == "close")
                #expect(socket.isClosed())
            }
        }
    }

    @Test("A body above the limit is refused without being read")
    func tooLarge() async throws {
        try await RunningServer.with(seeded: false, configure: changing { $0.limits.bodyBytes = 2_048 }) { server in
            let port = server.scoringPort
            try await onThread {
                let announced = try Socket(port: port)
                announced.send("POST /v1/score HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n")
                #expect(announced.receive()?.status == 413)
                #expect(announced.isClosed())
                let chunked = try Socket(port: port)
                chunked.send("POST /v1/score HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
                for _ in 0..<40 { chunked.send("64\r\n\(String(repeating: "x", count: 100))\r\n") }
                #expect(chunked.receive()?.status == 413)
                let asked = try Socket(port: port)
                asked.send("POST /v1/score HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n")
                #expect(asked.receive()?.status == 100)
                asked.send("{}")
                #expect(asked.receive()?.status == 415)
            }
        }
    }

    @Test("Slow clients are told so, and silent ones are disconnected")
    func slow() async throws {
        try await RunningServer.with(
            seeded: false,
            configure: changing {
                $0.limits.requestSeconds = 0.3
                $0.limits.idleSeconds = 0.3
            }
        ) { server in
            let port = server.scoringPort
            try await onThread {
                let half = try Socket(port: port)
                half.send("POST /v1/score HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{")
                let answer = try #require(half.receive())
                #expect(answer.status == 408)
                #expect(try answer.error.reason == "REQUEST_TIMEOUT")
                #expect(half.isClosed())
                let silent = try Socket(port: port)
                #expect(silent.isClosed())
                let drip = try Socket(port: port)
                drip.send("POST /v1/sc")
                #expect(drip.isClosed())
            }
        }
    }

    @Test(
        "Garbage is refused and the server lives on",
        arguments: [
            "\u{0}\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "hello there\r\n\r\n",
            "GET /health/live HTTP/1.1\r\nbad header\r\n\r\n",
            "POST /v1/score HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
            "POST /v1/score HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
            "POST /v1/score HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1\r\n\r\n",
        ]
    )
    func garbage(_ text: String) async throws {
        try await RunningServer.with(seeded: false) { server in
            let port = server.scoringPort
            try await onThread {
                let socket = try Socket(port: port, timeoutSeconds: 5)
                socket.send(text)
                if let answer = socket.receive() {
                    #expect((400..<500).contains(answer.status), "\(answer)")
                    #expect(try !answer.error.message.isEmpty)
                }
            }
            #expect(try await server.scoring("GET", "/health/live").status == 200)
        }
    }

    @Test("Connections above the limit are turned away, and come in when others leave")
    func connections() async throws {
        try await RunningServer.with(seeded: false, configure: changing { $0.limits.connections = 2 }) { server in
            let port = server.scoringPort
            try await onThread {
                let request = requestText("GET", "/health/live")
                var open = try (0..<2).map { _ in try Socket(port: port) }
                for socket in open {
                    socket.send(request)
                    #expect(socket.receive()?.status == 200)
                }
                let third = try Socket(port: port)
                third.send(request)
                #expect(third.receive()?.status == 503)
                open.removeAll()
                var status: Int?
                for _ in 0..<50 where status != 200 {
                    let late = try Socket(port: port)
                    late.send(request)
                    status = late.receive()?.status
                    Thread.sleep(forTimeInterval: 0.02)
                }
                #expect(status == 200)
            }
        }
    }

    @Test("Metrics tell what was served, line by line in Prometheus' grammar")
    func metrics() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            try await server.scoring("POST", "/v1/score", Documents.score())
            let event = Documents.event("e-1", time: server.server.clock.now, data: Documents.organic)
            try await server.scoring("POST", "/v1/events", event, type: "application/cloudevents+json")
            let text = try await server.scoring("GET", "/metrics").body
            for line in text.split(separator: "\n") { #expect(MetricsTests.isLine(line), "\(line)") }
            #expect(text.contains("oasis_score_requests_total{degraded=\"none\",surface=\"radio\"} 1\n"), "\(text)")
            #expect(text.contains("oasis_events_total{status=\"recorded\",type=\"streamed\"} 1\n"))
            for name in ["oasis_plan_relative_gap", "oasis_snapshot_age_seconds", "process_start_time_seconds"] {
                #expect(text.contains("# HELP \(name) ") && text.contains("\n\(name) "), "\(name)")
            }
        }
    }
}
