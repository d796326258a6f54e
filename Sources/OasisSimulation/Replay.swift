package import OasisAllocation
import OasisMarket
package import OasisPlanning
import OasisResponse
import OasisScoring

/// A problem's requests in arrival order through the real planner and scorer, starting with no prices.
///
/// The planner knows how many requests are to come and nothing else of the future: it solves what is left of every bound
/// over the requests seen so far, again and again. Hard caps and hard per-cell budgets are held at each step.
package struct Replay {
    /// What a replay came to.
    package struct Result: Hashable, Sendable {
        /// Value of everything served, less the penalties of elastic rows that were missed.
        package var servedValue: Double
        /// Proven upper bound of the value in hindsight.
        package var optimum: Double
        /// servedValue / optimum.
        package var ratio: Double
        /// Deliveries above hard campaign caps.
        package var overspend: Double
        /// Deliveries missing from guarantees.
        package var guaranteeShortfall: Double
        /// Largest violation of any hard row, relative to max(|bound|, Σ|amount|, 1).
        package var maxRelativeViolation: Double
        /// How often the market was solved.
        package var resolves: Int
        /// How often prices were corrected between solves.
        package var corrections: Int
    }

    /// A problem that cannot be turned into requests.
    package struct Unsupported: Error, Sendable, CustomStringConvertible {
        /// One sentence for people.
        package var description: String
    }

    private let problem: AllocationProblem
    private let requests: ReplayRequests
    private let resolveTarget: Int
    private let hindsightGap: Double
    private let correction: PriceCorrection?
    private let threads: Int

    private var usage: RowUsage
    private var scorer: Scorer
    private var program: MarketProgram
    private var prices: [String: Double] = [:]
    private var value = 0.0
    private var resolves = 0
    private var corrections = 0
    /// The last plan, how many requests had come before it, and what each row had used by then.
    private var planned: (plan: Plan, seen: Int, activity: [Double])?

    /// Prepares a replay that solves about `resolveTarget` times.
    ///
    /// - Parameters:
    ///   - problem: what arrives, in order.
    ///   - resolveTarget: about how often the market is solved.
    ///   - hindsightGap: how tight the proof of the hindsight bound has to be; a looser one only lowers the ratio.
    ///   - correction: how prices move between two solves; nothing leaves them alone.
    ///   - threads: how many threads solve.
    /// - Throws: `Unsupported` for a problem that counts what replay cannot carry.
    package init(
        _ problem: AllocationProblem,
        resolveTarget: Int = 100,
        hindsightGap: Double = 1e-5,
        correction: PriceCorrection? = PriceCorrection(),
        threads: Int
    ) throws(Unsupported) {
        self.problem = problem
        self.resolveTarget = resolveTarget
        self.hindsightGap = hindsightGap
        self.correction = correction
        self.threads = threads
        requests = try ReplayRequests(problem)
        usage = RowUsage(problem)
        program = requests.emptyProgram()
        scorer = Scorer(requests.snapshot(of: program, nil))
    }

    /// Runs to the end.
    ///
    /// `progress` hears how many requests are done.
    package mutating func run(progress: (Int) -> Void = { _ in }) throws -> Result {
        let hindsight = try AllocationSolver.solve(
            problem,
            options: SolverOptions(targetGap: hindsightGap, threads: threads)
        )
        var next = firstResolve
        for request in 0..<problem.requestCount {
            if request == next {
                try resolve(seen: request)
                next = min(request * 2, request + max(1, problem.requestCount / resolveTarget))
                progress(request)
            } else if request % correctionStride == 0 {
                correct(seen: request)
            }
            serve(request)
            program.sample.append(requests.sampled(request))
        }
        return result(bound: hindsight.certificate.dualBound)
    }

    /// A thousand corrections a day at most: they cost little, and less often would be less of a help.
    private var correctionStride: Int { max(1, problem.requestCount / 1_000) }

    /// Small enough to matter little, large enough to say something.
    private var firstResolve: Int { max(10, problem.requestCount / 400) }

    private mutating func resolve(seen: Int) throws {
        let left = Double(problem.requestCount - seen)
        program.weights = Array(repeating: Float(left / Double(seen)), count: seen)
        program.rows = usage.rowsLeft(requests.rows)
        let plan = try Plan(solving: program, startingPrices: prices, gap: 1e-4, threads: threads)
        prices = plan.pricesByName
        scorer = Scorer(requests.snapshot(of: program, plan))
        planned = (plan, seen, usage.activity)
        resolves += 1
    }

    private mutating func correct(seen: Int) {
        guard let correction, let planned else { return }
        let elapsed = Double(seen - planned.seen) / Double(problem.requestCount - planned.seen)
        let uses = planned.plan.rows.indices.map { index in
            PriceCorrection.Use(
                bound: planned.plan.rows[index].bound,
                used: usage.activity[index] - planned.activity[index],
                elapsed: elapsed
            )
        }
        let corrected = planned.plan.repriced(correction.prices(of: planned.plan, uses: uses))
        scorer = Scorer(requests.snapshot(of: program, corrected))
        corrections += 1
    }

    private mutating func serve(_ request: Int) {
        guard let scoreRequest = requests.scoreRequest(request) else { return }
        let key = StableHash(key0: 0, key1: 0)
        let reply = scorer.score(scoreRequest, at: scoreRequest.time, drawKey: key) { usage.hasUnit($0) }
        for promotion in reply.promotions {
            let candidate = requests.candidate(promotion.index, of: request)
            guard usage.fits(candidate, of: request) else { continue }
            usage.add(candidate, of: request)
            value += Double(problem.value[candidate]) * Double(problem.weight?[request] ?? 1)
        }
    }

    private func result(bound: Double) -> Result {
        let served = value - usage.penalties
        return Result(
            servedValue: served,
            optimum: bound,
            ratio: served / max(abs(bound), 1e-9),
            overspend: usage.overspend,
            guaranteeShortfall: usage.guaranteeShortfall,
            maxRelativeViolation: usage.maxRelativeViolation,
            resolves: resolves,
            corrections: corrections
        )
    }
}
