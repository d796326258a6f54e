/// How two arms' means compare, by tests of every hypothesis about them: a value is in the interval if its test does not
/// rule it out.
///
/// A holdout is small and outcomes are rare, so that the usual standard error is worst where it matters most: by chance
/// few outcomes make both a low mean and a narrow interval. Here the noise of a hypothesis is that of the means which it
/// implies, as in the score tests of Rao (1948): a variance of φ × mean, φ from the log (McCullagh and Nelder, 1989), and
/// means fitted under the hypothesis. For Poisson counts it is the score interval for a ratio of rates.
///
/// What listeners did earlier takes noise away (CUPED: Deng, Xu, Kohavi and Walker, 2013). The slope is that of the
/// treated, who are many; a holdout of few would fit its own noise.
struct ArmContrast: Sendable {
    let treated: ArmMoments
    let held: ArmMoments
    /// What one unit of difference earlier says about the difference now.
    let slope: Double
    /// Mean outcome of the treated, corrected for what chance gave them earlier; ≥ 0.
    let treatedMean: Double

    /// Variance ÷ mean of each arm where they are compared by their ratio, and by their difference.
    private let ratioSpread: Spread
    private let differenceSpread: Spread

    private struct Spread {
        var treated: Double
        var held: Double
    }

    /// Listeners with an outcome whose common dispersion counts as much as an arm's own.
    private static let dispersionPrior = 50.0
    private static let ratios = 1e-9...1e9

    init(_ feedback: LiftFeedback) {
        let treated = ArmMoments(feedback, isHeldOut: false)
        let held = ArmMoments(feedback, isHeldOut: true)
        slope = treated.earlierVariance > 0 ? treated.covariance / treated.earlierVariance : 0
        treatedMean = max(0, treated.mean - slope * (treated.earlierMean - held.earlierMean))
        // A ratio r compares the treated with r times the held out, whose slope is then 1/r of theirs.
        let ratio = held.mean > 0 ? min(max(treatedMean / held.mean, 0.2), 5) : 1
        ratioSpread = Self.spread(treated, held, slope: slope, heldSlope: slope / ratio)
        differenceSpread = Self.spread(treated, held, slope: slope, heldSlope: slope)
        self.treated = treated
        self.held = held
    }

    /// What the slope leaves, each arm's own shrunk toward that of both.
    private static func spread(_ treated: ArmMoments, _ held: ArmMoments, slope: Double, heldSlope: Double) -> Spread {
        let common = commonDispersion(treated, held, slope: slope)
        func shrunk(_ arm: ArmMoments, slope: Double) -> Double {
            guard arm.mean > 0 else { return common }
            let own = arm.residualVariance(slope: slope) / arm.mean
            return (arm.active * own + dispersionPrior * common) / (arm.active + dispersionPrior)
        }
        return Spread(treated: shrunk(treated, slope: slope), held: shrunk(held, slope: heldSlope))
    }

    private static func commonDispersion(_ treated: ArmMoments, _ held: ArmMoments, slope: Double) -> Double {
        let outcomes = treated.count * treated.mean + held.count * held.mean
        guard outcomes > 0 else { return 0 }
        let squares =
            treated.count * treated.residualVariance(slope: slope) + held.count * held.residualVariance(slope: slope)
        return squares / outcomes
    }

    /// Mean outcome of the held out.
    var heldMean: Double { held.mean }

    /// Share of the noise that what listeners did earlier takes away, 0 to 1, were there no effect.
    var noiseTakenAway: Double {
        let before = treated.variance / treated.count + held.variance / held.count
        let after =
            treated.residualVariance(slope: slope) / treated.count + held.residualVariance(slope: slope) / held.count
        return before > 0 ? max(0, 1 - after / before) : 0
    }

    /// As many outcomes of independent single plays would say as much about a ratio of 1: what has been learned so far.
    var information: Double {
        let dispersion = Self.commonDispersion(treated, held, slope: slope)
        guard dispersion > 0 else { return 0 }
        let share = held.count / (held.count + treated.count)
        let outcomes = treated.count * treated.mean + held.count * held.mean
        return share * (1 - share) * outcomes / dispersion
    }

    /// As many single plays as the holdout's outcomes are worth.
    var heldInformation: Double { ratioSpread.held > 0 ? held.count * held.mean / ratioSpread.held : 0 }

    // MARK: Ratio

    /// How many standard errors the treated are above `ratio` times the held out, were that the truth.
    func score(ratio: Double) -> Double {
        let spread = ratioSpread
        let (treatedWeight, heldWeight) = (treated.count / spread.treated, held.count / spread.held)
        let mean = (treatedWeight * treatedMean + heldWeight * heldMean) / (treatedWeight * ratio + heldWeight)
        let variance =
            spread.treated * mean * ratio / treated.count + ratio * ratio * spread.held * mean / held.count
        return (treatedMean - ratio * heldMean) / variance.squareRoot()
    }

    /// The ratios that are no more than `limit` standard errors away; the upper end may be infinite.
    func ratioInterval(limit: Double) -> Interval {
        let (least, most) = (Self.ratios.lowerBound, Self.ratios.upperBound)
        let lower = treatedMean > 0 ? crossing { score(ratio: exponential($0)) - limit } : least
        let upper = heldMean > 0 ? crossing { score(ratio: exponential($0)) + limit } : most
        return Interval(
            lower: lower <= least * 2 ? 0 : lower,
            upper: upper >= most / 2 ? .infinity : upper
        )
    }

    private func crossing(_ function: (Double) -> Double) -> Double {
        let range = logarithm(Self.ratios.lowerBound)...logarithm(Self.ratios.upperBound)
        return exponential(lastPositive(in: range, of: function))
    }

    // MARK: Difference

    /// How many standard errors the treated are above the held out plus `difference`, were that the truth.
    private func score(difference: Double) -> Double {
        let spread = differenceSpread
        let (treatedWeight, heldWeight) = (treated.count / spread.treated, held.count / spread.held)
        // The root of (w₁ + w₀)·m² + ((w₁ + w₀)·d − w₁·y₁ − w₀·y₀)·m − w₀·y₀·d: the held mean m fitted with m + d.
        let weight = treatedWeight + heldWeight
        let middle = weight * difference - treatedWeight * treatedMean - heldWeight * heldMean
        let product = heldWeight * heldMean * difference
        let root = max(0, middle * middle + 4 * weight * product).squareRoot()
        // Of the two forms the one that does not cancel.
        let mean = middle <= 0 ? (root - middle) / (2 * weight) : 2 * product / (root + middle)
        let heldFit = max(mean, -difference, 0)
        let treatedFit = max(0, heldFit + difference)
        let variance = spread.treated * treatedFit / treated.count + spread.held * heldFit / held.count
        let distance = treatedMean - heldMean - difference
        guard variance > 0 else { return distance == 0 ? 0 : distance > 0 ? .infinity : -.infinity }
        return distance / variance.squareRoot()
    }

    /// The differences of means that are no more than `limit` standard errors away.
    func differenceInterval(limit: Double) -> Interval {
        let spread = differenceSpread
        let center = treatedMean - heldMean
        // No hypothesis outside can hold: its noise would have to be larger than any that the dispersions allow.
        let widest = spread.treated / treated.count + spread.held / held.count
        let reach = 2 * limit * limit * widest + 4 * limit * (widest * (treatedMean + heldMean)).squareRoot()
        return Interval(
            lower: lastPositive(in: (center - reach)...center) { score(difference: $0) - limit },
            upper: lastPositive(in: center...(center + reach)) { score(difference: $0) + limit }
        )
    }
}
