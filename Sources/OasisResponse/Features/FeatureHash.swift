/// The hash behind every feature: fast, the same on every machine, and no defence against anybody.
///
/// Words of eight bytes are folded by one 64 × 64 → 128 bit multiplication each, high half xor low half (the step of
/// Wang Yi's wyhash). Whoever chooses tokens could make two of them collide, which costs a prediction some accuracy;
/// `StableHash` is for where that matters.
package enum FeatureHash {
    /// What stands for a value that is not there.
    package static let missing: UInt64 = 1

    @usableFromInline static let first: UInt64 = 0xa076_1d64_78bd_642f
    @usableFromInline static let second: UInt64 = 0xe703_7ed1_a0b4_28db
    @usableFromInline static let third: UInt64 = 0x8ebc_6af0_9c88_c6e3

    /// Hash of a token's UTF-8 bytes.
    package static func token(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { token($0.baseAddress ?? UnsafePointer(bitPattern: 1)!, count: $0.count) }
    }

    /// Hash of `count` bytes from `start` on.
    @inlinable
    package static func token(_ start: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        let bytes = UnsafeRawPointer(start)
        // Spread over all bits, so that a length does not undo a byte.
        var state = first ^ UInt64(truncatingIfNeeded: count) &* second
        var offset = 0
        while count &- offset > 8 {
            state = fold(
                state ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                second
            )
            offset &+= 8
        }
        return fold(state ^ tail(bytes + offset, count &- offset), third)
    }

    /// Up to eight bytes as one number.
    @inlinable
    static func tail(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count == 8 { return UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) }
        if count >= 4 {
            let low = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
            let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            return UInt64(low) | UInt64(high) << 32
        }
        guard count > 0 else { return 0 }
        let low = UInt64(bytes.load(as: UInt8.self))
        let middle = UInt64(bytes.load(fromByteOffset: count >> 1, as: UInt8.self))
        let high = UInt64(bytes.load(fromByteOffset: count &- 1, as: UInt8.self))
        return low | middle << 8 | high << 16
    }

    /// One hash of two, in this order.
    @inlinable
    package static func pair(_ one: UInt64, _ other: UInt64) -> UInt64 {
        fold(one ^ first, other ^ second)
    }

    /// Where a token of a feature falls in a table of 2^(64 − `shift`) slots.
    @inlinable
    package static func slot(_ token: UInt64, key: UInt64, shift: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: fold(token ^ key, third) &>> shift)
    }

    @inlinable
    static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
