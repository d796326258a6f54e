extension SlotProjection {
    /// Where selection begins in one request.
    struct Threshold<Number> {
        /// τ.
        var level: Number
        /// Whether the slots bind, so that raising one candidate lowers another.
        var slotsBind: Bool
        /// Whether exactly the k largest are selected, outright: those above τ.
        var isIntegral: Bool
        /// Sum of the k largest positive values: the maximum at γ = 0.
        var topSum: Number
        /// The smallest value among the k largest positive ones; 0 when all of them fit.
        var lastTaken: Number
    }

    /// Numbers of scratch that `threshold` needs.
    static func scratchSize(longest: Int) -> Int { paddedToBlocks(longest) + 24 }

    /// τ for one request.
    ///
    /// - Parameters:
    ///   - values: Reduced values, followed by zeros to a whole number of blocks.
    ///   - count: Number of candidates.
    ///   - slots: k ≥ 1.
    ///   - smoothing: γ ≥ 0.
    ///   - scratch: `scratchSize` numbers.
    /// - Returns: τ, and what else the search found.
    @inline(__always)
    static func threshold<Number: PassNumber>(
        values: UnsafePointer<Number>,
        count: Int,
        slots: Int,
        smoothing: Number,
        scratch: UnsafeMutablePointer<Number>
    ) -> Threshold<Number> {
        let padded = paddedToBlocks(count)
        if slots > LargestValues.mostSlots {
            return longThreshold(values: values, count: count, slots: slots, smoothing: smoothing, scratch: scratch)
        }
        LargestValues.find(values, count: padded, slots: slots, into: scratch)
        var sum = scratch[0]
        for place in 1..<slots { sum += scratch[place] }
        let last = scratch[slots &- 1]
        let next = scratch[slots]
        if next <= 0 {
            return Threshold(level: 0, slotsBind: false, isIntegral: false, topSum: sum, lastTaken: last)
        }
        if last - next >= smoothing {
            // Any τ from `next` to `last` − γ says so; the middle keeps its distance from both.
            let level = smoothing > 0 ? next + (last - next - smoothing) / 2 : next
            return Threshold(level: level, slotsBind: true, isIntegral: true, topSum: sum, lastTaken: last)
        }
        // The few largest decide, unless there are more of them above τ than the ladder has rungs.
        let length = LargestValues.length(slots: slots)
        let low = last > smoothing ? last - smoothing : 0
        var use = SlotUse(wanted: Number(slots), smoothing: smoothing)
        use.solve(UnsafePointer(scratch), count: length, from: low, to: next)
        if scratch[length &- 1] > use.level { use.solve(values, count: padded, from: use.level, to: next) }
        return Threshold(level: use.level, slotsBind: use.binds, isIntegral: false, topSum: sum, lastTaken: last)
    }

    /// As `threshold`, for more slots than there are rungs.
    @inline(never)
    private static func longThreshold<Number: PassNumber>(
        values: UnsafePointer<Number>,
        count: Int,
        slots: Int,
        smoothing: Number,
        scratch: UnsafeMutablePointer<Number>
    ) -> Threshold<Number> {
        var positiveCount = 0
        var sum: Number = 0
        for place in 0..<count where values[place] > 0 {
            scratch[positiveCount] = values[place]
            sum += values[place]
            positiveCount += 1
        }
        if positiveCount <= slots {
            return Threshold(level: 0, slotsBind: false, isIntegral: false, topSum: sum, lastTaken: 0)
        }
        let (last, next, top) = LargestValues.partition(scratch, count: positiveCount, slots: slots)
        if last - next >= smoothing {
            let level = smoothing > 0 ? next + (last - next - smoothing) / 2 : next
            return Threshold(level: level, slotsBind: true, isIntegral: true, topSum: top, lastTaken: last)
        }
        var use = SlotUse(wanted: Number(slots), smoothing: smoothing)
        use.solve(values, count: paddedToBlocks(count), from: last > smoothing ? last - smoothing : 0, to: next)
        return Threshold(level: use.level, slotsBind: use.binds, isIntegral: false, topSum: top, lastTaken: last)
    }
}

/// Finds τ at which Σ clip((u − τ)/γ, 0, 1) is the number of slots.
private struct SlotUse<Number: PassNumber> {
    let wanted: Number
    let smoothing: Number
    var level: Number = 0
    var binds = false

    @inline(__always)
    init(wanted: Number, smoothing: Number) {
        self.wanted = wanted
        self.smoothing = smoothing
    }

    /// Newton's method on the piecewise linear use of slots, kept inside a shrinking bracket so that it cannot cycle.
    ///
    /// τ lies in `start` … `end`, and starts at `start`; when less than all slots are used there, that is it.
    @inline(__always)
    mutating func solve(_ values: UnsafePointer<Number>, count: Int, from start: Number, to end: Number) {
        var low = start
        var high = end
        var ones: Number = -1
        var selected: Number = -1
        level = start
        binds = start > 0
        for _ in 0..<48 {
            let piece = piece(values, count: count)
            let interior = piece.selected - piece.ones
            var next: Number
            if interior > 0 {
                next = (piece.sum - smoothing * (wanted - piece.ones)) / interior
                // Nothing entered or left since the last step, so this step is exact.
                if piece.ones == ones && piece.selected == selected {
                    level = min(max(next, low), high)
                    return
                }
            } else if piece.ones == wanted {
                return
            } else {
                next = piece.ones > wanted ? end : start
            }
            ones = piece.ones
            selected = piece.selected
            if next > level {
                binds = true
                low = level
            } else {
                if level == start { return }
                high = level
            }
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if next == level { return }
            level = next
        }
    }

    /// How many are selected outright at `level`, how many at all, and the sum of those in between.
    @inline(__always)
    private func piece(
        _ values: UnsafePointer<Number>,
        count: Int
    ) -> (ones: Number, selected: Number, sum: Number) {
        let full = level + smoothing
        var ones = SIMD4<Number>.zero
        var selected = SIMD4<Number>.zero
        var sum = SIMD4<Number>.zero
        var place = 0
        while place < count {
            let block = values.block(place)
            ones += block.counted(above: full)
            selected += block.counted(above: level)
            sum += block.kept(above: level) - block.kept(above: full)
            place &+= blockLength
        }
        return (ones.total, selected.total, sum.total)
    }
}
