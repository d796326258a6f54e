internal import NIOCore
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring

/// Runs the way of a score request, from bytes to bytes, until its code and data are warm.
///
/// The engine rehearses them: nothing is reserved, counted or sampled.
struct WarmUp {
    /// How many requests it takes.
    static let rounds = 200

    let engine: PromotionEngine
    let clock: MarketClock

    /// Scores synthetic requests of rising size.
    func run() throws {
        for round in 0..<Self.rounds {
            let body = Self.request(candidates: 1 + round * 2, time: clock.now)
            let request = try ScoreRequestReader.read(body, clock: clock)
            _ = ScoreMessage.reply(engine.rehearse(request, at: clock.now), to: request)
        }
    }

    static func request(candidates: Int, time: Timestamp) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("requestId", "warm-up-\(candidates)")
            writer.member("listener", "warm-up")
            writer.member("surface", "warm-up")
            writer.member("market", "warm-up")
            writer.member("time", time.description)
            writer.member("scale", "warm-up")
            writer.key("slateSize")
            writer.number(10)
            writer.key("promotableSlots")
            writer.number(0)
            writer.key("candidates")
            writer.object { writer in
                writer.key("track")
                writer.array { writer in for index in 0..<candidates { writer.string("warm-up:\(index)") } }
                writer.key("organicScore")
                writer.array { writer in for index in 0..<candidates { writer.number(1 / Double(index + 1)) } }
            }
        }
        return writer.buffer
    }
}
