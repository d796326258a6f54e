import Foundation
import NIOCore
import OasisMarket
import OasisScoring
import OasisService
import Testing

@Suite("Score request reader")
struct ScoreRequestReaderTests {
    private static let clock = MarketClock(source: .requests)

    private static func read(_ text: [UInt8]) -> Result<ScoreRequest, ServiceFailure> {
        do throws(ServiceFailure) {
            return .success(try ScoreRequestReader.read(ByteBuffer(bytes: text), clock: clock))
        } catch {
            return .failure(error)
        }
    }

    @Test("Random and mangled requests are read, or refused with the same words, as the tree reader does")
    func againstReference() {
        var random = SeededGenerator(seed: 20_261_124)
        var accepted = 0
        for round in 0..<6_000 {
            let text = RandomScoreRequest.text(&random, edits: max(0, round % 4 - 1))
            let (mine, reference) = (Self.read(text), ScoreRequestReference.read(text, clock: Self.clock))
            guard mine == reference else {
                Issue.record("\(String(decoding: text, as: UTF8.self))\nread: \(mine)\nreference: \(reference)")
                return
            }
            if case .success = mine { accepted += 1 }
        }
        // Otherwise the comparison compared refusals alone, or none.
        #expect((1_500...5_000).contains(accepted), "\(accepted)")
    }

    @Test(
        "What is unusual but JSON is read all the same",
        arguments: [
            ("\"listener\"", "\"\\u006cistener\""), ("\"t-3\"", "\"t\\u002d3\""),
            ("\"track\"", "\"tr\\u0061ck\""), ("0.98", "98e-2"), ("0.98", "0.98000000000000000000000000001"),
            ("0.98", "9.8E-1"), ("\"t-3\"", " \"t-3\" "),
            ("[", "[\n\t\r "), ("]", "\n]"), ("\":", "\" :\n"),
            ("\"slateSize\":", "\"a\":{\"b\":[1,{}]},\"slateSize\":"),
            ("0.98", "0.98e0"), ("0.98", "0.980e+00"),
        ]
    )
    func unusual(_ text: String, _ other: String) throws {
        let usual = Documents.score(time: "2026-05-05T12:00:00Z")
        let changed = usual.replacingOccurrences(of: text, with: other)
        #expect(changed != usual)
        #expect(try Self.read(Array(changed.utf8)).get() == Self.read(Array(usual.utf8)).get())
    }

    @Test(
        "What is no JSON is refused wherever it stands, also in members that nobody reads",
        arguments: [
            "\"x\":[1,],", "\"x\":{\"a\":1,\"a\":2},", "\"x\":\"\\ud800\",", "\"x\":01,", "\"x\":1e999,",
            "\"x\":\"\u{1}\",",
            "\"x\":1,\"x\":2,", "\"x\":1,\"\\u0078\":2,", "\"scale\":\"a\",\"sc\\u0061le\":\"b\",", "\"x\":nul,",
            "\"x\":.5,",
            "\"x\":\(String(repeating: "[", count: 70))\(String(repeating: "]", count: 70)),", "\"x\":+1,",
            "\"x\":NaN,",
            "\"x\" 1,", "x:1,", ",",
        ]
    )
    func notJSON(_ member: String) {
        let text = "{" + member + Documents.score(time: "2026-05-05T12:00:00Z").dropFirst()
        guard case .failure(let failure) = Self.read(Array(text.utf8)) else {
            Issue.record("read \(text)")
            return
        }
        #expect(failure.reason == .invalidJSON)
        #expect(failure.message.contains("at byte "))
        let reference = ScoreRequestReference.read(Array(text.utf8), clock: Self.clock)
        #expect(reference == .failure(failure))
    }

    @Test("A byte order mark, bytes that are not UTF-8 and a text cut anywhere are refused")
    func bytes() {
        let text = Array(Documents.score(time: "2026-05-05T12:00:00Z").utf8)
        let place = text.firstIndex(of: UInt8(ascii: "r")) ?? 0
        for wrong in [[0xef, 0xbb, 0xbf] + text, text[..<place] + [0xff] + text[place...]] {
            guard case .failure(let failure) = Self.read(wrong) else {
                Issue.record("read")
                continue
            }
            #expect(failure.reason == .invalidJSON)
        }
        for length in text.indices {
            guard case .failure(let failure) = Self.read(Array(text[..<length])), failure.reason == .invalidJSON else {
                Issue.record("read a cut at \(length)")
                continue
            }
        }
    }

