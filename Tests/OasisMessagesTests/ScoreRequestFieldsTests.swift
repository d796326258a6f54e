internal import OasisMarket
internal import OasisMessages
internal import SwiftProtobuf
internal import Testing

@Suite("Reading a score request's fields")
struct ScoreRequestFieldsTests {
    @Test("Every field of a random request is read as swift-protobuf reads it", arguments: 0..<200)
    func randomRequests(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let bytes: [UInt8] = try RandomRequest.make(&generator).serializedBytes()
        let content = try #require(RequestContent.ours(bytes))
        #expect(content == RequestContent.theirs(bytes))
    }

    @Test("Broken bytes are refused or read exactly as swift-protobuf does", arguments: 0..<40)
    func brokenBytes(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(1_000 + seed))
        var accepted = 0
        for _ in 0..<500 {
            var bytes: [UInt8] = try RandomRequest.make(&generator).serializedBytes()
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Mutation.apply(to: &bytes, &generator) }
            let content = RequestContent.ours(bytes)
            #expect(content == RequestContent.theirs(bytes), "\(bytes)")
            if content != nil { accepted += 1 }
        }
        // Both ways happen, or this would compare little.
        #expect(accepted > 10 && accepted < 490)
    }

    @Test("Random fields of any kind and number are passed over or refused as swift-protobuf does", arguments: 0..<20)
    func randomFields(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(5_000 + seed))
        for _ in 0..<500 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...5, using: &generator) { RandomRequest.appendField(to: &bytes, &generator) }
            #expect(RequestContent.ours(bytes) == RequestContent.theirs(bytes), "\(bytes)")
        }
    }

    @Test(
        "Unusual but allowed forms mean what they mean to swift-protobuf",
        arguments: [
            [0x0a, 1, 0x61, 0x0a, 1, 0x62],  // a text twice: the last counts
            [0x4a, 3, 0x0a, 1, 0x61, 0x4a, 3, 0x0a, 1, 0x62],  // a message twice: put together
            [0x4a, 10, 0x15, 0, 0, 0x80, 0x3f, 0x15, 0, 0, 0, 0x40],  // scores one by one instead of packed
            [0x4a, 4, 0x20, 1, 0x20, 0],  // flags one by one
            [0x4a, 9, 0x29, 1, 2, 3, 4, 5, 6, 7, 8],  // a hash by itself
            [0x4a, 11, 0x0a, 1, 0x61, 0x20, 1, 0x0a, 1, 0x62, 0x0a, 1, 0x63],  // tracks in two runs
            [0x4a, 5, 0x22, 3, 0x81, 0x80, 0x00],  // a flag written longer than it need be
            [0x38, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],  // −1 as 64 bits
            [0x8a, 0x80, 0x00, 1, 0x61],  // a tag written longer than it need be
            [0x38, 0x80, 0x80, 0x80, 0x80, 0x90, 0x00],  // more than 32 bits of a 32-bit number
            [0x0d, 0, 0, 0, 0],  // a text's number as four bytes: unknown
            [0x7b, 0x0a, 1, 0x61, 0x7c],  // an unknown group
            [0x7b, 0x83, 0x01, 0x84, 0x01, 0x7c],  // a group inside it
            [0x2a, 0],  // a time without fields
            [],
        ] as [[UInt8]]
    )
    func unusualForms(bytes: [UInt8]) throws {
        let content = try #require(RequestContent.ours(bytes))
        #expect(content == RequestContent.theirs(bytes))
    }

    @Test(
        "What swift-protobuf refuses is refused",
        arguments: [
            [0x0a], [0x0a, 2, 0x61], [0x38], [0x38, 0x80], [0x4a, 5, 0x12, 3, 0, 0, 0], [0x00, 1], [0x0e, 1],
            [0x0f, 1],
            [0x0c], [0x7c], [0x7b], [0x7b, 0x84, 0x01], [0x0a, 1, 0xff], [0x4a, 4, 0x0a, 2, 0xc3, 0x28],
            [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07], [0x4a, 3, 0x22, 1, 0x80], [0x2a, 2, 0x08, 0x80],
            [0x38, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80, 0x01],
            [0xff, 0xff, 0xff, 0xff, 0x0f, 1],
        ] as [[UInt8]]
    )
    func refused(bytes: [UInt8]) {
        #expect(RequestContent.theirs(bytes) == nil)
        #expect(RequestContent.ours(bytes) == nil)
    }

    @Test("Groups may nest as deep as swift-protobuf lets them, and no deeper", arguments: [50, 99, 100, 101, 200])
    func depth(levels: Int) {
        let bytes = [UInt8](repeating: 0x7b, count: levels) + [UInt8](repeating: 0x7c, count: levels)
        #expect(RequestContent.ours(bytes) == RequestContent.theirs(bytes))
        let inside: [UInt8] =
            [0x4a, 0xc6, 0x01] + [UInt8](repeating: 0x7b, count: 99) + [UInt8](repeating: 0x7c, count: 99)
        #expect(RequestContent.ours(inside) == RequestContent.theirs(inside))
    }

    @Test("Nothing of an earlier request is left in a later one")
    func reuse() throws {
        var fields = ScoreRequestFields()
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            let bytes: [UInt8] = try RandomRequest.make(&generator).serializedBytes()
            try bytes.withUnsafeBytes { try fields.read($0) }
            #expect(RequestContent(fields, bytes) == RequestContent.theirs(bytes))
        }
    }

    @Test("A streamed request is the one inside its message", arguments: 0..<50)
    func streamed(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(9_000 + seed))
        var message = Oasis_V1_ScoreStreamRequest()
        message.request = RandomRequest.make(&generator)
        var bytes: [UInt8] = try message.serializedBytes()
        if seed % 2 == 1 { Mutation.apply(to: &bytes, &generator) }
        var fields = ScoreRequestFields()
        let ours: Void? = try? bytes.withUnsafeBytes { try fields.readStreamed($0) }
        let theirs = try? Oasis_V1_ScoreStreamRequest(serializedBytes: bytes)
        #expect((ours == nil) == (theirs == nil))
        if let theirs, ours != nil { #expect(RequestContent(fields, bytes) == RequestContent(theirs.request)) }
    }
}
