/// The few largest values of one request, and τ as they alone would have it.
///
/// The slots used at τ are min over m of (m + Σ over i > m of (uᵢ − τ)₊ / γ), values in falling order: m of them are
/// selected outright. And the inner sum fits k − m slots from the largest over j > m of
/// (Σ over m < i ≤ j of uᵢ − γ·(k − m)) / (j − m). So τ = minₘ maxⱼ of that, without a search and without a branch.
struct FewLargest<Number: PassNumber> {
    static var scratchSize: Int { 40 }

    /// Room for 8 values in falling order.
    let largest: UnsafeMutablePointer<Number>
    /// A zero, then sums of the first 1, 2 … 8.
    private let prefix: UnsafeMutablePointer<Number>
    /// 1/i at place i, for i from −7 to 8; 0 for i ≤ 0.
    private let reciprocal: UnsafeMutablePointer<Number>

    @inline(__always)
    init(_ scratch: UnsafeMutablePointer<Number>) {
        largest = scratch
        prefix = scratch + 8
        reciprocal = scratch + 8 + 12 + 7
    }

    func prepare() {
        prefix[0] = 0
        for place in -7...0 { reciprocal[place] = 0 }
        for place in 1...8 { reciprocal[place] = 1 / Number(place) }
    }

    /// τ for the values in `largest` alone, between `low` and `high`, where it is known to be.
    ///
    /// Values are first brought to between `low` and `high` + γ, which changes no share, and counted from `low`, so
    /// that what is left is of the size of γ and keeps its precision.
    @inline(never)
    func level(slots: Int, smoothing: Number, low: Number, high: Number) -> Number {
        let most = high - low + smoothing
        let isLong = slots > 3
        prefix.setBlock(1, running(0, low: low, most: most))
        if isLong { prefix.setBlock(5, running(4, low: low, most: most) + prefix[4]) }
        var level = high - low
        var ones = 0
        while ones < slots {
            let taken = prefix[ones] + smoothing * Number(slots &- ones)
            var block = (prefix.block(1) - taken) * reciprocal.block(1 &- ones)
            if isLong {
                block = Number.greater(block, (prefix.block(5) - taken) * reciprocal.block(5 &- ones))
            }
            let left = block.x > block.z ? block.x : block.z
            let right = block.y > block.w ? block.y : block.w
            let most = left > right ? left : right
            level = most < level ? most : level
            ones &+= 1
        }
        return level > 0 ? low + level : low
    }

    /// Running sums of four values.
    @inline(__always)
    private func running(_ place: Int, low: Number, most: Number) -> SIMD4<Number> {
        let above = Number.lesser(
            Number.greater(largest.block(place) - low, .zero),
            SIMD4<Number>(repeating: most)
        )
        let pairs = above + SIMD4<Number>(0, above.x, above.y, above.z)
        return pairs + SIMD4<Number>(0, 0, pairs.x, pairs.y)
    }
}
