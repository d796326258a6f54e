/// The slate a ranker would play without promotion, as far as promotion needs to know it.
package struct OrganicSlate {
    /// Organic score of the best candidate that `slots` promotions may displace: the (size − slots + 1)-th best.
    ///
    /// Every promotion is measured against this one. With one slot it is exactly the candidate displaced; with more it
    /// is the dearest of those displaced, so that listener loss is never understated and every promoted candidate
    /// reaches the slate.
    package let displaced: Float
    /// Organic score of the slate's last track; what reaches it is played without promotion.
    package let floor: Float
    /// Sum of the slate's organic scores.
    package let utility: Double

    /// Ranks `scores`.
    ///
    /// `size` is 1 to 100, `slots` 1 to `size`.
    package init(scores: UnsafeBufferPointer<Float>, size: Int, slots: Int) {
        let kept = min(size, scores.count)
        // A slate as long as the candidate list plays everything: nothing is displaced, so nothing can be promoted.
        let isChoice = scores.count > size
        (displaced, floor, utility) = withUnsafeTemporaryAllocation(of: Float.self, capacity: kept) { memory in
            guard let best = memory.baseAddress else { return (-.infinity, -.infinity, 0) }
            LargestScores.find(in: scores, into: best, count: kept)
            var utility = 0.0
            for place in 0..<kept { utility += Double(best[place]) }
            guard isChoice else { return (-.infinity, -.infinity, utility) }
            return (best[max(0, size &- slots)], best[size &- 1], utility)
        }
    }

    /// The smallest score that reaches a quantile of all scores; minus infinity for 0.
    package static func quantile(_ share: Double, of scores: UnsafeBufferPointer<Float>) -> Float {
        guard share > 0, !scores.isEmpty else { return -.infinity }
        let rank = Int((share * Double(scores.count)).rounded(.up)) - 1
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: scores.count) { memory in
            guard let values = memory.baseAddress else { return -.infinity }
            for place in 0..<scores.count { values[place] = scores[place] }
            return LargestScores.select(
                rank: min(max(rank, 0), scores.count - 1),
                of: values,
                count: scores.count
            )
        }
    }
}

/// Order statistics of scores, without sorting them all.
private enum LargestScores {
    /// The `count` largest scores in falling order.
    static func find(in scores: UnsafeBufferPointer<Float>, into best: UnsafeMutablePointer<Float>, count: Int) {
        // A heap with the smallest on top: most scores are turned away by one comparison.
        for place in 0..<count { best[place] = scores[place] }
        for root in stride(from: count / 2 - 1, through: 0, by: -1) { sink(best, from: root, count: count) }
        for place in count..<scores.count where scores[place] > best[0] {
            best[0] = scores[place]
            sink(best, from: 0, count: count)
        }
        var end = count - 1
        while end > 0 {
            let smallest = best[0]
            best[0] = best[end]
            best[end] = smallest
            sink(best, from: 0, count: end)
            end -= 1
        }
    }

    @inline(__always)
    private static func sink(_ heap: UnsafeMutablePointer<Float>, from root: Int, count: Int) {
        let value = heap[root]
        var place = root
        while true {
            var child = 2 &* place &+ 1
            if child >= count { break }
            if child &+ 1 < count, heap[child &+ 1] < heap[child] { child &+= 1 }
            if !(heap[child] < value) { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = value
    }

    /// The value at `rank` in rising order; reorders.
    ///
    /// Hoare's selection with the median of three.
    static func select(rank: Int, of values: UnsafeMutablePointer<Float>, count: Int) -> Float {
        var low = 0
        var high = count - 1
        while low < high {
            let middle = values[(low + high) / 2]
            let pivot = max(min(values[low], values[high]), min(max(values[low], values[high]), middle))
            var left = low
            var right = high
            while left <= right {
                while values[left] < pivot { left &+= 1 }
                while values[right] > pivot { right &-= 1 }
                if left > right { break }
                let value = values[left]
                values[left] = values[right]
                values[right] = value
                left &+= 1
                right &-= 1
            }
            if rank <= right { high = right } else if rank >= left { low = left } else { break }
        }
        return values[rank]
    }
}
