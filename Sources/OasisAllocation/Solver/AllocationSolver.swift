/// Solves allocation problems to a certified gap by damped semismooth Newton on smoothed duals of falling γ.
public enum AllocationSolver {
    /// Prices, a feasible allocation and a proof of how good they are.
    ///
    /// The problem has been checked, so there is always an answer; how good it is, its certificate says. The same
    /// problem and options give the same bytes whatever the number of threads (unless a time limit ends the solve).
    ///
    /// - Throws: `InvalidProblem` when `startingPrices` has the wrong length or holds a NaN.
    public static func solve(
        _ problem: AllocationProblem,
        options: SolverOptions = SolverOptions()
    ) throws(InvalidProblem) -> AllocationSolution {
        if let prices = options.startingPrices {
            guard prices.count == problem.rows.count else {
                throw InvalidProblem(
                    .startingPrices,
                    nil,
                    "must have one entry for each of the \(problem.rows.count) rows, but has \(prices.count)"
                )
            }
            if let index = prices.firstIndex(where: { !($0 >= 0) || $0 == .infinity }) {
                throw InvalidProblem(.startingPrices, index, "must be finite and ≥ 0, but is \(prices[index])")
            }
        }
        return SolverRun(problem, options: options).run()
    }
}

/// One solve from start to end.
final class SolverRun {
    private enum Tuning {
        static let coldSmoothing = 4.0
        static let warmSmoothing = 0.05
        static let smoothingFactor = 0.4
        static let smallestSmoothing = 1e-7
        static let stepsPerStage = 60
        /// A stage ends when the residual is below this part of γ · deliveries.
        static let stageResidual = 0.1
        /// A certificate is tried when the estimated gap is below this multiple of the target.
        static let certifyBelow = 1.1
    }

    private let problem: AllocationProblem
    private let options: SolverOptions
    private let market: MarketView
    private let evaluator: DualEvaluator
    private let newton: SemismoothNewton
    private let certifier: Certifier
    private let valueScale: Double
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant

    private var bestBound = Double.infinity
    private var bestValue = -Double.infinity
    private var bestViolation = 0.0
    private var bestPrices: [Double]
    private var bestAllocation: [Float]
    private var bestActivity: [Double]
    private var smoothing = 0.0
    private var stopped: Certificate.Status?

    init(_ problem: AllocationProblem, options: SolverOptions) {
        started = clock.now
        self.problem = problem
        self.options = options
        let folding = RowFolding(problem)
        market = MarketView(problem, folding: folding)
        let chunks = Chunks(
            requestCount: problem.requestCount,
            tableSize: folding.campaignTableSize + folding.cellTableSize,
            threads: options.threads
        )
        evaluator = DualEvaluator(market: market, folding: folding, chunks: chunks)
        let scales = ValueScales(problem)
        valueScale = scales.value
        newton = SemismoothNewton(evaluator: evaluator, priceScale: problem.rows.map { scales.price[$0.attribute] })
        certifier = Certifier(
            market: market,
            folding: folding,
            chunks: chunks,
            attributes: evaluator.attributes
        )
        bestPrices = [Double](repeating: 0, count: problem.rows.count)
        bestAllocation = [Float](repeating: 0, count: problem.candidateCount)
        bestActivity = bestPrices
    }

    func run() -> AllocationSolution {
        // Promoting nothing is feasible, so there is an answer from the start.
        record(certifier.evaluate(bound: .infinity), prices: nil)
        var prices = startingPrices()
        smoothing = valueScale * (options.startingPrices == nil ? Tuning.coldSmoothing : Tuning.warmSmoothing)
        var last: DualPoint?
        var previous: DualPoint?
        while stopped == nil {
            let point = stage(prices)
            last = point
            prices = point.prices
            if stopped != nil { break }
            if estimatedGap(point) <= Tuning.certifyBelow * options.targetGap {
                certify(point)
                if gap <= options.targetGap { return solution(.optimal) }
            }
            if smoothing <= Tuning.smallestSmoothing * valueScale { break }
            smoothing *= Tuning.smoothingFactor
            prices = extrapolate(from: previous, over: point, to: smoothing)
            previous = point
        }
        if let last { certify(last) }
        return solution(gap <= options.targetGap ? .optimal : stopped ?? .gapNotReached)
    }

