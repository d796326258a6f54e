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
    /// Value of the unrepaired selection x(λ), before penalties.
    var value: Double
    /// Σ w · x.
    var delivered: Double
    /// A·x(λ), in each row's own sense.
    var activity: [Double]
    /// ∂dual/∂λ.
    var gradient: [Double]
}

/// Runs dual passes over all chunks and keeps the band of the latest one.
final class DualEvaluator {
    typealias Number = Double

    let market: MarketView
    let folding: RowFolding
    let chunks: Chunks
    let band: Band
    let attributes: UnsafeBufferPointer<MarketView.Attribute>
    private(set) var passes = 0
    private let attributeMemory: UnsafeMutableBufferPointer<MarketView.Attribute>
    private let sums: FoldedSums
    private let campaignTable: Memory<Double>
    private let cellTable: Memory<Double>
    private let campaignPrice: Memory<Number>
    private let cellPrice: Memory<Number>
    private let scratch: [Memory<Number>]
    private let places: [Memory<Int32>]

    init(market: MarketView, folding: RowFolding, chunks: Chunks) {
        self.market = market
        self.folding = folding
        self.chunks = chunks
        attributeMemory = .allocate(capacity: market.attributes.count)
        _ = attributeMemory.initialize(from: market.attributes)
        attributes = UnsafeBufferPointer(attributeMemory)
        band = Band(amountCount: market.attributes.count { $0.amount != nil }, chunks: chunks)
        sums = FoldedSums(folding: folding, chunks: chunks)
        campaignTable = Memory(capacity: folding.campaignTableSize)
        cellTable = Memory(capacity: folding.cellTableSize)
        campaignPrice = Memory(capacity: folding.campaignTableSize)
        cellPrice = Memory(capacity: folding.cellTableSize)
        let longest = market.longestRequest
        scratch = (0..<chunks.threads)
            .map { _ in
                Memory(capacity: DualPass<Number>.scratchSize(longest: longest))
            }
        places = (0..<chunks.threads).map { _ in Memory(capacity: DualPass<Number>.placesSize(longest: longest)) }
    }

    deinit { attributeMemory.deallocate() }

    /// One full pass.
    func evaluate(_ prices: [Double], smoothing: Double, bandWidth: Double) -> DualPoint {
        passes += 1
        let rows = folding.rows
        prices.withUnsafeBufferPointer { prices in
            folding.fold(
                prices: prices.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                campaign: campaignTable.base,
                cell: cellTable.base
            )
        }
        for index in 0..<folding.campaignTableSize { campaignPrice.base[index] = Number(campaignTable.base[index]) }
        for index in 0..<folding.cellTableSize { cellPrice.base[index] = Number(cellTable.base[index]) }
        let pass = DualPass<Number>(
            market: market,
            attributes: attributes,
            campaignPrice: UnsafePointer(campaignPrice.base),
            cellPrice: UnsafePointer(cellPrice.base),
            smoothing: Number(smoothing),
            bandWidth: Number(bandWidth)
        )
        let scratch = scratch.map { $0.base }
        let places = places.map { $0.base }
        chunks.run { worker, chunk in
            sums.clear(chunk)
            pass.sweep(
                chunks.range(chunk),
                sums: (sums.campaign(chunk), sums.cell(chunk)),
                scalars: sums.scalars(chunk),
                record: .band(band.part(chunk), amountCount: band.amountCount),
                scratch: scratch[worker],
                places: places[worker]
            )
        }
        let (campaign, cell) = sums.total()
        var activity = [Double](repeating: 0, count: rows.count)
        activity.withUnsafeMutableBufferPointer { activity in
            if let base = activity.baseAddress { folding.unfold(campaign: campaign, cell: cell, into: base) }
        }
        return point(prices: prices, smoothing: smoothing, activity: activity)
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
        return DualPoint(
            prices: prices,
            smoothing: smoothing,
            dual: atBound + sums.scalar(.smoothed),
            bound: atBound + sums.scalar(.top),
            value: sums.scalar(.linear) + priced,
            delivered: sums.scalar(.delivered),
            activity: activity,
            gradient: gradient
        )
    }
}
