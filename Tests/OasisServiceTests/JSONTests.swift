import NIOCore
import OasisService
import Testing

@Suite("JSON")
struct JSONTests {
    @Test("What RFC 8259 allows is read")
    func reads() throws {
        #expect(
            try JSONParser.parse(#" {"a":[1,-0.5,2e3,true,false,null,"\u00e9\ud83d\ude00\n"]} "#)["a"]?.elements == [
                .integer(1), .number(-0.5), .number(2_000), .bool(true), .bool(false), .null, .string("é😀\n"),
            ]
        )
        #expect(try JSONParser.parse("-0") == .integer(0))
        #expect(try JSONParser.parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    }

    @Test(
        "What RFC 8259 forbids is refused",
        arguments: [
            "", " ", "{", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "'a'", "01", "1.", ".5", "+1", "1e", "1e999", "nul",
            "truee",
            "\"\u{1}\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "[1] 2", "{\"a\":1,\"a\":2}",
            "NaN", "\"",
            "{\"a\"}", "{\"a\":}", "[1 2]", "// a\n1", String(repeating: "[", count: 100),
        ]
    )
    func refuses(_ text: String) {
        #expect(throws: JSONFault.self) { try JSONParser.parse(text) }
    }

    @Test("Bytes that are not UTF-8 are refused")
    func refusesBytes() {
        #expect(throws: JSONFault.self) { try JSONParser.parse([0x22, 0xff, 0x22]) }
        #expect(throws: JSONFault.self) { try JSONParser.parse([0x22, 0x5c, 0x6e, 0xc3, 0x22]) }
    }

    @Test("No cut of a document crashes the reader, and none but the whole is read")
    func cuts() {
        let text = Array(Documents.score().utf8)
        for length in 0..<text.count {
            #expect(throws: JSONFault.self) { try JSONParser.parse(Array(text[..<length])) }
        }
    }

    @Test("What is written reads back the same")
    func roundTrip() throws {
        let value = JSONValue.object([
            .init("a\"\\\u{1}\n", .array([.integer(-3), .number(0.1), .number(1e-7), .bool(true), .null])),
            .init("b", .object([])), .init("é", .string("\t/😀")),
        ])
        var writer = JSONWriter()
        writer.value(value)
        #expect(try JSONParser.parse(String(buffer: writer.buffer)) == value)
    }

    @Test("Numbers are written as the shortest text that reads back")
    func shortest() {
        var writer = JSONWriter()
        writer.array { writer in
            writer.number(Float(0.1))
            writer.number(0.1)
            writer.number(Double.infinity)
        }
        #expect(String(buffer: writer.buffer) == "[0.1,0.1,null]")
    }

    @Test("A merge patch replaces, merges and removes as RFC 7396 has it")
    func merge() throws {
        let before = try JSONParser.parse(#"{"a":1,"b":{"c":2,"d":3},"e":[1]}"#)
        let patch = try JSONParser.parse(#"{"a":null,"b":{"c":null,"f":{"g":null,"h":4}},"e":[2],"i":5}"#)
        #expect(before.merged(with: patch) == (try JSONParser.parse(#"{"b":{"d":3,"f":{"h":4}},"e":[2],"i":5}"#)))
    }

    @Test("base64url goes both ways, and each byte string has one text")
    func base64() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
        for text in ["A", "-_9", "a+b/", "YQ==", "é"] { #expect(Base64URL.decode(text) == nil, "\(text)") }
    }
}
