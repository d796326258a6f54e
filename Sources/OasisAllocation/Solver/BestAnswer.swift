/// The lowest bound and the best feasible allocation seen so far; together they are the proof.
struct BestAnswer {
    private(set) var bound = Double.infinity
    private(set) var prices: [Double]
    private(set) var value: Double
    private(set) var violation = 0.0
    private(set) var activity: [Double]
    private(set) var allocation = SparseAllocation()
    private(set) var smoothing = 0.0

    /// Promoting nothing is feasible, so there is an answer from the start.
    init(_ problem: AllocationProblem) {
        prices = [Double](repeating: 0, count: problem.rows.count)
        activity = prices
        value = problem.rows.reduce(0.0) { value, row in
            let violation = row.violation(activity: 0)
            return row.isHard || violation == 0 ? value : value - row.penalty * violation
        }
    }

    /// (bound − value) / max(|bound|, 1e-9).
    var gap: Double { bound == .infinity ? .infinity : (bound - value) / max(abs(bound), 1e-9) }

    mutating func record(bound: Double, at prices: [Double]) {
        guard bound < self.bound else { return }
        self.bound = bound
        self.prices = prices
    }

    mutating func record(_ outcome: Certifier.Outcome, _ allocation: SparseAllocation, smoothing: Double) {
        value = outcome.value
        violation = outcome.maxRelativeViolation
        activity = outcome.activity
        self.allocation = allocation
        self.smoothing = smoothing
    }

    /// Rows with a penalty that the allocation breaks.
    func shortfalls(_ rows: [AllocationRow]) -> [AllocationSolution.Shortfall] {
        rows.enumerated()
            .compactMap { index, row in
                let violation = row.violation(activity: activity[index])
                return !row.isHard && violation > 1e-6 * max(abs(row.bound), 1)
                    ? AllocationSolution.Shortfall(row: index, amount: violation) : nil
            }
    }
}
