import OasisMarket
import OasisMeasurement
import Testing

@Suite("Intervals and the quantiles they are made of")
struct IntervalTests {
    @Test("Normal quantiles are those of the tables, on both sides")
    func normalQuantiles() {
        // Half of the two-sided 95 %, 99 % and 99.9 % points, and one far out, as the tables print them.
        let points = [(0.975, 1.959963984540054), (0.995, 2.5758293035489004), (0.9995, 3.2905267314919255)]
        for (probability, quantile) in points {
            #expect(abs(Quantiles.normal(probability) - quantile) < 1e-12)
            #expect(abs(Quantiles.normal(1 - probability) + quantile) < 1e-12)
        }
        #expect(abs(Quantiles.normal(0.5)) < 1e-12)
    }

    @Test("Student's quantiles agree with the closed forms that there are", arguments: [0.6, 0.9, 0.99])
    func studentClosedForms(probability: Double) {
        let shift = 2 * probability - 1
        // Cauchy's distribution at 0.75 is 1; two degrees of freedom have t = s·√(2/(1 − s²)).
        #expect(abs(Quantiles.student(0.75, degreesOfFreedom: 1) - 1) < 1e-12)
        let two = shift * (2 / (1 - shift * shift)).squareRoot()
        #expect(abs(Quantiles.student(probability, degreesOfFreedom: 2) / two - 1) < 1e-11)
        // Four: P(T ≤ t) = 1/2 + 3/8·u·(1 − u²/12·… ) in u = t/√(1 + t²/4), with u − u³/12 for the bracket.
        let four = Quantiles.student(probability, degreesOfFreedom: 4)
        let ratio = four / (1 + four * four / 4).squareRoot()
        #expect(abs(0.5 + 3.0 / 8 * (ratio - ratio * ratio * ratio / 12) - probability) < 1e-12)
        #expect(Quantiles.student(1 - probability, degreesOfFreedom: 4) == -four)
    }

    @Test("Student's quantiles tend to the normal ones")
    func studentLimit() {
        let normal = Quantiles.normal(0.9)
        // The first term of the expansion in 1/ν is (z³ + z)/4ν.
        let expansion = normal + (normal * normal * normal + normal) / 4 / 9_999
        #expect(abs(Quantiles.student(0.9, degreesOfFreedom: 9_999) - expansion) < 1e-8)
    }

    @Test("The normal interval is the mean ± z·sd/√n")
    func normal() {
        let interval = Interval.normal([1, 2, 3, 4, 5], confidence: 0.95)
        // Deviations −2 … 2: Σ = 10, sd² = 2.5, sd/√5 = √0.5.
        #expect(abs(interval.lower - (3 - 1.959963984540054 * 0.5.squareRoot())) < 1e-12)
        #expect(abs(interval.upper - (3 + 1.959963984540054 * 0.5.squareRoot())) < 1e-12)
        #expect(!interval.isClipped)
    }

    @Test("A clipped interval ends where values end, and says so")
    func clipping() {
        let low = Interval(lower: -0.5, upper: 0.25).clipped(to: 0...1)
        #expect(low.lower == 0 && low.upper == 0.25 && low.isClipped)
        let beyond = Interval(lower: 1.5, upper: 2).clipped(to: 0...1)
        #expect(beyond.lower == 1 && beyond.upper == 1 && beyond.isClipped)
        #expect(!Interval(lower: 0.1, upper: 0.2).clipped(to: 0...1).isClipped)
    }

    @Test("Resampling replays from its seed, differs with another, and agrees with the normal interval here")
    func bootstrap() {
        var random = SeededGenerator(seed: 5)
        let values = (0..<400).map { _ in random.uniform() }
        let first = Interval.bootstrap(values, confidence: 0.9, resamples: 2_000, seed: 1)
        #expect(first == Interval.bootstrap(values, confidence: 0.9, resamples: 2_000, seed: 1))
        #expect(first != Interval.bootstrap(values, confidence: 0.9, resamples: 2_000, seed: 2))
        let normal = Interval.normal(values, confidence: 0.9)
        // A percentile of 2,000 means is off by about 0.05 of its distance from the centre.
        let reach = (normal.upper - normal.lower) / 2
        #expect(abs(first.lower - normal.lower) < 0.2 * reach)
        #expect(abs(first.upper - normal.upper) < 0.2 * reach)
    }

    @Test("Percentiles are linear between neighbouring means")
    func percentiles() {
        // Two resamples of one draw each: means 0 and 1, whose 10 % and 90 % points are 0.1 and 0.9.
        var draws = [0, 0, 1, 1].makeIterator()
        let interval = Interval.bootstrap([0, 1], confidence: 0.8, resamples: 2) { _ in draws.next() ?? 0 }
        #expect(abs(interval.lower - 0.1) < 1e-12)
        #expect(abs(interval.upper - 0.9) < 1e-12)
    }
}
