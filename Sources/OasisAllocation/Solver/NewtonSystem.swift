/// The semismooth Newton matrix Σᵢ wᵢ A_F (I − 11ᵀ/|F|·[slots bind]) A_Fᵀ / (γ + 2w), never formed: products run over
/// the band, between folding a direction and unfolding the sums.
final class NewtonSystem {
    private let folding: RowFolding
    private let chunks: Chunks
    private let band: Band
    private let sums: FoldedSums
    private let attributes: UnsafeBufferPointer<MarketView.Attribute>
    private let campaignTable: Memory<Double>
    private let cellTable: Memory<Double>
    private let activity: Memory<Double>
    private let rowCount: Int
    private let workspaces: [Memory<Double>]
    private let effort: SolverEffort

    init(
        folding: RowFolding,
        chunks: Chunks,
        band: Band,
        attributes: UnsafeBufferPointer<MarketView.Attribute>,
        longestRequest: Int,
        effort: SolverEffort
    ) {
        self.effort = effort
        self.folding = folding
        self.chunks = chunks
        self.band = band
        self.attributes = attributes
        sums = FoldedSums(folding: folding, chunks: chunks)
        campaignTable = Memory(capacity: folding.campaignTableSize)
        cellTable = Memory(capacity: folding.cellTableSize)
        rowCount = folding.rows.count
        activity = Memory(capacity: rowCount)
        workspaces = (0..<chunks.threads).map { _ in Memory(capacity: longestRequest) }
    }

    /// An upper estimate of the matrix's diagonal, exact for campaign and cell rows.
    func diagonal(scale: Double, into diagonal: UnsafeMutablePointer<Double>) {
        chunks.run { _, chunk in
            sums.clear(chunk)
            addDiagonal(band.part(chunk), sums.campaign(chunk), sums.cell(chunk))
        }
        effort.multiply(band.count)
        let (campaign, cell) = sums.total()
        folding.unfoldSquared(campaign: campaign, cell: cell, into: diagonal)
        for row in 0..<rowCount { diagonal[row] *= scale }
    }

    /// result = matrix · direction.
    func multiply(_ direction: UnsafePointer<Double>, scale: Double, into result: UnsafeMutablePointer<Double>) {
        folding.fold(prices: direction, campaign: campaignTable.base, cell: cellTable.base)
        let workspaces = workspaces.map { $0.base }
        let isPlain = attributes.count == 1 && attributes[0].amount == nil
        chunks.run { worker, chunk in
            sums.clear(chunk)
            if isPlain {
                addPlainProduct(band.part(chunk), workspaces[worker], sums.campaign(chunk), sums.cell(chunk))
            } else {
                addProduct(band.part(chunk), workspaces[worker], sums.campaign(chunk), sums.cell(chunk))
            }
        }
        effort.multiply(band.count)
        let (campaign, cell) = sums.total()
        folding.unfold(campaign: campaign, cell: cell, into: result)
        for row in 0..<rowCount { result[row] *= scale * folding.rows[row].sign }
    }

    /// One attribute whose amount is 1: the case of caps alone, and the fastest.
    private func addPlainProduct(
        _ part: UnsafeMutablePointer<Band.Part>,
        _ work: UnsafeMutablePointer<Double>,
        _ byCampaign: UnsafeMutablePointer<Double>,
        _ byCell: UnsafeMutablePointer<Double>
    ) {
        let index = attributes[0].index
        let campaignPrice = UnsafePointer(campaignTable.base) + index * folding.campaignCount
        let cellPrice = UnsafePointer(cellTable.base) + index * folding.cellCount
        let byCampaign = byCampaign + index * folding.campaignCount
        let byCell = byCell + index * folding.cellCount
        let requests = part.pointee.requests
        var campaign = part.pointee.campaign
        for request in 0..<part.pointee.requestCount {
            let entry = requests[request]
            let count = Int(entry.count)
            let weight = Double(entry.weight)
            let everywhere = cellPrice[Int(entry.cell)]
            var total = 0.0
            for place in 0..<count {
                let value = campaignPrice[Int(campaign[place])] + everywhere
                work[place] = value
                total += value
            }
            let mean = entry.slotsBind ? total / Double(count) : 0
            for place in 0..<count { byCampaign[Int(campaign[place])] += weight * (work[place] - mean) }
            byCell[Int(entry.cell)] += weight * (total - mean * Double(count))
            campaign += count
        }
    }

