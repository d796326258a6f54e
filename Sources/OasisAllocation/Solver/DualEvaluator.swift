/// The smoothed dual at one price vector, and everything that one sweep tells about it.
struct DualPoint {
    /// λ, one per row, within 0 … penalty.
    var prices: [Double]
    /// γ.
    var smoothing: Double
    /// b·λ + Σ w · max(u·x − γ/2 x²): what the Newton method minimises.
    var dual: Double
    /// b·λ + Σ w · (top k positive u): the bound at γ = 0, in the sweep's precision.
    var bound: Double
    /// Σ w · (top k positive u).
    var top: Double
    /// Σ w · u·x.
    var linear: Double
    /// Value of the unrepaired selection x(λ), before penalties.
    var value: Double
    /// Σ w · x.
    var delivered: Double
    /// A·x(λ), in each row's own sense.
    var activity: [Double]
    /// ∂dual/∂λ.
    var gradient: [Double]

    /// What smoothing alone costs, relative to the bound: how far the selection is from the best at these prices.
    var smoothingLoss: Double { (top - linear) / max(abs(bound), 1e-9) }
}

/// Runs dual passes over all chunks and keeps the band of the latest one.
final class DualEvaluator {
    let market: MarketView
    let folding: RowFolding
    let chunks: Chunks
    let band: Band
    let attributes: UnsafeBufferPointer<MarketView.Attribute>
    private let effort: SolverEffort
    private let kind: MarketLevel.Kind
    private let settled: Settled?
    private let attributeMemory: UnsafeMutableBufferPointer<MarketView.Attribute>
    private let sums: FoldedSums
    private let campaignTable: Memory<Double>
    private let cellTable: Memory<Double>
    private let single: PassWorkspace<Float>
    private let double: PassWorkspace<Double>
    /// Whether all passes are in double precision.
    var isCareful = false
    /// Whether the latest pass was in single precision.
    private(set) var isSingle = false
    /// Below this γ, single precision would blur which candidates are fractional.
    private let smallestSingleSmoothing: Double

    init(
        market: MarketView,
        folding: RowFolding,
        chunks: Chunks,
        effort: SolverEffort,
        kind: MarketLevel.Kind,
        settled: Settled?,
        largestValue: Double
    ) {
        self.market = market
        self.folding = folding
        self.chunks = chunks
        self.effort = effort
        self.kind = kind
        self.settled = settled
        attributeMemory = .allocate(capacity: market.attributes.count)
        _ = attributeMemory.initialize(from: market.attributes)
        attributes = UnsafeBufferPointer(attributeMemory)
        band = Band(amountCount: market.attributes.count { $0.amount != nil }, chunks: chunks)
        sums = FoldedSums(folding: folding, chunks: chunks)
        campaignTable = Memory(capacity: folding.campaignTableSize)
        cellTable = Memory(capacity: folding.cellTableSize)
        single = PassWorkspace(market: market, folding: folding, threads: chunks.threads)
        double = PassWorkspace(market: market, folding: folding, threads: chunks.threads)
        smallestSingleSmoothing = largestValue * Tuning.singleSmoothing
    }

    deinit { attributeMemory.deallocate() }

    /// One pass; gathers the band when a width is given, with it a shortlist when there is a place for each chunk's, and what is
    /// selected when there is a place for it.
    func evaluate(
        _ prices: [Double],
        smoothing: Double,
        bandWidth: Double? = nil,
        selection: Selection? = nil,
        shortlist: [ShortlistRecord<Double>]? = nil
    ) -> DualPoint {
        effort.sweep(market.candidateCount, of: kind)
        let rows = folding.rows
        prices.withUnsafeBufferPointer { prices in
            folding.fold(
                prices: prices.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                campaign: campaignTable.base,
                cell: cellTable.base
            )
        }
        let mayBeSingle = smoothing >= smallestSingleSmoothing && arePricesModest && !isCareful
        isSingle = mayBeSingle && selection == nil && shortlist == nil
        let band = bandWidth == nil ? nil : band
        if let selection {
            sweep(double, smoothing: smoothing, bandWidth: bandWidth) { .selection(selection.part($0)) }
        } else if let shortlist, let band {
            sweep(double, smoothing: smoothing, bandWidth: bandWidth) {
                .bandAndShortlist(band.part($0), amountCount: band.amountCount, shortlist[$0])
            }
        } else if isSingle {
            sweep(single, smoothing: Float(smoothing), bandWidth: bandWidth.map { Float($0) }) { chunk in
                band.map { .band($0.part(chunk), amountCount: $0.amountCount) } ?? .nothing
            }
        } else {
            sweep(double, smoothing: smoothing, bandWidth: bandWidth) { chunk in
                band.map { .band($0.part(chunk), amountCount: $0.amountCount) } ?? .nothing
            }
        }
        let (campaign, cell) = sums.total(with: settled)
        var activity = [Double](repeating: 0, count: rows.count)
        activity.withUnsafeMutableBufferPointer { activity in
            if let base = activity.baseAddress { folding.unfold(campaign: campaign, cell: cell, into: base) }
        }
        return point(prices: prices, smoothing: smoothing, activity: activity)
    }

    /// Whether single precision can hold the folded prices; penalties may be as large as anyone likes.
    private var arePricesModest: Bool {
        let campaigns = UnsafeBufferPointer(start: campaignTable.base, count: folding.campaignTableSize)
        let cells = UnsafeBufferPointer(start: cellTable.base, count: folding.cellTableSize)
        return campaigns.allSatisfy { abs($0) < Tuning.largestSinglePrice }
            && cells.allSatisfy { abs($0) < Tuning.largestSinglePrice }
    }

    private func sweep<Number: PassNumber>(
        _ workspace: PassWorkspace<Number>,
        smoothing: Number,
        bandWidth: Number?,
        record: (_ chunk: Int) -> PassRecord<Number>
    ) {
        workspace.setPrices(campaign: campaignTable.base, cell: cellTable.base)
        let pass = DualPass<Number>(
            market: market,
            attributes: attributes,
            campaignPrice: UnsafePointer(workspace.campaignPrice.base),
            cellPrice: UnsafePointer(workspace.cellPrice.base),
            smoothing: smoothing,
            bandWidth: bandWidth ?? -1
        )
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
    }

    private func point(prices: [Double], smoothing: Double, activity: [Double]) -> DualPoint {
        var atBound = 0.0
        var priced = 0.0
        var gradient = activity
        for (index, row) in folding.rows.enumerated() {
            atBound += prices[index] * row.sign * row.bound
            priced += prices[index] * row.sign * activity[index]
            gradient[index] = row.sign * (row.bound - activity[index])
        }
        let settledWeight = settled?.weight ?? 0
        let settledLinear =
            settled?.linear(campaignPrice: UnsafePointer(campaignTable.base), cellPrice: UnsafePointer(cellTable.base))
            ?? 0
        let top = sums.scalar(.top) + settledLinear
        let linear = sums.scalar(.linear) + settledLinear
        return DualPoint(
            prices: prices,
            smoothing: smoothing,
            dual: atBound + sums.scalar(.smoothed) + settledLinear - smoothing / 2 * settledWeight,
            bound: atBound + top,
            top: top,
            linear: linear,
            value: linear + priced,
            delivered: sums.scalar(.delivered) + settledWeight,
            activity: activity,
            gradient: gradient
        )
    }
}
