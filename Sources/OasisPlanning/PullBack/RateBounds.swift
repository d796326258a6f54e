import Foundation

/// Bounds on a rate that hold at every moment of a growing count at once, from the counts alone.
///
/// A variable within [0, 1] less its conditional mean is sub-Gaussian with variance ¼, whatever its mean, and the mean may
/// change from one to the next: then the bounds are about the average of the means so far. Mixing the exponential
/// martingales over a normal prior with variance 1/ρ gives |S − Σm| ≤ √((t/4 + ρ)·log((t/4 + ρ)/(ρα²))) for all t at once,
/// with probability 1 − α: the normal mixture of Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric,
/// nonasymptotic confidence sequences" (2021), after Robbins (1970).
package enum RateBounds {
    /// ρ: narrowest after about 400 plays at the usual errors.
    private static let priorPrecision = 12.5

    /// Bounds within [0, 1]; all of it without a trial.
    ///
    /// How many successes there were may be known as a range within 0 and `trials` only; `errorProbability` is that of both
    /// ends together, within (0, 1).
    package static func interval(
        successes: ClosedRange<Int>,
        of trials: Int,
        errorProbability: Double
    ) -> ClosedRange<Double> {
        guard trials > 0 else { return 0...1 }
        let count = Double(trials)
        let spread = count / 4 + priorPrecision
        let width = (spread * (log(spread / priorPrecision) - 2 * log(errorProbability))).squareRoot() / count
        let low = max(0, Double(successes.lowerBound) / count - width)
        let high = min(1, Double(successes.upperBound) / count + width)
        return low...max(low, high)
    }
}
