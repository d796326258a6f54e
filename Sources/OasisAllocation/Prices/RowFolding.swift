/// The linear map between one number per row and two small tables per attribute.
///
/// A row's coefficient on a candidate is amount · (1[in scope] − share). So prices over rows fold into a table over
/// campaigns and a table over cells for each attribute, and sums by campaign and by cell unfold into row activities:
/// one is the transpose of the other. Campaign and set scopes live in the campaign table; cell and all scopes, and the
/// −share that touches every candidate, in the cell table, which costs a loop over candidates nothing.
package struct RowFolding: Sendable {
    package let rows: [AllocationRow]
    package let sets: CampaignSets
    package let attributeCount: Int
    package let campaignCount: Int
    package let cellCount: Int
    /// Whether some row puts something into an attribute's campaign table.
    package let usesCampaigns: [Bool]
    /// Whether any row mentions the attribute at all.
    package let isPriced: [Bool]

    /// Rows must name attributes, campaigns, sets and cells within the counts, as a checked problem's rows do.
    package init(rows: [AllocationRow], sets: CampaignSets, attributeCount: Int, campaignCount: Int, cellCount: Int) {
        self.rows = rows
        self.sets = sets
        self.attributeCount = attributeCount
        self.campaignCount = campaignCount
        self.cellCount = cellCount
        var usesCampaigns = [Bool](repeating: false, count: attributeCount)
        var isPriced = usesCampaigns
        for row in rows {
            isPriced[row.attribute] = true
            switch row.scope {
            case .campaign, .set: usesCampaigns[row.attribute] = true
            case .all, .cell: break
            }
        }
        self.usesCampaigns = usesCampaigns
        self.isPriced = isPriced
    }

    package init(_ problem: AllocationProblem) {
        self.init(
            rows: problem.rows,
            sets: problem.sets,
            attributeCount: problem.attributes.count,
            campaignCount: problem.campaignCount,
            cellCount: problem.cellCount
        )
    }

    package var campaignTableSize: Int { attributeCount * campaignCount }
    package var cellTableSize: Int { attributeCount * cellCount }

    /// Folds prices, multiplied by each row's sign, into tables laid out attribute by attribute.
    ///
    /// `campaign` has `campaignTableSize` elements, `cell` has `cellTableSize`; both are overwritten.
    package func fold(
        prices: UnsafePointer<Double>,
        campaign: UnsafeMutablePointer<Double>,
        cell: UnsafeMutablePointer<Double>
    ) {
        campaign.update(repeating: 0, count: campaignTableSize)
        cell.update(repeating: 0, count: cellTableSize)
        for (index, row) in rows.enumerated() where prices[index] != 0 {
            let price = row.sign * prices[index]
            let campaigns = campaign + row.attribute * campaignCount
            let cells = cell + row.attribute * cellCount
            var everywhere = -row.share * price
            switch row.scope {
            case .all: everywhere += price
            case .campaign(let id): campaigns[id] += price
            case .set(let id): for member in sets.members(id) { campaigns[Int(member)] += price }
            case .cell(let id): cells[id] += price
            }
            if everywhere != 0 { for id in 0..<cellCount { cells[id] += everywhere } }
        }
    }

    /// Sums of amounts by campaign and by cell, unfolded into one activity per row (in the row's own sense).
    package func unfold(
        campaign: UnsafePointer<Double>,
        cell: UnsafePointer<Double>,
        into activity: UnsafeMutablePointer<Double>
    ) {
        let totals = (0..<attributeCount)
            .map { attribute in
                (0..<cellCount).reduce(0.0) { $0 + cell[attribute * cellCount + $1] }
            }
        for (index, row) in rows.enumerated() {
            let inScope = scopeSum(row, campaign: campaign, cell: cell, total: totals[row.attribute])
            activity[index] = inScope - row.share * totals[row.attribute]
        }
    }

    /// Sum of a non-negative diagonal: as `unfold`, with squared coefficients.
    func unfoldSquared(
        campaign: UnsafePointer<Double>,
        cell: UnsafePointer<Double>,
        into diagonal: UnsafeMutablePointer<Double>
    ) {
        let totals = (0..<attributeCount)
            .map { attribute in
                (0..<cellCount).reduce(0.0) { $0 + cell[attribute * cellCount + $1] }
            }
        for (index, row) in rows.enumerated() {
            let total = totals[row.attribute]
            let inScope = scopeSum(row, campaign: campaign, cell: cell, total: total)
            diagonal[index] =
                (1 - row.share) * (1 - row.share) * inScope + row.share * row.share * max(0, total - inScope)
        }
    }

    /// Activity with absolute coefficients, for amounts that are ≥ 0: the scale of a row's rounding.
    func magnitude(_ row: AllocationRow, campaign: UnsafePointer<Double>, cell: UnsafePointer<Double>) -> Double {
        let cells = cell + row.attribute * cellCount
        let total = (0..<cellCount).reduce(0.0) { $0 + cells[$1] }
        let inScope = scopeSum(row, campaign: campaign, cell: cell, total: total)
        return (1 - row.share) * abs(inScope) + row.share * abs(total - inScope)
    }

    func scopeSum(
        _ row: AllocationRow,
        campaign: UnsafePointer<Double>,
        cell: UnsafePointer<Double>,
        total: Double? = nil
    ) -> Double {
        let campaigns = campaign + row.attribute * campaignCount
        switch row.scope {
        case .all: return total ?? (0..<cellCount).reduce(0.0) { $0 + cell[row.attribute * cellCount + $1] }
        case .campaign(let id): return campaigns[id]
        case .set(let id): return sets.members(id).reduce(0.0) { $0 + campaigns[Int($1)] }
        case .cell(let id): return cell[row.attribute * cellCount + id]
        }
    }
}
