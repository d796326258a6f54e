import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisService
import Testing

@Suite("Events")
struct EventTests {
    private let batch = "application/cloudevents-batch+json"
    private let single = "application/cloudevents+json"

    @Test("A promotion's outcomes are recorded once, on disk, and counted as promoted")
    func promoted() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let reply = try await server.scoring("POST", "/v1/score", Documents.score()).json
            let receipt = try #require(reply["promotions"]?.elements?.first?["receipt"]?.text)
            let now = server.server.clock.now
            let shown = Documents.event("e-1", type: "shown", time: now, data: "\"receipt\":\"\(receipt)\"")
            let streamed = Documents.event(
                "e-2",
                time: now,
                data: "\"receipt\":\"\(receipt)\",\"playedMilliseconds\":31000"
            )
            let body = "[\(shown),\(streamed)]"
            let first = try await server.scoring("POST", "/v1/events", body, type: batch)
            #expect(first.body == #"{"results":[{"id":"e-1","status":"recorded"},{"id":"e-2","status":"recorded"}]}"#)
            let again = try await server.scoring("POST", "/v1/events", body, type: batch)
            #expect(again.body == #"{"results":[{"id":"e-1","status":"duplicate"},{"id":"e-2","status":"duplicate"}]}"#)
            let other = Documents.event("e-3", type: "shown", time: now, data: "\"receipt\":\"\(receipt)\"")
            let elsewhere = try await server.scoring("POST", "/v1/events", other, type: single)
            #expect(try elsewhere.json["results"]?.elements?.first?["reason"] == .string("duplicate-receipt"))
            let tallies = try await server.console("GET", "/v1/tallies").json
            #expect(tallies["totals"]?["promoted"]?["shown"] == .integer(1))
            #expect(tallies["totals"]?["promoted"]?["streams"] == .integer(1))
            #expect(tallies["totals"]?["promoted"]?["commission"]?["micros"] == .integer(1_200))
            #expect(tallies["eventCount"] == .integer(2))
            let deliveries = try await server.console("GET", "/v1/deliveries").json
            #expect(deliveries["campaigns"]?.elements?.first?["confirmed"] == .integer(1))
        }
    }

    @Test("One malformed event refuses the whole batch and records nothing")
    func allOrNothing() async throws {
        try await RunningServer.with(seeded: false) { server in
            let now = server.server.clock.now
            let good = Documents.event("good", time: now, data: Documents.organic)
            let bad: [(String, String)] = [
                (
                    good.replacingOccurrences(of: ",\"playedMilliseconds\":40000", with: ""),
                    "[1].data.playedMilliseconds"
                ),
                (good.replacingOccurrences(of: "40000", with: "\"40\""), "[1].data.playedMilliseconds"),
                (good.replacingOccurrences(of: "40000", with: "-1"), "[1].data.playedMilliseconds"),
                (good.replacingOccurrences(of: "oasis.streamed", with: "oasis.loved"), "[1].type"),
                (good.replacingOccurrences(of: "\"1.0\"", with: "\"0.3\""), "[1].specversion"),
                (good.replacingOccurrences(of: "\"\(now)\"", with: "\"soon\""), "[1].time"),
                (good.replacingOccurrences(of: "\"id\":\"good\"", with: "\"id\":\"\""), "[1].id"),
                (good.replacingOccurrences(of: "\"source\":\"test\",", with: ""), "[1].source"),
                (
                    good.replacingOccurrences(of: "\"market\":\"DE\"", with: "\"market\":\"too long a name\""),
                    "[1].data.market"
                ),
                (Documents.event("a", time: now, data: ""), "[1].data.receipt"),
                (Documents.event("a", time: now, data: "\"receipt\":\"a+b\""), "[1].data.receipt"),
                (Documents.event("a", type: "released", time: now, data: Documents.organic), "[1].data.receipt"),
                ("7", "[1]"),
            ]
            for (event, field) in bad {
                let answer = try await server.scoring("POST", "/v1/events", "[\(good),\(event)]", type: batch)
                #expect(answer.status == 400, "\(event)")
                #expect(try answer.error.field == field, "\(answer.body)")
            }
            #expect(try await server.console("GET", "/v1/tallies").json["eventCount"] == .integer(0))
            #expect(try await server.scoring("POST", "/v1/events", "[]", type: batch).body == #"{"results":[]}"#)
            #expect(try await server.scoring("POST", "/v1/events", "{}", type: batch).status == 400)
        }
    }

    @Test("A forged receipt is kept but counts for nothing")
    func forged() async throws {
        try await RunningServer.with { server in
            let event = Documents.event(
                "e-1",
                type: "shown",
                time: server.server.clock.now,
                data: "\"receipt\":\"\(Base64URL.encode([1, 2, 3]))\""
            )
            #expect(try await server.scoring("POST", "/v1/events", event, type: single).status == 200)
            let tallies = try await server.console("GET", "/v1/tallies").json
            #expect(tallies["totals"]?["promoted"]?["shown"] == .integer(0))
            #expect(tallies["unattributed"]?.elements?.first?["outcomes"] == .integer(1))
        }
    }

    @Test("Binary mode, other types and too many events are refused")
    func refused() async throws {
        try await RunningServer.with(seeded: false) { server in
            let event = Documents.event("e-1", time: server.server.clock.now, data: Documents.organic)
            let binary = try await server.scoring(
                "POST",
                "/v1/events",
                Documents.organic,
                headers: ["ce-specversion": "1.0", "ce-id": "1"]
            )
            #expect(binary.status == 415)
            #expect(try binary.error.message.contains("binary mode"))
            #expect(try await server.scoring("POST", "/v1/events", event).status == 415)
            let many = "[" + Array(repeating: event, count: 1_001).joined(separator: ",") + "]"
            #expect(try await server.scoring("POST", "/v1/events", many, type: batch).status == 400)
        }
    }

    @Test("Many callers' events share transactions, and none is lost")
    func groupCommit() async throws {
        try await RunningServer.with(seeded: false) { server in
            let now = server.server.clock.now
            let port = server.scoringPort
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<8 {
                    group.addTask {
                        try await onThread {
                            let socket = try Socket(port: port)
                            for index in 0..<20 {
                                let event = Documents.event("e-\(caller)-\(index)", time: now, data: Documents.organic)
                                socket.send(
                                    requestText(
                                        "POST",
                                        "/v1/events",
                                        ["content-type": "application/cloudevents+json"],
                                        body: event
                                    )
                                )
                                let answer = try #require(socket.receive())
                                #expect(answer.body.contains("recorded"), "\(answer.body)")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await server.console("GET", "/v1/tallies").json["eventCount"] == .integer(160))
            let metrics = try await server.scoring("GET", "/metrics").body
            let line = try #require(
                metrics.split(separator: "\n").first { $0.hasPrefix("oasis_events_group_size_count") }
            )
            let transactions = try #require(line.split(separator: " ").last.flatMap { Int($0) })
            #expect(transactions < 160, "\(transactions) transactions for 160 requests")
        }
    }

    @Test("Events that the ledger cannot take are not confirmed, and scores are served on")
    func ledgerGone() async throws {
        try await RunningServer.with(seeded: false) { server in
            try await onThread { try server.server.engine.ledger.close() }
            let event = Documents.event("e-1", time: server.server.clock.now, data: Documents.organic)
            let answer = try await server.scoring("POST", "/v1/events", event, type: single)
            #expect(answer.status == 503)
            #expect(try answer.error.reason == "LEDGER_UNAVAILABLE")
            #expect(answer.headers["retry-after"] == "1")
            #expect(try await server.console("GET", "/v1/campaigns").status == 503)
            #expect(try await server.scoring("POST", "/v1/score", Documents.score()).status == 200)
        }
    }

    @Test("A full queue refuses, and what it accepted is recorded all the same")
    func fullQueue() async throws {
        try await RunningServer.with(seeded: false, configure: changing { $0.limits.queuedEvents = 1 }) { server in
            let now = server.server.clock.now
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for caller in 0..<12 {
                    group.addTask {
                        let events = (0..<50)
                            .map { Documents.event("e-\(caller)-\($0)", time: now, data: Documents.organic) }
                        let body = "[\(events.joined(separator: ","))]"
                        return try await server.scoring("POST", "/v1/events", body, type: batch)
                    }
                }
                return try await group.reduce(into: [Answer]()) { $0.append($1) }
            }
            let accepted = answers.count { $0.status == 200 }
            #expect(accepted > 0)
            for answer in answers where answer.status != 200 {
                #expect(answer.status == 503)
                #expect(try answer.error.reason == "OVERLOADED")
                #expect(answer.headers["retry-after"] == "1")
            }
            #expect(try await server.console("GET", "/v1/tallies").json["eventCount"] == .integer(Int64(accepted * 50)))
        }
    }

    @Test("What was confirmed is there after a restart, and campaigns, policy, receipts and clock too")
    func restart() async throws {
        let folder = NSTemporaryDirectory() + "oasis-restart-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let start = try #require(Timestamp("2026-05-05T12:00:00Z"))
        func configure(_ configuration: inout ServeConfiguration) {
            configuration.clock.source = .requests
            configuration.clock.start = start
        }
        let later = start.advanced(bySeconds: 3_600)
        let held = Receipts()
        try await RunningServer.with(folder: folder, configure: configure) { server in
            try await server.ready()
            let score = Documents.score(time: later.description)
            let reply = try await server.scoring("POST", "/v1/score", score).json
            await held.hold(reply["promotions"]?.elements?.first?["receipt"]?.text)
            let event = Documents.event("e-1", time: later, data: Documents.organic)
            try await server.scoring("POST", "/v1/events", event, type: single)
            try await server.console("POST", "/v1/campaigns/campaign-1:pause")
            for _ in 0..<500 where try server.server.engine.ledger.value(of: "clock") != later.description {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        let receipt = try #require(await held.text)
        try await RunningServer.with(folder: folder, configure: configure) { server in
            #expect(server.server.clock.now == later)
            let shown = Documents.event("e-2", type: "shown", time: later, data: "\"receipt\":\"\(receipt)\"")
            try await server.scoring("POST", "/v1/events", shown, type: single)
            let tallies = try await server.console("GET", "/v1/tallies?from=2026-05-05&to=2026-05-06").json
            #expect(tallies["eventCount"] == .integer(2))
            #expect(tallies["totals"]?["promoted"]?["shown"] == .integer(1))
            #expect(try await server.console("GET", "/v1/campaigns/campaign-1").json["state"] == .string("paused"))
            #expect(try await server.console("GET", "/v1/policy").json["version"] == .integer(1))
        }
    }
}

private actor Receipts {
    private(set) var text: String?

    func hold(_ text: String?) { self.text = text }
}
