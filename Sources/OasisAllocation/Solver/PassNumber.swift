/// What a pass computes in: `Float` while the smoothing is large against its rounding, `Double` for proofs.
///
/// Loops over candidates go by blocks of four, which generic code over `SIMD4` turns into one or two instructions for
/// each operation.
protocol PassNumber: BinaryFloatingPoint, SIMDScalar, Codable {}

extension Float: PassNumber {}
extension Double: PassNumber {}

/// Number of candidates that go through a loop together.
let blockLength = 4

/// `count` candidates in whole blocks.
@inline(__always) func paddedToBlocks(_ count: Int) -> Int { (count &+ 3) & ~3 }

extension SIMD4 where Scalar: PassNumber {
    // Lane by lane, because `pointwiseMin` orders NaN and so costs several instructions; this is one.
    @inline(__always) static func lesser(_ a: Self, _ b: Self) -> Self {
        Self(a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, a.z < b.z ? a.z : b.z, a.w < b.w ? a.w : b.w)
    }

    @inline(__always) static func greater(_ a: Self, _ b: Self) -> Self {
        Self(a.x > b.x ? a.x : b.x, a.y > b.y ? a.y : b.y, a.z > b.z ? a.z : b.z, a.w > b.w ? a.w : b.w)
    }

    /// Lanes above `level`, 0 elsewhere.
    @inline(__always) func kept(above level: Scalar) -> Self {
        Self(x > level ? x : 0, y > level ? y : 0, z > level ? z : 0, w > level ? w : 0)
    }

    /// 1 in lanes above `level`, 0 elsewhere.
    @inline(__always) func counted(above level: Scalar) -> Self {
        Self(x > level ? 1 : 0, y > level ? 1 : 0, z > level ? 1 : 0, w > level ? 1 : 0)
    }

    /// `bits` in lanes above `level`, 0 elsewhere.
    @inline(__always) func marked(above level: Scalar, _ bits: SIMD4<UInt32>) -> SIMD4<UInt32> {
        SIMD4<UInt32>(
            x > level ? bits.x : 0,
            y > level ? bits.y : 0,
            z > level ? bits.z : 0,
            w > level ? bits.w : 0
        )
    }

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
