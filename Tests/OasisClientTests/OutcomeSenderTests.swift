import Foundation
import NIOCore
import OasisClient
import OasisMarket
import ScriptedHTTP
import Synchronization
import Testing

@Suite("The sender of outcomes")
struct OutcomeSenderTests {
    private let patience = Duration.seconds(30)

    /// Counts each id once, and answers as the server does.
    private final class Ledger: Sendable {
        private struct Event: Decodable { var id: String }

        private let state = Mutex<(ids: [String], batches: [[String]])>(([], []))
        private let bad: Set<String>

        var ids: [String] { state.withLock { $0.ids } }
        var batches: [[String]] { state.withLock { $0.batches } }

        init(bad: Set<String> = []) { self.bad = bad }

        func answer(_ request: ScriptedRequest) -> ScriptedReply {
            let events = try? JSONDecoder().decode([Event].self, from: Data(request.body.readableBytesView))
            let names = (events ?? []).map(\.id)
            return state.withLock { state in
                state.batches.append(names)
                guard bad.isDisjoint(with: names) else {
                    return .answer(status: 400, body: #"{"error":{"reason":"INVALID_FIELD","message":"No."}}"#)
                }
                let results = names.map { name in
                    let isNew = !state.ids.contains(name)
                    if isNew { state.ids.append(name) }
                    return #"{"id":"\#(name)","status":"\#(isNew ? "recorded" : "duplicate")"}"#
                }
                return .answer(status: 200, body: #"{"results":[\#(results.joined(separator: ","))]}"#)
            }
        }
    }

    private func outcome(_ id: String) -> ReportedOutcome {
        ReportedOutcome(
            id: id,
            kind: .shown,
            time: Timestamp(milliseconds: 1_795_000_000_000),
            subject: .promoted(receipt: "cmVjZWlwdA")
        )
    }

    @Test("Outcomes arrive in order and once each, in few batches")
    func inOrder() async throws {
        let ledger = Ledger()
        let server = try await ScriptedServer { ledger.answer($0) }
        let sender = try OutcomeSender("\(server.address)", source: "player")
        for number in 0..<1_000 { #expect(sender.report(outcome("\(number)"))) }
        #expect(await sender.flush(within: patience))
        #expect(ledger.ids == (0..<1_000).map(String.init))
        #expect(ledger.batches.allSatisfy { $0.count <= 500 })
        #expect(sender.counts.recorded == 1_000 && sender.counts.queued == 0)
        #expect(await sender.close(within: patience))
        #expect(!sender.report(outcome("late")))
        try await server.stop()
    }

    @Test("A lost acknowledgement, an overloaded server and a lie send the same ids again")
    func again() async throws {
        let ledger = Ledger()
        let calls = Mutex(0)
        let server = try await ScriptedServer { request in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            switch call {
            case 1:
                _ = ledger.answer(request)
                return .hangUp
            case 2: return .answer(status: 503, body: "{}")
            case 3: return .answer(status: 401, body: "{}")
            case 4: return .answer(status: 200, body: #"{"results":[{"id":"other","status":"recorded"}]}"#)
            default: return ledger.answer(request)
            }
        }
        let sender = try OutcomeSender("\(server.address)", source: "player")
        sender.report(outcome("1"))
        #expect(await sender.flush(within: patience))
        #expect(ledger.batches == [["1"], ["1"]])
        #expect(sender.counts.duplicate == 1 && sender.counts.recorded == 0 && sender.counts.attempts == 5)
        try await server.stop()
    }

    @Test("One bad outcome costs no other")
    func bad() async throws {
        let ledger = Ledger(bad: ["13"])
        let server = try await ScriptedServer { ledger.answer($0) }
        let sender = try OutcomeSender("\(server.address)", source: "player")
        for number in 0..<40 { sender.report(outcome("\(number)")) }
        #expect(await sender.flush(within: patience))
        #expect(sender.counts.recorded == 39)
        #expect(sender.counts.refused == ["INVALID_FIELD": 1])
        #expect(ledger.ids == (0..<40).filter { $0 != 13 }.map(String.init))
        try await server.stop()
    }

    @Test("A server that comes back gets what waited")
    func comesBack() async throws {
        let gone = try await ScriptedServer { _ in .silence }
        try await gone.stop()
        let sender = try OutcomeSender("\(gone.address)", source: "player")
        sender.report(outcome("1"))
        #expect(!(await sender.flush(within: .milliseconds(100))))
        let ledger = Ledger()
        let server = try await ScriptedServer(port: gone.address.port) { ledger.answer($0) }
        #expect(await sender.flush(within: patience))
        #expect(ledger.ids == ["1"])
        try await server.stop()
    }

    @Test("A full queue drops, says so, and never waits")
    func full() async throws {
        let server = try await ScriptedServer { _ in .silence }
        let sender = try OutcomeSender("\(server.address)", source: "player", settings: .init(queueMaximum: 3))
        #expect((0..<5).map { sender.report(outcome("\($0)")) } == [true, true, true, false, false])
        #expect(sender.counts.dropped == 2)
        #expect(!(await sender.close(within: .milliseconds(50))))
        try await server.stop()
    }
}
