import OasisAllocation
import Testing

@Suite("The solver against an exact oracle")
struct SolverAgainstOracleTests {
    @Test("The oracle finds the optimum of a market small enough to see")
    func oracleItself() throws {
        var market = RandomMarket(seed: 1, requests: 0, campaigns: 2, families: [])
        market.requests = (0..<3)
            .map { _ in
                .init(
                    slots: 1,
                    weight: 1,
                    cell: 0,
                    candidates: [.init(campaign: 0, value: 3, loss: 0), .init(campaign: 1, value: 1, loss: 0)]
                )
            }
        market.rows = [
            AllocationRow(attribute: 0, scope: .campaign(0), sense: .atMost, bound: 1.5),
            AllocationRow(attribute: 0, scope: .campaign(1), sense: .atLeast, bound: 2, penalty: 10),
        ]
        // 1 of campaign 0 and 2 of campaign 1: the guarantee is worth 10 a unit, more than the 2 that it costs.
        #expect(abs(Reference(try market.problem()).optimum() - 5) < 1e-9)
    }

    @Test(
        "Every row family comes out certified, feasible and around the optimum",
        arguments: [
            RandomMarket.Families(), .loss, .guarantees, .shares, [.loss, .shares], .everything,
        ]
    )
    func families(_ families: RandomMarket.Families) throws {
        for seed in 0..<UInt64(8) {
            let market = RandomMarket(
                seed: 100 * seed + UInt64(families.rawValue),
                requests: 4 + Int(seed),
                campaigns: 4,
                families: families,
                hasNegativeValues: seed % 2 == 1
            )
            try check(market.problem(), target: 1e-3)
        }
    }

    @Test("No bound is below the optimum and no value above it, in two hundred random markets", arguments: 0..<4)
    func brackets(_ part: Int) throws {
        let families: [RandomMarket.Families] = [[], .loss, .guarantees, .shares, [.loss, .guarantees], .everything]
        for index in 0..<50 {
            let seed = 50 * part + index
            let market = RandomMarket(
                seed: 9000 + UInt64(seed),
                requests: 1 + seed % 9,
                campaigns: 2 + seed % 5,
                families: families[seed % families.count],
                hasNegativeValues: seed % 4 == 1
            )
            let problem = try market.problem()
            let reference = Reference(problem)
            let optimum = reference.optimum()
            let options = SolverOptions(targetGap: [1e-1, 1e-2, 1e-3, 1e-6][seed % 4], maximumPasses: 200)
            let solution = try AllocationSolver.solve(problem, options: options)
            #expect(solution.certificate.dualBound >= optimum - 1e-9 * max(1, abs(optimum)))
            // Hard rows may be exceeded by 1e-6 of their scale.
            #expect(solution.certificate.feasibleValue <= optimum + 1e-5 * max(1, abs(optimum)))
            expectCertificateHolds(solution, reference)
        }
    }

    private func check(_ problem: AllocationProblem, target: Double) throws {
        let reference = Reference(problem)
        let optimum = reference.optimum()
        let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: target))
        let certificate = solution.certificate
        let slack = 1e-6 * max(abs(optimum), 1e-3)
        #expect(certificate.dualBound >= optimum - slack)
        #expect(certificate.feasibleValue <= optimum + slack)
        #expect(certificate.relativeGap <= target)
        #expect(certificate.status == .optimal)
        expectCertificateHolds(solution, reference)
    }
}

/// The certificate says what plain arithmetic on the answer says.
func expectCertificateHolds(_ solution: AllocationSolution, _ reference: Reference) {
    let certificate = solution.certificate
    let scale = max(abs(certificate.dualBound), 1e-9)
    #expect(abs(reference.dualBound(solution.prices) - certificate.dualBound) <= 1e-9 * scale)
    #expect(abs(reference.value(solution.allocation) - certificate.feasibleValue) <= 1e-9 * scale)
    #expect(
        abs(certificate.relativeGap - (certificate.dualBound - certificate.feasibleValue) / scale) <= 1e-12
    )
    let violations = reference.violations(solution.allocation)
    #expect(violations.rows <= 1e-6)
    #expect(violations.slots <= 1e-9)
    #expect(abs(violations.rows - certificate.maxRelativeViolation) <= 1e-9)
    for (row, price) in zip(reference.problem.rows, solution.prices) {
        #expect(price >= 0 && price <= row.penalty)
    }
}
