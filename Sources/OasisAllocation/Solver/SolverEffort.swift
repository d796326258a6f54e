/// Work done so far, in passes over all candidates of the problem, whichever part of them it touched.
final class SolverEffort {
    private let candidateCount: Double
    private var swept = 0.0
    private var sampled = 0.0
    private var multiplied = 0.0

    init(candidateCount: Int) { self.candidateCount = Double(max(candidateCount, 1)) }

    /// Counts a sweep over all candidates of a level.
    func sweep(_ level: MarketLevel) { sweep(level.candidateCount, of: level.kind) }

    /// Counts a sweep over some candidates of a level.
    func sweep(_ candidates: Int, of kind: MarketLevel.Kind) {
        swept += Double(candidates)
        if kind == .sample { sampled += Double(candidates) }
    }

    /// Counts band entries that a product with the Newton matrix touched.
    func multiply(_ entries: Int) { multiplied += Double(entries) }

    /// Sweeps of all kinds.
    var passes: Double { swept / candidateCount }
    /// Sweeps over the sample alone; part of `passes`.
    var samplePasses: Double { sampled / candidateCount }
    /// Products of conjugate gradients.
    var conjugateGradientPasses: Double { multiplied / candidateCount }
}
