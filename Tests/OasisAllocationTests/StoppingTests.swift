import OasisAllocation
import Synchronization
import Testing

/// Whatever stops a solve, and whenever, the answer so far is feasible and its proof holds.
@Suite("Stopping a solve")
struct StoppingTests {
    private static let calls = [1, 2, 3, 5, 10, 20, 40]

    @Test("A small market, stopped at any call, proves a bound above the optimum", arguments: calls)
    func smallMarket(call: Int) throws {
        for families in LargeMarket.everyFamily {
            let market = RandomMarket(seed: 3, requests: 8, campaigns: 4, families: families)
            let problem = try market.problem()
            let reference = Reference(problem)
            let (solution, isStopped) = try solve(problem, stoppedAt: call)
            let optimum = reference.optimum()
            #expect(solution.certificate.dualBound >= optimum - 1e-9 * max(1, abs(optimum)))
            #expect(solution.certificate.feasibleValue <= optimum + 1e-6 * max(1, abs(optimum)))
            expectAnswerHolds(solution, reference, isStopped ? .interrupted : nil)
        }
    }

    @Test("A market solved on a sample and on shortlists, stopped at any call", arguments: calls)
    func largeMarket(call: Int) throws {
        let problem = try LargeMarket(seed: 4, families: .everything).problem()
        let (solution, isStopped) = try solve(problem, stoppedAt: call)
        #expect(isStopped)
        expectAnswerHolds(solution, Reference(problem), .interrupted)
    }

    @Test("Nobody is asked again after saying stop", arguments: [1, 7])
    func noMoreCalls(call: Int) throws {
        let problem = try LargeMarket(seed: 4, families: []).problem()
        let counter = Counter(stopAt: call)
        let options = SolverOptions(targetGap: 1e-12, progress: { _ in counter.goesOn() })
        _ = try AllocationSolver.solve(problem, options: options)
        #expect(counter.count == call)
    }

    @Test("Even the first moment to stop leaves more than nothing", arguments: calls)
    func moreThanNothing(call: Int) throws {
        let problem = try LargeMarket(seed: 4, families: []).problem()
        let solution = try solve(problem, stoppedAt: call).solution
        #expect(solution.certificate.feasibleValue > 0)
        #expect(solution.certificate.relativeGap < 0.7)
    }

    @Test("Stopping late leaves a better answer than stopping at once")
    func laterIsBetter() throws {
        let problem = try LargeMarket(seed: 4, families: .everything).problem()
        let gaps = try [1, 80].map { try solve(problem, stoppedAt: $0).solution.certificate.relativeGap }
        #expect(gaps[1] < 1e-3)
        #expect(gaps[0] > 1e-3)
    }

    @Test("Time that runs out at once or soon is said, with a certified answer", arguments: [0, 1, 5, 20])
    func timeLimit(milliseconds: Int) throws {
        for families in [RandomMarket.Families(), .everything] {
            let problem = try LargeMarket(seed: 6, families: families).problem()
            let options = SolverOptions(targetGap: 1e-12, timeLimit: .milliseconds(milliseconds))
            let solution = try AllocationSolver.solve(problem, options: options)
            expectAnswerHolds(solution, Reference(problem), .timeLimit)
        }
    }

    @Test("A time limit is kept: what is done after it takes about as long as a few passes")
    func timeLimitIsKept() throws {
        let problem = try LargeMarket(seed: 6, families: .everything).problem()
        let limited = try AllocationSolver.solve(
            problem,
            options: SolverOptions(targetGap: 1e-12, timeLimit: .milliseconds(1))
        )
        #expect(limited.certificate.passes < 10)
    }

    @Test("Passes that ran out are said, with a certified answer", arguments: [1, 5, 20])
    func passLimit(passes: Int) throws {
        let problem = try LargeMarket(seed: 6, families: .everything).problem()
        let options = SolverOptions(targetGap: 1e-12, maximumPasses: passes)
        let solution = try AllocationSolver.solve(problem, options: options)
        expectAnswerHolds(solution, Reference(problem), .gapNotReached)
        #expect(solution.certificate.passes < Double(passes) + 10)
    }

    private func solve(
        _ problem: AllocationProblem,
        stoppedAt call: Int
    ) throws -> (solution: AllocationSolution, isStopped: Bool) {
        let counter = Counter(stopAt: call)
        let options = SolverOptions(targetGap: 1e-12, progress: { _ in counter.goesOn() })
        let solution = try AllocationSolver.solve(problem, options: options)
        return (solution, counter.count >= call)
    }

    private func expectAnswerHolds(
        _ solution: AllocationSolution,
        _ reference: Reference,
        _ status: Certificate.Status?
    ) {
        if let status { #expect(solution.certificate.status == status) }
        #expect(solution.certificate.dualBound.isFinite)
        #expect(solution.certificate.feasibleValue <= solution.certificate.dualBound)
        #expect(solution.allocation.count == reference.problem.candidateCount)
        expectCertificateHolds(solution, reference)
    }
}

/// Says stop at one call, and counts them all.
private final class Counter: Sendable {
    private let calls = Atomic<Int>(0)
    private let last: Int

    init(stopAt last: Int) { self.last = last }

    var count: Int { calls.load(ordering: .relaxed) }

    func goesOn() -> Bool { calls.add(1, ordering: .relaxed).newValue < last }
}
