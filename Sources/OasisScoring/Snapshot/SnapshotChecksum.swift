/// The checksum of a section: four lanes of 64-bit multiply and rotate, one word of each 32 bytes in each.
///
/// Every step of a lane is a bijection of the lane, and of the word that enters it; so is every step that joins the lanes.
/// Hence bytes that differ within one word alone, as by one flipped bit, never have the same sum, and other damage goes
/// unseen once in 2⁶⁴ times. It runs at the speed of memory. It is no signature: it guards against accidents.
enum SnapshotChecksum {
    // The fractional parts of the square roots of 2, 3, 5 and 7, made odd.
    private static let factors = SIMD4<UInt64>(
        0x6a09_e667_f3bc_c909,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1
    )

    /// The sum of bytes of any length.
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard let start = bytes.baseAddress else { return join(factors, count: 0) }
        var lanes = factors
        let whole = bytes.count & ~31
        var offset = 0
        while offset < whole {
            lanes = step(lanes, start.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self))
            offset &+= 32
        }
        if whole < bytes.count {
            var last = SIMD4<UInt64>.zero
            withUnsafeMutableBytes(of: &last) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[whole...])) }
            lanes = step(lanes, last)
        }
        return join(lanes, count: bytes.count)
    }

    @inline(__always)
    private static func step(_ lanes: SIMD4<UInt64>, _ words: SIMD4<UInt64>) -> SIMD4<UInt64> {
        let mixed = lanes ^ words
        // One lane at a time: processors multiply 64 bits faster in their scalar units.
        return SIMD4(
            turned(mixed.x &* factors.x),
            turned(mixed.y &* factors.y),
            turned(mixed.z &* factors.z),
            turned(mixed.w &* factors.w)
        )
    }

    @inline(__always)
    private static func turned(_ word: UInt64) -> UInt64 { word << 29 | word >> 35 }

    private static func join(_ lanes: SIMD4<UInt64>, count: Int) -> UInt64 {
        var sum = UInt64(count)
        for lane in 0..<4 {
            sum = turned((sum ^ lanes[lane]) &* factors[lane])
            sum ^= sum >> 32
        }
        return sum &* factors.x ^ (sum &* factors.x) >> 29
    }
}
