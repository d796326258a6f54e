import OasisAllocation
import Testing

@Suite("Whole allocations")
struct IntegralRoundingTests {
    @Test(
        "Every candidate is promoted or not, within slots and hard rows",
        arguments: [RandomMarket.Families(), .loss, .guarantees, .shares, .everything]
    )
    func isWhole(_ families: RandomMarket.Families) throws {
        for seed in 0..<UInt64(6) {
            let problem = try RandomMarket(
                seed: 31 * seed + UInt64(families.rawValue),
                requests: 40,
                campaigns: 5,
                families: families,
                hasNegativeValues: seed % 2 == 1
            )
            .problem()
            let solution = try AllocationSolver.solve(problem, options: SolverOptions(isIntegral: true))
            #expect(solution.allocation.allSatisfy { $0 == 0 || $0 == 1 })
            expectCertificateHolds(solution, Reference(problem))
        }
    }

    @Test("Where caps and slots are whole numbers, a market of caps loses nothing by it")
    func losesNothing() throws {
        // A bipartite b-matching: its linear program has whole optima, so the best whole allocation is worth the bound.
        for seed in 0..<UInt64(5) {
            var market = RandomMarket(seed: seed, requests: 60, campaigns: 6, families: [])
            for request in market.requests.indices { market.requests[request].weight = 1 }
            for row in market.rows.indices { market.rows[row].bound = market.rows[row].bound.rounded() }
            let problem = try market.problem()
            let optimum = Reference(problem).optimum()
            let solution = try AllocationSolver.solve(
                problem,
                options: SolverOptions(targetGap: 1e-5, isIntegral: true)
            )
            #expect(solution.certificate.feasibleValue >= optimum * (1 - 2e-3))
            expectCertificateHolds(solution, Reference(problem))
        }
    }

    @Test("With caps of a hundred and more, it is within a thousandth of the bound")
    func isNearTheBound() throws {
        var market = RandomMarket(seed: 9, requests: 1500, campaigns: 8, families: [.loss, .guarantees])
        for request in market.requests.indices { market.requests[request].weight = 1 }
        for row in 0..<market.campaignCount { market.rows[row].bound = max(100, market.rows[row].bound.rounded()) }
        let problem = try market.problem()
        let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: 1e-3, isIntegral: true))
        #expect(solution.certificate.status == .optimal)
        #expect(solution.certificate.relativeGap <= 1e-3)
        expectCertificateHolds(solution, Reference(problem))
    }

    @Test("The gap says what rounding costs, and an answer that misses the target says so")
    func saysWhatItCosts() throws {
        var market = RandomMarket(seed: 3, requests: 1, campaigns: 2, families: [])
        market.requests = [
            .init(slots: 1, weight: 1, cell: 0, candidates: [.init(campaign: 0, value: 1, loss: 0)])
        ]
        market.rows = [AllocationRow(attribute: 0, scope: .campaign(0), sense: .atMost, bound: 0.5)]
        let solution = try AllocationSolver.solve(market.problem(), options: SolverOptions(isIntegral: true))
        #expect(solution.allocation == [0])
        #expect(solution.certificate.feasibleValue == 0)
        #expect(abs(solution.certificate.dualBound - 0.5) < 1e-3)
        #expect(solution.certificate.status == .gapNotReached)
    }
}
