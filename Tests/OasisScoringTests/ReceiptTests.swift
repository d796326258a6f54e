import OasisMarket
import OasisScoring
import Testing

@Suite("Receipts")
struct ReceiptTests {
    private let keys = ReceiptKeys(current: ReceiptKey(id: 3, secret: Array(1...32)))

    private func facts(surface: String = "radio", market: String = "DE", seed: UInt64 = 1) -> ReceiptFacts {
        var random = SeededGenerator(seed: seed)
        return ReceiptFacts(
            campaignNumber: Int64(random.next() >> 32),
            trackHash: random.next(),
            listenerHash: random.next(),
            cell: Cell(surface: SurfaceID(trusted: surface), market: MarketID(trusted: market)),
            issuedAt: Timestamp(milliseconds: Int64(random.next() >> 20)),
            propensity: Float(random.uniform()),
            snapshot: random.next() >> 16,
            lease: Int64(random.next() >> 24),
            promotion: random.next()
        )
    }

    @Test("A receipt brings every fact back as it was")
    func roundTrip() throws {
        for seed in 0..<500 {
            let facts = facts(seed: UInt64(seed))
            #expect(try Receipt.verify(Receipt.sign(facts, with: keys), with: keys) == facts)
        }
    }

    @Test("A receipt with the longest names and the largest numbers has at most 96 bytes and still holds")
    func size() throws {
        let largest = ReceiptFacts(
            campaignNumber: 0xffff_ffff,
            trackHash: .max,
            listenerHash: .max,
            cell: Cell(
                surface: try SurfaceID(String(repeating: "s", count: 20)),
                market: try MarketID(String(repeating: "m", count: 8))
            ),
            issuedAt: Timestamp(milliseconds: 0xffff_ffff_ffff),
            propensity: 1,
            snapshot: 0xffff_ffff_ffff,
            lease: 0xff_ffff_ffff,
            promotion: .max
        )
        let bytes = Receipt.sign(largest, with: keys)
        #expect(bytes.count <= 96)
        #expect(try Receipt.verify(bytes, with: keys) == largest)
    }

