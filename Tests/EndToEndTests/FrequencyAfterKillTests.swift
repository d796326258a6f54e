import Foundation
import NIOCore
import OasisClient
import OasisDriver
import OasisLedger
import OasisMarket
import Testing

@Suite("What listeners met, in a server that is killed", .serialized)
struct FrequencyAfterKillTests {
    private struct Answer: Decodable {
        struct Promotion: Decodable {
            var receipt: String
        }

        var promotions: [Promotion]
        var degraded: [String]
    }

    private static let time = "2026-11-22T12:00:00Z"

    private static let setUp = MarketSetUp(
        licensors: [
            Licensor(
                id: LicensorID(trusted: "label"),
                title: "Label",
                tier: TierID(trusted: "independent")
            )
        ],
        campaigns: [
            Campaign(
                id: CampaignID(trusted: "song"),
                title: "A Song",
                song: SongID(trusted: "song"),
                tracks: [TrackID(trusted: "promoted")],
                artist: ArtistID(trusted: "artist"),
                licensor: LicensorID(trusted: "label"),
                start: Timestamp("2026-11-01T00:00:00Z") ?? Timestamp(milliseconds: 0),
                commissionRate: BasisPoints(3_000)
            )
        ],
        policy: Policy(
            scale: "utility/1",
            objectives: [.stream: 1],
            rows: [],
            guardrails: Guardrails(
                maxBoost: 1,
                maxPromotedPerSlate: 1,
                minimumOrganicPercentile: 0,
                holdout: BasisPoints(0),
                holdoutSalt: "salt",
                frequency: [FrequencyLimit(scope: .campaign, maximum: 2, windowHours: 24)]
            ),
            guarantees: GuaranteeRule(penalty: 1, margin: 0.05),
            commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
            randomization: Randomization(smoothing: 0, explorationShare: 0)
        )
    )

    @Test("A listener who met a song as often as allowed does not meet it again after kill -9, and another one does")
    func limitSurvives() async throws {
        let server = try ServerUnderTest(planEverySeconds: 0.2, start: Self.time)
        defer { server.remove() }
        try await server.start()
        try await ControlPlane(HTTPClient(server.console), token: nil, patience: .seconds(20)).apply(Self.setUp)
        // Until a plan knows the song.
        var met = try await answer(of: server) { !$0.promotions.isEmpty }.promotions.map(\.receipt)
        for index in 0..<6 { met += try await score(server, "r-\(index)").promotions.map(\.receipt) }
        #expect(met.count == 2)
        try await shown(server, met)

        try await server.kill()
        try await server.start()
        // Until it is known again what listeners met.
        let first = try await answer(of: server) { $0.degraded.isEmpty }
        #expect(first.promotions.isEmpty)
        for index in 0..<6 {
            let answer = try await score(server, "s-\(index)")
            #expect(answer.promotions.isEmpty && answer.degraded.isEmpty)
        }
        let another = try await score(server, "t", listener: "another")
        #expect(another.promotions.count == 1 && another.degraded.isEmpty)
        try await server.stop()
        #expect(try Ledger(path: server.ledger, access: .read).verify() == [])
    }

    /// Asks until an answer is as it should be; one that is degraded promotes nothing.
    private func answer(of server: ServerUnderTest, _ isWanted: (Answer) -> Bool) async throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            let answer = try await score(server, "wait-\(UUID())")
            if isWanted(answer) { return answer }
            #expect(answer.promotions.isEmpty)
            try #require(ContinuousClock.now < deadline, "still degraded: \(answer.degraded)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func score(_ server: ServerUnderTest, _ id: String, listener: String = "someone") async throws -> Answer {
        let body = """
            {"requestId":"\(id)","listener":"\(listener)","surface":"radio","market":"DE","time":"\(Self.time)",\
            "scale":"utility/1","slateSize":1,"promotableSlots":1,"candidates":{"track":["other","promoted"],\
            "organicScore":[0.5,0.45],"streamProbability":[0.5,0.9]}}
            """
        return try JSONDecoder().decode(Answer.self, from: try await post(server, "/v1/score", body))
    }

    private func shown(_ server: ServerUnderTest, _ receipts: [String]) async throws {
        let events = receipts.enumerated()
            .map { index, receipt in
                """
                {"specversion":"1.0","id":"\(index)","source":"test","type":"oasis.shown","time":"\(Self.time)",\
                "data":{"receipt":"\(receipt)"}}
                """
            }
        let body = "[\(events.joined(separator: ","))]"
        _ = try await post(server, "/v1/events", body, type: "application/cloudevents-batch+json")
    }

    private func post(
        _ server: ServerUnderTest,
        _ path: String,
        _ body: String,
        type: String = "application/json"
    ) async throws -> Data {
        let call = HTTPCall(.post, path, contentType: type, body: ByteBuffer(string: body))
        let answer = try await HTTPClient(server.scoring).send(call, within: .seconds(60))
        try #require((200..<300).contains(answer.status), "\(String(buffer: answer.body))")
        return Data(answer.body.readableBytesView)
    }
}
