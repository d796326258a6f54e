/// How far reduced values may move while prices stay in a region: Σₜ |aₜ| · (Rₜ[campaign] + Rₜ[cell]) for a candidate.
final class SurveyReach {
    /// Attribute by attribute and campaign by campaign, in value per unit of the attribute.
    let campaign: Memory<Double>
    /// Attribute by attribute and cell by cell.
    let cell: Memory<Double>
    /// No candidate's reduced value moves further.
    private(set) var largest = 0.0
    private let folding: RowFolding
    private let amounts: [ClosedRange<Double>]

    /// A reach of 0 everywhere.
    ///
    /// - Parameters:
    ///   - folding: The rows whose prices move.
    ///   - amounts: From the smallest to the largest amount of a candidate, for each attribute.
    init(_ folding: RowFolding, amounts: [ClosedRange<Double>]) {
        self.folding = folding
        self.amounts = amounts
        campaign = Memory(capacity: folding.campaignTableSize)
        cell = Memory(capacity: folding.cellTableSize)
    }

    /// Lets the folded prices that `row` moves, in tables that others may move too, move by at least `radius`.
    func widen(_ row: AllocationRow, by radius: Double) {
        let campaigns = campaign.base + row.attribute * folding.campaignCount
        let cells = cell.base + row.attribute * folding.cellCount
        switch row.scope {
        case .campaign(let id): campaigns[id] = max(campaigns[id], radius)
        case .set(let id):
            for member in folding.sets.members(id) {
                campaigns[Int(member)] = max(campaigns[Int(member)], radius)
            }
        case .cell(let id): cells[id] = max(cells[id], radius)
        case .all: for id in 0..<folding.cellCount { cells[id] = max(cells[id], radius) }
        }
    }

    /// Lets every campaign's price of an attribute move by at least `radius`.
    func widenCampaigns(attribute: Int, by radius: Double) {
        for id in 0..<folding.campaignCount {
            let place = attribute * folding.campaignCount + id
            campaign.base[place] = max(campaign.base[place], radius)
        }
    }

    /// Notes the largest reach; after the last widening.
    func close() {
        largest = 0
        for attribute in 0..<folding.attributeCount {
            largest += sizes(attribute).upperBound * (largestCampaign(attribute) + largestCell(attribute))
        }
    }

    private func largestCampaign(_ attribute: Int) -> Double {
        (0..<folding.campaignCount).reduce(0.0) { max($0, campaign.base[attribute * folding.campaignCount + $1]) }
    }

    private func largestCell(_ attribute: Int) -> Double {
        (0..<folding.cellCount).reduce(0.0) { max($0, cell.base[attribute * folding.cellCount + $1]) }
    }

    /// From the smallest to the largest |amount|.
    private func sizes(_ attribute: Int) -> ClosedRange<Double> {
        let range = amounts[attribute]
        let largest = max(abs(range.lowerBound), abs(range.upperBound))
        let smallest = range.contains(0) ? 0 : min(abs(range.lowerBound), abs(range.upperBound))
        return smallest...largest
    }

    /// By how much reduced values may move beyond their reach when folded prices move so far, for each campaign.
    ///
    /// Says so on the tables alone, so it takes the worst of all amounts and cells.
    ///
    /// - Returns: 0 where no candidate moves further than its reach; above 0 where prices rise too far, below 0 where they
    ///   fall too far.
    func excess(_ moves: PriceTables) -> [Double] {
        let cellExcess = (0..<folding.attributeCount).map { excess(moves, cellsOf: $0) }
        return (0..<folding.campaignCount)
            .map { id in
                var (up, down) = (0.0, 0.0)
                for attribute in 0..<folding.attributeCount {
                    let place = attribute * folding.campaignCount + id
                    let (rise, fall) = cellExcess[attribute]
                    var upward = moves.campaign[place] + rise - campaign.base[place]
                    var downward = fall - moves.campaign[place] - campaign.base[place]
                    if amounts[attribute].lowerBound < 0 {
                        upward = max(upward, downward)
                        downward = upward
                    }
                    let sizes = sizes(attribute)
                    up += max(sizes.lowerBound * upward, sizes.upperBound * upward)
                    down += max(sizes.lowerBound * downward, sizes.upperBound * downward)
                }
                return up > 0 && up >= down ? up : (down > 0 ? -down : 0)
            }
    }

    /// By how much prices of cells rise and fall beyond their reach at most; negative where they stay within.
    private func excess(_ moves: PriceTables, cellsOf attribute: Int) -> (rise: Double, fall: Double) {
        var (rise, fall) = (-Double.infinity, -Double.infinity)
        for id in 0..<folding.cellCount {
            let place = attribute * folding.cellCount + id
            rise = max(rise, moves.cell[place] - cell.base[place])
            fall = max(fall, -moves.cell[place] - cell.base[place])
        }
        return (rise, fall)
    }
}
