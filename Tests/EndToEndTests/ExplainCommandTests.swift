import Foundation
import OasisMarket
import OasisResponse
import OasisScoring
import Testing

@Suite("oasis explain and oasis snapshot inspect, as they are typed", .serialized)
struct ExplainCommandTests {
    /// A folder with a snapshot of two campaigns, a request and a key.
    private final class Files {
        let folder: URL
        let snapshot: Snapshot

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "explain-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            snapshot = ExplainCommandTests.snapshot()
            try SnapshotFile.encode(snapshot).save(to: path("prices.oasis"))
            try write(ExplainCommandTests.request, "request.json")
            try write(String(repeating: "0123456789abcdef", count: 4) + "\n", "receipt.key")
        }

        func path(_ name: String) -> String { folder.appending(path: name).path() }

        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }

        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    private static let request = """
        {"requestId": "r-1", "listener": "l-1", "surface": "radio", "market": "DE", "scale": "test/1", "slateSize": 2,
         "promotableSlots": 1, "candidates": {"track": ["a", "b", "t-cheap", "t-dear"],
         "organicScore": [0.9, 0.8, 0.7, 0.75], "streamProbability": [0.1, 0.1, 0.5, 0.25]}}
        """

    private static func snapshot() -> Snapshot {
        var worths = AttributeVector()
        worths[.stream] = 0.5
        var snapshot = Snapshot(
            number: 42,
            createdAt: Timestamp(milliseconds: 1_795_600_000_000),
            policyVersion: 3,
            scale: "test/1",
            worths: worths,
            guardrails: Guardrails(
                maxBoost: 1,
                maxPromotedPerSlate: 2,
                minimumOrganicPercentile: 0,
                holdout: BasisPoints(0),
                holdoutSalt: "salt"
            ),
            randomization: Randomization(smoothing: 0, explorationShare: 0),
            cells: [],
            elsewherePrices: AttributeVector(),
            campaigns: [campaign(1, "cheap"), campaign(2, "dear")]
        )
        snapshot.campaigns[1].prices[.delivery] = 0.25
        snapshot.rows = [PricedRow(name: "cap dear", attribute: .delivery, scope: .campaign(1), price: 0.25)]
        return snapshot
    }

    private static func campaign(_ number: Int64, _ name: String) -> PricedCampaign {
        PricedCampaign(
            number: number,
            id: CampaignID(trusted: name),
            tracks: [TrackID(trusted: "t-\(name)")],
            surfaces: [],
            markets: [],
            start: Timestamp(milliseconds: 0),
            end: nil,
            hasCap: true,
            commissionPerStream: 0,
            rates: ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0, newListenersPerStream: 0),
            prices: AttributeVector()
        )
    }

    private func run(_ files: Files, _ arguments: [String]) async throws -> CommandUnderTest.Result {
        try await CommandUnderTest.run(arguments, in: files.folder)
    }

    @Test("The same request replays to the same bytes, and the terms printed add up to the boost")
    func replays() async throws {
        let files = try Files()
        let arguments = [
            "explain", "--request", "request.json", "--snapshot", "prices.oasis", "--draw-key-file", "receipt.key",
            "--json",
        ]
        let first = try await run(files, arguments)
        let second = try await run(files, arguments)
        #expect(first.exitCode == 0 && first.errors.isEmpty)
        #expect(first.output == second.output)
        let json = try first.json
        let reply = try #require(json["reply"] as? [String: Any])
        let promotions = try #require(reply["promotions"] as? [[String: Any]])
        #expect(promotions.map { $0["track"] as? String } == ["t-cheap"])
        #expect(json["isDrawnAsServer"] as? Bool == true)
        let explanations = try #require(json["explanations"] as? [[String: Any]])
        #expect(explanations.map { $0["verdict"] as? String } == ["promoted", "not-worth-its-price"])
        for explanation in explanations {
            let terms = try #require(explanation["terms"] as? [[String: Any]])
            let sum = terms.reduce(0) { $0 + ($1["contribution"] as? Double ?? .nan) }
            #expect(sum == explanation["pricedWorth"] as? Double)
            #expect(sum / (explanation["lossPrice"] as? Double ?? .nan) == explanation["fullBoost"] as? Double)
        }
        // 0.25 − (0.5 · 0.25 − (0.8 − 0.75)), the last in single precision.
        #expect(explanations[1]["sentence"] as? String == "Lost by 0.175: price of cap dear 0.25 − value 0.075.")
    }

    @Test("The table names candidates, campaigns and sums, and says when the draw is not the server's")
    func table() async throws {
        let files = try Files()
        let result = try await run(files, ["explain", "--request", "request.json", "--snapshot", "prices.oasis"])
        #expect(result.exitCode == 0)
        for text in [
            "t-cheap", "campaign dear", "cap dear", "priced worth", "not as a server draws", #""requestId":"r-1""#,
        ] {
            #expect(result.output.contains(text), "\(text)")
        }
    }

    @Test("Input that breaks a rule is refused with code 3, naming field or section")
    func refused() async throws {
        let files = try Files()
        try files.write(Self.request.replacing("0.25]", with: "2]"), "bad.json")
        try files.write("OASISNAP", "cut.oasis")
        for (arguments, name) in [
            (["--request", "bad.json", "--snapshot", "prices.oasis"], "streamProbability"),
            (["--request", "request.json", "--snapshot", "cut.oasis"], "header"),
            (["--request", "none.json", "--snapshot", "prices.oasis"], "none.json"),
            (["--request", "request.json", "--snapshot", "prices.oasis", "--draw-key-file", "bad.json"], "bad.json"),
        ] {
            let result = try await run(files, ["explain"] + arguments)
            #expect(result.exitCode == 3 && result.output.isEmpty)
            #expect(result.errors.contains(name), "\(result.errors)")
        }
        #expect(try await run(files, ["explain", "--request", "request.json"]).exitCode == 2)
    }

    @Test("A snapshot is shown as it is, a campaign by name and by track, and damage is refused by its section")
    func inspect() async throws {
        let files = try Files()
        let whole = try await run(files, ["snapshot", "inspect", "prices.oasis", "--json"])
        #expect(whole.exitCode == 0)
        let json = try whole.json
        #expect(json["number"] as? Int == 42 && json["campaigns"] as? Int == 2)
        let sections = try #require(json["sections"] as? [[String: Any]])
        let table = try await run(files, ["snapshot", "inspect", "prices.oasis"])
        for section in sections { #expect(table.output.contains(section["name"] as? String ?? "?")) }
        for option in [["--campaign", "dear"], ["--track", "t-dear"]] {
            let result = try await run(files, ["snapshot", "inspect", "prices.oasis", "--json"] + option)
            let json = try result.json
            #expect(json["campaign"] as? String == "dear" && json["number"] as? Int == 2)
            #expect((json["prices"] as? [String: Double])?["delivery"] == 0.25)
        }
        #expect(try await run(files, ["snapshot", "inspect", "prices.oasis", "--track", "t-none"]).exitCode == 3)
        let bytes = SnapshotFile.encode(files.snapshot).copy
        for section in sections where section["bytes"] as? Int != 0 {
            var damaged = bytes
            damaged[try #require(section["offset"] as? Int)] ^= 1
            try Data(damaged).write(to: files.folder.appending(path: "damaged.oasis"))
            let result = try await run(files, ["snapshot", "inspect", "damaged.oasis"])
            #expect(result.exitCode == 3)
            #expect(result.errors.contains("section \(section["name"] as? String ?? "?"):"), "\(result.errors)")
        }
    }
}
