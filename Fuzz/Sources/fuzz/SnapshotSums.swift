/// The checksums of a snapshot's bytes, from `docs/snapshot.md` and not from the room's own code.
enum SnapshotSums {
    private static let factors: [UInt64] = [
        0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
    ]

    /// The bytes with the sums and the length that belong to them; nothing when they have no room for a header.
    static func mended(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 64, bytes.count % 64 == 0 else { return nil }
        var mended = Array("OASISNAP".utf8) + bytes[8...]
        write(2, 4, at: 8, to: &mended)
        let sections = Int(mended[12])
        write(UInt64(sections), 4, at: 12, to: &mended)
        write(UInt64(bytes.count), 8, at: 16, to: &mended)
        let end = 32 + 32 * sections
        guard end + 8 <= bytes.count else { return nil }
        for section in 0..<sections {
            let entry = 32 + 32 * section
            let (offset, length) = (word(mended, entry + 8), word(mended, entry + 16))
            guard offset <= bytes.count, length <= UInt64(bytes.count) - offset else { continue }
            let extent = Int(offset)..<min(bytes.count, (Int(offset + length) + 63) / 64 * 64)
            write(sum(mended[extent]), 8, at: entry + 24, to: &mended)
        }
        write(sum(mended[..<end]), 8, at: end, to: &mended)
        return mended
    }

    static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var lanes = factors
        let padded = Array(bytes) + Array(repeating: 0, count: (32 - bytes.count % 32) % 32)
        for start in stride(from: 0, to: padded.count, by: 32) {
            for lane in 0..<4 {
                lanes[lane] = turned((lanes[lane] ^ word(padded, start + 8 * lane)) &* factors[lane])
            }
        }
        var sum = UInt64(bytes.count)
        for lane in 0..<4 {
            sum = turned((sum ^ lanes[lane]) &* factors[lane])
            sum ^= sum >> 32
        }
        sum &*= factors[0]
        return sum ^ sum >> 29
    }

    private static func turned(_ word: UInt64) -> UInt64 { word << 29 | word >> 35 }

    private static func word(_ bytes: [UInt8], _ place: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }

    private static func write(_ value: UInt64, _ count: Int, at place: Int, to bytes: inout [UInt8]) {
        for byte in 0..<count { bytes[place + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
    }
}
