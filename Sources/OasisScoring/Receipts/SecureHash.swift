/// SHA-256, as FIPS 180-4 defines it.
///
/// Our own, although the house borrows such things: every package that has it brings Foundation along, which would more
/// than double what is embedded in other processes. Tests hold it to the standard's examples and to another
/// implementation. It branches and looks up by public positions alone, never by what is hashed.
struct SecureHash {
    /// Bytes of a digest.
    static let digestBytes = 32
    static let blockBytes = 64

    private var state: SIMD8<UInt32>
    private var byteCount: UInt64

    /// Nothing hashed yet.
    init() {
        state = SIMD8(
            0x6a09_e667,
            0xbb67_ae85,
            0x3c6e_f372,
            0xa54f_f53a,
            0x510e_527f,
            0x9b05_688c,
            0x1f83_d9ab,
            0x5be0_cd19
        )
        byteCount = 0
    }

    /// Hashes one whole block.
    mutating func absorb(block: UnsafeRawPointer) {
        state = Self.compressed(state, block)
        byteCount &+= UInt64(Self.blockBytes)
    }

    /// The digest of all that was absorbed and then `rest`; what was absorbed stays as it is, to begin again from.
    func digest(ending rest: UnsafeRawBufferPointer) -> SIMD8<UInt32> {
        var hash = self
        let whole = rest.count / Self.blockBytes * Self.blockBytes
        for start in stride(from: 0, to: whole, by: Self.blockBytes) {
            guard let block = rest.baseAddress else { break }
            hash.absorb(block: block + start)
        }
        let bits = (hash.byteCount &+ UInt64(rest.count - whole)) &* 8
        withUnsafeTemporaryAllocation(byteCount: 2 * Self.blockBytes, alignment: 8) { end in
            guard let base = end.baseAddress else { return }
            let left = rest.count - whole
            let length = left + 9 <= Self.blockBytes ? Self.blockBytes : 2 * Self.blockBytes
            end.initializeMemory(as: UInt8.self, repeating: 0)
            UnsafeMutableRawBufferPointer(rebasing: end[..<left])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[whole...]))
            end[left] = 0x80
            base.storeBytes(of: bits.bigEndian, toByteOffset: length - 8, as: UInt64.self)
            hash.state = Self.compressed(hash.state, base)
            if length > Self.blockBytes { hash.state = Self.compressed(hash.state, base + Self.blockBytes) }
        }
        return hash.state
    }

    /// A digest's bytes, in the order of the standard.
    static func bytes(_ digest: SIMD8<UInt32>) -> SIMD8<UInt32> {
        var words = digest
        for place in 0..<8 { words[place] = digest[place].bigEndian }
        return words
    }

    private static func compressed(_ start: SIMD8<UInt32>, _ block: UnsafeRawPointer) -> SIMD8<UInt32> {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            guard let words = schedule.baseAddress else { return start }
            for place in 0..<16 {
                words[place] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self))
            }
            for place in 16..<64 {
                let (early, late) = (words[place &- 15], words[place &- 2])
                let first = rotated(early, 7) ^ rotated(early, 18) ^ early &>> 3
                let second = rotated(late, 17) ^ rotated(late, 19) ^ late &>> 10
                words[place] = words[place &- 16] &+ first &+ words[place &- 7] &+ second
            }
            return rounds(start, words)
        }
    }

    @inline(__always)
    private static func rounds(_ start: SIMD8<UInt32>, _ words: UnsafePointer<UInt32>) -> SIMD8<UInt32> {
        constants.withUnsafeBufferPointer { constants in
            guard let constants = constants.baseAddress else { return start }
            var (a, b, c, d) = (start[0], start[1], start[2], start[3])
            var (e, f, g, h) = (start[4], start[5], start[6], start[7])
            // Eight rounds bring every variable back to its place, so that none has to be moved.
            for place in stride(from: 0, to: 64, by: 8) {
                round(a, b, c, &d, e, f, g, &h, constants[place] &+ words[place])
                round(h, a, b, &c, d, e, f, &g, constants[place &+ 1] &+ words[place &+ 1])
                round(g, h, a, &b, c, d, e, &f, constants[place &+ 2] &+ words[place &+ 2])
                round(f, g, h, &a, b, c, d, &e, constants[place &+ 3] &+ words[place &+ 3])
                round(e, f, g, &h, a, b, c, &d, constants[place &+ 4] &+ words[place &+ 4])
                round(d, e, f, &g, h, a, b, &c, constants[place &+ 5] &+ words[place &+ 5])
                round(c, d, e, &f, g, h, a, &b, constants[place &+ 6] &+ words[place &+ 6])
                round(b, c, d, &e, f, g, h, &a, constants[place &+ 7] &+ words[place &+ 7])
            }
            return start &+ SIMD8(a, b, c, d, e, f, g, h)
        }
    }

    @inline(__always)
    private static func round(
        _ a: UInt32,
        _ b: UInt32,
        _ c: UInt32,
        _ d: inout UInt32,
        _ e: UInt32,
        _ f: UInt32,
        _ g: UInt32,
        _ h: inout UInt32,
        _ word: UInt32
    ) {
        let choice = g ^ (e & (f ^ g))
        let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ word
        let majority = (a & b) | (c & (a | b))
        d = d &+ first
        h = first &+ (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ places: UInt32) -> UInt32 {
        word &>> places | word &<< (32 &- places)
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}

/// HMAC-SHA256, as RFC 2104 defines it, with the key already taken in: each code starts from a copy.
package struct KeyedHash: Sendable {
    private let inner: SecureHash
    private let outer: SecureHash

    /// A hash keyed by a secret of any length.
    package init(secret: [UInt8]) {
        var key = [UInt8](repeating: 0, count: SecureHash.blockBytes)
        if secret.count <= key.count {
            key.replaceSubrange(..<secret.count, with: secret)
        } else {
            let digest = secret.withUnsafeBytes { SecureHash.bytes(SecureHash().digest(ending: $0)) }
            withUnsafeBytes(of: digest) { key.replaceSubrange(..<SecureHash.digestBytes, with: $0) }
        }
        func keyed(_ padding: UInt8) -> SecureHash {
            var hash = SecureHash()
            key.map { $0 ^ padding }
                .withUnsafeBytes { block in
                    if let block = block.baseAddress { hash.absorb(block: block) }
                }
            return hash
        }
        inner = keyed(0x36)
        outer = keyed(0x5c)
    }

    /// Writes the first bytes of the code of `message`, as many as `code` has room for; at most 32.
    package func sign(_ message: UnsafeRawBufferPointer, into code: UnsafeMutableRawBufferPointer) {
        let first = SecureHash.bytes(inner.digest(ending: message))
        let second = withUnsafeBytes(of: first) { SecureHash.bytes(outer.digest(ending: $0)) }
        withUnsafeBytes(of: second) { code.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<code.count])) }
    }

    /// The whole code of `message`.
    package func code(of message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SecureHash.digestBytes) { memory, count in
            message.withUnsafeBytes { sign($0, into: UnsafeMutableRawBufferPointer(memory)) }
            count = SecureHash.digestBytes
        }
    }
}
