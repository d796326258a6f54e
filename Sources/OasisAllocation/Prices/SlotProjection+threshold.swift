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

    /// Numbers of scratch that `threshold` needs, once `prepare` has been at them.
    static func scratchSize(longest: Int) -> Int { FewLargest<Float>.scratchSize + paddedToBlocks(longest) }

    /// Writes into scratch what every call of `threshold` reads.
    static func prepare<Number: PassNumber>(_ scratch: UnsafeMutablePointer<Number>) {
        FewLargest(scratch).prepare()
    }

    /// τ for one request.
    ///
    /// - Parameters:
    ///   - values: Reduced values, followed by zeros to a whole number of blocks.
    ///   - count: Number of candidates.
    ///   - slots: k ≥ 1.
    ///   - smoothing: γ ≥ 0.
    ///   - scratch: `scratchSize` numbers, prepared.
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
        let few = FewLargest(scratch)
        let largest = few.largest
        LargestValues.find(values, count: padded, slots: slots, into: largest)
        var sum = largest[0]
        for place in 1..<slots { sum += largest[place] }
        let last = largest[slots &- 1]
        let next = largest[slots]
        if next <= 0 {
            return Threshold(level: 0, slotsBind: false, isIntegral: false, topSum: sum, lastTaken: last)
        }
        if last - next >= smoothing {
            // Any τ from `next` to `last` − γ says so; the middle keeps its distance from both.
            let level = smoothing > 0 ? next + (last - next - smoothing) / 2 : next
            return Threshold(level: level, slotsBind: true, isIntegral: true, topSum: sum, lastTaken: last)
        }
        let low = last > smoothing ? last - smoothing : 0
        let level = few.level(slots: slots, smoothing: smoothing, low: low, high: next)
        var use = SlotUse(wanted: Number(slots), smoothing: smoothing, level: level)
        // They decide, unless there are more of them above τ than were looked at.
        if largest[LargestValues.length(slots: slots) &- 1] > level {
            use.solve(values, count: padded, to: next, largest: largest[0])
        }
        return Threshold(level: use.level, slotsBind: use.level > 0, isIntegral: false, topSum: sum, lastTaken: last)
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
        let positive = scratch + FewLargest<Number>.scratchSize
        var positiveCount = 0
        var sum: Number = 0
        for place in 0..<count where values[place] > 0 {
            positive[positiveCount] = values[place]
            sum += values[place]
            positiveCount += 1
        }
        if positiveCount <= slots {
            return Threshold(level: 0, slotsBind: false, isIntegral: false, topSum: sum, lastTaken: 0)
        }
        let (last, next, top) = LargestValues.partition(positive, count: positiveCount, slots: slots)
        if last - next >= smoothing {
            let level = smoothing > 0 ? next + (last - next - smoothing) / 2 : next
            return Threshold(level: level, slotsBind: true, isIntegral: true, topSum: top, lastTaken: last)
        }
        var use = SlotUse(
            wanted: Number(slots),
            smoothing: smoothing,
            level: last > smoothing ? last - smoothing : 0
        )
        use.solve(values, count: paddedToBlocks(count), to: next, largest: .infinity)
        return Threshold(level: use.level, slotsBind: use.level > 0, isIntegral: false, topSum: top, lastTaken: last)
    }
}

/// Finds τ at which Σ clip((u − τ)/γ, 0, 1) is the number of slots.
private struct SlotUse<Number: PassNumber> {
    let wanted: Number
    let smoothing: Number
    /// A lower bound of τ, then τ.
    var level: Number

    @inline(__always)
    init(wanted: Number, smoothing: Number, level: Number) {
        self.wanted = wanted
        self.smoothing = smoothing
        self.level = level
    }

    /// From the lower bound to τ; when less than all slots are used at the bound, that is τ.
    @inline(__always)
    mutating func solve(_ values: UnsafePointer<Number>, count: Int, to end: Number, largest: Number) {
        if largest - level > smoothing {
            solveClipped(values, count: count, to: end)
        } else {
            solveUnclipped(values, count: count)
        }
    }

    /// Newton's method where nothing can be selected outright: the use is convex, so steps never go too far.
    @inline(never)
    private mutating func solveUnclipped(_ values: UnsafePointer<Number>, count: Int) {
        while true {
            var selected = SIMD4<Number>.zero
            var use = SIMD4<Number>.zero
            var room = SIMD4<Number>(repeating: .infinity)
            var place = 0
            while place < count {
                let above = values.block(place) - level
                selected += Number.counted(above, above: 0)
                use += Number.greater(above, .zero)
                room = Number.lesser(room, Number.only(above, above: 0))
                place &+= blockLength
            }
            let step = (use.total - smoothing * wanted) / selected.total
            let next = level + step
            if !(next > level) { return }
            level = next
            // Nothing left on the way, so the step was exact.
            if step <= room.least { return }
        }
    }

    /// Newton's method on the piecewise linear use of slots, kept inside a shrinking bracket so that it cannot cycle.
    @inline(never)
    private mutating func solveClipped(_ values: UnsafePointer<Number>, count: Int, to end: Number) {
        let start = level
        var low = start
        var high = end
        var ones: Number = -1
        var selected: Number = -1
        for _ in 0..<48 {
            let piece = piece(values, count: count)
            let interior = piece.selected - piece.ones
            var next: Number
            if interior > 0 {
                let step = (piece.use - smoothing * wanted) / interior
                next = level + step
                // Nothing leaves on the way up, or nothing entered or left since the last step: the step is exact.
                let isSame = piece.ones == ones && piece.selected == selected
                if isSame || (step >= 0 && step <= piece.room) {
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

    /// The piece of the use that `level` is on.
    private struct Piece {
        /// How many are selected outright.
        var ones: Number
        /// How many are selected at all.
        var selected: Number
        /// γ times the slots they use.
        var use: Number
        /// How far the level may rise on this piece.
        var room: Number
    }

    @inline(__always)
    private func piece(_ values: UnsafePointer<Number>, count: Int) -> Piece {
        var ones = SIMD4<Number>.zero
        var selected = SIMD4<Number>.zero
        var use = SIMD4<Number>.zero
        var room = SIMD4<Number>(repeating: .infinity)
        var place = 0
        while place < count {
            let above = values.block(place) - level
            let aboveFull = above - smoothing
            ones += Number.counted(aboveFull, above: 0)
            selected += Number.counted(above, above: 0)
            use += Number.lesser(Number.greater(above, .zero), SIMD4<Number>(repeating: smoothing))
            room = Number.lesser(room, Number.only(above, above: 0))
            room = Number.lesser(room, Number.only(aboveFull, above: 0))
            place &+= blockLength
        }
        return Piece(ones: ones.total, selected: selected.total, use: use.total, room: room.least)
    }
}
