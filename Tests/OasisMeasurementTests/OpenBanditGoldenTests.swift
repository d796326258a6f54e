import OasisMeasurement
import Testing

// A clone without the shared data skips this suite and says so; `EstimatorTests`, `TuningTests` and `IntervalTests` cover
// the same code with algebra of their own.
@Suite(
    "The public logs, against another implementation's answers",
    .enabled(if: SharedGoldens.folder != nil, "no shared data: set OASIS_SHARED_DATA to compare with goldens")
)
struct OpenBanditGoldenTests {
    @Test("Every estimator's value, standard deviation and normal interval, to 1e-9")
    func estimates() throws {
        var compared = 0
        for golden in try GoldenCase.all() {
            for (name, answer) in try golden.expected.object("estimators") {
                // The replay method counts matches with a policy that never hesitates; these policies do, and it says 0.
                guard name != "ReplayMethod" else { continue }
                let answer = try #require(answer as? [String: Any])
                let estimator = try #require(try GoldenCase.estimator(name), "\(name)")
                let what = "\(golden.name), \(name)"
                let estimate = Estimate(estimator, golden.rows)
                expectEqual(estimate.value, try answer.number("value"), what)
                expectEqual(estimate.standardDeviation, try answer.number("sd"), "\(what), sd")
                let interval = Interval.normal(estimator.rowValues(golden.rows), confidence: 0.95)
                let ends = try answer.numbers("ci_normal")
                expectEqual(interval.lower, ends[0], "\(what), lower")
                expectEqual(interval.upper, ends[1], "\(what), upper")
                compared += 1
            }
        }
        #expect(compared == 4 * 34)
    }

    @Test("Weights and the table of the model, to 1e-9")
    func ingredients() throws {
        for golden in try GoldenCase.all() {
            let weights = try golden.expected.object("importance_weight")
            let health = LogHealth(golden.feedback, under: golden.policy, golden.rows)
            expectEqual(health.meanWeight, try weights.number("mean"), golden.name)
            expectEqual(health.effectiveRows, try weights.number("ess"), golden.name)
            expectEqual(health.largestWeight, try weights.number("max"), golden.name)
            expectEqual(health.smallestPropensity, try golden.expected.number("pscore_min"), golden.name)
            let rates = ShrunkRates().fit(golden.feedback, rows: Array(0..<golden.feedback.rowCount))
            for (action, row) in try golden.expected.table("qhat_table").enumerated() {
                for (position, rate) in row.enumerated() {
                    let place = position * golden.feedback.actionCount + action
                    expectEqual(rates[place], rate, "\(golden.name), action \(action) at \(position)")
                }
            }
        }
    }

    @Test("Tuning chooses the same parameter by each rule, and so says the same")
    func tuning() throws {
        let rules: [(String, Tuning)] = [
            ("_tuned_slope", .slope), ("_tuned_mse_ub", .errorBound), ("_tuned_mse_direct", .directError),
        ]
        let families: [(String, Estimator.Family)] = [
            ("IPW", .clippedIPS), ("DR", .clippedDR), ("SwitchDR", .switchDR), ("DRos", .shrinkageDR),
        ]
        for golden in try GoldenCase.all() {
            let tuned = try golden.expected.object("tuned")
            for (suffix, rule) in rules {
                for (prefix, family) in families {
                    let answer = try tuned.object(prefix + suffix)
                    let what = "\(golden.name), \(prefix + suffix)"
                    let chosen = rule.choose(family, among: try answer.numbers("lambdas"), golden.rows)
                    #expect(chosen.parameter == (try answer.number("best_lambda")), "\(what)")
                    expectEqual(Estimate(chosen, golden.rows).value, try answer.number("value"), what)
                }
            }
        }
    }

    @Test("With the same draws, bootstrap intervals are the same to 1e-9")
    func bootstrap() throws {
        let golden = try #require(try GoldenCase.all().first { $0.name == "men, random → bts" })
        var twister = MersenneTwister(seed: 12_345)
        let draws = (0..<1_000 * golden.rows.rowCount)
            .map { _ in UInt16(twister.index(below: golden.rows.rowCount)) }
        let estimators = try golden.expected.object("estimators")
        // Rows logged in the same microsecond came in another order there. Their clicks are 0, so only a model can tell.
        for (name, estimator) in [("IPW", Estimator.ips), ("SNIPW", .snips)] {
            let values = estimator.rowValues(golden.rows)
            var place = 0
            let interval = draws.withUnsafeBufferPointer { draws in
                Interval.bootstrap(values, confidence: 0.95, resamples: 1_000) { _ in
                    place += 1
                    return Int(draws[place - 1])
                }
            }
            let ends = try estimators.object(name).numbers("ci_bootstrap")
            expectEqual(interval.lower, ends[0], "\(name), lower")
            expectEqual(interval.upper, ends[1], "\(name), upper")
        }
    }
}

/// The generator of Matsumoto and Nishimura (1998), whose draws the goldens' resamples are.
private struct MersenneTwister {
    private var state = [UInt32](repeating: 0, count: 624)
    private var place = 624

    init(seed: UInt32) {
        state[0] = seed
        for index in 1..<624 {
            let last = state[index - 1]
            state[index] = 1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index)
        }
    }

    mutating func next() -> UInt32 {
        if place == 624 { refill() }
        var word = state[place]
        place += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    private mutating func refill() {
        for index in 0..<624 {
            let mixed = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7fff_ffff)
            let twist: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_b0df
            state[index] = state[(index + 397) % 624] ^ (mixed >> 1) ^ twist
        }
        place = 0
    }

    /// By masking and drawing again.
    mutating func index(below count: Int) -> Int {
        let last = UInt32(count - 1)
        let mask = UInt32.max >> UInt32(last.leadingZeroBitCount)
        while true {
            let draw = next() & mask
            if draw <= last { return Int(draw) }
        }
    }
}
