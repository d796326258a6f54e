/// Quantiles of the distributions that intervals are made of, to about 1e-12 relative.
package enum Quantiles {
    /// z with P(standard normal ≤ z) = `probability`, which must be within (0, 1).
    package static func normal(_ probability: Double) -> Double {
        precondition(probability > 0 && probability < 1)
        guard probability >= 0.5 else { return -normal(1 - probability) }
        let tail = 1 - probability
        return lastPositive(in: 0...40) { 0.5 * complementaryError($0 / 2.0.squareRoot()) - tail }
    }

    /// t with P(Student's t ≤ t) = `probability`, which must be within (0, 1); degrees of freedom > 0.
    package static func student(_ probability: Double, degreesOfFreedom freedom: Double) -> Double {
        precondition(probability > 0 && probability < 1 && freedom > 0)
        guard probability >= 0.5 else { return -student(1 - probability, degreesOfFreedom: freedom) }
        let tail = 1 - probability
        // P(|t| > value) = I_x(f/2, 1/2) with x = f/(f + value²).
        return lastPositive(in: 0...1e9) { value in
            let point = freedom / (freedom + value * value)
            return 0.5 * incompleteBeta(point, freedom / 2, 0.5) - tail
        }
    }

    /// The regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1.
    ///
    /// By its continued fraction (Abramowitz and Stegun, 26.5.8) in Lentz's form, on the side where that converges.
    static func incompleteBeta(_ point: Double, _ first: Double, _ second: Double) -> Double {
        guard point > 0 else { return 0 }
        guard point < 1 else { return 1 }
        guard point <= (first + 1) / (first + second + 2) else { return 1 - incompleteBeta(1 - point, second, first) }
        let scale =
            logGamma(first + second) - logGamma(first) - logGamma(second) + first * logarithm(point)
            + second * logarithm(onePlus: -point)
        return exponential(scale) / (first * betaFraction(point, first, second))
    }

    private static func betaFraction(_ point: Double, _ first: Double, _ second: Double) -> Double {
        let tiny = 1e-300
        var fraction = 1.0
        var upper = 1.0
        var lower = 0.0
        for term in 1..<10_000 {
            let half = Double(term / 2)
            let numerator =
                term.isMultiple(of: 2)
                ? half * (second - half) * point / ((first + 2 * half - 1) * (first + 2 * half))
                : -(first + half) * (first + second + half) * point / ((first + 2 * half) * (first + 2 * half + 1))
            lower = 1 + numerator * lower
            if abs(lower) < tiny { lower = tiny }
            lower = 1 / lower
            upper = 1 + numerator / upper
            if abs(upper) < tiny { upper = tiny }
            let step = upper * lower
            fraction *= step
            if abs(step - 1) < 1e-16 { break }
        }
        return fraction
    }
}