    @Test("Who asks is known without the candidates, when both names stand before them, and only then")
    func identity() throws {
        let text = Documents.score()
        let found = try #require(ScoreRequestReader.identity(in: ByteBuffer(string: text)))
        #expect(found.request.text == "r-1" && found.listener.text == "l-1")
        // Nothing behind the names is looked at.
        let names = #"{"x":[1],"listener":"l","requestId":"r","#
        #expect(ScoreRequestReader.identity(in: ByteBuffer(string: names + "garbage"))?.listener.text == "l")
        for text in [
            "", "[]", "{", "{}", #"{"requestId":"r"}"#, #"{"requestId":"r","candidates":{},"listener":"l"}"#,
            #"{"requestId":"r","listener":7,"candidates":{}}"#, #"{"requestId":"a b","listener":"l"}"#,
            #"{"requestId" "r","listener":"l"}"#, #"{requestId:"r","listener":"l"}"#, #"{"requestId":"r","#,
        ] {
            #expect(ScoreRequestReader.identity(in: ByteBuffer(string: text)) == nil, "\(text)")
        }
    }

    @Test("Keys are told apart by their bytes, as RFC 8259 does, and not by what they look like")
    func keys() throws {
        let text = #"{"é":1,"e\u0301":2,"# + Documents.score(time: "2026-05-05T12:00:00Z").dropFirst()
        _ = try Self.read(Array(text.utf8)).get()
        #expect(try JSONParser.parse(#"{"é":1,"e\u0301":2}"#).members?.count == 2)
        let many = (0..<40).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(throws: JSONFault.self) { try JSONParser.parse("{\(many),\"k0\":0}") }
        #expect(throws: JSONFault.self) { try JSONParser.parse("{\(many),\"k39\":0}") }
        #expect(try JSONParser.parse("{\(many)}").members?.count == 40)
    }
}

@Suite("JSON columns of numbers")
struct JSONFloatTests {
    private static func floats(_ texts: [String]) throws -> [Float] {
        let text = Array("[\(texts.joined(separator: ","))]".utf8)
        let column = try JSONParser.read(text.span.bytes) { parser throws(JSONFault) in
            guard let column = parser.floats(countMaximum: texts.count) else {
                throw JSONFault(offset: 0, finding: "was given up")
            }
            return column
        }
        return column
    }

    /// The C library's answer.
    private static func nearest(_ text: String) -> Float { strtof(text, nil) }

    private static func check(_ texts: [String]) throws {
        let read = try floats(texts)
        #expect(read.count == texts.count)
        for (text, float) in zip(texts, read) where float.bitPattern != nearest(text).bitPattern {
            Issue.record("\(text) was read as \(float), not \(nearest(text))")
        }
    }

    @Test("Floats of any bit pattern are read as the C library reads them, however many digits they have")
    func bitPatterns() throws {
        var random = SeededGenerator(seed: 7)
        for digits in [1, 3, 7, 9, 15, 17, 19, 20, 25] {
            let texts = (0..<2_000)
                .map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random)) }
                .filter(\.isFinite)
                .map { String(format: "%.\(digits - 1)e", Double($0)) }
            try Self.check(texts)
        }
    }

    @Test("Shortest texts, and doubles as other languages write them, are read right")
    func shortest() throws {
        var random = SeededGenerator(seed: 8)
        let doubles = (0..<20_000).map { _ in Double.random(in: -2...2, using: &random) }
        try Self.check(doubles.map(\.description))
        try Self.check(doubles.map { Float($0).description })
        try Self.check(doubles.map { String(format: "%.6f", $0 * 1e6) })
    }

    @Test("Numbers next to the middle between two floats are rounded to the right one")
    func middles() throws {
        var random = SeededGenerator(seed: 9)
        var texts: [String] = []
        for _ in 0..<3_000 {
            let float = Float(bitPattern: UInt32.random(in: 1..<0x7f00_0000, using: &random))
            let middle = (Double(float) + Double(float.nextUp)) / 2
            // Exact with enough digits; cut short it lies just below, and with one digit more just above.
            texts += [18, 19, 24, 40].map { String(format: "%.\($0)e", middle) }
            texts += [middle.nextUp, middle.nextDown].map(\.description)
        }
        try Self.check(texts)
    }

    @Test(
        "Zeros, whole numbers, large powers and long tails are read right",
        arguments: [
            "0", "0.0", "0e5", "0e-999", "1", "16777217", "16777219", "9007199254740993", "18446744073709551615",
            "18446744073709551616", "99999999999999999999", "0.1e1", "1e38", "3.4028235e38", "3.4028236e38",
            "1.17549435e-38", "1e-45", "7e-46", "7.1e-46", "1e-60", "0.00000000000000000000000001234", "123456789e-20",
            "12345678.12345678", "1.00000005960464477539062", "1.000000059604644775390625",
            "1.0000000596046447753906250000000000000000001", "4e22", "4e23", "1e22", "0.3",
        ]
    )
    func edges(_ text: String) throws {
        try Self.check([text, text + " ", " " + text])
        let negative = try Self.floats(["-" + text])
        #expect(negative[0] == Self.nearest("-" + text))
    }

    @Test(
        "What is no number is given up",
        arguments: [
            "01", "1.", ".5", "+1", "1e", "1e+", "-", "", "--1", "1..2", "1e1.5", "0x1", "1e999", "inf", "nan", "\"1\"",
        ]
    )
    func refused(_ text: String) {
        #expect(throws: JSONFault.self, "\(text)") { try Self.floats([text]) }
        #expect(throws: JSONFault.self, "\(text)") { try Self.floats(["1", text, "1"]) }
    }
}

