import Foundation
import OasisMarket
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test(
        "A name of letters, digits and . _ : - is taken as it is",
        arguments: [
            "a", "Z", "0", "spotify:track:6rqhFgbbKwnb9MLmUQDhG6", "a.b_c:d-e", String(repeating: "x", count: 128),
        ]
    )
    func accepted(text: String) throws {
        #expect(try TrackID(text).text == text)
        #expect(try TrackID(text).description == text)
    }

    @Test(
        "Any other name is refused",
        arguments: ["", " ", "a b", "a/b", "ä", "a\n", "a\u{0}", "😀", "a,b", "\"", String(repeating: "x", count: 129)]
    )
    func refused(text: String) {
        #expect(throws: InvalidField.self) { try TrackID(text) }
    }

    @Test("Surfaces have at most 20 characters and markets 8, so that receipts stay small")
    func lengths() throws {
        _ = try SurfaceID(String(repeating: "s", count: 20))
        _ = try MarketID(String(repeating: "m", count: 8))
        #expect(throws: InvalidField.self) { try SurfaceID(String(repeating: "s", count: 21)) }
        #expect(throws: InvalidField.self) { try MarketID(String(repeating: "m", count: 9)) }
        let error = #expect(throws: InvalidField.self) { try MarketID("GERMANY-1") }
        #expect(error?.rule.contains("1 to 8 characters") == true)
        #expect(error?.rule.contains("GERMANY-1") == true)
    }

    @Test("A refusal quotes no more than the beginning of a long name")
    func longNames() {
        let error = #expect(throws: InvalidField.self) { try TrackID(String(repeating: "y", count: 1_000_000)) }
        #expect((error?.rule.count ?? .max) < 300)
    }

    @Test("A name from JSON is checked and keeps its text")
    func json() throws {
        let decoded = try JSONDecoder().decode([TrackID].self, from: Data(#"["a:1","b"]"#.utf8))
        #expect(decoded.map(\.text) == ["a:1", "b"])
        #expect(String(decoding: try JSONEncoder().encode(decoded), as: UTF8.self) == #"["a:1","b"]"#)
        for bad in [#"[""]"#, #"["a b"]"#, "[1]", "[null]"] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([TrackID].self, from: Data(bad.utf8)) }
        }
    }

    @Test("A dictionary keyed by names is a JSON object, both ways")
    func dictionary() throws {
        let counts = [TrackID(trusted: "a:1"): 1, TrackID(trusted: "b"): 2]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = try encoder.encode(counts)
        #expect(String(decoding: json, as: UTF8.self) == #"{"a:1":1,"b":2}"#)
        #expect(try JSONDecoder().decode([TrackID: Int].self, from: json) == counts)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([TrackID: Int].self, from: Data(#"{"a b":1}"#.utf8))
        }
    }

    @Test("Names are ordered by bytes: capitals come before small letters")
    func order() {
        let names = ["b", "a", "B", "a-1", "a.1", "1"].map { TrackID(trusted: $0) }
        #expect(names.sorted().map(\.text) == ["1", "B", "a", "a-1", "a.1", "b"])
    }

    @Test("The stable hash depends on the text alone, and differs between texts")
    func stableHash() {
        let names = (0..<20_000).map { "track-\($0)" }
        #expect(Set(names.map { TrackID(trusted: $0).stableHash }).count == names.count)
        #expect(TrackID(trusted: "x").stableHash == ListenerID(trusted: "x").stableHash)
    }
}
