/// What an allocation amounts to: how much of each attribute, and the left side of each row.
public struct AllocationActivity: Hashable, Sendable {
    /// Σ weight · amount · allocation by attribute, in the attributes' units.
    public let attributes: [Double]
    /// Left side of each row, in units of its attribute.
    public let rows: [Double]

    /// Adds up an allocation.
    ///
    /// - Parameters:
    ///   - problem: The market.
    ///   - allocation: Promoted fraction of each candidate, one entry for each.
    public init(_ problem: AllocationProblem, allocation: [Float]) {
        precondition(allocation.count == problem.candidateCount, "one fraction for each candidate")
        let folding = RowFolding(problem)
        let (campaignCount, cellCount) = (problem.campaignCount, problem.cellCount)
        var byCampaign = [Double](repeating: 0, count: folding.campaignTableSize)
        var byCell = [Double](repeating: 0, count: folding.cellTableSize)
        for (index, attribute) in problem.attributes.enumerated() {
            problem.forEachPromoted(allocation) { candidate, cell, share in
                let amount = attribute.amount.map { share * Double($0.unsafeElements[candidate]) } ?? share
                byCampaign[index * campaignCount + Int(problem.campaign.unsafeElements[candidate])] += amount
                byCell[index * cellCount + cell] += amount
            }
        }
        attributes = problem.attributes.indices.map { index in
            byCell[(index * cellCount)..<((index + 1) * cellCount)].reduce(0, +)
        }
        var rows = [Double](repeating: 0, count: problem.rows.count)
        byCampaign.withUnsafeBufferPointer { campaigns in
            byCell.withUnsafeBufferPointer { cells in
                rows.withUnsafeMutableBufferPointer { rows in
                    folding.unfold(
                        campaign: campaigns.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                        cell: cells.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                        into: rows.baseAddress ?? Memory<Double>.nowhere
                    )
                }
            }
        }
        self.rows = rows
    }
}

extension AllocationProblem {
    /// Calls `body` with candidate, cell and weight × fraction of each candidate that is promoted at all.
    fileprivate func forEachPromoted(_ allocation: [Float], _ body: (Int, Int, Double) -> Void) {
        for request in 0..<requestCount {
            let cell = cell.map { Int($0[request]) } ?? 0
            let weight = weight.map { Double($0[request]) } ?? 1
            for candidate in Int(offsets[request])..<Int(offsets[request + 1]) where allocation[candidate] > 0 {
                body(candidate, cell, weight * Double(allocation[candidate]))
            }
        }
    }
}
