import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("oasis evaluate on a day of our own, as it is typed", .serialized)
struct EvaluateLedgerTests {
    private static let day = Day(year: 2026, month: 11, day: 22)
    private static let noon = day.start.advanced(bySeconds: 43_200)
    private static let cell = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))

    /// A data folder in which an engine decided and heard what became of it; every fourth promotion is streamed.
    private struct Served {
        let folder: URL
        let decisions: Int
        let streams: Int

        init(requests: Int) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)")
            let snapshots = folder.appendingPathComponent("snapshots")
            try FileManager.default.createDirectory(at: snapshots, withIntermediateDirectories: true)
            let ledger = try Ledger(path: folder.appendingPathComponent("oasis.sqlite").path)
            try Self.openMarket(ledger)
            let settings = EngineSettings(
                node: "node-1",
                snapshotDirectory: snapshots.path,
                receiptKeys: ReceiptKeys(current: ReceiptKey(id: 1, secret: Array(1...32))),
                decisionsPerDayMaximum: 1_000_000
            )
            let engine = try PromotionEngine(ledger: ledger, settings: settings, now: noon)
            _ = try engine.replan(at: noon)
            var random = SeededGenerator(seed: 6)
            var reports: [OutcomeReport] = []
            for index in 0..<requests {
                // As a server does all the time; only so many decisions wait.
                if index % 500 == 0 { try engine.flushGhosts(at: noon) }
                let reply = engine.score(try Self.request(index, &random), at: noon)
                for promotion in reply.promotions where random.uniform() < 0.25 {
                    reports.append(
                        try OutcomeReport(
                            source: "player",
                            id: "stream-\(index)-\(promotion.index)",
                            kind: .streamed,
                            occurredAt: noon.advanced(bySeconds: 60),
                            subject: .receipt(promotion.receipt),
                            playedMilliseconds: 60_000
                        )
                    )
                }
            }
            _ = try engine.record(reports, at: noon.advanced(bySeconds: 120))
            try engine.close(at: noon.advanced(bySeconds: 180))
            decisions = try ledger.decisionCount(day: day)
            streams = reports.count
            try ledger.close()
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        private static func openMarket(_ ledger: Ledger) throws {
            let opened = day.start.advanced(bySeconds: -86_400)
            let label = LicensorID(trusted: "label")
            let licensor = Licensor(id: label, title: "The Label", tier: TierID(trusted: "independent"))
            try ledger.createLicensor(licensor, actor: "ann", at: opened)
            try ledger.applyPolicy(policy, expectedVersion: 0, actor: "ann", at: opened)
            for index in 0..<4 {
                let campaign = Campaign(
                    id: CampaignID(trusted: "campaign-\(index)"),
                    title: "A Song",
                    song: SongID(trusted: "song-\(index)"),
                    tracks: [TrackID(trusted: "track-\(index)")],
                    artist: ArtistID(trusted: "artist-\(index)"),
                    licensor: label,
                    start: opened,
                    commissionRate: BasisPoints(3_000)
                )
                try ledger.createCampaign(campaign, actor: "ann", at: opened)
            }
        }

        private static func request(_ index: Int, _ random: inout SeededGenerator) throws -> ScoreRequest {
            let names = (0..<12).map { $0 < 4 ? "track-\($0)" : "other-\($0)" }
            return try ScoreRequest(
                id: RequestID("request-\(index)"),
                listener: ListenerID("listener-\(index)"),
                cell: cell,
                time: noon,
                scale: "test/1",
                slateSize: 4,
                promotableSlots: 2,
                tracks: names.map { TrackID(trusted: $0) },
                organicScores: names.map { _ in Float(random.uniform()) },
                streamProbabilities: names.map { _ in Float(random.uniform()) }
            )
        }
    }

    private static let policy = Policy(
        scale: "test/1",
        objectives: [.stream: 0.5],
        rows: [],
        guardrails: Guardrails(
            maxBoost: 1,
            maxPromotedPerSlate: 2,
            minimumOrganicPercentile: 0,
            holdout: BasisPoints(1_000),
            holdoutSalt: "salt"
        ),
        guarantees: GuaranteeRule(penalty: 0.5, margin: 0.1),
        commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
        randomization: Randomization(smoothing: 0.1, explorationShare: 0.1)
    )

    private func answer(_ result: CommandUnderTest.Result) throws -> [String: Any] {
        try #require((result.json["answers"] as? [[String: Any]])?.first)
    }

    @Test("The boost that was allowed brings what was brought; a smaller one brings less; none has no answer")
    func boostCaps() async throws {
        let served = try Served(requests: 2_000)
        defer { served.remove() }
        func run(_ more: [String]) async throws -> CommandUnderTest.Result {
            let arguments = ["evaluate", "--data", ".", "--day", "2026-11-22"]
            return try await CommandUnderTest.run(arguments + more, in: served.folder)
        }
        let same = try await run(["--boost-cap", "1", "--json"])
        #expect(same.exitCode == 0, "\(same.errors)")
        #expect(try same.json["decisions"] as? Int == served.decisions && served.decisions > 1_500)
        let logged = try #require(try same.json["loggedValue"] as? Double)
        #expect(abs(logged - Double(served.streams) / Double(served.decisions)) < 1e-9)
        #expect(abs((try answer(same)["value"] as? Double ?? 0) - logged) < 1e-9)
        #expect(try same.json["neverLoggedShare"] as? Double == 0)
        let smaller = try await run(["--boost-cap", "0.2", "--json"])
        #expect(smaller.exitCode == 0, "\(smaller.errors)")
        let value = try #require(try answer(smaller)["value"] as? Double)
        #expect(value > 0 && value < 0.9 * logged)
        for name in ["normal", "bootstrap", "alwaysValid"] {
            let ends = try #require(try answer(smaller)[name] as? [Double])
            #expect(ends[0] < value && value < ends[1], "\(name)")
        }
        let none = try await run(["--boost-cap", "0"])
        #expect(none.exitCode == 3 && none.output.contains("No answer.") && none.errors.contains("refused"))
        let saves = try await run(["--boost-cap", "1", "--reward", "saves"])
        #expect(saves.exitCode == 3, "nothing was saved, so there is no rate of it")
        let table = try await run(["--boost-cap", "0.2"])
        #expect(table.output.contains("ips") && table.output.contains("snips") && table.output.contains("always valid"))
    }

    @Test("A policy's guardrails can be asked about, and a file that is none is refused")
    func policies() async throws {
        let served = try Served(requests: 1_000)
        defer { served.remove() }
        var policy = Self.policy
        policy.guardrails.maxPromotedPerSlate = 1
        let file = served.folder.appendingPathComponent("next.json")
        try JSONEncoder().encode(policy).write(to: file)
        func run(_ more: [String]) async throws -> CommandUnderTest.Result {
            try await CommandUnderTest.run(["evaluate"] + more, in: served.folder)
        }
        let asked = try await run(["--data", ".", "--day", "2026-11-22", "--policy", "next.json", "--json"])
        #expect(asked.exitCode == 0, "\(asked.errors)")
        let promotions = try #require(try asked.json["evaluatedPromotions"] as? Double)
        let logged = try #require(try asked.json["loggedPromotions"] as? Double)
        #expect(promotions <= 1 && promotions < logged)
        let empty = try await run(["--data", ".", "--day", "2026-11-01", "--boost-cap", "1"])
        #expect(empty.exitCode == 3 && empty.output.contains("0 decisions"))
        try Data("{}".utf8).write(to: file)
        for refused in [["--policy", "next.json"], ["--policy", "nothing.json"], ["--prices", "nothing.oasis"]] {
            #expect(try await run(["--data", ".", "--day", "2026-11-22"] + refused).exitCode == 3, "\(refused)")
        }
        for wrong in [
            ["--data", ".", "--day", "2026-11-22"], ["--data", ".", "--boost-cap", "1"],
            ["--data", ".", "--day", "soon", "--boost-cap", "1"], ["--day", "2026-11-22", "--boost-cap", "1"],
            ["--data", ".", "--day", "2026-11-22", "--boost-cap=-1"],
            ["--ledger", "oasis.sqlite", "--day", "2026-11-22", "--boost-cap", "1"],
            ["--open-bandit", "x", "--data", ".", "--day", "2026-11-22", "--boost-cap", "1"],
            ["--open-bandit", "x"], ["--open-bandit", "x", "--policy", "uniform", "--boost-cap", "1"],
        ] {
            #expect(try await run(wrong).exitCode == 2, "\(wrong)")
        }
    }
}
