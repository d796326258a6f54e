import Foundation
import OasisClient
import OasisDriver
import OasisMarket
import OasisSimulation
import ScriptedHTTP
import Testing

@Suite("A drive")
struct DriveTests {
    /// A day of 400 requests in a small market.
    private static let log: GeneratedLog = {
        var shape = MarketShape.small
        shape.requestsPerDay = 400
        return GeneratedLog(shape: shape, seed: 3, day: Day(year: 2026, month: 11, day: 22))
    }()

    private func drive(
        _ service: PretendService,
        log: any MarketLog = log,
        _ change: (inout Drive.Settings) -> Void = { _ in }
    ) async throws -> DriveReport {
        let server = try await ScriptedServer { service.answer($0) }
        var settings = Drive.Settings(scoring: server.address, console: server.address)
        settings.deadline = .seconds(5)
        settings.patience = .seconds(60)
        change(&settings)
        let result: Result<DriveReport, any Error>
        do { result = .success(try await Drive(log, settings: settings).run()) } catch { result = .failure(error) }
        try await server.stop()
        return try result.get()
    }

    @Test("Server and driver agree on every count, promoted and organic")
    func agreement() async throws {
        let service = PretendService()
        let report = try await drive(service)
        #expect(report.isSound)
        #expect(report.requests == 400)
        #expect(report.boosted > 100)
        #expect(report.events.recorded == report.events.unique)
        #expect(report.events.sent == report.events.unique)
        #expect(service.eventIDs.count == report.events.unique)
        let shown = try #require(report.kinds.first { $0.kind == .shown })
        #expect(shown.promotedByDriver > 50)
        #expect(shown.organicByDriver > 1_000)
        #expect(shown.promotedByDriver == shown.promotedByServer)
        #expect(report.countsCompared > 50)
        #expect(report.table.contains("server and driver agree on all \(report.countsCompared) counts"))
    }

    @Test("A server without campaigns gets the log's own, and one that has some keeps them")
    func settingUp() async throws {
        let service = PretendService()
        _ = try await drive(service) { $0.requestsMaximum = 5 }
        #expect(service.campaigns == Set(Self.log.setUp.campaigns.map(\.id.text)))
        let spared = PretendService()
        await #expect(throws: DriveFailure.self) {
            // Without a policy this server never gets ready.
            try await drive(spared) { settings in
                settings.settingUp = .never
                settings.patience = .milliseconds(200)
            }
        }
        #expect(spared.campaigns.isEmpty)
    }

    @Test("Answers that get lost are asked for again with the same ids, and nothing counts twice")
    func lostAnswers() async throws {
        let service = PretendService(.init(losesEveryAnswer: 2))
        let report = try await drive(service)
        #expect(report.isSound, "\(report.differences)")
        #expect(report.outages > 0)
        #expect(report.checksAfterOutages > 0)
        #expect(report.events.duplicate > 0)
        #expect(report.events.recorded + report.events.duplicate == report.events.unique)
        #expect(report.events.sent > report.events.unique)
        #expect(service.eventIDs.count == report.events.unique)
    }

    @Test("A server that is too busy is asked again")
    func busy() async throws {
        let report = try await drive(PretendService(.init(refusesEveryBatch: 2)))
        #expect(report.isSound, "\(report.differences)")
        #expect(report.outages == 0)
        #expect(report.events.sent > report.events.unique)
    }

    @Test("A server that counts repeated events twice is found out")
    func doubleCounting() async throws {
        let report = try await drive(PretendService(.init(losesEveryAnswer: 2, countsDuplicates: true)))
        #expect(!report.isSound)
        #expect(report.differences.contains { $0.hasPrefix("organic shown in ") })
        #expect(report.table.contains("do not agree"))
    }

    @Test("A cap that was exceeded is found out")
    func capExceeded() async throws {
        let report = try await drive(PretendService(.init(reportedCap: 3)))
        #expect(!report.isSound)
        #expect(report.differences.isEmpty)
        #expect(report.capsExceeded.contains { $0.contains("cap 3, confirmed ") })
    }

    @Test("Refused events are reported by reason and spoil the result")
    func refusedEvents() async throws {
        let report = try await drive(PretendService(.init(refusedKind: .saved)))
        #expect(report.differences.isEmpty)
        #expect(report.events.refused.keys.sorted() == ["from-the-future"])
        #expect(!report.isSound)
    }

    @Test("A score that does not come in time is done without: the slate plays on organically")
    func silentScores() async throws {
        let report = try await drive(PretendService(.init(silentScores: 10))) { settings in
            settings.deadline = .milliseconds(150)
            settings.requestsMaximum = 60
        }
        #expect(report.isSound, "\(report.differences)")
        #expect(report.requests == 60)
        #expect((report.unanswered["deadline"] ?? 0) >= 6)
        #expect(report.degraded["stale-snapshot"] == 60 - (report.unanswered["deadline"] ?? 0))
    }

    @Test("Two drives on one server are told apart, though the server has counted the first")
    func second() async throws {
        let service = PretendService()
        let server = try await ScriptedServer { service.answer($0) }
        var settings = Drive.Settings(scoring: server.address, console: server.address)
        settings.deadline = .seconds(5)
        settings.requestsMaximum = 50
        #expect(try await Drive(Self.log, settings: settings).run().isSound)
        settings.seed = 2
        let second = try await Drive(Self.log, settings: settings).run()
        #expect(second.isSound, "\(second.differences)")
        #expect(second.events.duplicate == 0)
        // The first again: all of it is known, and nothing is counted for it.
        settings.seed = 1
        let again = try await Drive(Self.log, settings: settings).run()
        #expect(again.isSound, "\(again.differences)")
        #expect(again.events.recorded == 0)
        try await server.stop()
    }

    @Test("A paced drive takes the log's time, divided by its speed")
    func paced() async throws {
        let log = Self.log
        let span = log.times[39].seconds(since: log.times[0])
        let report = try await drive(PretendService()) { settings in
            settings.requestsMaximum = 40
            settings.pace = .accelerated(span / 0.4)
        }
        #expect(report.isSound)
        #expect(report.seconds >= 0.4)
    }

    @Test("Events arrive in order of their time, up to what is on its way at once")
    func order() async throws {
        let service = PretendService()
        _ = try await drive(service) { $0.connections = 1 }
        let times = service.eventTimes.compactMap { Timestamp($0) }
        #expect(times.count > 1_000)
        #expect(times == times.sorted())
    }

    @Test("The Open Bandit log drives a server, too")
    func openBandit() async throws {
        let fixture = try OpenBanditFixture(items: 8, rows: OpenBanditFixture.rows(200, items: 8))
        defer { fixture.remove() }
        let log = ShiftedLog(
            try OpenBanditLog(directory: fixture.directory.path, seed: 1),
            start: Day(year: 2026, month: 11, day: 22).start
        )
        let report = try await drive(PretendService(), log: log)
        #expect(report.isSound, "\(report.differences)")
        #expect(report.requests == 200)
        #expect(report.boosted > 50)
    }
}