    /// Where the prices go as γ falls: they move in proportion to it while the fractional candidates stay the same.
    private func extrapolate(from previous: DualPoint?, over point: DualPoint, to smoothing: Double) -> [Double] {
        guard let previous else { return point.prices }
        let part = (point.smoothing - smoothing) / (previous.smoothing - point.smoothing)
        return point.prices.indices.map { row in
            let price = point.prices[row] + part * (point.prices[row] - previous.prices[row])
            return min(problem.rows[row].penalty, max(0, price))
        }
    }

    private func startingPrices() -> [Double] {
        guard let prices = options.startingPrices else { return bestPrices }
        return zip(prices, problem.rows).map { min($0, $1.penalty) }
    }

    /// Steps at one γ until the rows' mismatch is small against it.
    private func stage(_ prices: [Double]) -> DualPoint {
        var point = newton.begin(prices: prices, smoothing: smoothing)
        report(point)
        for _ in 0..<Tuning.stepsPerStage {
            if stopped != nil { break }
            if newton.residual(point) <= Tuning.stageResidual * smoothing * max(point.delivered, 1e-9) { break }
            guard let next = newton.step(from: point) else { break }
            point = next
            report(point)
        }
        return point
    }

    /// Gap that a certificate at this point would about show.
    private func estimatedGap(_ point: DualPoint) -> Double {
        (point.bound - estimate(point)) / max(abs(point.bound), 1e-9)
    }

    private func estimate(_ point: DualPoint) -> Double {
        var value = point.value
        for (index, row) in problem.rows.enumerated() {
            let violation = row.violation(activity: point.activity[index])
            value -= violation * (row.isHard ? 1.5 * point.prices[index] : row.penalty)
        }
        return value
    }

    private func certify(_ point: DualPoint) {
        record(certifier.certify(prices: point.prices, smoothing: point.smoothing), prices: point.prices)
    }

    private func record(_ outcome: Certifier.Outcome, prices: [Double]?) {
        if let prices, outcome.bound < bestBound {
            bestBound = outcome.bound
            bestPrices = prices
        }
        if outcome.value > bestValue {
            bestValue = outcome.value
            bestViolation = outcome.maxRelativeViolation
            bestActivity = outcome.activity
            bestAllocation.withUnsafeMutableBufferPointer {
                $0.baseAddress?.update(from: certifier.allocation.base, count: problem.candidateCount)
            }
        }
    }

    private var gap: Double { (bestBound - bestValue) / max(abs(bestBound), 1e-9) }
    private var passes: Int { evaluator.passes + certifier.passes }

    private func report(_ point: DualPoint) {
        if let progress = options.progress {
            let isWanted = progress(
                SolverProgress(
                    passes: passes,
                    smoothing: point.smoothing,
                    bound: point.bound,
                    estimate: estimate(point),
                    certifiedGap: bestBound == .infinity ? .infinity : gap
                )
            )
            if !isWanted { stopped = .interrupted }
        }
        if let limit = options.timeLimit, clock.now - started > limit { stopped = .timeLimit }
        if passes >= options.maximumPasses { stopped = .gapNotReached }
    }

    private func solution(_ status: Certificate.Status) -> AllocationSolution {
        let shortfalls = problem.rows.enumerated()
            .compactMap { index, row in
                let violation = row.violation(activity: bestActivity[index])
                return !row.isHard && violation > 1e-6 * max(abs(row.bound), 1)
                    ? AllocationSolution.Shortfall(row: index, amount: violation) : nil
            }
        let work = Double(newton.system.entriesTouched) / Double(max(problem.candidateCount, 1))
        let certificate = Certificate(
            status: status,
            dualBound: bestBound,
            feasibleValue: bestValue,
            relativeGap: gap,
            maxRelativeViolation: bestViolation,
            passes: passes,
            conjugateGradientPasses: work,
            seconds: (clock.now - started) / .seconds(1)
        )
        return AllocationSolution(
            prices: bestPrices,
            allocation: bestAllocation,
            certificate: certificate,
            smoothing: smoothing,
            shortfalls: shortfalls
        )
    }
}
