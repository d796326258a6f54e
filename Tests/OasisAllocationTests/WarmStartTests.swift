import OasisAllocation
import Testing

@Suite("Starting from prices")
struct WarmStartTests {
    private func work(_ solution: AllocationSolution) -> Double {
        solution.certificate.passes + solution.certificate.conjugateGradientPasses
    }

    private func solve(
        _ problem: AllocationProblem,
        gap: Double = 1e-3,
        from prices: [Double]? = nil
    ) throws -> AllocationSolution {
        let options = SolverOptions(targetGap: gap, startingPrices: prices)
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
        #expect(warm.certificate.samplePasses <= 0.3)
    }

    @Test(
        "Prices of nothing, at which broken rows cost nothing in any estimate, are left behind",
        arguments: LargeMarket.everyFamily
    )
    func noPrices(_ families: RandomMarket.Families) throws {
        let large = try LargeMarket(seed: 35, families: families).problem()
        _ = try solve(large, from: [Double](repeating: 0, count: large.rows.count))
        for seed in 0..<8 as Range<UInt64> {
            let small = try RandomMarket(seed: seed, requests: 60, campaigns: 6, families: families).problem()
            _ = try solve(small, from: [Double](repeating: 0, count: small.rows.count))
        }
    }

    /// The same market with every bound a twentieth higher or lower.
    private func changed(_ problem: AllocationProblem, _ factor: (_ row: Int) -> Double) throws -> AllocationProblem {
        try problem.with(
            rows: problem.rows.enumerated()
                .map { index, row in
                    var row = row
                    row.bound *= factor(index)
                    return row
                }
        )
    }

    @Test(
        "After every bound has moved by a twentieth, a quarter of the work is enough, and it is never more than a cold solve's",
        arguments: [RandomMarket.Families(), .everything],
        [1e-3, 1e-4]
    )
    func changedBounds(_ families: RandomMarket.Families, _ gap: Double) throws {
        var ratios: [Double] = []
        for seed in [32, 33, 34] as [UInt64] {
            let problem = try LargeMarket(seed: seed, requests: 5000, campaigns: 100, families: families).problem()
            try #require(problem.candidateCount >= 90_000)
            let before = try solve(problem, gap: gap)
            var random = RandomSource(seed: seed + 1)
            let changes = [
                problem.rows.map { _ in random.chance(0.5) ? 1.05 : 0.95 },
                problem.rows.map { _ in 1.05 },
                problem.rows.map { _ in 0.95 },
            ]
            for factors in changes {
                let changed = try changed(problem) { factors[$0] }
                let cold = try solve(changed, gap: gap)
                let warm = try solve(changed, gap: gap, from: before.prices)
                expectOneOptimum([cold.certificate, warm.certificate])
                #expect(work(warm) <= work(cold))
                #expect(warm.certificate.passes <= cold.certificate.passes)
                ratios.append(
                    max(work(warm) / work(cold), warm.certificate.passes / cold.certificate.passes)
                )
            }
        }
        let median = ratios.sorted()[ratios.count / 2]
        #expect(median <= 0.25, "\(ratios)")
    }

    @Test(
        "A campaign that is selected nearly everywhere gives up the candidates that are missed least",
        arguments: [1e-3, 1e-4]
    )
    func steepDemand(_ gap: Double) throws {
        var market = LargeMarket(seed: 38, requests: 5000, campaigns: 100, families: [])
        var counts = [Int](repeating: 0, count: market.campaignCount)
        for id in market.campaign { counts[Int(id)] += 1 }
        let wanted = Int32(counts.indices.max { counts[$0] < counts[$1] } ?? 0)
        var demand = 0.0
        for request in market.slots.indices {
            for candidate in market.candidates(request) where market.campaign[candidate] == wanted {
                market.value[candidate] = 0.6 + 0.2 * market.value[candidate]
                demand += Double(market.weight[request])
            }
        }
        market.rows[Int(wanted)].bound = 0.99 * demand
        let problem = try market.problem()
        let before = try solve(problem, gap: gap)
        let changed = try changed(problem) { _ in 0.95 }
        let cold = try solve(changed, gap: gap)
        let warm = try solve(changed, gap: gap, from: before.prices)
        expectOneOptimum([cold.certificate, warm.certificate])
        #expect(warm.certificate.passes <= cold.certificate.passes / 2)
    }

    @Test(
        "However far bounds have moved, a warm solve proves what it says",
        arguments: LargeMarket.everyFamily,
        [0.3, 0.8, 1.2, 3]
    )
    func farBounds(_ families: RandomMarket.Families, _ factor: Double) throws {
        let problem = try LargeMarket(seed: 35, families: families).problem()
        let before = try solve(problem)
        let changed = try changed(problem) { $0 % 3 == 0 ? 1 : factor }
        let cold = try solve(changed, gap: 1e-4)
        let warm = try solve(changed, gap: 1e-4, from: before.prices)
        expectOneOptimum([cold.certificate, warm.certificate])
    }

    @Test("A warm solve gives the same bytes on one, two and four threads", arguments: LargeMarket.everyFamily)
    func determinism(_ families: RandomMarket.Families) throws {
        let problem = try LargeMarket(seed: 36, requests: 5000, candidates: 5, families: families).problem()
        try #require(problem.candidateCount >= LargeMarket.fewestShortlisted)
        let before = try solve(problem)
        let changed = try changed(problem) { $0 % 2 == 0 ? 1.05 : 0.95 }
        let solutions = try [1, 2, 4, 1]
            .map { threads in
                let options = SolverOptions(targetGap: 1e-4, threads: threads, startingPrices: before.prices)
                return try AllocationSolver.solve(changed, options: options)
            }
        for solution in solutions.dropFirst() { expectSameBytes(solution, solutions[0]) }
    }

    @Test("Prices of another market, or far too high ones, do no harm", arguments: [0, 0.001, 1, 1e3])
    func wildPrices(_ price: Double) throws {
        let problem = try LargeMarket(seed: 34, families: .everything).problem()
        try solve(problem, from: [Double](repeating: price, count: problem.rows.count))
    }
}
