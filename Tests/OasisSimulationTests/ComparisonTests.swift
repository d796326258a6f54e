import OasisMarket
import OasisSimulation
import Testing

@Suite("A small market's day")
struct ComparisonTests {
    @Test(
        "The same seed gives the same lines twice, and what they say holds: Oasis lies between the rest and the bound"
    )
    func comparison() throws {
        let first = SmallDay(seed: 1)
        let organic = try first.comparison.organicOnly()
        let fixed = try first.comparison.fixedBoost()
        let greedy = try first.comparison.greedyUntilCap()
        let oasis = try first.oasis()
        let bound = try first.comparison.provenBound(organic: organic, threads: 1)

        #expect(organic.utilityKept == 1 && organic.commission == 0 && organic.independentsShare == nil)
        #expect(oasis.overspend == 0)
        #expect(greedy.overspend == 0)
        // The policy lets promotion displace half a percent of the organic utility.
        let budget = try #require(first.comparison.market.policy.rows.first { $0.measure == .organicShare }?.bound)
        #expect(oasis.utilityKept >= 1 - 1.2 * budget)
        #expect(oasis.utilityKept < 1, "a day with promotion costs listeners something")
        for other in [organic, fixed, greedy] { #expect(oasis.value > other.value, "\(other.name)") }
        for line in [organic, fixed, greedy, oasis] where line.overspend == 0 {
            #expect(line.value <= bound.value + 1e-6, "\(line.name)")
        }
        #expect(oasis.commission > 0 && oasis.streams > organic.streams)
        #expect(oasis.guaranteesMet <= first.comparison.guarantees)

        let second = SmallDay(seed: 1)
        #expect(try "\(second.comparison.fixedBoost())" == "\(fixed)")
        #expect(try "\(second.comparison.greedyUntilCap())" == "\(greedy)")
        #expect(try "\(second.oasis())" == "\(oasis)")
    }
}