    @Test("Every single flipped bit is refused")
    func flippedBits() {
        let bytes = Receipt.sign(facts(), with: keys)
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: Receipt.Fault.self) { try Receipt.verify(damaged, with: keys) }
        }
    }

    @Test("Every truncation and every addition is refused")
    func lengths() {
        let bytes = Receipt.sign(facts(), with: keys)
        for count in 0..<bytes.count {
            #expect(throws: Receipt.Fault.self) { try Receipt.verify(Array(bytes.prefix(count)), with: keys) }
        }
        for byte in [UInt8(0), 1, 255] {
            #expect(throws: Receipt.Fault.self) { try Receipt.verify(bytes + [byte], with: keys) }
        }
        #expect(throws: Receipt.Fault.malformed) { try Receipt.verify(bytes + Array(bytes), with: keys) }
    }

    @Test("Random bytes are refused without a crash")
    func noise() {
        var random = SeededGenerator(seed: 31)
        for _ in 0..<3_000 {
            var bytes = (0..<random.index(below: 120)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if bytes.count > 1 { (bytes[0], bytes[1]) = (1, 3) }
            #expect(throws: Receipt.Fault.self) { try Receipt.verify(bytes, with: keys) }
        }
    }

    @Test("A refusal tells a forgery from an unknown key from what is no receipt")
    func faults() {
        let bytes = Receipt.sign(facts(), with: keys)
        let sameID = ReceiptKeys(current: ReceiptKey(id: 3, secret: Array(2...33)))
        let otherID = ReceiptKeys(current: ReceiptKey(id: 4, secret: Array(1...32)))
        #expect(throws: Receipt.Fault.forged) { try Receipt.verify(bytes, with: sameID) }
        #expect(throws: Receipt.Fault.unknownKey) { try Receipt.verify(bytes, with: otherID) }
        #expect(throws: Receipt.Fault.malformed) { try Receipt.verify([2] + bytes.dropFirst(), with: keys) }
        #expect(throws: Receipt.Fault.malformed) { try Receipt.verify([], with: keys) }
        #expect(Receipt.Fault.forged.rawValue == "receipt-forged")
        #expect(Receipt.Fault.unknownKey.rawValue == "receipt-unknown-key")
        #expect(Receipt.Fault.malformed.rawValue == "receipt-malformed")
    }

    @Test("A receipt that holds is told apart by its age and by whether it was seen before")
    func expiredAndReplayed() throws {
        let facts = facts()
        let bytes = Receipt.sign(facts, with: keys)
        func verify(after seconds: Double, seen: Set<UInt64> = [], _ bytes: [UInt8]) throws -> ReceiptFacts {
            try bytes.withUnsafeBytes {
                try Receipt.verify(
                    $0,
                    with: keys,
                    at: facts.issuedAt.advanced(bySeconds: seconds),
                    horizonSeconds: 3_600,
                    isSeen: { seen.contains($0) }
                )
            }
        }
        #expect(try verify(after: 0, bytes) == facts)
        #expect(try verify(after: 3_600, seen: [facts.promotion &+ 1], bytes) == facts)
        #expect(throws: Receipt.Fault.expired) { try verify(after: 3_600.001, bytes) }
        #expect(throws: Receipt.Fault.replayed) { try verify(after: 3_600, seen: [facts.promotion], bytes) }
        #expect(throws: Receipt.Fault.expired) { try verify(after: 4_000, seen: [facts.promotion], bytes) }
        // Nothing is said of the age of what was never signed.
        var forged = bytes
        forged[10] ^= 1
        #expect(throws: Receipt.Fault.forged) { try verify(after: 4_000, seen: [facts.promotion], forged) }
        #expect(Set(Receipt.Fault.allCases.map(\.rawValue)).count == 5)
    }

    @Test("Signing into memory writes the same bytes, and nothing behind them")
    func inPlace() {
        var memory = [UInt8](repeating: 0xaa, count: 200)
        let count = memory.withUnsafeMutableBytes { Receipt.sign(facts(), with: keys, into: $0) }
        #expect(Array(memory[..<count]) == Receipt.sign(facts(), with: keys))
        #expect(memory[count...].allSatisfy { $0 == 0xaa })
    }

    @Test("After a rotation old receipts hold while their key is kept, and new ones carry the new key")
    func rotation() throws {
        let (old, new) = (ReceiptKey(id: 1, secret: Array(1...16)), ReceiptKey(id: 2, secret: Array(3...18)))
        let facts = facts()
        let before = Receipt.sign(facts, with: ReceiptKeys(current: old))
        let rotated = ReceiptKeys(current: new, previous: [old])
        let after = Receipt.sign(facts, with: rotated)
        #expect(try Receipt.verify(before, with: rotated) == facts)
        #expect(try Receipt.verify(after, with: rotated) == facts)
        #expect(throws: Receipt.Fault.unknownKey) { try Receipt.verify(after, with: ReceiptKeys(current: old)) }
        #expect(throws: Receipt.Fault.unknownKey) { try Receipt.verify(before, with: ReceiptKeys(current: new)) }
    }

    @Test("The same facts and key give the same bytes")
    func deterministic() {
        #expect(Receipt.sign(facts(), with: keys) == Receipt.sign(facts(), with: keys))
    }

    @Test(
        "A receipt ends as HMAC-SHA256 has it, whatever the secret's length",
        arguments: [
            (16, [0x4b, 0x27, 0xf9, 0x7b, 0xcb, 0x26, 0x94, 0xca, 0x39, 0x69, 0x68, 0x91, 0x79, 0x3c]),
            (64, [0x81, 0x3a, 0xff, 0xbe, 0x63, 0xfb, 0x00, 0x7b, 0xa0, 0xe4, 0xc7, 0x18, 0xf9, 0x85]),
            (65, [0x7b, 0x50, 0x8b, 0xfe, 0xa6, 0xba, 0x1f, 0x88, 0xc3, 0x14, 0x3c, 0x14, 0x1f, 0x6f]),
            (200, [0xaf, 0x14, 0x4b, 0x9d, 0x97, 0xba, 0x1a, 0x9d, 0xe8, 0x0b, 0xa1, 0x12, 0xdf, 0x6c]),
        ] as [(Int, [UInt8])]
    )
    func signature(secretBytes: Int, expected: [UInt8]) {
        // Computed with Python's hmac over the layout that `Receipt` describes.
        let key = ReceiptKey(id: 7, secret: (0..<secretBytes).map { UInt8($0) })
        let facts = ReceiptFacts(
            campaignNumber: 12_345,
            trackHash: 0x0123_4567_89ab_cdef,
            listenerHash: 0xfedc_ba98_7654_3210,
            cell: Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE")),
            issuedAt: Timestamp(milliseconds: 1_795_600_000_000),
            propensity: 0.5,
            snapshot: 77,
            lease: 4_321,
            promotion: 99
        )
        #expect(Array(Receipt.sign(facts, with: ReceiptKeys(current: key)).suffix(14)) == expected)
    }
}
