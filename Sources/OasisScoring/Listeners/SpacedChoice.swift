import OasisAllocation

/// Promotions that keep a distance in the slate, with probabilities that are known exactly.
///
/// The ranker sorts by organic score + boost, so where a promotion would stand is known before anything is drawn: tracks
/// that are not promoted lie between two promotions exactly if their organic scores lie between the two sums, whatever
/// else is drawn. Two offers are *too close* when fewer than the minimum gap do.
///
/// Laid out in the order of the slate, offers that are too close to each other form windows. Systematic sampling takes at
/// most one offer out of a window whose probabilities sum to at most 1: two of them would have to lie a whole tooth of
/// the comb apart. So the gap is one more limit on the probabilities, and what is drawn is drawn with exactly those.
package struct SpacedChoice {
    /// Places of the offers in the order in which a slate would show them.
    package let order: [Int]
    /// Runs of `order` in each of which any two are too close; none lies inside another, and each has two or more.
    package let windows: [Range<Int>]
    private let above: [Int]
    private let notBelow: [Int]
    private let gap: Int

    /// Lays out offers.
    ///
    /// - Parameters:
    ///   - sums: organic score + boost of each offer, as the ranker adds them.
    ///   - organic: scores of the tracks that are played whatever is promoted, in any order.
    ///   - gap: least number of them between two promotions, ≥ 1.
    package init(sums: [Float], organic: [Float], gap: Int) {
        let falling = organic.sorted(by: >)
        let order = sums.indices.sorted { (sums[$0], $1) > (sums[$1], $0) }
        var (above, notBelow): ([Int], [Int]) = ([], [])
        for place in order {
            above.append(Self.count(falling) { $0 > sums[place] })
            notBelow.append(Self.count(falling) { $0 >= sums[place] })
        }
        var windows: [Range<Int>] = []
        var end = 0
        for start in order.indices {
            let last = end
            end = max(end, start + 1)
            // A track with the very score of a promotion may be sorted to either side, so it does not count as between.
            while end < order.count, above[end] - notBelow[start] < gap { end += 1 }
            if end > last, end - start > 1 { windows.append(start..<end) }
        }
        self.order = order
        self.windows = windows
        (self.above, self.notBelow, self.gap) = (above, notBelow, gap)
    }

    private static func count(_ falling: [Float], _ isAbove: (Float) -> Bool) -> Int {
        var (low, high) = (0, falling.count)
        while low < high {
            let middle = (low + high) / 2
            if isAbove(falling[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether nothing is too close to anything else.
    package var isFree: Bool { windows.isEmpty }

    /// Whether two offers may not be drawn together.
    package func areTooClose(_ left: Int, _ right: Int) -> Bool {
        guard let first = order.firstIndex(of: left), let second = order.firstIndex(of: right) else { return false }
        return above[max(first, second)] - notBelow[min(first, second)] < gap
    }

    /// Probabilities of the offers, in the order they were given in: at most 1 in each window, `slots` in all.
    ///
    /// In each window the program's smoothed choice for one slot, over all of them its choice for `slots`, of which the
    /// smaller holds; what that leaves unused goes to the best that still have room. The floor for exploration is lowered
    /// to fit the largest window that an offer is in.
    package func probabilities(
        netWorths: [Double],
        slots: Int,
        smoothing: Double,
        explorationShare: Double
    ) -> [Double] {
        let worths = order.map { netWorths[$0] }
        let alone = Self.choice(worths, slots: worths.count, smoothing: smoothing)
        var chosen = Self.choice(worths, slots: slots, smoothing: smoothing)
        for window in windows {
            let best = Self.choice(Array(worths[window]), slots: 1, smoothing: smoothing)
            for (offset, place) in window.enumerated() { chosen[place] = min(chosen[place], best[offset]) }
        }
        fill(&chosen, upTo: alone, worths, slots: slots)
        if explorationShare > 0 { mixFloor(&chosen, slots: slots, explorationShare: explorationShare) }
        var probabilities = chosen
        for (place, offer) in order.enumerated() { probabilities[offer] = chosen[place] }
        return probabilities
    }

    /// Draws offers, in the order they were given in.
    package func draw(_ probabilities: [Double], at point: Double) -> [Int] {
        let laidOut = order.map { probabilities[$0] }
        var kept: [Int] = []
        let drawn = withUnsafeTemporaryAllocation(of: Int.self, capacity: laidOut.count + 1) { room -> [Int] in
            guard let first = room.baseAddress else { return [] }
            let count = laidOut.withUnsafeBufferPointer { SystematicSampling.draw($0, at: point, into: first) }
            return Array(room[..<count])
        }
        for place in drawn {
            // Sums of probabilities round; the gap does not.
            if let last = kept.last, above[place] - notBelow[last] < gap { continue }
            kept.append(place)
        }
        return kept.map { order[$0] }.sorted()
    }

    private static func choice(_ worths: [Double], slots: Int, smoothing: Double) -> [Double] {
        var chosen = [Double](repeating: 0, count: worths.count)
        chosen.withUnsafeMutableBufferPointer { chosen in
            worths.withUnsafeBufferPointer {
                SlotProjection.select(reduced: $0, slots: slots, smoothing: smoothing, into: chosen)
            }
        }
        return chosen
    }

    private func fill(_ chosen: inout [Double], upTo most: [Double], _ worths: [Double], slots: Int) {
        var free = Double(slots) - chosen.reduce(0, +)
        for place in worths.indices.sorted(by: { (worths[$0], $1) > (worths[$1], $0) }) {
            guard free > 0, worths[place] > 0 else { return }
            var room = min(free, most[place] - chosen[place])
            for window in windows where window.contains(place) {
                room = min(room, 1 - chosen[window].reduce(0, +))
            }
            guard room > 0 else { continue }
            chosen[place] += room
            free -= room
        }
    }

    private func mixFloor(_ chosen: inout [Double], slots: Int, explorationShare: Double) {
        let share = min(1, Double(slots) / Double(chosen.count))
        for place in chosen.indices {
            let crowd = windows.reduce(1) { $1.contains(place) ? max($0, $1.count) : $0 }
            let floor = explorationShare * min(share, 1 / Double(crowd))
            chosen[place] = (1 - explorationShare) * chosen[place] + floor
        }
    }
}
