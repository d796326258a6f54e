import Foundation
import NIOCore
import OasisClient
import OasisDriver
import OasisLedger
import OasisMarket
import Testing

@Suite("Campaigns measured on a server that was driven, as processes of their own", .serialized)
struct MeasuredServerTests {
    @Test("Report, lift, page and statement say the same of every campaign, and what the ledger counted")
    func driven() async throws {
        let server = try ServerUnderTest(planEverySeconds: 0.2, start: "2026-11-22T00:00:00Z")
        defer { server.remove() }
        try await server.start()
        let arguments = ["--market", "small", "--seed", "5", "--day", "2026-11-22"]
        let (drive, exitCode) = try await DriverUnderTest(against: server, arguments).report()
        #expect(exitCode == 0 && drive.differences == [])
        // The last sessions play on after midnight.
        let statement = try await json(server, "/v1/statements?by=campaign&from=2026-11-22&to=2026-11-24")
        let lines = try #require(statement["lines"] as? [[String: Any]])
        var measured = 0
        for line in lines {
            let id = try #require(line["campaign"] as? String)
            let report = try await json(server, "/v1/campaigns/\(id)/report")
            let during = try #require(report["during"] as? [String: Any])
            let promoted = try #require(line["streams"] as? Int)
            #expect(during["promotedStreams"] as? Int == promoted, "\(id)")
            #expect(during["contextStreams"] as? Int == promoted + (line["contextStreams"] as? Int ?? 0), "\(id)")
            let campaign = try await json(server, "/v1/campaigns/\(id)")
            #expect(campaign["breakEvenLift"] as? Double == line["breakEvenLift"] as? Double)
            guard promoted > 0, measured < 3 else { continue }
            measured += 1
            try await expectSame(report, of: id, campaign, on: server)
        }
        #expect(measured == 3)
        try await server.stop()
        #expect(try Ledger(path: server.ledger, access: .read).verify() == [])
    }

    /// What the commands read from the file beside the server, and what its page shows, is what its answer says.
    private func expectSame(
        _ report: [String: Any],
        of id: String,
        _ campaign: [String: Any],
        on server: ServerUnderTest
    ) async throws {
        let moment = try #require(report["to"] as? String)
        let source = ["--ledger", server.ledger, "--at", moment, "--json"]
        let typed = try await CommandUnderTest.run(["campaign-report", id] + source, in: server.folder)
        #expect(typed.exitCode == 0, "\(typed.errors)")
        #expect(try NSDictionary(dictionary: typed.json) == NSDictionary(dictionary: report))
        let lift = try await CommandUnderTest.run(["lift", "--campaign", id] + source, in: server.folder)
        #expect(lift.exitCode == 0, "\(lift.errors)")
        let lifts = try #require(try JSONSerialization.jsonObject(with: Data(lift.output.utf8)) as? [[String: Any]])
        #expect(lifts.map { NSDictionary(dictionary: $0) } == [NSDictionary(dictionary: report)])
        let page = try await answer(server, "/campaigns/\(id)/report")
        let title = try #require(campaign["title"] as? String)
        #expect(page.contains("<h1>\(title)</h1>"))
    }

    private func json(_ server: ServerUnderTest, _ path: String) async throws -> [String: Any] {
        let text = try await answer(server, path)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return try #require(object, "\(path): \(text)")
    }

    private func answer(_ server: ServerUnderTest, _ path: String) async throws -> String {
        let client = HTTPClient(server.console)
        defer { client.close() }
        let answer = try await client.send(HTTPCall(.get, path), within: .seconds(60))
        #expect(answer.status == 200, "\(path)")
        return String(buffer: answer.body)
    }
}
