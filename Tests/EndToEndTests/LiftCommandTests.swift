import Foundation
import OasisLedger
import OasisMarket
import Testing

@Suite("oasis lift and oasis campaign-report, as they are typed", .serialized)
struct LiftCommandTests {
    private static let start = Timestamp(milliseconds: 1_790_000_000_000)
    private static let now = "2026-10-01T00:00:00Z"

    /// A folder with a ledger in which one campaign has 400 listeners, a quarter held out; `body` is run in it.
    private func withLedger(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(to: folder.appendingPathComponent("oasis.sqlite").path)
        try await body(folder)
    }

    private func write(to path: String) throws {
        let ledger = try Ledger(path: path)
        let opened = Self.start.advanced(bySeconds: -86_400)
        let label = LicensorID(trusted: "label")
        try ledger.createLicensor(
            Licensor(id: label, title: "The Label", tier: TierID(trusted: "independent")),
            actor: "ann",
            at: opened
        )
        try ledger.applyPolicy(policy, expectedVersion: 0, actor: "ann", at: opened)
        let track = TrackID(trusted: "track-1")
        let campaign = Campaign(
            id: CampaignID(trusted: "campaign-1"),
            title: "A Song",
            song: SongID(trusted: "song-1"),
            tracks: [track],
            artist: ArtistID(trusted: "artist-1"),
            licensor: label,
            start: Self.start,
            commissionRate: BasisPoints(3_000)
        )
        let number = try ledger.createCampaign(campaign, actor: "ann", at: opened).number
        let cell = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
        let decided = Self.start.advanced(bySeconds: 3_600)
        var (ghosts, outcomes): ([Ghost], [Outcome]) = ([], [])
        for listener in 0..<UInt64(400) {
            let (isHeldOut, isStreamed) = (listener % 4 == 0, listener / 4 % 2 == 0)
            let receipt = ReceiptFacts(
                campaignNumber: number,
                trackHash: track.stableHash,
                listenerHash: listener,
                cell: cell,
                issuedAt: decided,
                propensity: 0.5,
                snapshot: 1,
                lease: 0,
                promotion: listener
            )
            if isHeldOut {
                ghosts.append(
                    Ghost(
                        kind: .holdout,
                        decidedAt: decided,
                        requestHash: listener,
                        listenerHash: listener,
                        campaignNumber: number,
                        trackHash: track.stableHash,
                        cell: cell,
                        experimentArms: "",
                        boost: 0.1,
                        propensity: 0.5,
                        snapshot: 1,
                        keptShare: 1
                    )
                )
            } else {
                outcomes.append(outcome(.shown, listener, .promoted(receipt)))
            }
            guard isStreamed else { continue }
            let organic = Outcome.Attribution.organic(track: track, listenerHash: listener, cell: cell)
            outcomes.append(outcome(.streamed, listener, isHeldOut ? organic : .promoted(receipt)))
        }
        let later = Self.start.advanced(bySeconds: 7_200)
        try ledger.appendGhosts(ghosts, keepingDays: 35, at: later)
        _ = try ledger.record(outcomes, at: later)
        try ledger.close()
    }

    private func outcome(_ kind: OutcomeKind, _ listener: UInt64, _ attribution: Outcome.Attribution) -> Outcome {
        Outcome(
            source: "player",
            id: "\(kind)-\(listener)",
            kind: kind,
            occurredAt: Self.start.advanced(bySeconds: 3_700),
            attribution: attribution,
            playedMilliseconds: kind == .streamed ? 60_000 : nil
        )
    }

    private var policy: Policy {
        Policy(
            scale: "organic/1",
            objectives: [.stream: 0.1],
            rows: [],
            guardrails: Guardrails(
                maxBoost: 1,
                maxPromotedPerSlate: 2,
                minimumOrganicPercentile: 0,
                holdout: BasisPoints(2_500),
                holdoutSalt: "salt"
            ),
            guarantees: GuaranteeRule(penalty: 1, margin: 0.02),
            commission: CommissionRule(basis: .context, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
            randomization: Randomization(smoothing: 0, explorationShare: 0)
        )
    }

    @Test("A table for people: the arms, a line for each measure, withheld ones with the reason, break-even")
    func table() async throws {
        try await withLedger { folder in
            let result = try await CommandUnderTest.run(["lift", "--data", ".", "--at", Self.now], in: folder)
            #expect(result.exitCode == 0, "\(result.errors)")
            #expect(result.output.contains("campaign-1, A Song"))
            #expect(result.output.contains("300 listeners promoted to, 100 held out: 25.00 % where 25.00 % should be"))
            #expect(result.output.contains("withheld (saves, playlist-adds): nobody in either arm did anything yet"))
            #expect(result.output.contains("Break-even at a commission of 30 % needs a lift of +42.9 %"))
            let line = try #require(result.output.split(separator: "\n").first { $0.hasPrefix("streams") })
            let fields = line.split(separator: " ")
            #expect(fields[1] == "0.5000" && fields[2] == "0.5000" && fields[3] == "0.0")
        }
    }

    @Test("The licensor's report as table, JSON and CSV says the same")
    func report() async throws {
        try await withLedger { folder in
            func run(_ more: [String]) async throws -> CommandUnderTest.Result {
                let arguments = ["campaign-report", "campaign-1", "--ledger", "oasis.sqlite", "--at", Self.now]
                return try await CommandUnderTest.run(arguments + more, in: folder)
            }
            let table = try await run([])
            #expect(table.exitCode == 0, "\(table.errors)")
            #expect(table.output.contains("The Label") && table.output.contains("Intent within 14 days: 0 of 150"))
            let json = try await run(["--json"]).json
            #expect((json["audience"] as? [String: Any])?["listeners"] as? Int == 200)
            let csv = try await run(["--csv"]).output
            #expect(csv.hasPrefix("campaign,from,to,figure,value,lower,upper,"))
            #expect(csv.contains(",listeners,200,"))
        }
    }

    @Test("What cannot be measured is refused: exit code 3, or 2 where it was typed wrong")
    func refusals() async throws {
        try await withLedger { folder in
            func run(_ arguments: [String]) async throws -> CommandUnderTest.Result {
                try await CommandUnderTest.run(arguments, in: folder)
            }
            let unknown = try await run(["lift", "--data", ".", "--campaign", "nobody"])
            #expect(unknown.exitCode == 3 && unknown.errors.contains("there is no nobody") && unknown.output.isEmpty)
            let early = try await run(["campaign-report", "campaign-1", "--data", ".", "--at", "2026-01-01T00:00:00Z"])
            #expect(early.exitCode == 3 && early.errors.contains("must have begun"))
            #expect(try await run(["lift", "--ledger", "nothing.sqlite"]).exitCode != 0)
            for wrong in [
                ["lift"], ["lift", "--data", ".", "--ledger", "x"], ["lift", "--data", ".", "--days", "35"],
                ["lift", "--data", ".", "--at", "noon"], ["lift", "--data", ".", "--confidence", "1"],
                ["campaign-report", "campaign-1", "--data", ".", "--json", "--csv"],
            ] {
                #expect(try await run(wrong).exitCode == 2, "\(wrong)")
            }
        }
    }
}
