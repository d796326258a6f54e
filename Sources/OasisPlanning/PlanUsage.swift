import OasisAllocation

/// Promoted plays planned for one campaign in one cell.
package struct CellDelivery: Hashable, Sendable {
    /// Index of the cell in the program; its count of cells stands for every other.
    package var cell: Int
    /// Plays, not whole.
    package var plays: Double
}

/// What an allocation uses, in one pass over its candidates.
struct PlanUsage {
    private(set) var deliveries: [Double]
    private(set) var deliveriesByCell: [[CellDelivery]]
    private(set) var activities: [Double]
    /// Units of each of the problem's attributes.
    private(set) var totals: [Double]

    init(of problem: AllocationProblem, _ allocation: [Float], _ folding: RowFolding) {
        let (campaigns, cells) = (problem.campaignCount, problem.cellCount)
        var byCampaign = [Double](repeating: 0, count: campaigns * problem.attributes.count)
        var byCell = [Double](repeating: 0, count: cells * problem.attributes.count)
        deliveries = [Double](repeating: 0, count: campaigns)
        var plans = [[Int: Double]](repeating: [:], count: campaigns)
        for request in 0..<problem.requestCount {
            let weight = Double(problem.weight?[request] ?? 1)
            let cell = Int(problem.cell?[request] ?? 0)
            for candidate in Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            where allocation[candidate] > 0 {
                let campaign = Int(problem.campaign[candidate])
                let plays = weight * Double(allocation[candidate])
                deliveries[campaign] += plays
                plans[campaign][cell, default: 0] += plays
                for (index, attribute) in problem.attributes.enumerated() {
                    let amount = plays * Double(attribute.amount?[candidate] ?? 1)
                    byCampaign[index * campaigns + campaign] += amount
                    byCell[index * cells + cell] += amount
                }
            }
        }
        deliveriesByCell = plans.map { plan in
            plan.map { CellDelivery(cell: $0.key, plays: $0.value) }.sorted { $0.cell < $1.cell }
        }
        activities = folding.unfolded(campaign: byCampaign, cell: byCell)
        totals = problem.attributes.indices.map { byCell[($0 * cells)..<(($0 + 1) * cells)].reduce(0, +) }
    }
}

extension RowFolding {
    /// One sum for each row, of two tables laid out attribute by attribute.
    func unfolded(campaign: [Double], cell: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: rows.count)
        campaign.withUnsafeBufferPointer { campaigns in
            cell.withUnsafeBufferPointer { cells in
                sums.withUnsafeMutableBufferPointer { out in
                    guard let campaigns = campaigns.baseAddress, let cells = cells.baseAddress,
                        let out = out.baseAddress
                    else { return }
                    unfold(campaign: campaigns, cell: cells, into: out)
                }
            }
        }
        return sums
    }
}
