/// All row prices folded into two small tables per attribute, which is what solver and scorer multiply amounts by.
///
/// The reduced value of a candidate is value − Σₜ amountₜ · (Pₜ[campaign] + Qₜ[cell]).
public struct PriceTables: Hashable, Sendable {
    /// Number of attributes.
    public let attributeCount: Int
    /// Number of campaigns.
    public let campaignCount: Int
    /// Number of cells.
    public let cellCount: Int
    /// P: price by campaign, attribute by attribute; `attributeCount` × `campaignCount`, value per unit of attribute.
    public let campaign: [Double]
    /// Q: price by cell, attribute by attribute; `attributeCount` × `cellCount`, value per unit of attribute.
    public let cell: [Double]

    /// Folds `prices`, one per row and ≥ 0, into tables.
    ///
    /// Prices of ≥ rows enter with a minus sign: they make candidates more attractive. Rows must name attributes,
    /// campaigns, sets and cells within the counts given.
    public init(
        rows: [AllocationRow],
        sets: CampaignSets = CampaignSets(),
        prices: [Double],
        attributeCount: Int,
        campaignCount: Int,
        cellCount: Int
    ) {
        let folding = RowFolding(
            rows: rows,
            sets: sets,
            attributeCount: attributeCount,
            campaignCount: campaignCount,
            cellCount: cellCount
        )
        self.init(folding, prices: prices)
    }

    package init(_ folding: RowFolding, prices: [Double]) {
        precondition(prices.count == folding.rows.count, "one price for each row")
        attributeCount = folding.attributeCount
        campaignCount = folding.campaignCount
        cellCount = folding.cellCount
        var campaign = [Double](repeating: 0, count: folding.campaignTableSize)
        var cell = [Double](repeating: 0, count: folding.cellTableSize)
        campaign.withUnsafeMutableBufferPointer { campaigns in
            cell.withUnsafeMutableBufferPointer { cells in
                prices.withUnsafeBufferPointer { prices in
                    folding.fold(
                        prices: prices.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                        campaign: campaigns.baseAddress ?? Memory<Double>.nowhere,
                        cell: cells.baseAddress ?? Memory<Double>.nowhere
                    )
                }
            }
        }
        self.campaign = campaign
        self.cell = cell
    }

    /// Price of one unit of an attribute for a campaign in a cell; negative where guarantees outweigh caps.
    public func price(attribute: Int, campaign: Int, cell: Int) -> Double {
        self.campaign[attribute * campaignCount + campaign] + self.cell[attribute * cellCount + cell]
    }

    /// Value less the price of every amount; `amounts` has one entry per attribute.
    public func reducedValue(value: Double, amounts: [Double], campaign: Int, cell: Int) -> Double {
        var reduced = value
        for attribute in 0..<attributeCount {
            reduced -= amounts[attribute] * price(attribute: attribute, campaign: campaign, cell: cell)
        }
        return reduced
    }

    /// What each row takes from (or, negative, gives to) a candidate: price · sign · amount · (1[in scope] − share).
    ///
    /// The terms add up to value − reduced value, which is the explanation of a score.
    public static func terms(
        rows: [AllocationRow],
        sets: CampaignSets,
        prices: [Double],
        amounts: [Double],
        campaign: Int,
        cell: Int
    ) -> [Double] {
        zip(rows, prices)
            .map { row, price in
                let isInScope =
                    switch row.scope {
                    case .all: true
                    case .campaign(let id): id == campaign
                    case .set(let id): sets.members(id).contains(Int32(campaign))
                    case .cell(let id): id == cell
                    }
                return price * row.sign * amounts[row.attribute] * ((isInScope ? 1 : 0) - row.share)
            }
    }
}
