/// One resolution at which prices are sought: the whole market, a sample of its requests, or a shortlist of candidates.
final class MarketLevel {
    enum Kind { case whole, sample, shortlist }

    let kind: Kind
    let problem: AllocationProblem
    let market: MarketView
    let chunks: Chunks
    let evaluator: DualEvaluator
    let newton: SemismoothNewton
    /// Index of each candidate in the whole problem; nil when it is the same.
    let origin: Memory<UInt32>?
    /// What is selected wherever prices go here, beside this level's own candidates.
    let settled: Settled?
    /// For which prices this level answers for the whole market; nil when for all.
    let coverage: Coverage?

    init(
        _ kind: Kind,
        _ problem: AllocationProblem,
        origin: Memory<UInt32>? = nil,
        settled: Settled? = nil,
        coverage: Coverage? = nil,
        scales: ValueScales,
        threads: Int,
        effort: SolverEffort
    ) {
        self.kind = kind
        self.problem = problem
        self.origin = origin
        self.settled = settled
        self.coverage = coverage
        let folding = RowFolding(problem)
        market = MarketView(problem, folding: folding)
        chunks = Chunks(
            requestCount: problem.requestCount,
            tableSize: folding.campaignTableSize + folding.cellTableSize,
            threads: threads
        )
        evaluator = DualEvaluator(
            market: market,
            folding: folding,
            chunks: chunks,
            effort: effort,
            kind: kind,
            settled: settled,
            largestValue: scales.largestValue
        )
        newton = SemismoothNewton(
            evaluator: evaluator,
            priceScale: problem.rows.map { scales.price[$0.attribute] },
            effort: effort
        )
    }

    /// Requests that each request stands for, on average; at least a little.
    var meanWeight: Double {
        guard let weight = problem.weight, problem.requestCount > 0 else { return 1 }
        var sum = 0.0
        for weight in weight.unsafeElements { sum += Double(weight) }
        return max(sum / Double(problem.requestCount), .leastNormalMagnitude)
    }

    /// Whether the bound of this level at these prices is that of the whole market.
    func answers(for prices: [Double]) -> Bool { coverage?.reaches(prices) ?? true }

    /// The nearest prices at which its bound is likely to be that of the whole market.
    func nearest(to prices: [Double]) -> [Double] { coverage?.nearest(to: prices) ?? prices }

    var candidateCount: Int { problem.candidateCount }
}
