/// The best use of one request's slots at given reduced values.
///
/// With ridge γ the maximiser of u·x − γ/2·‖x‖² over 0 ≤ x ≤ 1, Σ x ≤ k is clip((u − τ)/γ, 0, 1) with τ ≥ 0 the smallest
/// that fits the slots; with γ = 0 it is the k largest positive values.
package enum SlotProjection {
    /// Selection probabilities x of one request's candidates.
    ///
    /// - Parameters:
    ///   - reduced: Reduced values u, finite.
    ///   - slots: k ≥ 0.
    ///   - smoothing: γ ≥ 0, in units of value; 0 takes the best k outright, the earlier candidate among equals.
    ///   - selection: Where x goes; at least as many elements as `reduced`.
    /// - Returns: τ, below which nothing is selected.
    @discardableResult
    package static func select(
        reduced: UnsafeBufferPointer<Float>,
        slots: Int,
        smoothing: Float,
        into selection: UnsafeMutableBufferPointer<Float>
    ) -> Float {
        precondition(selection.count >= reduced.count, "selection must have room for every candidate")
        guard slots > 0 else {
            for index in reduced.indices { selection[index] = 0 }
            return max(0, reduced.max() ?? 0)
        }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * reduced.count + 2) { scratch in
            let positive = scratch.baseAddress!
            var count = 0
            for value in reduced where value > 0 {
                positive[count] = value
                count += 1
            }
            let threshold = threshold(
                positive: positive,
                count: count,
                slots: slots,
                smoothing: smoothing,
                scratch: positive + reduced.count
            )
            if smoothing > 0 {
                let inverse = 1 / smoothing
                for index in reduced.indices {
                    selection[index] = min(1, max(0, (reduced[index] - threshold.level) * inverse))
                }
            } else {
                takeTop(reduced, slots: slots, atLeast: threshold.lastTaken, into: selection)
            }
            return threshold.level
        }
    }

    /// The k largest positive values, the earlier candidate first among equals.
    private static func takeTop(
        _ reduced: UnsafeBufferPointer<Float>,
        slots: Int,
        atLeast last: Float,
        into selection: UnsafeMutableBufferPointer<Float>
    ) {
        var left = slots
        for index in reduced.indices {
            let isAbove = reduced[index] > last && reduced[index] > 0
            selection[index] = isAbove ? 1 : 0
            if isAbove { left -= 1 }
        }
        for index in reduced.indices where left > 0 && reduced[index] == last && last > 0 {
            selection[index] = 1
            left -= 1
        }
    }

    /// Where selection begins in one request.
    struct Threshold<Number> {
        /// τ.
        var level: Number
        /// Whether the slots bind, so that raising one candidate lowers another.
        var slotsBind: Bool
        /// Sum of the k largest positive values: the maximum at γ = 0.
        var topSum: Number
        /// The smallest value among the k largest positive ones; 0 when all of them fit.
        var lastTaken: Number
    }

    /// τ for positive values alone, which are all that can be selected.
    ///
    /// `scratch` has room for `count` + 1 numbers. `slots` ≥ 1.
    @inline(__always)
    static func threshold<Number: BinaryFloatingPoint>(
        positive: UnsafePointer<Number>,
        count: Int,
        slots: Int,
        smoothing: Number,
        scratch: UnsafeMutablePointer<Number>
    ) -> Threshold<Number> {
        if count <= slots {
            var sum: Number = 0
            for index in 0..<count { sum += positive[index] }
            return Threshold(level: 0, slotsBind: false, topSum: sum, lastTaken: 0)
        }
        let (last, next, sum) =
            slots == 1
            ? topTwo(positive, count) : top(positive, count, slots: slots, scratch: scratch)
        if last - smoothing >= next {
            // Nothing is fractional. Any τ from `next` to `last` − γ says so; the middle keeps its distance from both.
            let level = smoothing > 0 ? (next + last - smoothing) / 2 : next
            return Threshold(level: level, slotsBind: true, topSum: sum, lastTaken: last)
        }
        if last < smoothing {
            let taken = selected(positive, count, level: 0, smoothing: smoothing).sum
            if taken <= Number(slots) { return Threshold(level: 0, slotsBind: false, topSum: sum, lastTaken: last) }
        }
        let level = fractionalLevel(
            positive,
            count,
            slots: slots,
            smoothing: smoothing,
            low: last > smoothing ? last - smoothing : 0,
            high: next
        )
        return Threshold(level: level, slotsBind: true, topSum: sum, lastTaken: last)
    }

    @inline(__always)
    private static func topTwo<Number: BinaryFloatingPoint>(
        _ values: UnsafePointer<Number>,
        _ count: Int
    ) -> (last: Number, next: Number, sum: Number) {
        var first: Number = 0
        var second: Number = 0
        for index in 0..<count {
            let value = values[index]
            let loser = value < first ? value : first
            first = value > first ? value : first
            second = loser > second ? loser : second
        }
        return (first, second, first)
    }

    /// k-th and (k+1)-th largest of more than k values, and the sum of the k largest.
    @inline(__always)
    private static func top<Number: BinaryFloatingPoint>(
        _ values: UnsafePointer<Number>,
        _ count: Int,
        slots: Int,
        scratch: UnsafeMutablePointer<Number>
    ) -> (last: Number, next: Number, sum: Number) {
        if slots <= 12 {
            // Insertion into a descending list of k + 1: short lists, mostly untouched.
            let length = slots + 1
            for place in 0..<length { scratch[place] = 0 }
            for index in 0..<count {
                let value = values[index]
                if value <= scratch[slots] { continue }
                var place = slots
                while place > 0 && scratch[place - 1] < value {
                    scratch[place] = scratch[place - 1]
                    place -= 1
                }
                scratch[place] = value
            }
        } else {
            for index in 0..<count { scratch[index] = values[index] }
            var values = UnsafeMutableBufferPointer(start: scratch, count: count)
            values.sort(by: >)
        }
        var sum: Number = 0
        for place in 0..<slots { sum += scratch[place] }
        return (scratch[slots - 1], scratch[slots], sum)
    }

    @inline(__always)
    private static func selected<Number: BinaryFloatingPoint>(
        _ values: UnsafePointer<Number>,
        _ count: Int,
        level: Number,
        smoothing: Number
    ) -> (sum: Number, interior: Number) {
        var ones: Number = 0
        var interior: Number = 0
        var excess: Number = 0
        for index in 0..<count {
            let above = values[index] - level
            let isOne = above >= smoothing
            let isInside = above > 0 && !isOne
            ones += isOne ? 1 : 0
            interior += isInside ? 1 : 0
            excess += isInside ? above : 0
        }
        return (ones + excess / smoothing, interior)
    }

    /// Newton's method on the piecewise linear slot use, kept inside a shrinking bracket so that it cannot cycle.
    @inline(__always)
    private static func fractionalLevel<Number: BinaryFloatingPoint>(
        _ values: UnsafePointer<Number>,
        _ count: Int,
        slots: Int,
        smoothing: Number,
        low: Number,
        high: Number
    ) -> Number {
        let wanted = Number(slots)
        var low = low
        var high = high
        var level = (low + high) / 2
        for _ in 0..<48 {
            let (sum, interior) = selected(values, count, level: level, smoothing: smoothing)
            if sum > wanted { low = level } else { high = level }
            var next = interior > 0 ? level + (sum - wanted) * smoothing / interior : (low + high) / 2
            if next == level || high <= low { break }
            if !(next >= low && next <= high) { next = (low + high) / 2 }
            level = next
        }
        return level
    }
}
