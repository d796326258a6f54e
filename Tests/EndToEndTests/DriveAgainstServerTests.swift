import Foundation
import OasisDriver
import OasisLedger
import OasisMarket
import Testing

@Suite("The real server and the real driver, as processes of their own", .serialized)
struct DriveAgainstServerTests {
    @Test("After a generated day they agree on every count, every cap holds, and the ledger is sound")
    func generatedDay() async throws {
        let server = try ServerUnderTest(planEverySeconds: 0.2, start: "2026-11-22T00:00:00Z")
        defer { server.remove() }
        try await server.start()
        let driver = try DriverUnderTest(against: server, ["--market", "small", "--seed", "5", "--day", "2026-11-22"])
        let (report, exitCode) = try await driver.report()
        #expect(exitCode == 0)
        #expect(report.differences == [])
        #expect(report.capsExceeded == [])
        #expect(report.events.refused == [:])
        #expect(report.requests == 3_000)
        #expect(report.unanswered == [:])
        #expect(report.events.recorded == report.events.unique)
        let shown = try #require(report.kinds.first { $0.kind == .shown })
        // How many depends on how soon the first plan comes while the day is played as fast as it goes.
        #expect(shown.promotedByServer > 10)
        #expect(shown.organicByServer > 10_000)
        #expect(report.countsCompared > 100)
        try await server.stop()
        #expect(try Ledger(path: server.ledger, access: .read).verify() == [])
    }

    @Test("The same day driven again is known already: nothing is counted twice")
    func sameDayAgain() async throws {
        let server = try ServerUnderTest(planEverySeconds: 0.2, start: "2026-11-22T00:00:00Z")
        defer { server.remove() }
        try await server.start()
        let arguments = ["--market", "small", "--requests", "300", "--set-up"]
        let (first, _) = try await DriverUnderTest(against: server, arguments).report()
        #expect(first.isSound, "\(first.differences)")
        let (second, _) = try await DriverUnderTest(against: server, arguments + ["--no-set-up"]).report()
        // What is promoted may differ, because prices do; an organic play of the first drive stays the same event.
        #expect(second.events.duplicate > 1_000)
        try await server.stop()
        #expect(try Ledger(path: server.ledger, access: .read).verify() == [])
    }

    @Test("A small Open Bandit log drives the server: every row is scored, and they agree")
    func openBandit() async throws {
        let server = try ServerUnderTest(planEverySeconds: 0.2, start: "2019-11-24T00:00:00Z")
        defer { server.remove() }
        try await server.start()
        let log = try openBanditFolder(in: server.folder, rows: 600)
        let (report, exitCode) = try await DriverUnderTest(against: server, ["--open-bandit", log]).report()
        #expect(exitCode == 0)
        #expect(report.requests == 600)
        #expect(report.differences == [])
        #expect(report.capsExceeded == [])
        #expect(report.boosted > 0)
    }

    @Test("A drive without a server says so, in words, once its patience is over")
    func noServer() async throws {
        let server = try ServerUnderTest(planEverySeconds: 1, start: "2026-11-22T00:00:00Z")
        defer { server.remove() }
        try await server.start()
        try await server.stop()
        let driver = try DriverUnderTest(against: server, ["--market", "small", "--patience", "0.2"])
        let failure = await #expect(throws: ServerUnderTest.Failure.self) { try await driver.report() }
        #expect(
            failure?.description.contains("Start a server with: oasis serve") == true,
            "\(failure?.description ?? "")"
        )
    }

    /// Writes a log with 20 items in the layout of the Open Bandit Dataset, a row every two minutes.
    private func openBanditFolder(in folder: URL, rows: Int) throws -> String {
        let items = 20
        let directory = folder.appendingPathComponent("men")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let context = (0..<items).map { "\($0),\($0),family-\($0 % 4)" }
        try (["n,item_id,item_feature_1"] + context).joined(separator: "\n")
            .write(to: directory.appendingPathComponent("item_context.csv"), atomically: true, encoding: .utf8)
        let header =
            ["timestamp", "item_id", "position", "click", "propensity_score", "user_feature_0"]
            + (0..<items).map { "user-item_affinity_\($0)" }
        var random = SeededGenerator(seed: 9)
        var lines = [header.joined(separator: ",")]
        for row in 0..<rows {
            let item = random.index(below: items)
            let isClicked = random.uniform() < 0.02 + 0.01 * Double(item % 5)
            let time = Day(year: 2019, month: 11, day: 24).start.advanced(bySeconds: Double(row) * 120)
            let fields = [
                "\(time)", "\(item)", "\(1 + row % 3)", isClicked ? "1" : "0", "0.05",
                "user-\(random.index(below: 40))",
            ]
            lines.append((fields + (0..<items).map { _ in "0.0" }).joined(separator: ","))
        }
        try lines.joined(separator: "\n")
            .write(to: directory.appendingPathComponent("men.csv"), atomically: true, encoding: .utf8)
        return directory.path
    }
}
