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

    /// Ranks `scores`; `slots` is at least 1.
    package init(scores: [Float], size: Int, slots: Int) {
        let best = scores.sorted(by: >).prefix(size)
        utility = best.reduce(0) { $0 + Double($1) }
        // A slate as long as the candidate list plays everything: nothing is displaced, so nothing can be promoted.
        let isChoice = scores.count > size
        floor = isChoice ? best[size - 1] : -.infinity
        displaced = isChoice ? best[max(0, size - slots)] : -.infinity
    }

    /// The smallest score that reaches a quantile of all scores; minus infinity for 0.
    package static func quantile(_ share: Double, of scores: [Float]) -> Float {
        guard share > 0 else { return -.infinity }
        let rank = Int((share * Double(scores.count)).rounded(.up)) - 1
        return scores.sorted()[min(max(rank, 0), scores.count - 1)]
    }
}
