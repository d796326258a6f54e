import OasisAllocation
import Synchronization
import Testing

@Suite("Solving on a sample and on shortlists")
struct SampleAndShortlistTests {
    @Test("A market of this size is solved on parts of itself, so the tests below are about what they say")
    func partsAreUsed() throws {
        let problem = try LargeMarket(seed: 2, families: .everything).problem()
        try #require(problem.candidateCount >= LargeMarket.fewestShortlisted)
        #expect(try AllocationSolver.solve(problem).certificate.samplePasses > 0)
        // Without a sample, a step that sweeps less than the whole market sweeps a shortlist.
        let steps = Steps()
        let options = SolverOptions(sampleShare: 0, progress: { steps.note($0.passes) })
        #expect(try AllocationSolver.solve(problem, options: options).certificate.samplePasses == 0)
        #expect(steps.smallest < 0.5)
    }

    @Test(
        "How much of the market is sampled changes nothing that is proven",
        arguments: [RandomMarket.Families(), .everything]
    )
    func sampleShares(_ families: RandomMarket.Families) throws {
        let problem = try LargeMarket(seed: 7, families: families).problem()
        let reference = Reference(problem)
        let certificates = try [0, 0.1, 0.5, 1]
            .map { share in
                let options = SolverOptions(targetGap: 1e-3, sampleShare: share)
                let solution = try AllocationSolver.solve(problem, options: options)
                expectCertificateHolds(solution, reference)
                #expect(solution.certificate.status == .optimal)
                return solution.certificate
            }
        expectOneOptimum(certificates)
    }

    @Test("Another draw of the sample takes another way and proves the same")
    func sampleSeeds() throws {
        let problem = try LargeMarket(seed: 8, families: .everything).problem()
        let solutions = try (1...3)
            .map { try AllocationSolver.solve(problem, options: SolverOptions(targetGap: 1e-3, seed: $0)) }
        #expect(solutions[0].prices != solutions[1].prices)
        for solution in solutions { expectCertificateHolds(solution, Reference(problem)) }
        expectOneOptimum(solutions.map(\.certificate))
    }

    @Test("The gap asked for is the gap that is proven", arguments: LargeMarket.everyFamily)
    func gaps(_ families: RandomMarket.Families) throws {
        let problem = try LargeMarket(seed: 9, families: families).problem()
        let reference = Reference(problem)
        let certificates = try [1e-2, 1e-3, 1e-4]
            .map { gap in
                let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: gap))
                expectCertificateHolds(solution, reference)
                #expect(solution.certificate.status == .optimal)
                #expect(solution.certificate.relativeGap <= gap)
                return solution.certificate
            }
        expectOneOptimum(certificates)
    }

    @Test("One, two and four threads give the same bytes, and so does every run", arguments: LargeMarket.everyFamily)
    func determinism(_ families: RandomMarket.Families) throws {
        // Threads share the requests in runs of about a thousand, so there must be some thousands.
        let problem = try LargeMarket(seed: 10, requests: 5000, candidates: 5, families: families).problem()
        try #require(problem.candidateCount >= LargeMarket.fewestShortlisted)
        let solutions = try [1, 2, 4, 1]
            .map { try AllocationSolver.solve(problem, options: SolverOptions(targetGap: 1e-3, threads: $0)) }
        for solution in solutions.dropFirst() { expectSameBytes(solution, solutions[0]) }
    }

    @Test("A market in other memory gives the same bytes")
    func copies() throws {
        let market = LargeMarket(seed: 11, requests: 5000, candidates: 5, families: .everything)
        let options = SolverOptions(targetGap: 1e-3, threads: 2)
        let first = try AllocationSolver.solve(market.problem(), options: options)
        expectSameBytes(try AllocationSolver.solve(market.problem(), options: options), first)
    }
}

/// How much work lies between reports of progress.
private final class Steps: Sendable {
    private let state = Mutex((latest: 0.0, smallest: Double.infinity))

    var smallest: Double { state.withLock { $0.smallest } }

    func note(_ passes: Double) -> Bool {
        state.withLock {
            $0.smallest = min($0.smallest, passes - $0.latest)
            $0.latest = passes
        }
        return true
    }
}

/// Every interval from feasible value to bound holds the same optimum.
func expectOneOptimum(_ certificates: [Certificate]) {
    let highest = certificates.map(\.feasibleValue).max() ?? 0
    let lowest = certificates.map(\.dualBound).min() ?? 0
    // Hard rows may be exceeded by 1e-6 of their scale, which may be worth as much.
    #expect(highest <= lowest + 1e-6 * abs(lowest))
}

/// Everything but the time it took is the same to the last bit.
func expectSameBytes(_ solution: AllocationSolution, _ other: AllocationSolution) {
    #expect(solution.prices.map(\.bitPattern) == other.prices.map(\.bitPattern))
    #expect(solution.allocation.map(\.bitPattern) == other.allocation.map(\.bitPattern))
    #expect(solution.smoothing.bitPattern == other.smoothing.bitPattern)
    #expect(solution.shortfalls == other.shortfalls)
    var certificate = solution.certificate
    certificate.seconds = other.certificate.seconds
    #expect(certificate == other.certificate)
}
