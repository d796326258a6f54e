import Foundation
import NIOCore
import OasisMarket
import OasisScoring
import OasisService

/// Times reading a score request and writing its reply beside Foundation's Codable on the same bytes;
/// `Benchmarks/json-speed` builds and runs it.
@main
struct JSONBenchmark {
    static func main() throws {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200
        let clock = MarketClock(source: .wall)
        print("median of \(rounds) rounds, microseconds each; ratio to Foundation in the same rounds\n")
        print("reading                                      bytes   oasis   Foundation   ratio")
        for (name, shape) in ReadingCase.all {
            let body = shape.body()
            let data = Data(body.readableBytesView)
            let decoder = JSONDecoder()
            let (mine, theirs) = Stopwatch.medians(rounds) {
                blackHole((try? ScoreRequestReader.read(body, clock: clock))?.slateSize ?? -1)
            } beside: {
                blackHole((try? decoder.decode(CodableRequest.self, from: data))?.slateSize ?? -1)
            }
            guard try ScoreRequestReader.read(body, clock: clock).slateSize == shape.slateSize else { fatalError() }
            line(name, body.readableBytes, mine, theirs)
        }
        print("\nwriting                                      bytes   oasis   Foundation   ratio")
        for count in [0, 2, 10, 100] {
            let (request, reply) = try WritingCase.reply(promotions: count)
            let encoder = JSONEncoder()
            let codable = CodableReply(reply, to: request)
            let (mine, theirs) = Stopwatch.medians(rounds) {
                blackHole(ScoreMessage.reply(reply, to: request).body.readableBytes)
            } beside: {
                blackHole((try? encoder.encode(codable))?.count ?? -1)
            }
            line("\(count) promotions", ScoreMessage.reply(reply, to: request).body.readableBytes, mine, theirs)
        }
    }

    private static func line(_ name: String, _ bytes: Int, _ mine: Double, _ theirs: Double) {
        let padded = name.padding(toLength: 42, withPad: " ", startingAt: 0)
        print(padded + String(format: "%8d %7.2f %12.1f %7.1f", bytes, mine, theirs, theirs / mine))
    }
}

/// Keeps a result from being optimised away.
@inline(never)
func blackHole(_ value: Int) {
    if value == .min { print(value) }
}

enum Stopwatch {
    /// Median microseconds of one run of each, taken in turns.
    static func medians(_ rounds: Int, _ first: () -> Void, beside second: () -> Void) -> (Double, Double) {
        var (firsts, seconds): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            firsts.append(microseconds(20, first))
            seconds.append(microseconds(1, second))
        }
        return (firsts.sorted()[rounds / 2], seconds.sorted()[rounds / 2])
    }

    private static func microseconds(_ times: Int, _ body: () -> Void) -> Double {
        let start = NIODeadline.now()
        for _ in 0..<times { body() }
        return Double((NIODeadline.now() - start).nanoseconds) / 1_000 / Double(times)
    }
}

/// A request's text as some ranker might write it.
struct ReadingCase {
    var candidates: Int
    var nameLength: Int
    /// Whether scores are doubles, 16 to 17 digits long, as languages without floats write them.
    var hasDoubles: Bool
    var spaces: Bool
    let slateSize = 20

    static let all: [(String, ReadingCase)] = [
        (
            "500 candidates, 7-letter ids, floats",
            .init(candidates: 500, nameLength: 7, hasDoubles: false, spaces: false)
        ),
        (
            "500 candidates, 22-letter ids, floats",
            .init(candidates: 500, nameLength: 22, hasDoubles: false, spaces: false)
        ),
        (
            "500 candidates, 22-letter ids, doubles",
            .init(candidates: 500, nameLength: 22, hasDoubles: true, spaces: false)
        ),
        (
            "500 candidates, 22-letter ids, spaces",
            .init(candidates: 500, nameLength: 22, hasDoubles: false, spaces: true)
        ),
        (
            "200 candidates, 22-letter ids, floats",
            .init(candidates: 200, nameLength: 22, hasDoubles: false, spaces: false)
        ),
    ]

