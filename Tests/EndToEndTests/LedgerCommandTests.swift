import Foundation
import OasisLedger
import OasisMarket
import Testing

/// `oasis report` and `oasis ledger`, run as the command that people type.
@Suite("Report and ledger commands")
struct LedgerCommandTests {
    /// A folder with a ledger of one campaign, played on one long past day.
    private struct Books {
        static let day = Day(year: 2025, month: 3, day: 1)
        static let noon = day.start.advanced(bySeconds: 43_200)
        let folder: URL
        var path: String { folder.appending(path: "oasis.sqlite").path() }

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "books-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let ledger = try Ledger(path: path)
            let at = Self.day.start
            let licensor = Licensor(id: try LicensorID("label"), title: "Label", tier: try TierID("major"))
            try ledger.createLicensor(licensor, actor: "ann", at: at)
            try ledger.applyPolicy(Self.policy, expectedVersion: 0, actor: "ann", at: at)
            let campaign = Campaign(
                id: try CampaignID("c"),
                title: "Song",
                song: try SongID("s"),
                tracks: [try TrackID("t")],
                artist: try ArtistID("a"),
                licensor: licensor.id,
                start: at,
                commissionRate: BasisPoints(3_000)
            )
            let number = try ledger.createCampaign(campaign, actor: "ann", at: at).number
            try ledger.record(try Self.outcomes(number), at: Self.noon.advanced(bySeconds: 60))
            try ledger.close()
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        private static func outcomes(_ campaign: Int64) throws -> [Outcome] {
            let cell = Cell(surface: try SurfaceID("radio"), market: try MarketID("DE"))
            let receipt = ReceiptFacts(
                campaignNumber: campaign,
                trackHash: try TrackID("t").stableHash,
                listenerHash: 7,
                cell: cell,
                issuedAt: noon,
                propensity: 0.5,
                snapshot: 1,
                lease: 0,
                promotion: 1
            )
            func outcome(_ id: String, _ kind: OutcomeKind, _ attribution: Outcome.Attribution) -> Outcome {
                Outcome(
                    source: "player",
                    id: id,
                    kind: kind,
                    occurredAt: noon,
                    attribution: attribution,
                    playedMilliseconds: kind == .streamed ? 45_000 : nil
                )
            }
            let organic = Outcome.Attribution.organic(track: try TrackID("t"), listenerHash: 8, cell: cell)
            return [
                outcome("1", .shown, .promoted(receipt)), outcome("2", .streamed, .promoted(receipt)),
                outcome("3", .saved, .promoted(receipt)), outcome("4", .streamed, organic),
            ]
        }

        private static let policy = Policy(
            scale: "organic/1",
            objectives: [.stream: 0.1],
            rows: [],
            guardrails: Guardrails(
                maxBoost: 1,
                maxPromotedPerSlate: 2,
                minimumOrganicPercentile: 0,
                holdout: BasisPoints(0),
                holdoutSalt: "salt"
            ),
            guarantees: GuaranteeRule(penalty: 1, margin: 0.02),
            commission: CommissionRule(basis: .context, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
            randomization: Randomization(smoothing: 0, explorationShare: 0)
        )
    }

    private static let period = ["--from", "2025-03-01", "--to", "2025-04-01"]

    private func run(_ books: Books, _ arguments: [String]) async throws -> CommandUnderTest.Result {
        try await CommandUnderTest.run(arguments, in: books.folder)
    }

    @Test("A report is a table, JSON or CSV of the same numbers")
    func report() async throws {
        let books = try Books()
        defer { books.remove() }
        let source = ["report", "--ledger", books.path, "--by", "licensor,day"] + Self.period
        let table = try await run(books, source)
        #expect(table.exitCode == 0, "\(table.errors)")
        let lines = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines[1] == [
                "label", "2025-03-01", "1", "1", "0", "1", "0", "0", "1", "1", "0.00", "EUR", "42.9", "%", "yes",
            ]
        )
        #expect(lines[2].first == "total")
        let csv = try await run(books, source + ["--csv"])
        #expect(
            csv.output == """
                licensor,day,delivered,streams,skips,saves,playlistAdds,follows,newListeners,contextStreams,\
                commissionMicros,currency,breakEvenLift,isFinal,finalizedAt
                label,2025-03-01,1,1,0,1,0,0,1,1,2400,EUR,0.4285714285714286,true,2025-03-09T00:00:00.000Z

                """
        )
        let json = try await run(books, source + ["--json"]).json
        let line = try #require((json["lines"] as? [[String: Any]])?.first)
        #expect(line["delivered"] as? Int == 1)
        #expect((line["commission"] as? [String: Any])?["micros"] as? Int == 2_400)
    }

    @Test("A ledger is verified, backed up, compacted and restored, and its statements stay")
    func housekeeping() async throws {
        let books = try Books()
        defer { books.remove() }
        let report = ["report", "--ledger", books.path, "--by", "campaign,surface,market", "--csv"] + Self.period
        let before = try await run(books, report).output
        #expect(before.contains("c,radio,DE,1,1,"))
        let verified = try await run(books, ["ledger", "verify", "--data", "."])
        #expect(verified.exitCode == 0)
        #expect(verified.output.contains("sound, 4 events"))
        let backup = try await run(books, ["ledger", "backup", "--data", ".", "--to", "copy.sqlite", "--verify"])
        #expect(backup.exitCode == 0, "\(backup.errors)")
        let compacted = try await run(books, ["ledger", "compact", "--data", ".", "--kept-days", "8", "--json"])
        #expect(try compacted.json["outcomes"] as? Int == 3)
        #expect(try await run(books, report).output == before)
        #expect(try await run(books, ["ledger", "verify", "--data", "."]).exitCode == 0)
        let taken = try await run(books, ["ledger", "restore", "--from", "copy.sqlite", "--data", "."])
        #expect(taken.exitCode == 3)
        let restored = try await run(books, ["ledger", "restore", "--from", "copy.sqlite", "--data", ".", "--replace"])
        #expect(restored.exitCode == 0, "\(restored.errors)")
        #expect(restored.output.contains("replaced-1"))
        #expect(try await run(books, report).output == before)
    }

    @Test("A ledger that is not there is not made")
    func missing() async throws {
        let books = try Books()
        defer { books.remove() }
        for command in ["verify", "compact"] {
            let result = try await run(books, ["ledger", command, "--ledger", "missing.sqlite"])
            #expect(result.exitCode == 3, "\(command): \(result.errors)")
        }
        #expect(try await run(books, ["report", "--ledger", "missing.sqlite"]).exitCode == 3)
        #expect(!FileManager.default.fileExists(atPath: books.folder.appending(path: "missing.sqlite").path()))
    }

    @Test(
        "Wrong usage is refused with 2",
        arguments: [
            ["report"], ["report", "--ledger", "a", "--data", "b"], ["report", "--data", ".", "--by", "label"],
            ["report", "--data", ".", "--from", "2025-03-02", "--to", "2025-03-02"],
            ["report", "--data", ".", "--json", "--csv"], ["report", "--server", "https://x"],
            ["ledger", "verify"], ["ledger", "compact", "--data", ".", "--kept-days", "7"],
        ]
    )
    func usage(arguments: [String]) async throws {
        let books = try Books()
        defer { books.remove() }
        #expect(try await run(books, arguments).exitCode == 2)
    }
}
