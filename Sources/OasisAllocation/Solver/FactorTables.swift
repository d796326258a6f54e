/// By how much to scale candidates down (or raises of candidates), for each attribute by campaign and by cell.
///
/// A candidate takes the smallest factor among the attributes of which it has a positive amount.
final class FactorTables {
    let folding: RowFolding
    let campaign: Memory<Double>
    let cell: Memory<Double>

    init(folding: RowFolding) {
        self.folding = folding
        campaign = Memory(capacity: folding.campaignTableSize)
        cell = Memory(capacity: folding.cellTableSize)
        reset()
    }

    func reset() {
        campaign.base.update(repeating: 1, count: folding.campaignTableSize)
        cell.base.update(repeating: 1, count: folding.cellTableSize)
    }

    /// Lowers the factor of everything in a row's scope to at most `factor`.
    func limit(_ row: AllocationRow, to factor: Double) {
        let campaigns = campaign.base + row.attribute * folding.campaignCount
        let cells = cell.base + row.attribute * folding.cellCount
        switch row.scope {
        case .all: for id in 0..<folding.cellCount { cells[id] = min(cells[id], factor) }
        case .campaign(let id): campaigns[id] = min(campaigns[id], factor)
        case .set(let id):
            for member in folding.sets.members(id) { campaigns[Int(member)] = min(campaigns[Int(member)], factor) }
        case .cell(let id): cells[id] = min(cells[id], factor)
        }
    }
}

extension MarketView {
    /// The factor of one candidate.
    @inline(__always)
    func factor(
        _ attributes: UnsafeBufferPointer<Attribute>,
        candidate: Int,
        campaign id: Int,
        cell: Int,
        campaignFactor: UnsafePointer<Double>,
        cellFactor: UnsafePointer<Double>
    ) -> Double {
        var smallest = 1.0
        for attribute in attributes {
            if let amount = attribute.amount, amount[candidate] <= 0 { continue }
            let byCampaign = campaignFactor[attribute.index &* campaignCount &+ id]
            let byCell = cellFactor[attribute.index &* cellCount &+ cell]
            if byCampaign < smallest { smallest = byCampaign }
            if byCell < smallest { smallest = byCell }
        }
        return smallest
    }
}
