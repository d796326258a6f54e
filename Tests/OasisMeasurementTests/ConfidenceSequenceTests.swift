import OasisMarket
import OasisMeasurement
import Testing

@Suite("Intervals that may be looked at all the time")
struct ConfidenceSequenceTests {
    /// A log of `count` weighted rewards: mostly 0, seldom up to 20, with a mean of 0.2·0.3·10 = 0.6.
    private func log(seed: UInt64, count: Int) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<count)
            .map { _ in
                let isRewarded = random.uniform() < 0.3
                let weight = random.uniform() < 0.2 ? 20 * random.uniform() : 0
                return isRewarded ? weight : 0
            }
    }

    @Test("Looked at twenty times, it misses the truth at most as seldom as a single look may")
    func coverage() {
        let looks = (1...20).map { 20 * $0 }
        let misses = (0..<60)
            .count { seed in
                let values = log(seed: UInt64(seed), count: 400)
                return looks.contains { look in
                    let interval = ConfidenceSequence.interval(Array(values[..<look]), limit: 20, confidence: 0.8)
                    return interval.lower > 0.6 || interval.upper < 0.6
                }
            }
        // At most a fifth in expectation: 12 of 60, standard deviation 3.1.
        #expect(misses <= 12 + 9)
    }

    @Test("A normal interval does not survive that: it misses far more often than it promises")
    func normalDoesNotSurvive() {
        let looks = (1...40).map { 10 * $0 }
        let misses = (0..<60)
            .count { seed in
                let values = log(seed: UInt64(seed), count: 400)
                return looks.contains { look in
                    let interval = Interval.normal(Array(values[..<look]), confidence: 0.8)
                    return interval.lower > 0.6 || interval.upper < 0.6
                }
            }
        #expect(misses > 30)
    }

    @Test("It closes in on the truth as the log grows")
    func shrinking() {
        let values = log(seed: 3, count: 30_000)
        let widths = [300, 3_000, 30_000]
            .map { count in
                let interval = ConfidenceSequence.interval(Array(values[..<count]), limit: 20, confidence: 0.95)
                #expect(interval.lower <= 0.6 && interval.upper >= 0.6)
                return interval.upper - interval.lower
            }
        #expect(widths[1] < widths[0] / 2)
        #expect(widths[2] < widths[1] / 2)
        #expect(widths[2] < 0.2)
    }

    @Test("An end once ruled out stays out: what is seen later can only narrow it")
    func nested() {
        let early = Array(repeating: 1.0, count: 200)
        let late = early + Array(repeating: 0.0, count: 2_000)
        let before = ConfidenceSequence.interval(early, limit: 1, confidence: 0.95)
        let after = ConfidenceSequence.interval(late, limit: 1, confidence: 0.95)
        #expect(before.lower > 0.9)
        #expect(after.lower >= before.lower - 1e-12)
    }

    @Test("Without any reward the lower end is 0 and the upper end honest: one of the stakes alone proves as much")
    func nothingSeen() {
        let interval = ConfidenceSequence.interval(Array(repeating: 0, count: 1_000), limit: 1, confidence: 0.95)
        #expect(interval.lower == 0)
        // 17 gamblers share the capital; he who stakes 0.9 alone makes (1 + 0.9·m/(1 − m))^1000 of his part.
        let mean = interval.upper
        var capital = 1.0
        for _ in 0..<1_000 { capital *= 1 + 0.9 * mean / (1 - mean) }
        #expect(capital / 17 <= 40)
        #expect(interval.upper < 0.01)
    }

    @Test("Mirrored values give the mirrored interval")
    func symmetry() {
        let values = log(seed: 8, count: 500)
        let interval = ConfidenceSequence.interval(values, limit: 20, confidence: 0.9)
        let mirrored = ConfidenceSequence.interval(values.map { 20 - $0 }, limit: 20, confidence: 0.9)
        #expect(abs(mirrored.lower - (20 - interval.upper)) < 1e-9)
        #expect(abs(mirrored.upper - (20 - interval.lower)) < 1e-9)
    }
}
