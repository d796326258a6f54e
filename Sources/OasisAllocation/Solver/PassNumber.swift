/// What a pass computes in: `Float` while the smoothing is large against its rounding, `Double` for proofs.
///
/// Loops over candidates go by blocks of four. What the standard library would do lane by lane in generic code is asked
/// of the type itself, which makes it one or two instructions.
protocol PassNumber: BinaryFloatingPoint, SIMDScalar, Codable {
    typealias Block = SIMD4<Self>

    static func lesser(_ a: Block, _ b: Block) -> Block
    static func greater(_ a: Block, _ b: Block) -> Block
    /// Lanes above `level`, 0 elsewhere.
    static func kept(_ block: Block, above level: Self) -> Block
    /// 1 in lanes above `level`, 0 elsewhere.
    static func counted(_ block: Block, above level: Self) -> Block
    /// `bits` in lanes above `level`, 0 elsewhere.
    static func marked(_ block: Block, above level: Self, _ bits: SIMD4<UInt32>) -> SIMD4<UInt32>
}

extension Float: PassNumber {
    @inline(__always)
    static func lesser(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .< a) }

    @inline(__always)
    static func greater(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .> a) }

    @inline(__always)
    static func kept(_ block: Block, above level: Self) -> Block {
        Block.zero.replacing(with: block, where: block .> level)
    }

    @inline(__always)
    static func counted(_ block: Block, above level: Self) -> Block {
        Block.zero.replacing(with: 1, where: block .> level)
    }

    @inline(__always)
    static func marked(_ block: Block, above level: Self, _ bits: SIMD4<UInt32>) -> SIMD4<UInt32> {
        SIMD4<UInt32>.zero.replacing(with: bits, where: block .> level)
    }
}

extension Double: PassNumber {
    @inline(__always)
    static func lesser(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .< a) }

    @inline(__always)
    static func greater(_ a: Block, _ b: Block) -> Block { a.replacing(with: b, where: b .> a) }

    @inline(__always)
    static func kept(_ block: Block, above level: Self) -> Block {
        Block.zero.replacing(with: block, where: block .> level)
    }

    @inline(__always)
    static func counted(_ block: Block, above level: Self) -> Block {
        Block.zero.replacing(with: 1, where: block .> level)
    }

    @inline(__always)
    static func marked(_ block: Block, above level: Self, _ bits: SIMD4<UInt32>) -> SIMD4<UInt32> {
        let wide = SIMD4<UInt64>.zero.replacing(with: SIMD4<UInt64>(truncatingIfNeeded: bits), where: block .> level)
        return SIMD4<UInt32>(truncatingIfNeeded: wide)
    }
}

/// Number of candidates that go through a loop together.
let blockLength = 4

/// `count` candidates in whole blocks.
@inline(__always) func paddedToBlocks(_ count: Int) -> Int { (count &+ 3) & ~3 }

extension SIMD4 where Scalar: PassNumber {
    @inline(__always) var total: Scalar { (x + z) + (y + w) }
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