    private func addProduct(
        _ part: UnsafeMutablePointer<Band.Part>,
        _ work: UnsafeMutablePointer<Double>,
        _ byCampaign: UnsafeMutablePointer<Double>,
        _ byCell: UnsafeMutablePointer<Double>
    ) {
        let capacity = part.pointee.capacity
        let requests = part.pointee.requests
        let campaigns = folding.campaignCount
        let cells = folding.cellCount
        let campaignPrice = UnsafePointer(campaignTable.base)
        let cellPrice = UnsafePointer(cellTable.base)
        var campaign = part.pointee.campaign
        var amounts = part.pointee.amount
        for request in 0..<part.pointee.requestCount {
            let entry = requests[request]
            let count = Int(entry.count)
            let weight = Double(entry.weight)
            let cell = Int(entry.cell)
            for place in 0..<count { work[place] = 0 }
            var run = amounts
            for attribute in attributes {
                let prices = campaignPrice + attribute.index &* campaigns
                let everywhere = cellPrice[attribute.index &* cells &+ cell]
                if attribute.amount != nil {
                    if attribute.usesCampaigns {
                        for place in 0..<count {
                            work[place] += Double(run[place]) * (prices[Int(campaign[place])] + everywhere)
                        }
                    } else {
                        for place in 0..<count { work[place] += Double(run[place]) * everywhere }
                    }
                    run += capacity
                } else if attribute.usesCampaigns {
                    for place in 0..<count { work[place] += prices[Int(campaign[place])] + everywhere }
                } else {
                    for place in 0..<count { work[place] += everywhere }
                }
            }
            var total = 0.0
            for place in 0..<count { total += work[place] }
            let mean = entry.slotsBind ? total / Double(count) : 0
            for place in 0..<count { work[place] = weight * (work[place] - mean) }
            run = amounts
            for attribute in attributes {
                let sums = byCampaign + attribute.index &* campaigns
                var everywhere = 0.0
                if attribute.amount != nil {
                    for place in 0..<count {
                        let amount = Double(run[place]) * work[place]
                        if attribute.usesCampaigns { sums[Int(campaign[place])] += amount }
                        everywhere += amount
                    }
                    run += capacity
                } else {
                    for place in 0..<count {
                        if attribute.usesCampaigns { sums[Int(campaign[place])] += work[place] }
                        everywhere += work[place]
                    }
                }
                byCell[attribute.index &* cells &+ cell] += everywhere
            }
            campaign += count
            amounts += count
        }
    }

    private func addDiagonal(
        _ part: UnsafeMutablePointer<Band.Part>,
        _ byCampaign: UnsafeMutablePointer<Double>,
        _ byCell: UnsafeMutablePointer<Double>
    ) {
        let capacity = part.pointee.capacity
        let requests = part.pointee.requests
        var campaign = part.pointee.campaign
        var amounts = part.pointee.amount
        for request in 0..<part.pointee.requestCount {
            let entry = requests[request]
            let count = Int(entry.count)
            let weight = Double(entry.weight)
            let shared = entry.slotsBind ? 1 / Double(count) : 0
            var run = amounts
            for attribute in attributes {
                let sums = byCampaign + attribute.index &* folding.campaignCount
                var squares = 0.0
                var total = 0.0
                for place in 0..<count {
                    let amount = attribute.amount == nil ? 1 : Double(run[place])
                    squares += amount * amount
                    total += amount
                    if attribute.usesCampaigns {
                        sums[Int(campaign[place])] += weight * amount * amount * (1 - shared)
                    }
                }
                if attribute.amount != nil { run += capacity }
                byCell[attribute.index &* folding.cellCount &+ Int(entry.cell)] +=
                    weight * max(0, squares - total * total * shared)
            }
            campaign += count
            amounts += count
        }
    }
}
