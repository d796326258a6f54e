import Foundation
import OasisClient
import OasisMarket
import OasisResponse
import OasisScoring
import ScriptedHTTP
import Testing

@Suite("The last good prices")
struct LocalPricesTests {
    private let time = Timestamp(milliseconds: 1_795_000_000_000)
    private let receiptKey = String(repeating: "0123456789abcdef", count: 4)

    private func snapshot(number: UInt64) -> Snapshot {
        var worths = AttributeVector()
        worths[.stream] = 1
        return Snapshot(
            number: number,
            createdAt: time.advanced(bySeconds: -60),
            policyVersion: 3,
            scale: "utility",
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
            campaigns: [campaign(1, track: "a", hasCap: false), campaign(2, track: "b", hasCap: true)]
        )
    }

    private func campaign(_ number: Int64, track: String, hasCap: Bool) -> PricedCampaign {
        PricedCampaign(
            number: number,
            id: CampaignID(trusted: "campaign-\(number)"),
            tracks: [TrackID(trusted: track)],
            surfaces: [],
            markets: [],
            start: time.advanced(bySeconds: -10),
            end: nil,
            hasCap: hasCap,
            commissionPerStream: 0,
            rates: ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0, newListenersPerStream: 0),
            prices: AttributeVector()
        )
    }

    private func request() throws -> ScoreRequest {
        try ScoreRequest(
            id: try RequestID("r-1"),
            listener: try ListenerID("l-1"),
            cell: Cell(surface: try SurfaceID("radio"), market: try MarketID("DE")),
            time: time,
            scale: "utility",
            slateSize: 2,
            promotableSlots: 2,
            tracks: try ["a", "b", "c", "d"].map { try TrackID($0) },
            organicScores: [0.1, 0.1, 0.3, 0.4]
        )
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-local-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func save(_ number: UInt64, as name: String, in folder: URL) throws {
        try SnapshotFile.encode(snapshot(number: number)).save(to: folder.appendingPathComponent(name).path)
    }

    @Test("They score while the server is away, leave caps alone, and sign receipts that the server takes")
    func serverAway() async throws {
        try await withFolder { folder in
            try save(5, as: "snapshot-000000000005.oasis", in: folder)
            let prices = try LocalPrices(folder.path, receiptKey: receiptKey)
            let server = try await ScriptedServer { _ in .hangUp }
            let client = try PromotionClient("\(server.address)", settings: .init(fallback: prices.score))
            let reply = await client.score(try request(), within: .seconds(30))
            #expect(reply.source == .local && reply.failure?.kind == .connectionLost)
            #expect(reply.promotions.map(\.index) == [0], "the campaign with a cap is left out")
            #expect(reply.boosts(count: 4)[0] > 0.2)
            #expect(reply.promotions.first?.explanation == nil, "nobody asked")
            var asking = try request()
            asking.explains = true
            let explanation = try #require(prices.score(asking)?.promotions.first?.explanation)
            let sum = explanation.terms.reduce(0) { $0 + $1.contribution }
            #expect(explanation.fullBoost == sum / explanation.lossPrice)
            #expect(Float(explanation.fullBoost) == reply.boosts(count: 4)[0])
            #expect(reply.degradations == ["lease-exhausted"])
            #expect(reply.snapshot == "0000000000000005" && reply.arm == "promoted")
            let promotion = try #require(reply.promotions.first)
            let text = promotion.receipt.replacing("-", with: "+").replacing("_", with: "/")
            let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            let bytes = try #require(Data(base64Encoded: padded))
            let secrets = try NodeSecrets(receiptKey: receiptKey)
            let facts = try Receipt.verify(Array(bytes), with: secrets.receiptKeys)
            #expect(facts.campaignNumber == 1 && facts.snapshot == 5 && facts.issuedAt == time)
            try await server.stop()
        }
    }

    @Test("A newer snapshot is taken, a damaged one passed over, and without any there are no boosts")
    func refresh() async throws {
        try await withFolder { folder in
            let prices = try LocalPrices(folder.path)
            #expect(prices.snapshot == nil)
            #expect(prices.score(try request()) == nil)
            try save(7, as: "snapshot-000000000007.oasis", in: folder)
            #expect(prices.refresh() && prices.snapshot == 7)
            try Data("OASISNAP".utf8).write(to: folder.appendingPathComponent("snapshot-000000000008.oasis"))
            #expect(!prices.refresh() && prices.snapshot == 7)
            try save(9, as: "snapshot-000000000009.oasis", in: folder)
            #expect(prices.refresh() && prices.snapshot == 9)
            #expect(!prices.refresh())
            #expect(prices.score(try request())?.promotions.first?.receipt == "", "without a key nothing is signed")
        }
    }

    @Test("Prices that are too old promote nothing, and say so")
    func expired() async throws {
        try await withFolder { folder in
            try save(5, as: "one.oasis", in: folder)
            let prices = try LocalPrices(folder.path + "/one.oasis", expiredAfter: .seconds(59))
            let reply = try #require(prices.score(try request()))
            #expect(reply.promotions.isEmpty && reply.degradations == ["expired-snapshot"])
        }
    }

    @Test("A receipt key that is none is refused by name")
    func badKey() {
        let refusal = #expect(throws: InvalidField.self) { try LocalPrices("/nowhere", receiptKey: "abc") }
        #expect(refusal?.field == "receiptKey")
    }
}
