import OasisMarket
import OasisMeasurement

/// Listeners whose truth is known: a campaign's promotion multiplies what each would do by 1 + lift.
///
/// Tastes differ as they do: most listeners play a song never or once, a few play it all the time, and whoever played it
/// last month plays it again.
struct LiftWorld {
    /// Eligible listeners.
    var listeners = 4_000
    /// Share of them in the holdout.
    var holdoutShare = 0.1
    /// Outcomes a listener in 30 days without promotion, on average.
    var rate = 0.5
    /// The truth.
    var lift = 0.0
    /// How uneven tastes are: 0 are all alike, 1 exponential, more a longer tail; 0, 1 or 2.
    var unevenness = 1
    /// What a month before promotion shows, in months of the same taste; 0 for nothing.
    var earlierMonths = 1.0

    static let days = 30

    /// What one listener did.
    struct Listener {
        var isHeldOut: Bool
        var earlier: Double
        /// First day of being eligible.
        var start: Int
        /// Day of each outcome, unordered.
        var outcomes: [Int]
    }

    /// A campaign's month, from a seed.
    func month(seed: UInt64) -> [Listener] {
        var random = SeededGenerator(seed: seed)
        return (0..<listeners)
            .map { _ in
                let taste = taste(&random)
                let isHeldOut = random.uniform() < holdoutShare
                let mean = rate * taste * (isHeldOut ? 1 : 1 + lift)
                let start = min(random.index(below: Self.days), random.index(below: Self.days))
                let share = Double(Self.days - start) / Double(Self.days)
                return Listener(
                    isHeldOut: isHeldOut,
                    earlier: Double(Self.count(mean: rate * taste * earlierMonths, &random)),
                    start: start,
                    outcomes: (0..<Self.count(mean: mean * share, &random))
                        .map { _ in start + random.index(below: Self.days - start) }
                )
            }
    }

    /// What is known at the end of a day.
    func feedback(_ month: [Listener], throughDay day: Int = Self.days - 1) throws -> LiftFeedback {
        let eligible = month.filter { $0.start <= day }
        return try LiftFeedback(
            isHeldOut: eligible.map(\.isHeldOut),
            outcomes: eligible.map { Double($0.outcomes.count { $0 <= day }) },
            earlierOutcomes: earlierMonths > 0 ? eligible.map(\.earlier) : nil,
            holdoutShare: holdoutShare
        )
    }

    private func taste(_ random: inout SeededGenerator) -> Double {
        switch unevenness {
        case 0: return 1
        case 1: return Self.exponential(&random)
        // A product of two exponentials has mean 1 and a variance of 3.
        default: return Self.exponential(&random) * Self.exponential(&random)
        }
    }

    /// Mean 1: the gap between events of a Poisson process, found by counting halves (von Neumann, 1951).
    private static func exponential(_ random: inout SeededGenerator) -> Double {
        var whole = 0.0
        while true {
            let first = random.uniform()
            var (last, isOdd) = (first, true)
            while true {
                let next = random.uniform()
                if next >= last { break }
                (last, isOdd) = (next, !isOdd)
            }
            if isOdd { return whole + first }
            whole += 1
        }
    }

    /// A Poisson count: how many exponential gaps fit into the mean.
    private static func count(mean: Double, _ random: inout SeededGenerator) -> Int {
        var (count, passed) = (0, exponential(&random))
        while passed < mean {
            count += 1
            passed += exponential(&random)
        }
        return count
    }
}
