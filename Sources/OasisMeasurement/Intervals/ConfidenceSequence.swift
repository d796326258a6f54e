/// Bounds on a mean that hold at every moment of a growing log at once.
///
/// For values X ≥ 0 with conditional mean m, the capital Kₜ = Π (1 + c(Xᵢ/m − 1)) of a gambler who stakes the share c,
/// 0 < c < 1, is a non-negative martingale that starts at 1, and so is any mixture of such gamblers. By Ville's
/// inequality (1939) it ever reaches 1/α with probability at most α. So every m at which it did is ruled out, at
/// confidence 1 − α, at all times at once. The construction is that of Waudby-Smith and Ramdas, "Estimating means of
/// bounded random variables by betting" (2024), as Karampatziakis, Mineiro and Ramdas apply it to logged feedback
/// ("Off-policy confidence sequences", 2021); stopping rules may look at everything so far.
///
/// The capital falls as m rises, so the bound is found by halving. With an upper limit on X the same bound on limit − X
/// bounds the mean from above.
package enum ConfidenceSequence {
    /// The stakes that are mixed: rare rewards want small ones, dense rewards large ones.
    static let stakes: [Double] = [0.9] + (1...16).map { 1 / Double(1 << $0) }

    /// The interval after the last value; those after earlier ones are part of it.
    ///
    /// - Parameters:
    ///   - values: 0 to `limit`, in the order in which they were logged.
    ///   - limit: What no value may exceed, by design and not by the look of the log.
    ///   - confidence: Of both ends together, within (0, 1).
    /// - Returns: Bounds within 0 and `limit`.
    package static func interval(_ values: [Double], limit: Double, confidence: Double) -> Interval {
        let tail = (1 - confidence) / 2
        let lower = lowerBound(Run.of(values), errorProbability: tail)
        let upper = limit - lowerBound(Run.of(values.map { max(0, limit - $0) }), errorProbability: tail)
        return Interval(lower: lower, upper: max(lower, upper))
    }

    /// Equal values one after the other.
    private struct Run {
        var value: Double
        var count: Double

        static func of(_ values: [Double]) -> [Run] {
            var runs: [Run] = []
            for value in values {
                if let last = runs.last, last.value == value {
                    runs[runs.count - 1].count += 1
                } else {
                    runs.append(Run(value: value, count: 1))
                }
            }
            return runs
        }
    }

    /// The largest mean that the values rule out, and with it all below.
    private static func lowerBound(_ runs: [Run], errorProbability: Double) -> Double {
        let largest = runs.reduce(0) { max($0, $1.value) }
        guard largest > 0 else { return 0 }
        let threshold = logarithm(1 / errorProbability)
        return lastPositive(in: 0...largest) { reaches(threshold, mean: $0, runs) ? 1 : -1 }
    }

    /// Whether the capital against a mean ever reaches a threshold, both as logarithms.
    ///
    /// Along a run each gambler's logarithm is straight and the mixture's convex: looking at the ends is enough.
    private static func reaches(_ threshold: Double, mean: Double, _ runs: [Run]) -> Bool {
        var logarithms = [Double](repeating: 0, count: stakes.count)
        for run in runs {
            let edge = run.value / mean - 1
            var largest = -Double.infinity
            for place in stakes.indices {
                logarithms[place] += run.count * logarithm(onePlus: stakes[place] * edge)
                largest = max(largest, logarithms[place])
            }
            // A mixture has no more than the richest of its gamblers.
            guard largest >= threshold else { continue }
            let sum = logarithms.reduce(0) { $0 + exponential($1 - largest) }
            if largest + logarithm(sum / Double(stakes.count)) >= threshold { return true }
        }
        return false
    }
}
