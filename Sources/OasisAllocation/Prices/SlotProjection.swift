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
        project(reduced, slots: slots, smoothing: smoothing, into: selection)
    }

    /// The same in double precision, for single requests.
    @discardableResult
    package static func select(
        reduced: UnsafeBufferPointer<Double>,
        slots: Int,
        smoothing: Double,
        into selection: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        project(reduced, slots: slots, smoothing: smoothing, into: selection)
    }

    @inline(__always)
    private static func project<Number: PassNumber>(
        _ reduced: UnsafeBufferPointer<Number>,
        slots: Int,
        smoothing: Number,
        into selection: UnsafeMutableBufferPointer<Number>
    ) -> Number {
        precondition(selection.count >= reduced.count, "selection must have room for every candidate")
        guard slots > 0 else {
            for index in reduced.indices { selection[index] = 0 }
            return max(0, reduced.max() ?? 0)
        }
        let count = reduced.count
        let padded = paddedToBlocks(count)
        return withUnsafeTemporaryAllocation(of: Number.self, capacity: padded + scratchSize(longest: count)) {
            memory in
            let values = memory.baseAddress!
            for place in 0..<count { values[place] = reduced[place] }
            for place in count..<padded { values[place] = 0 }
            prepare(values + padded)
            let threshold = threshold(
                values: values,
                count: count,
                slots: slots,
                smoothing: smoothing,
                scratch: values + padded
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
    @inline(__always)
    private static func takeTop<Number: PassNumber>(
        _ reduced: UnsafeBufferPointer<Number>,
        slots: Int,
        atLeast last: Number,
        into selection: UnsafeMutableBufferPointer<Number>
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
}
