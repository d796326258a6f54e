/// How far prices may move before a shortlist made around them stops answering for the whole market.
///
/// Every price starts with the same reach, in units of a candidate's value. A price that runs into the edge of its
/// region gets four times the room next time; one that does not gets half of what it had.
struct TrustRegion {
    private static let growthWhenStuck = 4.0
    private static let growthWhenFree = 0.5

    /// How far reduced values may move because of one price, in units of value.
    var reach: Double
    private var growth: [Double]
    private let rows: [AllocationRow]
    /// How far each row's price moves when it moves the reduced value of a typical candidate by 1.
    private let priceOfValue: [Double]

    init(reach: Double, rows: [AllocationRow], scales: ValueScales) {
        self.reach = reach
        self.rows = rows
        growth = [Double](repeating: 1, count: rows.count)
        priceOfValue = rows.map { scales.price[$0.attribute] / scales.value }
    }

    /// The prices of `outer` within reach of `center`.
    func box(around center: [Double], in outer: PriceBox) -> PriceBox {
        outer.around(center, radius: rows.indices.map { reach * growth[$0] * priceOfValue[$0] })
    }

    /// How far the reduced values of each campaign's candidates may move, in units of value; nil when all have the same
    /// `reach`.
    func campaignReach(_ campaignCount: Int) -> Memory<Double>? {
        guard growth.contains(where: { $0 > 1 }) else { return nil }
        let reaches = Memory<Double>(capacity: campaignCount)
        reaches.base.update(repeating: reach, count: campaignCount)
        for (index, row) in rows.enumerated() {
            if case .campaign(let id) = row.scope { reaches.base[id] = max(reaches.base[id], reach * growth[index]) }
        }
        return reaches
    }

    /// Gives room to prices that came to an edge of `box` which is no edge of `outer`.
    ///
    /// - Returns: How many did.
    mutating func adapt(to prices: [Double], box: PriceBox, in outer: PriceBox) -> Int {
        var stuck = 0
        for row in rows.indices {
            let isLow = prices[row] <= box.lowest[row] && box.lowest[row] > outer.lowest[row]
            let isHigh = prices[row] >= box.highest[row] && box.highest[row] < outer.highest[row]
            if isLow || isHigh { stuck += 1 }
            growth[row] = max(1, growth[row] * (isLow || isHigh ? Self.growthWhenStuck : Self.growthWhenFree))
        }
        return stuck
    }

    /// Whether a shortlist made at `center` has every candidate that counts at `prices`, so that its bound is that of
    /// the whole.
    ///
    /// A candidate left out had u ≤ max(0, (k-th largest u) − reach − γ) less its campaign's reach. While its own price
    /// falls by no more than that, and no price rises by more than the reach, it stays below 0 or below k others.
    func answers(
        for prices: [Double],
        center: [Double],
        folding: RowFolding,
        amounts: [ClosedRange<Double>]
    ) -> Bool {
        let moves = PriceTables(folding, prices: zip(prices, center).map { $0 - $1 })
        let reaches = campaignReach(folding.campaignCount)
        let byCell = Moves(moves.cell, count: folding.cellCount, amounts: amounts)
        let cellRise = byCell.rise.max() ?? 0
        let cellFall = byCell.fall.max() ?? 0
        let byCampaign = Moves(moves.campaign, count: folding.campaignCount, amounts: amounts)
        return (0..<folding.campaignCount)
            .allSatisfy { campaign in
                byCampaign.rise[campaign] + cellRise <= reach
                    && byCampaign.fall[campaign] + cellFall <= reaches?.base[campaign] ?? reach
            }
    }
}

/// How far prices of candidates rise or fall at most when folded prices move, by campaign or by cell.
private struct Moves {
    var rise: [Double]
    var fall: [Double]

    init(_ table: [Double], count: Int, amounts: [ClosedRange<Double>]) {
        rise = [Double](repeating: 0, count: count)
        fall = rise
        for (attribute, range) in amounts.enumerated() {
            for index in 0..<count {
                let move = table[attribute * count + index]
                rise[index] += max(range.lowerBound * move, range.upperBound * move)
                fall[index] -= min(range.lowerBound * move, range.upperBound * move)
            }
        }
    }
}
