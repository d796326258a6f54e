/// Folded prices and scratch of passes in one precision.
struct PassWorkspace<Number: PassNumber> {
    let campaignPrice: Memory<Number>
    let cellPrice: Memory<Number>
    let scratch: [Memory<Number>]
    let places: [Memory<Int32>]

    init(market: MarketView, folding: RowFolding, threads: Int) {
        campaignPrice = Memory(capacity: folding.campaignTableSize)
        cellPrice = Memory(capacity: folding.cellTableSize)
        let longest = market.longestRequest
        scratch = (0..<threads).map { _ in Memory(capacity: DualPass<Number>.scratchSize(longest: longest)) }
        places = (0..<threads).map { _ in Memory(capacity: DualPass<Number>.placesSize(longest: longest)) }
    }

    /// Rounds folded prices to this precision; one number per table entry.
    func setPrices(campaign: UnsafePointer<Double>, cell: UnsafePointer<Double>) {
        for index in 0..<campaignPrice.capacity { campaignPrice.base[index] = Number(campaign[index]) }
        for index in 0..<cellPrice.capacity { cellPrice.base[index] = Number(cell[index]) }
    }

    func setPrices(campaign: [Double], cell: [Double]) {
        precondition(
            campaign.count == campaignPrice.capacity && cell.count == cellPrice.capacity,
            "one price per entry"
        )
        for (index, price) in campaign.enumerated() { campaignPrice.base[index] = Number(price) }
        for (index, price) in cell.enumerated() { cellPrice.base[index] = Number(price) }
    }
}
