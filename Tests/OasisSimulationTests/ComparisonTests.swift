import OasisMarket
import OasisSimulation
import Testing

@Suite("A small market's day")
struct ComparisonTests {
    @Test("Oasis lies between every other way to promote and the proven bound, and keeps caps and listeners")
    func comparison() throws {
        let comparison = SmallDay(seed: 1).comparison
        let organic = try comparison.organicOnly()
        let fixed = try comparison.fixedBoost()
        let greedy = try comparison.greedyUntilCap()
        let oasis = try SmallDay(seed: 1).oasis(sampleSize: 500)
        let bound = try comparison.provenBound(organic: organic, threads: 1)

        #expect(organic.utilityKept == 1 && organic.commission == 0 && organic.independentsShare == nil)
        #expect(oasis.overspend == 0)
        #expect(greedy.overspend == 0)
        // The policy lets promotion displace half a percent of the organic utility.
        let budget = try #require(comparison.market.policy.rows.first { $0.measure == .organicShare }?.bound)
        #expect(oasis.utilityKept >= 1 - 1.2 * budget)
        #expect(oasis.utilityKept < 1, "a day with promotion costs listeners something")
        for other in [organic, fixed, greedy] { #expect(oasis.value > other.value, "\(other.name)") }
        for line in [organic, greedy, oasis] { #expect(line.value <= bound.value + 1e-6, "\(line.name)") }
        #expect(oasis.commission > 0 && oasis.streams > organic.streams)
        #expect(oasis.guaranteesMet <= comparison.guarantees)
    }

    @Test("The same seed gives the same lines twice, another seed others")
    func seeds() throws {
        func lines(_ seed: UInt64) throws -> [String] {
            let day = SmallDay(seed: seed, requestsPerDay: 400)
            return [
                "\(try day.comparison.organicOnly())", "\(try day.comparison.fixedBoost())",
                "\(try day.comparison.greedyUntilCap())", "\(try day.outcome(replanMinutes: 240))",
            ]
        }
        let first = try lines(2)
        #expect(try lines(2) == first)
        let other = SmallDay(seed: 3, requestsPerDay: 400)
        #expect("\(try other.comparison.greedyUntilCap())" != first[2])
    }
}
