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
        precondition(options.targetGap > 0, "targetGap must be above 0")
        precondition((0...1).contains(options.sampleShare), "sampleShare must be 0 to 1")
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
