import OasisAllocation
import Testing

@Suite("Starting from prices")
struct WarmStartTests {
    private static let gap = 1e-3

    private func work(_ solution: AllocationSolution) -> Double {
        solution.certificate.passes + solution.certificate.conjugateGradientPasses
    }

    private func solve(_ problem: AllocationProblem, from prices: [Double]? = nil) throws -> AllocationSolution {
        let options = SolverOptions(targetGap: Self.gap, startingPrices: prices)
        let solution = try AllocationSolver.solve(problem, options: options)
        expectCertificateHolds(solution, Reference(problem))
        #expect(solution.certificate.status == .optimal)
        return solution
    }

    @Test("A market's own prices solve it again in less work", arguments: LargeMarket.everyFamily)
    func ownPrices(_ families: RandomMarket.Families) throws {
        let problem = try LargeMarket(seed: 31, families: families).problem()
        let cold = try solve(problem)
        let warm = try solve(problem, from: cold.prices)
        #expect(work(warm) <= work(cold) / 2)
        #expect(warm.certificate.samplePasses == 0)
    }

    @Test(
        "After every bound has moved by up to a twentieth, a third of the work is enough",
        arguments: [RandomMarket.Families(), .everything]
    )
    func changedBounds(_ families: RandomMarket.Families) throws {
        let market = LargeMarket(seed: 32, requests: 5000, campaigns: 100, families: families)
        let problem = try market.problem()
        try #require(problem.candidateCount >= 90_000)
        let before = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: Self.gap))
        var random = RandomSource(seed: 33)
        let changed = try problem.with(
            rows: problem.rows.map {
                var row = $0
                row.bound *= random.uniform(0.95...1.05)
                return row
            }
        )
        let cold = try solve(changed)
        let warm = try solve(changed, from: before.prices)
        #expect(work(warm) <= work(cold) / 3)
        expectOneOptimum([cold.certificate, warm.certificate])
    }

    @Test("Prices of another market, or far too high ones, do no harm", arguments: [0, 0.001, 1, 1e3])
    func wildPrices(_ price: Double) throws {
        let problem = try LargeMarket(seed: 34, families: .everything).problem()
        try solve(problem, from: [Double](repeating: price, count: problem.rows.count))
    }
}
