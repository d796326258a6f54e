internal import OasisMarket
internal import OasisMessages
internal import SwiftProtobuf

/// Everything a score request says, with numbers by their bits, so that NaN is equal to itself.
struct RequestContent: Hashable {
    var texts: [String]
    var time: [Int64]
    var sizes: [Int32]
    var tracks: [String]
    var numbers: [[UInt32]]
    var flags: [Bool]
    var hashes: [UInt64]

    init(_ message: Oasis_V1_ScoreRequest) {
        texts = [message.requestID, message.listenerID, message.surface, message.market, message.scale]
        time = message.hasTime ? [message.time.seconds, Int64(message.time.nanos)] : []
        sizes = [message.slateSize, message.promotableSlots]
        tracks = message.candidates.trackID
        numbers = [message.candidates.organicScore, message.candidates.streamProbability].map { $0.map(\.bitPattern) }
        flags = message.candidates.isNewToArtist + [message.explain]
        hashes = message.candidates.trackHash
    }

    init(_ fields: ScoreRequestFields, _ bytes: [UInt8]) {
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        texts = [fields.requestID, fields.listenerID, fields.surface, fields.market, fields.scale].map(text)
        time = fields.time.map { [$0.seconds, Int64($0.nanoseconds)] } ?? []
        sizes = [fields.slateSize, fields.promotableSlots]
        tracks = zip(fields.trackOffsets, fields.trackOffsets.dropFirst())
            .map { String(decoding: fields.trackBytes[Int($0)..<Int($1)], as: UTF8.self) }
        numbers = [fields.organicScores, fields.streamProbabilities].map { $0.map(\.bitPattern) }
        flags = fields.isNewToArtist + [fields.explain]
        hashes = fields.trackHashes
    }

    /// What our reader makes of bytes; nothing when it refuses them.
    static func ours(_ bytes: [UInt8]) -> RequestContent? {
        var fields = ScoreRequestFields()
        guard (try? bytes.withUnsafeBytes { try fields.read($0) }) != nil else { return nil }
        return RequestContent(fields, bytes)
    }

    /// What swift-protobuf makes of bytes; nothing when it refuses them.
    static func theirs(_ bytes: [UInt8]) -> RequestContent? {
        (try? Oasis_V1_ScoreRequest(serializedBytes: bytes)).map { RequestContent($0) }
    }
}

/// Requests, and fields that no request has, drawn from a generator.
enum RandomRequest {
    static func make(_ generator: inout SeededGenerator) -> Oasis_V1_ScoreRequest {
        var request = Oasis_V1_ScoreRequest()
        request.requestID = text(&generator)
        request.listenerID = text(&generator)
        request.surface = text(&generator)
        request.market = text(&generator)
        request.scale = text(&generator)
        request.slateSize = Int32.random(in: -2...200, using: &generator)
        request.promotableSlots = Int32.random(in: -2...200, using: &generator)
        request.explain = Bool.random(using: &generator)
        if Bool.random(using: &generator) {
            request.time.seconds = Int64.random(in: -1...4_000_000_000, using: &generator)
            request.time.nanos = Int32.random(in: -1...1_000_000_000, using: &generator)
        }
        let count = Int.random(in: 0...12, using: &generator)
        request.candidates.trackID = (0..<count).map { _ in text(&generator) }
        if Bool.random(using: &generator) {
            request.candidates.trackHash = (0..<count).map { _ in generator.next() }
        }
        request.candidates.organicScore = (0..<count).map { _ in number(&generator) }
        if Bool.random(using: &generator) {
            request.candidates.streamProbability = (0..<count).map { _ in number(&generator) }
        }
        if Bool.random(using: &generator) {
            request.candidates.isNewToArtist = (0..<count).map { _ in Bool.random(using: &generator) }
        }
        return request
    }

    /// Appends one field with any number, kind and body, whole or not.
    static func appendField(to bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let field = UInt32.random(in: 0...12, using: &generator)
        appendVarint(UInt64(field << 3 | UInt32.random(in: 0...6, using: &generator)), to: &bytes)
        switch UInt8.random(in: 0...3, using: &generator) {
        case 0: appendVarint(generator.next() >> UInt64.random(in: 0...63, using: &generator), to: &bytes)
        case 1: bytes += (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) }
        case 2: bytes += (0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) }
        default:
            let count = Int.random(in: 0...6, using: &generator)
            bytes.append(UInt8(count))
            bytes += (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
    }

    private static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest > 0x7f {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let letters = ["a", "Z", "0", "-", ":", "é", "☃", "𝄞", " ", "\u{0}"]
        let count = Int.random(in: 0...30, using: &generator)
        return (0..<count).compactMap { _ in letters.randomElement(using: &generator) }.joined()
    }

    private static func number(_ generator: inout SeededGenerator) -> Float {
        Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator))
    }
}

/// Damage to bytes.
enum Mutation {
    static func apply(to bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &generator)) }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch UInt8.random(in: 0...5, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.remove(at: place)
        case 4: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default:
            let end = Int.random(in: place...bytes.count, using: &generator)
            bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        }
    }
}
