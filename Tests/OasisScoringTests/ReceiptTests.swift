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
}
