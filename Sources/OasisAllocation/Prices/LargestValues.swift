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
        if slots < 4 {
            var rungs = climbFour(values, count: count)
            rungs = rungs.merged(rungs.halvesSwapped)
            rungs = rungs.merged(rungs.neighboursSwapped)
            largest.setBlock(0, rungs.column)
        } else {
            var (upper, lower) = climbEight(values, count: count)
            (upper, lower) = Rungs.merged(upper, lower, upper.halvesSwapped, lower.halvesSwapped)
            (upper, lower) = Rungs.merged(upper, lower, upper.neighboursSwapped, lower.neighboursSwapped)
            largest.setBlock(0, upper.column)
            largest.setBlock(4, lower.column)
        }
    }

    @inline(__always)
    private static func climbFour<Number: PassNumber>(_ values: UnsafePointer<Number>, count: Int) -> Rungs<Number> {
        var rungs = Rungs<Number>()
        var place = 0
        while place < count {
            _ = rungs.insert(values.block(place))
            place &+= blockLength
        }
        return rungs
    }

    // Alone, because the optimiser stops inlining into functions with too many comparisons.
    @inline(never)
    private static func climbEight<Number: PassNumber>(
        _ values: UnsafePointer<Number>,
        count: Int
    ) -> (Rungs<Number>, Rungs<Number>) {
        var upper = Rungs<Number>()
        var lower = Rungs<Number>()
        var place = 0
        while place < count {
            let fallen = upper.insert(values.block(place))
            _ = lower.insert(fallen)
            place &+= blockLength
        }
        return (upper, lower)
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
private struct Rungs<Number: PassNumber> {
    typealias Lanes = SIMD4<Number>

    var first: Lanes = .zero
    var second: Lanes = .zero
    var third: Lanes = .zero
    var fourth: Lanes = .zero

    /// Lets a block fall through and returns what drops out below.
    @inline(__always)
    mutating func insert(_ block: Lanes) -> Lanes {
        let afterFirst = Number.lesser(first, block)
        first = Number.greater(first, block)
        let afterSecond = Number.lesser(second, afterFirst)
        second = Number.greater(second, afterFirst)
        let afterThird = Number.lesser(third, afterSecond)
        third = Number.greater(third, afterSecond)
        let afterFourth = Number.lesser(fourth, afterThird)
        fourth = Number.greater(fourth, afterThird)
        return afterFourth
    }

    @inline(__always) var halvesSwapped: Self {
        Self(
            first: first.halvesSwapped,
            second: second.halvesSwapped,
            third: third.halvesSwapped,
            fourth: fourth.halvesSwapped
        )
    }

    @inline(__always) var neighboursSwapped: Self {
        Self(
            first: first.neighboursSwapped,
            second: second.neighboursSwapped,
            third: third.neighboursSwapped,
            fourth: fourth.neighboursSwapped
        )
    }

    /// The first lane from top to bottom.
    @inline(__always) var column: Lanes { Lanes(first.x, second.x, third.x, fourth.x) }

    /// The larger half of two falling sequences, again in falling order.
    ///
    /// Never inlined: what the optimiser knows of swapped lanes makes it take blocks apart. Arguments and result are in
    /// registers.
    @inline(never)
    func merged(_ other: Self) -> Self { larger(reversed: other).ordered }

    /// As `merged`, for sequences of eight.
    @inline(never)
    static func merged(_ upper: Self, _ lower: Self, _ otherUpper: Self, _ otherLower: Self) -> (Self, Self) {
        let above = upper.larger(reversed: otherLower)
        let below = lower.larger(reversed: otherUpper)
        return (above.lanewise(below, Number.greater).ordered, above.lanewise(below, Number.lesser).ordered)
    }

    @inline(__always)
    private func lanewise(_ other: Self, _ choose: (Lanes, Lanes) -> Lanes) -> Self {
        Self(
            first: choose(first, other.first),
            second: choose(second, other.second),
            third: choose(third, other.third),
            fourth: choose(fourth, other.fourth)
        )
    }

    @inline(__always)
    private func larger(reversed other: Self) -> Self {
        Self(
            first: Number.greater(first, other.fourth),
            second: Number.greater(second, other.third),
            third: Number.greater(third, other.second),
            fourth: Number.greater(fourth, other.first)
        )
    }

    /// A sequence that first rises and then falls, or the other way, in falling order.
    @inline(__always) private var ordered: Self {
        let one = Number.greater(first, third)
        let two = Number.greater(second, fourth)
        let three = Number.lesser(first, third)
        let four = Number.lesser(second, fourth)
        return Self(
            first: Number.greater(one, two),
            second: Number.lesser(one, two),
            third: Number.greater(three, four),
            fourth: Number.lesser(three, four)
        )
    }
}
