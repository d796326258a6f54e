internal import Foundation
internal import NIOCore
internal import OasisMarket
internal import OasisMessages
internal import OasisRemoteCalls
internal import SwiftProtobuf
internal import Testing

@Suite("Writing a message field by field")
struct MessageWriterTests {
    @Test("A score response comes out as swift-protobuf writes it", arguments: 0..<300)
    func response(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let response = Self.response(&generator)
        let expected = try FramedMessage(response).buffer
        // Room for all of it, for some of it, and for nothing: what does not fit is written again.
        for room in [0, Int.random(in: 0...expected.readableBytes, using: &generator), 4_096] {
            #expect(FramedMessage(reserving: room) { Self.write(response, to: &$0) }.buffer == expected)
        }
    }

    @Test(
        "A message around another has its length, however long it is",
        arguments: [0, 1, 126, 127, 128, 16_383, 16_384, 70_000]
    )
    func lengths(count: Int) throws {
        var inner = Google_Rpc_Status()
        inner.message = String(repeating: "x", count: count)
        var message = Oasis_V1_ScoreStreamResponse()
        message.error = inner
        let written = FramedMessage { writer in writer.message(2) { $0.text(2, inner.message) } }
        #expect(written.buffer == (try FramedMessage(message)).buffer)
    }

    @Test("A message without fields is its prefix alone")
    func empty() {
        #expect(Array(FramedMessage { _ in }.buffer.readableBytesView) == [0, 0, 0, 0, 0])
    }

    private static func write(_ response: Oasis_V1_ScoreResponse, to writer: inout MessageWriter) {
        writer.text(1, response.requestID)
        if response.hasPricing {
            writer.message(2) { writer in
                writer.fixed64(1, response.pricing.snapshotID)
                writer.double(2, response.pricing.snapshotAgeSeconds)
                writer.number(3, response.pricing.policyVersion)
            }
        }
        writer.number(3, Int64(response.arm.rawValue))
        for promotion in response.promotions {
            writer.message(4) { writer in
                writer.number(1, Int64(promotion.index))
                writer.text(2, promotion.campaignID)
                writer.float(3, promotion.boost)
                writer.float(4, promotion.propensity)
                let codes = promotion.reasonCodes
                writer.packed(5, count: codes.count) { Int64(codes[$0].rawValue) }
                writer.bytes(6, Array(promotion.receipt))
            }
        }
        writer.packed(5, count: response.degraded.count) { Int64(response.degraded[$0].rawValue) }
    }

    private static func response(_ generator: inout SeededGenerator) -> Oasis_V1_ScoreResponse {
        var response = Oasis_V1_ScoreResponse()
        response.requestID = String(repeating: "é", count: Int.random(in: 0...80, using: &generator))
        if Bool.random(using: &generator) {
            response.pricing.snapshotID = UInt64.random(in: 0...3, using: &generator)
            response.pricing.snapshotAgeSeconds = [0, -0.0, 0.5, .nan].randomElement(using: &generator) ?? 0
            response.pricing.policyVersion = Int64.random(in: -300...300, using: &generator)
        }
        response.arm =
            [.unspecified, .promoted, .holdout, .UNRECOGNIZED(-7)].randomElement(using: &generator) ?? .promoted
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            var promotion = Oasis_V1_Promotion()
            promotion.index = Int32.random(in: -1...1_000, using: &generator)
            promotion.campaignID = String(repeating: "c", count: Int.random(in: 0...128, using: &generator))
            promotion.boost = [0, -0.0, 0.25].randomElement(using: &generator) ?? 0
            promotion.propensity = Float.random(in: 0...1, using: &generator)
            promotion.reasonCodes = (0..<Int.random(in: 0...3, using: &generator)).map { _ in .maxBoost }
            promotion.receipt = Data((0..<Int.random(in: 0...96, using: &generator)).map { UInt8($0) })
            response.promotions.append(promotion)
        }
        response.degraded = (0..<Int.random(in: 0...200, using: &generator)).map { _ in .leaseExhausted }
        return response
    }
}
