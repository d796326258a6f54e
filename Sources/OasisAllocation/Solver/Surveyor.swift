/// One look at a whole level at given prices: the bound, and the candidates that can matter near those prices.
///
/// Near the optimum most candidates are hopeless: they cannot be selected unless prices move further than the region
/// allows. The shortlist without them has the same dual as the level as long as reduced values move by no more than the
/// reach; the next survey says whether they did.
struct Survey {
    var shortlist: Shortlist
    /// b·λ + Σ w · (top k positive u), over all candidates of the level.
    var bound: Double
}

/// Sweeps all candidates of a level for surveys.
final class Surveyor {
    private let level: MarketLevel
    private let effort: SolverEffort
    private let sums: FoldedSums
    private let workspace: PassWorkspace<Double>
    private let campaignTable: Memory<Double>
    private let cellTable: Memory<Double>

    init(_ level: MarketLevel, effort: SolverEffort) {
        self.level = level
        self.effort = effort
        let folding = level.evaluator.folding
        sums = FoldedSums(folding: folding, chunks: level.chunks)
        workspace = PassWorkspace(market: level.market, folding: folding, threads: level.chunks.threads)
        campaignTable = Memory(capacity: folding.campaignTableSize)
        cellTable = Memory(capacity: folding.cellTableSize)
    }

    /// The bound at `prices`, and the candidates that may be selected at some prices in the region with γ ≤ `smoothing`.
    func survey(_ prices: [Double], smoothing: Double, region: TrustRegion) -> Survey {
        effort.sweep(level)
        let folding = level.evaluator.folding
        prices.withUnsafeBufferPointer { prices in
            folding.fold(
                prices: prices.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                campaign: campaignTable.base,
                cell: cellTable.base
            )
        }
        workspace.setPrices(campaign: campaignTable.base, cell: cellTable.base)
        let found = CandidateList(chunks: level.chunks)
        sweep(smoothing: smoothing, region: region, found: found)
        var bound = 0.0
        for (index, row) in folding.rows.enumerated() { bound += prices[index] * row.sign * row.bound }
        for chunk in 0..<level.chunks.count { bound += sums.scalars(chunk)[FoldedSums.Scalar.top.rawValue] }
        return Survey(shortlist: Shortlist(found, of: level), bound: bound)
    }

    private func sweep(smoothing: Double, region: TrustRegion, found: CandidateList) {
        let pass = DualPass<Double>(
            market: level.market,
            attributes: level.evaluator.attributes,
            campaignPrice: UnsafePointer(workspace.campaignPrice.base),
            cellPrice: UnsafePointer(workspace.cellPrice.base),
            smoothing: smoothing,
            bandWidth: -1
        )
        let chunks = level.chunks
        let reaches = region.campaignReach(level.market.campaignCount)
        let campaignReach = reaches.map { UnsafePointer($0.base) }
        chunks.run { worker, chunk in
            pass.sweep(
                chunks.range(chunk),
                sums: (sums.campaign(chunk), sums.cell(chunk)),
                scalars: sums.scalars(chunk),
                record: .shortlist(found.part(chunk), reach: region.reach, campaignReach: campaignReach),
                scratch: workspace.scratch[worker].base,
                places: workspace.places[worker].base
            )
        }
        withExtendedLifetime(reaches) {}
    }
}