    func body() -> ByteBuffer {
        var random = SeededGenerator(seed: 1)
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let separator = spaces ? ", " : ","
        let names = (0..<candidates)
            .map { _ in
                "\"" + String((0..<nameLength).map { _ in letters[random.index(below: letters.count)] }) + "\""
            }
            .joined(separator: separator)
        let scores = (0..<candidates)
            .map { _ in
                let score = random.uniform()
                return hasDoubles ? score.description : Float(score).description
            }
            .joined(separator: separator)
        return ByteBuffer(
            string: """
                {"requestId":"4b3f6c1e-9d52-4f1c-8a57-0d1c2b3a4f5e","listener":"l-8f14e45fceea167a","surface":"radio",\
                "market":"DE","scale":"utility-2","slateSize":\(slateSize),"promotableSlots":2,\
                "candidates":{"track":[\(names)],"organicScore":[\(scores)]}}
                """
        )
    }
}

enum WritingCase {
    static func reply(promotions count: Int) throws -> (ScoreRequest, ScoreReply) {
        var random = SeededGenerator(seed: 2)
        let body = ReadingCase(candidates: 500, nameLength: 22, hasDoubles: false, spaces: false).body()
        let request = try ScoreRequestReader.read(body, clock: MarketClock(source: .wall))
        let reply = ScoreReply.example(to: request, promotions: count) { index in
            (
                boost: Float(random.uniform() * 0.1), propensity: Float(random.uniform()),
                receipt: (0..<72).map { _ in UInt8(truncatingIfNeeded: random.next()) }, index: index * 4
            )
        }
        return (request, reply)
    }
}

extension ScoreReply {
    static func example(
        to request: ScoreRequest,
        promotions count: Int,
        _ make: (Int) -> (boost: Float, propensity: Float, receipt: [UInt8], index: Int)
    ) -> ScoreReply {
        var reply = ScoreReply(request: request.id, snapshot: 42, snapshotAgeSeconds: 4.2, policyVersion: 3)
        reply.promotions = (0..<count)
            .map { place in
                let made = make(place)
                return Promotion(
                    index: made.index,
                    campaign: CampaignID(trusted: "campaign-\(made.index)"),
                    campaignPlace: 0,
                    campaignNumber: 1,
                    trackHash: 0,
                    boost: made.boost,
                    propensity: made.propensity,
                    reasons: [.worthItsPrice],
                    receipt: made.receipt
                )
            }
        return reply
    }
}

/// The same request for Foundation's decoder.
struct CodableRequest: Codable {
    struct Candidates: Codable {
        var track: [String]
        var organicScore: [Float]
        var streamProbability: [Float]?
        var isNewToArtist: [Bool]?
    }

    var requestId: String
    var listener: String
    var surface: String
    var market: String
    var scale: String
    var slateSize: Int
    var promotableSlots: Int
    var candidates: Candidates
}

/// The same reply for Foundation's encoder.
struct CodableReply: Codable {
    struct Promotion: Codable {
        var index: Int
        var track: String
        var campaign: String
        var boost: Float
        var propensity: Float
        var reasons: [String]
        var receipt: String
    }

    var requestId: String
    var snapshot: String?
    var snapshotAgeSeconds: Double?
    var policyVersion: Int64?
    var arm: String
    var promotions: [Promotion]
    var degraded: [String]

    init(_ reply: ScoreReply, to request: ScoreRequest) {
        requestId = reply.request.text
        snapshot = reply.snapshot.map { ScoreMessage.hexadecimal($0) }
        snapshotAgeSeconds = reply.snapshotAgeSeconds
        policyVersion = reply.policyVersion
        arm = reply.arm.rawValue
        promotions = reply.promotions.map {
            Promotion(
                index: $0.index,
                track: "t-\($0.index)",
                campaign: $0.campaign.text,
                boost: $0.boost,
                propensity: $0.propensity,
                reasons: $0.reasons.map(\.rawValue),
                receipt: Base64URL.encode($0.receipt)
            )
        }
        degraded = reply.degradations.map(\.rawValue)
    }
}
