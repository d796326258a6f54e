import OasisAllocation
import Testing

@Suite("What the solver keeps whatever the market")
struct SolverPropertyTests {
    private func market(_ seed: UInt64, requests: Int = 60) -> RandomMarket {
        RandomMarket(seed: seed, requests: requests, campaigns: 6, families: .everything)
    }

    private func solve(_ market: RandomMarket, gap: Double = 1e-4) throws -> AllocationSolution {
        try AllocationSolver.solve(market.problem(), options: SolverOptions(targetGap: gap))
    }

    @Test("Any prices prove a bound that no allocation exceeds", arguments: UInt64(0)..<6)
    func anyPricesBound(seed: UInt64) throws {
        let market = market(seed)
        let reference = Reference(try market.problem())
        let best = try solve(market).certificate.feasibleValue
        var random = RandomSource(seed: seed)
        for _ in 0..<5 {
            let prices = market.rows.map { min($0.penalty, random.uniform(0...2)) }
            #expect(reference.dualBound(prices) >= best - 1e-9)
        }
    }

    @Test("Raising a cap never lowers the optimum", arguments: UInt64(0)..<6)
    func raisingACap(seed: UInt64) throws {
        var market = market(seed)
        let before = try solve(market).certificate
        market.rows[Int(seed) % market.campaignCount].bound *= 1.5
        market.rows[Int(seed) % market.campaignCount].bound += 1
        let after = try solve(market).certificate
        #expect(after.dualBound >= before.feasibleValue - 1e-9)
    }

    @Test("Scaling values and penalties scales bound, value and what is proven", arguments: [1e-6, 1e6])
    func scaling(factor: Double) throws {
        var market = market(7)
        let before = try solve(market).certificate
        for request in market.requests.indices {
            for candidate in market.requests[request].candidates.indices {
                market.requests[request].candidates[candidate].value *= Float(factor)
            }
        }
        for row in market.rows.indices { market.rows[row].penalty *= factor }
        let after = try solve(market).certificate
        #expect(after.status == .optimal)
        // Both brackets hold the one optimum.
        #expect(after.dualBound >= before.feasibleValue * factor * (1 - 1e-6))
        #expect(after.feasibleValue <= before.dualBound * factor * (1 + 1e-6))
    }

    @Test("The order of requests changes nothing that is proven", arguments: UInt64(0)..<4)
    func permutation(seed: UInt64) throws {
        var market = market(seed)
        let before = try solve(market).certificate
        var random = RandomSource(seed: seed)
        market.requests.shuffle(using: &random)
        let after = try solve(market).certificate
        #expect(after.dualBound >= before.feasibleValue - 1e-9)
        #expect(before.dualBound >= after.feasibleValue - 1e-9)
    }

    @Test("One, two and four threads give the same bytes")
    func threads() throws {
        let problem = try market(3, requests: 5000).problem()
        let solutions = try [1, 2, 4]
            .map {
                try AllocationSolver.solve(problem, options: SolverOptions(targetGap: 1e-2, threads: $0))
            }
        for solution in solutions.dropFirst() {
            #expect(solution.prices.map(\.bitPattern) == solutions[0].prices.map(\.bitPattern))
            #expect(solution.allocation.map(\.bitPattern) == solutions[0].allocation.map(\.bitPattern))
            #expect(solution.certificate.dualBound == solutions[0].certificate.dualBound)
            #expect(solution.certificate.passes == solutions[0].certificate.passes)
        }
    }

    @Test("Starting from the prices of a similar problem takes fewer passes")
    func warmStart() throws {
        let problem = try market(5, requests: 400).problem()
        let cold = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: 1e-3))
        let changed = try problem.with(
            rows: problem.rows.map {
                var row = $0
                row.bound *= 1.05
                return row
            }
        )
        let coldAgain = try AllocationSolver.solve(changed, options: SolverOptions(targetGap: 1e-3))
        let warm = try AllocationSolver.solve(
            changed,
            options: SolverOptions(targetGap: 1e-3, startingPrices: cold.prices)
        )
        #expect(warm.certificate.status == .optimal)
        #expect(warm.certificate.passes < coldAgain.certificate.passes)
        expectCertificateHolds(warm, Reference(changed))
    }

    @Test("A caller that says stop gets a certified answer all the same")
    func interruption() throws {
        let problem = try market(9).problem()
        let solution = try AllocationSolver.solve(
            problem,
            options: SolverOptions(targetGap: 1e-9, progress: { $0.passes < 3 })
        )
        #expect(solution.certificate.status == .interrupted)
        expectCertificateHolds(solution, Reference(problem))
    }

    @Test("Time that has run out is said, with a certified answer")
    func timeLimit() throws {
        let problem = try market(9).problem()
        let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: 1e-12, timeLimit: .zero))
        #expect(solution.certificate.status == .timeLimit)
        expectCertificateHolds(solution, Reference(problem))
    }
}
