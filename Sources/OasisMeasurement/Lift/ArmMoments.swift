/// Sums over the listeners of one arm: everything that a comparison of two arms needs.
struct ArmMoments: Hashable, Sendable {
    /// Listeners.
    let count: Double
    /// Listeners with an outcome above 0.
    let active: Double
    /// Mean outcome.
    let mean: Double
    /// Variance of outcomes, with n − 1.
    let variance: Double
    /// Mean of what they did earlier; 0 where it is not known.
    let earlierMean: Double
    /// Its variance, with n − 1.
    let earlierVariance: Double
    /// Covariance of the two, with n − 1.
    let covariance: Double

    init(_ feedback: LiftFeedback, isHeldOut: Bool) {
        var (count, active, sum, earlierSum) = (0.0, 0.0, 0.0, 0.0)
        let places = feedback.isHeldOut.indices.filter { feedback.isHeldOut[$0] == isHeldOut }
        for place in places {
            count += 1
            sum += feedback.outcomes[place]
            if feedback.outcomes[place] > 0 { active += 1 }
            if let earlier = feedback.earlierOutcomes { earlierSum += earlier[place] }
        }
        let (mean, earlierMean) = count > 0 ? (sum / count, earlierSum / count) : (0, 0)
        var (square, earlierSquare, product) = (0.0, 0.0, 0.0)
        for place in places {
            let distance = feedback.outcomes[place] - mean
            square += distance * distance
            guard let earlier = feedback.earlierOutcomes else { continue }
            let earlierDistance = earlier[place] - earlierMean
            earlierSquare += earlierDistance * earlierDistance
            product += distance * earlierDistance
        }
        let freedom = max(count - 1, 1)
        self.count = count
        self.active = active
        self.mean = mean
        self.earlierMean = earlierMean
        variance = square / freedom
        earlierVariance = earlierSquare / freedom
        covariance = product / freedom
    }

    /// Variance of outcome − slope × what was done earlier.
    func residualVariance(slope: Double) -> Double {
        max(0, variance - 2 * slope * covariance + slope * slope * earlierVariance)
    }
}
