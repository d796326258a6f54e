/// The largest values of one request in falling order, found without a branch on any of them.
///
/// Four candidates at a time fall through a ladder: each rung keeps the larger and passes the smaller on, lane by lane.
/// Then the four lanes' ladders, each in falling order, are merged by a bitonic network. Values ≤ 0 leave no trace, so
/// rungs that nothing positive reached hold 0.
enum LargestValues {
    /// Slots for which the ladders are long enough: one rung is for the best value that is not taken.
    static let mostSlots = 7

    /// Values that `find` writes for so many slots.
    @inline(__always) static func length(slots: Int) -> Int { slots < 4 ? 4 : 8 }

    /// Writes the 4 or 8 largest values, in falling order.
    ///
    /// - Parameters:
    ///   - values: Whole blocks; padding is ≤ 0.
    ///   - count: Number of values, a multiple of 4.
    ///   - slots: 1 … `mostSlots`.
    ///   - largest: Room for 8.
    @inline(__always)
    static func find<Number: PassNumber>(
        _ values: UnsafePointer<Number>,
        count: Int,
        slots: Int,
        into largest: UnsafeMutablePointer<Number>
    ) {
        var upper = Ladder<Number>()
        if slots < 4 {
            var place = 0
            while place < count {
                _ = upper.insert(values.block(place))
                place &+= blockLength
            }
            upper.merge(upper.halvesSwapped)
            upper.merge(upper.neighboursSwapped)
            largest.setBlock(0, upper.column)
        } else {
            var lower = Ladder<Number>()
            var place = 0
            while place < count {
                _ = lower.insert(upper.insert(values.block(place)))
                place &+= blockLength
            }
            Ladder.merge(&upper, &lower, upper.halvesSwapped, lower.halvesSwapped)
            Ladder.merge(&upper, &lower, upper.neighboursSwapped, lower.neighboursSwapped)
            largest.setBlock(0, upper.column)
            largest.setBlock(4, lower.column)
        }
    }

    /// k-th and (k+1)-th largest of more than k positive values, and the sum of the k largest, for any k.
    ///
    /// `values` are reordered: the k largest come first.
    @inline(never)
    static func partition<Number: PassNumber>(
        _ values: UnsafeMutablePointer<Number>,
        count: Int,
        slots: Int
    ) -> (last: Number, next: Number, sum: Number) {
        var low = 0
        var high = count - 1
        // Hoare's selection with the median of three; `high` and `low` close in on place k − 1.
        while low < high {
            let middle = values[(low + high) / 2]
            let pivot = max(min(values[low], values[high]), min(max(values[low], values[high]), middle))
            var left = low
            var right = high
            while left <= right {
                while values[left] > pivot { left += 1 }
                while values[right] < pivot { right -= 1 }
                if left > right { break }
                let value = values[left]
                values[left] = values[right]
                values[right] = value
                left += 1
                right -= 1
            }
            if slots - 1 <= right { high = right } else if slots - 1 >= left { low = left } else { break }
        }
        var sum: Number = 0
        for place in 0..<slots { sum += values[place] }
        var next: Number = 0
        for place in slots..<count where values[place] > next { next = values[place] }
        return (values[slots - 1], next, sum)
    }
}

/// Four rungs of four lanes.
private struct Ladder<Number: PassNumber> {
    typealias Lanes = SIMD4<Number>

    var first: Lanes
    var second: Lanes
    var third: Lanes
    var fourth: Lanes

    @inline(__always)
    init() {
        first = .zero
        second = .zero
        third = .zero
        fourth = .zero
    }

    @inline(__always)
    init(_ first: Lanes, _ second: Lanes, _ third: Lanes, _ fourth: Lanes) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// Lets a block fall through and returns what drops out below.
    @inline(__always)
    mutating func insert(_ block: Lanes) -> Lanes {
        var falling = block
        Self.order(&first, &falling)
        Self.order(&second, &falling)
        Self.order(&third, &falling)
        Self.order(&fourth, &falling)
        return falling
    }

    @inline(__always) var halvesSwapped: Self {
        Self(first.halvesSwapped, second.halvesSwapped, third.halvesSwapped, fourth.halvesSwapped)
    }

    @inline(__always) var neighboursSwapped: Self {
        Self(first.neighboursSwapped, second.neighboursSwapped, third.neighboursSwapped, fourth.neighboursSwapped)
    }

    /// The first lane from top to bottom.
    @inline(__always) var column: Lanes { Lanes(first.x, second.x, third.x, fourth.x) }

    /// The larger half of two falling sequences, again in falling order.
    @inline(__always)
    mutating func merge(_ other: Self) {
        keepLarger(reversed: other)
        orderBitonic()
    }

    /// As `merge`, for sequences of eight.
    @inline(__always)
    static func merge(_ upper: inout Self, _ lower: inout Self, _ otherUpper: Self, _ otherLower: Self) {
        upper.keepLarger(reversed: otherLower)
        lower.keepLarger(reversed: otherUpper)
        order(&upper.first, &lower.first)
        order(&upper.second, &lower.second)
        order(&upper.third, &lower.third)
        order(&upper.fourth, &lower.fourth)
        upper.orderBitonic()
        lower.orderBitonic()
    }

    @inline(__always)
    private mutating func keepLarger(reversed other: Self) {
        first = Lanes.greater(first, other.fourth)
        second = Lanes.greater(second, other.third)
        third = Lanes.greater(third, other.second)
        fourth = Lanes.greater(fourth, other.first)
    }

    @inline(__always)
    private mutating func orderBitonic() {
        Self.order(&first, &third)
        Self.order(&second, &fourth)
        Self.order(&first, &second)
        Self.order(&third, &fourth)
    }

    @inline(__always)
    private static func order(_ above: inout Lanes, _ below: inout Lanes) {
        let larger = Lanes.greater(above, below)
        below = Lanes.lesser(above, below)
        above = larger
    }
}
