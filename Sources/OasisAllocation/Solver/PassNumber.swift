/// What a pass computes in: `Float` while the smoothing is large against its rounding, `Double` for proofs.
///
/// Loops over candidates go by blocks of four. What the standard library would do lane by lane in generic code is asked
/// of the type itself, which makes it one or two instructions.
protocol PassNumber: BinaryFloatingPoint, SIMDScalar, Codable {
    typealias Block = SIMD4<Self>

    static func lesser(_ a: Block, _ b: Block) -> Block
    static func greater(_ a: Block, _ b: Block) -> Block
    /// The first `count` lanes, 0 elsewhere, whatever is there.
    static func first(_ count: Int, of block: Block) -> Block
    /// 1 in lanes above `level`, 0 elsewhere.
    static func counted(_ block: Block, above level: Self) -> Block
    /// Lanes above `level`; elsewhere NaN, which `lesser` and `greater` do not choose as their second argument.
    static func only(_ block: Block, above level: Self) -> Block
    /// `bits` in lanes above `level`, 0 elsewhere.
    static func marked(_ block: Block, above level: Self, _ bits: SIMD4<UInt32>) -> SIMD4<UInt32>
}

// A mask is lanes of all ones or all zeros, of the number's own size.
extension Float: PassNumber {
    @inline(__always)
    static func lesser(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .< a) }

    @inline(__always)
    static func greater(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .> a) }

    @inline(__always)
    static func first(_ count: Int, of block: Block) -> Block {
        let isFirst = SIMD4<Int32>(0, 1, 2, 3) .< Int32(truncatingIfNeeded: count)
        let mask = unsafeBitCast(isFirst, to: SIMD4<UInt32>.self)
        return unsafeBitCast(unsafeBitCast(block, to: SIMD4<UInt32>.self) & mask, to: Block.self)
    }

    @inline(__always)
    static func counted(_ block: Block, above level: Self) -> Block {
        let mask = unsafeBitCast(block .> level, to: SIMD4<UInt32>.self)
        return unsafeBitCast(mask & SIMD4<UInt32>(repeating: Self(1).bitPattern), to: Block.self)
    }

    @inline(__always)
    static func only(_ block: Block, above level: Self) -> Block {
        let mask = unsafeBitCast(block .> level, to: SIMD4<UInt32>.self)
        return unsafeBitCast(unsafeBitCast(block, to: SIMD4<UInt32>.self) | ~mask, to: Block.self)
    }

    @inline(__always)
    static func marked(_ block: Block, above level: Self, _ bits: SIMD4<UInt32>) -> SIMD4<UInt32> {
        unsafeBitCast(block .> level, to: SIMD4<UInt32>.self) & bits
    }
}

extension Double: PassNumber {
    @inline(__always)
    static func lesser(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .< a) }

    @inline(__always)
    static func greater(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .> a) }

    @inline(__always)
    static func first(_ count: Int, of block: Block) -> Block {
        let isFirst = SIMD4<Int64>(0, 1, 2, 3) .< Int64(truncatingIfNeeded: count)
        let mask = unsafeBitCast(isFirst, to: SIMD4<UInt64>.self)
        return unsafeBitCast(unsafeBitCast(block, to: SIMD4<UInt64>.self) & mask, to: Block.self)
    }

    @inline(__always)
    static func counted(_ block: Block, above level: Self) -> Block {
        let mask = unsafeBitCast(block .> level, to: SIMD4<UInt64>.self)
        return unsafeBitCast(mask & SIMD4<UInt64>(repeating: Self(1).bitPattern), to: Block.self)
    }

    @inline(__always)
    static func only(_ block: Block, above level: Self) -> Block {
        let mask = unsafeBitCast(block .> level, to: SIMD4<UInt64>.self)
        return unsafeBitCast(unsafeBitCast(block, to: SIMD4<UInt64>.self) | ~mask, to: Block.self)
    }

    @inline(__always)
    static func marked(_ block: Block, above level: Self, _ bits: SIMD4<UInt32>) -> SIMD4<UInt32> {
        SIMD4<UInt32>(truncatingIfNeeded: unsafeBitCast(block .> level, to: SIMD4<UInt64>.self)) & bits
    }
}

/// Number of candidates that go through a loop together.
let blockLength = 4

/// `count` candidates in whole blocks.
@inline(__always) func paddedToBlocks(_ count: Int) -> Int { (count &+ 3) & ~3 }

extension SIMD4 where Scalar: PassNumber {
    @inline(__always) var total: Scalar { (x + z) + (y + w) }
    @inline(__always) var least: Scalar {
        let left = x < z ? x : z
        let right = y < w ? y : w
        return left < right ? left : right
    }
    @inline(__always) var halvesSwapped: Self { Self(z, w, x, y) }
    @inline(__always) var neighboursSwapped: Self { Self(y, x, w, z) }
}

extension UnsafePointer where Pointee: SIMDScalar {
    @inline(__always) func block(_ place: Int) -> SIMD4<Pointee> {
        UnsafeRawPointer(self + place).loadUnaligned(as: SIMD4<Pointee>.self)
    }
}

extension UnsafeMutablePointer where Pointee: SIMDScalar {
    @inline(__always) func block(_ place: Int) -> SIMD4<Pointee> { UnsafePointer(self).block(place) }

    @inline(__always) func setBlock(_ place: Int, _ block: SIMD4<Pointee>) {
        UnsafeMutableRawPointer(self + place).storeBytes(of: block, as: SIMD4<Pointee>.self)
    }
}
