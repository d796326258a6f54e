/// SipHash-2-4: a keyed 64-bit hash that is the same on every machine and in every run.
///
/// Used wherever chance must replay: holdout, arms, draws. Source: Aumasson and Bernstein, "SipHash: a fast short-input
/// PRF" (2012). It is no substitute for a signature.
public struct StableHash: Sendable {
    @usableFromInline let key0: UInt64
    @usableFromInline let key1: UInt64

    /// A hash keyed by two words.
    @inlinable
    public init(key0: UInt64, key1: UInt64) {
        self.key0 = key0
        self.key1 = key1
    }

    /// A hash keyed by a salt text.
    public init(salt: String) {
        let unkeyed = StableHash(key0: 0x6f61_7369_7300_0000, key1: 0x7361_6c74_0000_0000)
        key0 = unkeyed.hash(salt)
        key1 = unkeyed.hash(salt + "\u{1}")
    }

    /// Hash of a text's UTF-8 bytes.
    public func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    /// Hash of two words.
    public func hash(_ first: UInt64, _ second: UInt64 = 0) -> UInt64 {
        withUnsafeBytes(of: (first.littleEndian, second.littleEndian)) { hash($0) }
    }

    /// Hash of bytes.
    @inlinable
    public func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard let start = bytes.baseAddress else { return hash(UnsafeRawPointer(bitPattern: 1)!, count: 0) }
        return hash(start, count: bytes.count)
    }

    /// Hash of `count` bytes from `start` on.
    @inlinable
    package func hash(_ start: UnsafeRawPointer, count: Int) -> UInt64 {
        var state = State(key0: key0, key1: key1)
        var offset = 0
        while count &- offset >= 8 {
            state.absorb(UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset &+= 8
        }
        var last = UInt64(truncatingIfNeeded: count) << 56
        if count >= 8, offset < count {
            // The last eight bytes overlap what was absorbed; shifting leaves the others.
            let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
            last |= word >> UInt64(truncatingIfNeeded: 64 &- 8 &* (count &- offset))
        } else {
            for place in offset..<count {
                last |= UInt64(start.load(fromByteOffset: place, as: UInt8.self)) << UInt64(8 &* (place &- offset))
            }
        }
        state.absorb(last)
        return state.finish()
    }

    /// Hashes of two texts, side by side while both have words: each waits for itself alone.
    ///
    /// One hash is a chain of steps that leaves a processor half idle.
    @inlinable
    package func hashes(
        _ first: UnsafeRawPointer,
        count firstCount: Int,
        _ second: UnsafeRawPointer,
        count secondCount: Int
    ) -> (UInt64, UInt64) {
        guard firstCount >= 8, secondCount >= 8, firstCount >> 3 == secondCount >> 3 else {
            return (hash(first, count: firstCount), hash(second, count: secondCount))
        }
        var (one, other) = (State(key0: key0, key1: key1), State(key0: key0, key1: key1))
        let whole = firstCount & ~7
        var offset = 0
        while offset < whole {
            one.absorb(UInt64(littleEndian: first.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            other.absorb(UInt64(littleEndian: second.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset &+= 8
        }
        one.absorb(Self.lastWord(first, count: firstCount))
        other.absorb(Self.lastWord(second, count: secondCount))
        return (one.finish(), other.finish())
    }

    /// The bytes behind the whole words of a text of at least eight, and its length.
    @inlinable
    static func lastWord(_ start: UnsafeRawPointer, count: Int) -> UInt64 {
        let length = UInt64(truncatingIfNeeded: count) << 56
        // The last eight bytes overlap what was absorbed; shifting, in two steps, leaves the others.
        let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
        return length | (word >> 8) >> UInt64(truncatingIfNeeded: 56 &- 8 &* (count & 7))
    }

    @usableFromInline
    struct State {
        @usableFromInline var v0: UInt64
        @usableFromInline var v1: UInt64
        @usableFromInline var v2: UInt64
        @usableFromInline var v3: UInt64

        @inlinable
        init(key0: UInt64, key1: UInt64) {
            v0 = key0 ^ 0x736f_6d65_7073_6575
            v1 = key1 ^ 0x646f_7261_6e64_6f6d
            v2 = key0 ^ 0x6c79_6765_6e65_7261
            v3 = key1 ^ 0x7465_6462_7974_6573
        }

        @inlinable
        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        @inlinable
        mutating func finish() -> UInt64 {
            v2 ^= 0xff
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        @inlinable
        mutating func round() {
            v0 &+= v1
            v1 = (v1 << 13 | v1 >> 51) ^ v0
            v0 = v0 << 32 | v0 >> 32
            v2 &+= v3
            v3 = (v3 << 16 | v3 >> 48) ^ v2
            v0 &+= v3
            v3 = (v3 << 21 | v3 >> 43) ^ v0
            v2 &+= v1
            v1 = (v1 << 17 | v1 >> 47) ^ v2
            v2 = v2 << 32 | v2 >> 32
        }
    }
}

extension UInt64 {
    /// A hash as a fraction in [0, 1), by its upper 53 bits.
    package var unitFraction: Double { Double(self >> 11) * 0x1p-53 }
}
