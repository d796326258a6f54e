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

    /// Ranks `scores`, which are finite.
    ///
    /// `size` is 1 to 100, `slots` 1 to `size`.
    package init(scores: UnsafeBufferPointer<Float>, size: Int, slots: Int) {
        self = ScoreRanks.with(scores) { OrganicSlate($0, size: size, slots: slots) }
    }

    /// What `ranks` says of a slate of `size` tracks, 1 to 100, with 1 to `size` slots.
    init(_ ranks: ScoreRanks, size: Int, slots: Int) {
        let kept = min(size, ranks.count)
        // A slate as long as the candidate list plays everything: nothing is displaced, so nothing can be promoted.
        let isChoice = ranks.count > size
        (displaced, floor, utility) = withUnsafeTemporaryAllocation(
            of: Float.self,
            capacity: ScoreRanks.room(kept)
        ) { memory in
            guard let best = memory.baseAddress else { return (-.infinity, -.infinity, 0) }
            ranks.writeLargest(kept, into: best)
            var utility = 0.0
            for place in 0..<kept { utility += Double(best[place]) }
            guard isChoice else { return (-.infinity, -.infinity, utility) }
            return (best[max(0, size &- slots)], best[size &- 1], utility)
        }
    }

    /// The smallest score that reaches a quantile of all scores, which are finite; minus infinity for 0.
    package static func quantile(_ share: Double, of scores: UnsafeBufferPointer<Float>) -> Float {
        guard share > 0, !scores.isEmpty else { return -.infinity }
        return ScoreRanks.with(scores) { $0.quantile(share) }
    }
}
