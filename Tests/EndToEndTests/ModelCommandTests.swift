import Foundation
import OasisLedger
import OasisMarket
import Testing

@Suite("oasis train and oasis doctor on a server's data folder, as they are typed", .serialized)
struct ModelCommandTests {
    private static let start = Timestamp(milliseconds: 1_790_000_000_000)

    /// A data folder with three days of promoted plays; campaigns differ in how often they are streamed.
    private struct Played {
        let folder: URL

        /// Of the last day `lastDay` of the streams are there.
        init(lastDay: Double = 1) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let ledger = try Ledger(path: folder.appendingPathComponent("oasis.sqlite").path)
            let numbers = try Self.openMarket(ledger)
            var random = SeededGenerator(seed: 9)
            let names = StableHash(key0: 7, key1: 8)
            for day in 0..<3 {
                var outcomes: [Outcome] = []
                for index in 0..<1_500 {
                    let campaign = random.index(below: numbers.count)
                    let issued = start.advanced(bySeconds: Double(day) * 86_400 + Double(index) * 50)
                    let receipt = ReceiptFacts(
                        campaignNumber: numbers[campaign],
                        trackHash: TrackID(trusted: "track-\(campaign)").stableHash,
                        listenerHash: names.hash(UInt64(random.index(below: 900))),
                        cell: Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE")),
                        issuedAt: issued,
                        propensity: 0.5,
                        snapshot: 1,
                        lease: 0,
                        promotion: names.hash(UInt64(day * 10_000 + index))
                    )
                    func add(_ kind: OutcomeKind, _ played: Int64? = nil) {
                        outcomes.append(
                            Outcome(
                                source: "player",
                                id: "\(kind) \(day) \(index)",
                                kind: kind,
                                occurredAt: issued.advanced(bySeconds: 40),
                                attribution: .promoted(receipt),
                                playedMilliseconds: played
                            )
                        )
                    }
                    add(.shown)
                    let rate = (0.2 + 0.15 * Double(campaign)) * (day == 2 ? lastDay : 1)
                    if random.uniform() < rate { add(.streamed, 60_000) }
                }
                _ = try ledger.record(outcomes, at: start.advanced(bySeconds: Double(day + 1) * 86_400))
            }
            try ledger.close()
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        private static func openMarket(_ ledger: Ledger) throws -> [Int64] {
            let opened = start.advanced(bySeconds: -86_400)
            let label = LicensorID(trusted: "label")
            let licensor = Licensor(id: label, title: "The Label", tier: TierID(trusted: "independent"))
            try ledger.createLicensor(licensor, actor: "ann", at: opened)
            return try (0..<4)
                .map { index in
                    let campaign = Campaign(
                        id: CampaignID(trusted: "campaign-\(index)"),
                        title: "Song",
                        song: SongID(trusted: "song-\(index)"),
                        tracks: [TrackID(trusted: "track-\(index)")],
                        artist: ArtistID(trusted: "artist-\(index)"),
                        licensor: label,
                        start: start.advanced(bySeconds: -3_600),
                        commissionRate: BasisPoints(3_000)
                    )
                    return try ledger.createCampaign(campaign, actor: "ann", at: opened).number
                }
        }
    }

    private func run(_ played: Played, _ line: String) async throws -> CommandUnderTest.Result {
        try await CommandUnderTest.run(line.split(separator: " ").map(String.init), in: played.folder)
    }

    @Test("A model is trained from the ledger, and is added to a registry")
    func train() async throws {
        let played = try Played()
        defer { played.remove() }
        let trained = try await run(played, "train --data . --outcome streamed --models models/streamed --json")
        #expect(trained.exitCode == 0, "\(trained.errors)")
        let report = try trained.json
        #expect(report["rows"] as? Int == 4_500 && report["trainedRows"] as? Int == 3_600)
        #expect(report["version"] as? Int == 1 && report["isConstant"] as? Bool == false)
        let test = try #require(report["test"] as? [String: Any])
        let (own, rates) = (test["logLoss"] as? Double, report["ratesLogLoss"] as? Double)
        #expect(try #require(own) < 0.69 && abs(try #require(own) - #require(rates)) < 0.02)
        #expect(test["isCalibrationAlarm"] as? Bool == false)
        let list = try await run(played, "models list models/streamed")
        #expect(list.output.contains("logistic C"))
        let nothing = try await run(played, "train --data . --outcome saved")
        #expect(nothing.exitCode == 0 && nothing.output.contains("constant"), "nobody ever saved")
        #expect(try await run(played, "train --data . --outcome liked").exitCode == 2)
        #expect(try await run(played, "train --data . ").exitCode == 2)
        #expect(try await run(played, "train --data nowhere --outcome saved").exitCode == 3)
    }

    @Test("The doctor finds nothing on quiet days, and streams that stop coming")
    func doctor() async throws {
        let quiet = try Played()
        defer { quiet.remove() }
        let well = try await run(quiet, "doctor --data .")
        #expect(well.exitCode == 0 && well.output.contains("nothing found"), "\(well.output)")
        let broken = try Played(lastDay: 0)
        defer { broken.remove() }
        let ill = try await run(broken, "doctor --data . --json")
        #expect(ill.exitCode == 1)
        let findings = try #require(try ill.json["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["subject"] as? String == "streamed" && $0["code"] as? String == "label-rate" })
        #expect(try await run(quiet, "doctor --data nowhere").exitCode == 3)
        #expect(try await run(quiet, "doctor --data . --server http://127.0.0.1:1").exitCode == 2)
        #expect(try await run(quiet, "doctor --server http://127.0.0.1:1").exitCode == 1)
    }
}
