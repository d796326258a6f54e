/// One look at a whole level at given prices: the bound, and the candidates that can matter near those prices.
///
/// Near the optimum most candidates are hopeless: they cannot be selected unless prices move further than the region
/// allows. The shortlist without them has the same dual as the level as long as reduced values move by no more than the
/// reach; the next survey says whether they did.
struct Survey {
    var shortlist: Shortlist
    /// What is settled there and on the level.
    var settled: Settled?
    /// b·λ + Σ w · (top k positive u), over all candidates of the level.
    var bound: Double
}

/// Sweeps all candidates of a level for surveys.
final class Surveyor {
    private let level: MarketLevel
    private let effort: SolverEffort
    private let amounts: [ClosedRange<Double>]
    private let sums: FoldedSums
    private lazy var settledSums = FoldedSums(folding: level.evaluator.folding, chunks: level.chunks)
    private let workspace: PassWorkspace<Double>
    private let campaignTable: Memory<Double>
    private let cellTable: Memory<Double>

    init(_ level: MarketLevel, scales: ValueScales, effort: SolverEffort) {
        amounts = scales.amounts
        self.level = level
        self.effort = effort
        let folding = level.evaluator.folding
        sums = FoldedSums(folding: folding, chunks: level.chunks)
        workspace = PassWorkspace(market: level.market, folding: folding, threads: level.chunks.threads)
        campaignTable = Memory(capacity: folding.campaignTableSize)
        cellTable = Memory(capacity: folding.cellTableSize)
    }

    /// The bound at `prices`, and the candidates that may be selected at some prices in the region with γ ≤ `smoothing`.
    ///
    /// When it `settles`, those that are selected whole at all of these are told from those that may or may not be.
    func survey(_ prices: [Double], smoothing: Double, region: TrustRegion, settles: Bool) -> Survey {
        listing(region, settles: settles) { records in
            sweep(prices, smoothing: smoothing) { .shortlist(records[$0]) }
        }
    }

    /// A survey that settles, and in the same sweep what a first Newton step needs to know.
    func survey(_ point: PricePosition, region: TrustRegion, bandWidth: Double) -> (survey: Survey, point: DualPoint) {
        var found: DualPoint?
        let survey = listing(region, settles: true) { records in
            let point = level.evaluator.evaluate(
                point.prices,
                smoothing: point.smoothing,
                bandWidth: bandWidth,
                shortlist: records
            )
            found = point
            return point.bound
        }
        guard let found else { preconditionFailure("a survey sweeps") }
        return (survey, found)
    }

    /// Makes a shortlist of what `sweep` records; it returns the bound.
    private func listing(
        _ region: TrustRegion,
        settles: Bool,
        sweep: (_ records: [ShortlistRecord<Double>]) -> Double
    ) -> Survey {
        let found = CandidateList(chunks: level.chunks)
        let reach = region.surveyReach(level.evaluator.folding, amounts: amounts)
        let tables = ReachTables(
            campaign: UnsafePointer(reach.campaign.base),
            cell: UnsafePointer(reach.cell.base),
            largest: reach.largest
        )
        if settles { for chunk in 0..<level.chunks.count { settledSums.clear(chunk) } }
        let records = (0..<level.chunks.count)
            .map { chunk in
                ShortlistRecord(
                    part: found.part(chunk),
                    reach: tables,
                    settled: settles ? (settledSums.campaign(chunk), settledSums.cell(chunk)) : nil
                )
            }
        let bound = sweep(records)
        withExtendedLifetime(reach) {}
        let settled = settles ? Settled(found, sums: settledSums, of: level) : level.settled
        return Survey(shortlist: Shortlist(found, of: level), settled: settled, bound: bound)
    }

    /// The bound at `prices`; any γ will do.
    func bound(_ prices: [Double], smoothing: Double) -> Double {
        sweep(prices, smoothing: smoothing) { _ in .nothing }
    }

    /// One sweep in double precision that records as it is told; returns the bound.
    private func sweep(_ prices: [Double], smoothing: Double, record: (_ chunk: Int) -> PassRecord<Double>) -> Double {
        effort.sweep(level)
        let folding = level.evaluator.folding
        prices.withUnsafeBufferPointer { prices in
            folding.fold(
                prices: prices.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                campaign: campaignTable.base,
                cell: cellTable.base
            )
        }
        let (campaignPrice, cellPrice) = (UnsafePointer(campaignTable.base), UnsafePointer(cellTable.base))
        workspace.setPrices(campaign: campaignTable.base, cell: cellTable.base)
        let pass = DualPass<Double>(
            market: level.market,
            attributes: level.evaluator.attributes,
            campaignPrice: UnsafePointer(workspace.campaignPrice.base),
            cellPrice: UnsafePointer(workspace.cellPrice.base),
            smoothing: smoothing,
            bandWidth: -1
        )
        let chunks = level.chunks
        let records = (0..<chunks.count).map(record)
        chunks.run { worker, chunk in
            sums.clear(chunk)
            pass.sweep(
                chunks.range(chunk),
                sums: (sums.campaign(chunk), sums.cell(chunk)),
                scalars: sums.scalars(chunk),
                record: records[chunk],
                scratch: workspace.scratch[worker].base,
                places: workspace.places[worker].base
            )
        }
        var bound = level.settled?.linear(campaignPrice: campaignPrice, cellPrice: cellPrice) ?? 0
        for (index, row) in folding.rows.enumerated() { bound += prices[index] * row.sign * row.bound }
        for chunk in 0..<chunks.count { bound += sums.scalars(chunk)[FoldedSums.Scalar.top.rawValue] }
        return bound
    }
}
