import NIOCore
import OasisMarket
import OasisScoring
import OasisService
import Testing

@Suite("Score replies as JSON")
struct ScoreMessageTests {
    private static let longest = String(repeating: "x", count: 128)

    private static func request(candidates: Int) throws -> ScoreRequest {
        try ScoreRequest(
            id: RequestID(longest),
            listener: ListenerID("l"),
            cell: Cell(surface: SurfaceID("s"), market: MarketID("m")),
            time: Timestamp(milliseconds: 0),
            scale: "utility",
            slateSize: 100,
            promotableSlots: 100,
            tracks: try (0..<candidates).map { try TrackID(String("\($0)-\(longest)".prefix(128))) },
            organicScores: (0..<candidates).map { Float($0) }
        )
    }

    private static let explanation = BoostExplanation(
        terms: Attribute.allCases.map { attribute in
            Explanation.Term(
                attribute: attribute,
                amount: -1.234_567_890_123_456_7e-300,
                worth: -1.234_567_890_123_456_7e-301,
                campaignPrice: -1.234_567_890_123_456_7e-302,
                cellPrice: -1.234_567_890_123_456_7e-303,
                contribution: -1.234_567_890_123_456_7e-304
            )
        },
        lossPrice: -1.234_567_890_123_456_7e-305,
        listenerLoss: -1.234_567_890_123_456_7e-306,
        fullBoost: -1.234_567_890_123_456_7e-307
    )

    private static func promotion(_ index: Int, boost: Float, receipt: Int) throws -> Promotion {
        Promotion(
            index: index,
            campaign: try CampaignID(longest),
            campaignPlace: 0,
            campaignNumber: 1,
            trackHash: 0,
            boost: boost,
            propensity: 1 / 3,
            reasons: ReasonCode.allCases,
            receipt: (0..<receipt).map { UInt8(truncatingIfNeeded: $0 &* 31) },
            explanation: index % 2 == 0 ? explanation : nil
        )
    }

    @Test("The longest reply there can be is whole, and reads back as what was decided")
    func longest() throws {
        let request = try Self.request(candidates: 100)
        var reply = ScoreReply(
            request: request.id,
            snapshot: .max,
            snapshotAgeSeconds: 1.234_567_890_123_456_7e-300,
            policyVersion: .min,
            arm: .holdout,
            degradations: Degradation.allCases
        )
        let boosts: [Float] = [.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.1, 1, 1.175_494_3e-38, 16_777_216]
        reply.promotions = try (0..<100)
            .map { try Self.promotion(99 - $0, boost: boosts[$0 % boosts.count], receipt: 90 + $0 % 7) }
        let json = try JSONParser.parse(ScoreMessage.reply(reply, to: request).body)
        #expect(json["requestId"] == .string(Self.longest))
        #expect(json["snapshot"] == .string("ffffffffffffffff"))
        #expect(json["snapshotAgeSeconds"] == .number(1.234_567_890_123_456_7e-300))
        #expect(json["policyVersion"] == .integer(.min))
        #expect(json["arm"] == .string("holdout"))
        #expect(json["degraded"] == .array(Degradation.allCases.map { .string($0.rawValue) }))
        let promotions = try #require(json["promotions"]?.elements)
        #expect(promotions.count == 100)
        for (written, promotion) in zip(promotions, reply.promotions) {
            #expect(written["index"] == .integer(Int64(promotion.index)))
            #expect(written["track"] == .string(request.tracks[promotion.index].text))
            #expect(written["campaign"] == .string(Self.longest))
            #expect(written["boost"]?.double.map { Float($0) } == promotion.boost)
            #expect(written["propensity"]?.double.map { Float($0) } == promotion.propensity)
            #expect(written["reasons"] == .array(ReasonCode.allCases.map { .string($0.rawValue) }))
            #expect(Base64URL.decode(written["receipt"]?.text ?? "") == promotion.receipt)
            let terms = written["explanation"]?["terms"]?.elements
            #expect(terms?.count == promotion.explanation?.terms.count)
            #expect(terms?.first?["attribute"]?.text == promotion.explanation?.terms.first?.attribute.rawValue)
            #expect(terms?.last?["contribution"]?.double == promotion.explanation?.terms.last?.contribution)
            #expect(written["explanation"]?["fullBoost"]?.double == promotion.explanation?.fullBoost)
        }
    }

    @Test("A reply without a snapshot says null where there is nothing to say")
    func empty() throws {
        let request = try Self.request(candidates: 1)
        let reply = ScoreReply(request: request.id, degradations: [.noSnapshot])
        let json = try JSONParser.parse(ScoreMessage.reply(reply, to: request).body)
        #expect(json["requestId"] == .string(Self.longest))
        for key in ["snapshot", "snapshotAgeSeconds", "policyVersion"] { #expect(json[key] == .null, "\(key)") }
        #expect(json["promotions"] == .array([]))
        #expect(json["degraded"] == .array([.string("no-snapshot")]))
    }
}
