import Foundation
import OasisClient
import OasisDriver
import OasisLedger
import OasisMarket
import Testing

/// `kill -9` at random moments of drives at full speed; the moments' seed is printed with every failure.
@Suite("A server that is killed", .serialized)
struct KillTests {
    private static let seed: UInt64 = 20_261_122
    private static let firstDay = Day(year: 2026, month: 11, day: 22)

    @Test("Twenty times at random moments: no confirmed event is lost, none counts twice, no cap is exceeded")
    func twentyKills() async throws {
        let server = try ServerUnderTest(planEverySeconds: 0.1, start: "2026-11-22T00:00:00Z")
        defer { server.remove() }
        var random = SeededGenerator(seed: Self.seed)
        try await server.start()
        var (kills, days, outages, checks, promoted) = (0, 0, 0, 0, 0)
        // A new day has new caps: units on the receipts of a killed server stay reserved until their day is over. Every
        // other day is left out, because a day's last plays move the server's clock past midnight. How much is promoted
        // between kills depends on the machine: it goes on, without any, until there was enough to lose.
        while kills < 20 || promoted <= 100 {
            let day = Day(number: Self.firstDay.number + Int32(2 * days))
            let driver = try drive(server, day: day)
            days += 1
            while kills < 20 {
                // One in four meets a server that is still coming back; the others meet one at full work.
                if kills % 4 != 3 { try await waitUntilUnderWay(driver, server, day: day) }
                try await Task.sleep(for: .milliseconds(random.index(below: 500)))
                guard driver.isRunning else { break }
                try await server.kill()
                kills += 1
                let differences = try Ledger(path: server.ledger, access: .read).verify()
                #expect(differences == [], "kill \(kills), seed \(Self.seed)")
                try await server.start()
            }
            let (report, exitCode) = try await driver.report()
            expectSound(report, exitCode, "day \(days), kill \(kills), seed \(Self.seed)")
            outages += report.outages
            checks += report.checksAfterOutages
            promoted += report.kinds.first { $0.kind == .shown }?.promotedByServer ?? 0
            try #require(days < 40, "the drives end too soon to be killed")
        }
        // Every kill that met the driver's events was followed by a comparison of all counts.
        #expect(outages >= 10)
        #expect(checks == outages)
        #expect(promoted > 100)
        try await expectCapsHold(server, days: days)
        try await server.stop()
        #expect(try Ledger(path: server.ledger, access: .read).verify() == [])
    }

    @Test("While it writes a snapshot, it comes back with a whole one, and caps and counts hold")
    func duringSnapshot() async throws {
        let server = try ServerUnderTest(planEverySeconds: 0.1, start: "2026-11-22T00:00:00Z")
        defer { server.remove() }
        try await server.start()
        var (kills, days) = (0, 0)
        // A quick machine has played a day before it was killed three times.
        while kills < 3 {
            let day = Day(number: Self.firstDay.number + Int32(2 * days))
            let driver = try drive(server, day: day)
            days += 1
            try await waitUntilUnderWay(driver, server, day: day)
            while kills < 3 {
                guard driver.isRunning, await sawSnapshotWrite(server.snapshots) else { break }
                try await server.kill()
                kills += 1
                if kills == 2 { try tearNewestSnapshot(server.snapshots) }
                try await server.start()
            }
            let (report, exitCode) = try await driver.report()
            expectSound(report, exitCode, "killed while writing snapshots, day \(days)")
            // Each restart found prices to serve at once.
            #expect(report.degraded["no-snapshot"] == nil)
            try #require(days < 20, "the drives end too soon to be killed")
        }
        try await expectCapsHold(server, days: days)
        try await server.stop()
        #expect(try Ledger(path: server.ledger, access: .read).verify() == [])
    }

    private func drive(_ server: ServerUnderTest, day: Day) throws -> DriverUnderTest {
        try DriverUnderTest(
            against: server,
            ["--market", "small", "--day", "\(day)", "--connections", "4"]
        )
    }

    /// Waits until events of a drive arrive, at its beginning or again.
    private func waitUntilUnderWay(_ driver: DriverUnderTest, _ server: ServerUnderTest, day: Day) async throws {
        let control = ControlPlane(HTTPClient(server.console), token: nil, patience: .seconds(20))
        let before = try await control.counts(from: day, to: day.next).events
        while driver.isRunning, try await control.counts(from: day, to: day.next).events == before {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func expectSound(
        _ report: DriveReport,
        _ exitCode: Int32,
        _ when: String,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(exitCode == 0, "\(when)", sourceLocation: location)
        #expect(report.differences == [], "\(when)", sourceLocation: location)
        #expect(report.capsExceeded == [], "\(when)", sourceLocation: location)
        #expect(report.events.refused == [:], "\(when)", sourceLocation: location)
        let acknowledged = report.events.recorded + report.events.duplicate
        #expect(acknowledged == report.events.unique, "\(when)", sourceLocation: location)
    }

    private func expectCapsHold(_ server: ServerUnderTest, days: Int) async throws {
        let control = ControlPlane(HTTPClient(server.console), token: nil, patience: .seconds(20))
        var capped = 0
        for offset in 0...(2 * days) {
            let day = Day(number: Self.firstDay.number + Int32(offset))
            for delivery in try await control.deliveries(on: day) {
                #expect(!delivery.isAboveCap, "\(day) \(delivery)")
                if delivery.dailyCap != nil, delivery.confirmed > 0 { capped += 1 }
            }
        }
        #expect(capped > 0)
    }

    /// Waits until the folder changes: a draft appears, or a snapshot under its final name.
    private func sawSnapshotWrite(_ folder: String) async -> Bool {
        func names() -> Set<String> {
            Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        }
        try? await Task.sleep(for: .milliseconds(300))
        let before = names()
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            // No pause: a snapshot is written within a millisecond.
            if names() != before { return true }
        }
        return false
    }

    /// Cuts the newest snapshot in half, as a disk that lost power might leave it.
    private func tearNewestSnapshot(_ folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".oasis") }
        let newest = try #require(names.max())
        let file = URL(filePath: folder).appendingPathComponent(newest)
        let whole = try Data(contentsOf: file)
        try whole.prefix(whole.count / 2).write(to: file, options: .atomic)
    }
}