/// Score requests of any shape, some of them wrong.
private enum RandomScoreRequest {
    /// A request's text, changed in `edits` places.
    static func text(_ random: inout SeededGenerator, edits: Int) -> [UInt8] {
        var text = Array(document(&random).utf8)
        for _ in 0..<edits { edit(&text, &random) }
        return text
    }

    private static func document(_ random: inout SeededGenerator) -> String {
        let count = Int.random(in: 1...6, using: &random)
        var candidates = [
            ("track", array(count, &random) { name(&$0) }),
            ("organicScore", array(count, &random) { number(&$0) }),
        ]
        if Bool.random(using: &random) {
            candidates.append(
                ("streamProbability", array(count, &random) { "0.\(Int.random(in: 0...99, using: &$0))" })
            )
        }
        if Bool.random(using: &random) {
            candidates.append(("isNewToArtist", array(count, &random) { Bool.random(using: &$0) ? "true" : "false" }))
        }
        var members = [
            ("requestId", name(&random)), ("listener", name(&random)), ("surface", "\"radio\""), ("market", "\"DE\""),
            ("time", "\"2026-05-05T12:00:00Z\""), ("scale", "\"utility\""), ("slateSize", "5"),
            ("promotableSlots", "\(Int.random(in: 0...5, using: &random))"),
            ("candidates", object(candidates, &random)),
        ]
        if Bool.random(using: &random) {
            members.append(("explain", ["true", "false", "null", "1"][Int.random(in: 0...3, using: &random)]))
        }
        if Int.random(in: 0..<4, using: &random) == 0 { members.append(("extra", strange(&random))) }
        if Int.random(in: 0..<8, using: &random) == 0 {
            members.remove(at: Int.random(in: 0..<members.count, using: &random))
        }
        if Int.random(in: 0..<8, using: &random) == 0 {
            members[Int.random(in: 0..<members.count, using: &random)].1 = strange(&random)
        }
        return object(members, &random)
    }

    private static func object(_ members: [(String, String)], _ random: inout SeededGenerator) -> String {
        let texts = members.shuffled(using: &random)
            .map { "\(space(&random))\"\($0.0)\"\(space(&random)):\(space(&random))\($0.1)\(space(&random))" }
        return "{\(texts.joined(separator: ","))}"
    }

    private static func array(
        _ count: Int,
        _ random: inout SeededGenerator,
        _ element: (inout SeededGenerator) -> String
    ) -> String {
        let wrong = Int.random(in: 0..<12, using: &random) == 0
        let texts = (0..<(wrong ? count + 1 : count)).map { _ in space(&random) + element(&random) + space(&random) }
        return "[\(texts.joined(separator: ","))]"
    }

    private static func space(_ random: inout SeededGenerator) -> String {
        ["", "", "", "", " ", "\n", "\t\r", "  "].randomElement(using: &random) ?? ""
    }

    private static func name(_ random: inout SeededGenerator) -> String {
        let letters = Array("abcXYZ019._:-")
        let text = String(
            (0..<Int.random(in: 1...40, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
        )
        return "\"\(text)\""
    }

    private static func number(_ random: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: "\(Int.random(in: -1_000_000...1_000_000, using: &random))"
        case 1: "\(Double.random(in: -1...1, using: &random))"
        case 2: "\(Float.random(in: -1...1, using: &random))"
        case 3: "\(Int.random(in: 0...99_999, using: &random))e\(Int.random(in: -40...1, using: &random))"
        default: "-0.\(UInt64.random(in: 0 ... .max, using: &random))\(UInt64.random(in: 0 ... .max, using: &random))"
        }
    }

    private static func strange(_ random: inout SeededGenerator) -> String {
        [
            "null", "{}", "[]", "[null,1,\"a\"]", "{\"a\":{\"b\":[]},\"c\":-1e-3}", "\"\\u00e9\\ud83d\\ude00\"", "\"\"",
            "true", "5.0",
            "1e2", "\"é\"", "[1,2,3]", "\"a b\"", "99999999999999999999", "-1",
        ]
        .randomElement(using: &random) ?? "null"
    }

    private static func edit(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: text[place] = UInt8.random(in: 0...255, using: &random)
        case 1: text.remove(at: place)
        case 2: text.insert(text[place], at: place)
        case 3:
            let piece = [
                "\"", "\\", "\\u0061", "\\ud83d", "{", "}", "[", "]", ",", ":", "0", "-", "e9", ".", " ", "null", "é",
            ]
            text.insert(contentsOf: Array((piece.randomElement(using: &random) ?? "").utf8), at: place)
        case 4: text.replaceSubrange(place..<min(text.count, place + 9), with: [])
        default:
            let other = Int.random(in: 0..<text.count, using: &random)
            text.swapAt(place, other)
        }
        if text.isEmpty { text = [0x7b] }
    }
}
