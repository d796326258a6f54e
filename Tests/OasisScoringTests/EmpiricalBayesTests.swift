import OasisResponse
import Testing

@Suite("Rates of small groups")
struct EmpiricalBayesTests {
    private typealias Count = EmpiricalBayes.Count

    @Test("A small group takes nearly the overall rate, a large one nearly its own")
    func shrinkage() {
        let counts = [
            Count(successes: 500, trials: 1_000), Count(successes: 2_000, trials: 10_000),
            Count(successes: 3_500, trials: 5_000), Count(successes: 3, trials: 3), Count(successes: 0, trials: 3),
        ]
        let bayes = EmpiricalBayes(counts, fallbackRate: 0.4)
        #expect(abs(bayes.rate(counts[1]) - 0.2) < 0.01)
        #expect(abs(bayes.rate(counts[2]) - 0.7) < 0.01)
        #expect(abs(bayes.rate(counts[3]) - bayes.overallRate) < abs(1 - bayes.overallRate) / 2)
        #expect(abs(bayes.rate(counts[4]) - bayes.overallRate) < bayes.overallRate / 2)
        #expect(bayes.rate(counts[3]) > bayes.overallRate)
        #expect(bayes.rate(counts[4]) < bayes.overallRate)
    }

    @Test("Groups that differ by chance alone are shrunk harder than groups that truly differ")
    func strength() {
        let alike = (0..<50).map { Count(successes: Double(48 + $0 % 5), trials: 100) }
        let unlike = (0..<50).map { Count(successes: Double(10 + ($0 % 5) * 20), trials: 100) }
        #expect(
            EmpiricalBayes(alike, fallbackRate: 0.5).strength > 50 * EmpiricalBayes(unlike, fallbackRate: 0.5).strength
        )
    }

    @Test("Without any trial every group has the fallback rate")
    func noTrials() {
        for counts in [
            [], [Count(successes: 0, trials: 0)], Array(repeating: Count(successes: 0, trials: 0), count: 9),
        ] {
            let bayes = EmpiricalBayes(counts, fallbackRate: 0.3)
            #expect(bayes.overallRate == 0.3)
            #expect(bayes.rate(Count(successes: 0, trials: 0)) == 0.3)
        }
    }

    @Test("A single group lies between the fallback and its own rate")
    func oneGroup() {
        let count = Count(successes: 90, trials: 100)
        let bayes = EmpiricalBayes([count], fallbackRate: 0.3)
        #expect(bayes.overallRate > 0.3 && bayes.overallRate < 0.9)
        #expect(bayes.rate(count) > 0.3 && bayes.rate(count) < 0.9)
    }

    @Test("All failures or all successes stay strictly between 0 and 1", arguments: [0.0, 1.0])
    func extremes(rate: Double) {
        let counts = (1...20).map { Count(successes: rate * Double($0 * 10), trials: Double($0 * 10)) }
        let bayes = EmpiricalBayes(counts, fallbackRate: 0.5)
        for count in counts + [Count(successes: 0, trials: 0)] {
            let shrunk = bayes.rate(count)
            #expect(shrunk > 0 && shrunk < 1)
            #expect(abs(shrunk - rate) < 0.1)
        }
    }

    @Test("More successes never lower a group's rate")
    func monotone() {
        let counts = (0...20).map { Count(successes: Double($0), trials: 20) }
        let bayes = EmpiricalBayes(counts, fallbackRate: 0.5)
        let rates = counts.map { bayes.rate($0) }
        #expect(rates == rates.sorted())
        #expect(Set(rates).count == rates.count)
    }
}
