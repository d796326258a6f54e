/// How far prices may move before a shortlist made around them stops answering for the whole market.
///
/// Every price starts with the same reach, in units of a candidate's value. A price that runs into the edge of its
/// region gets four times the room next time; one that does not gets half of what it had.
struct TrustRegion {
    private static let growthWhenStuck = 4.0
    private static let growthWhenFree = 0.5
    /// A price of cells moves all that their requests may choose from alike, so it moves less than those of campaigns.
    static let partOfCells = 0.3
    /// Surveys look a little further than boxes reach, since prices of several rows may add up in one place.
    private static let overlook = 1.15

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

    /// The prices of `outer` within reach of `center`, or within a multiple of it.
    func box(around center: [Double], in outer: PriceBox, stretch: Double = 1) -> PriceBox {
        outer.around(center, radius: rows.indices.map { stretch * reach * growth[$0] * priceOfValue[$0] })
    }

    /// The prices around `center` that surveys answer for, as long as those of several rows in one place do not add up.
    func surveyedBox(around center: [Double], in outer: PriceBox) -> PriceBox {
        outer.around(
            center,
            radius: rows.indices.map { index in
                let radius = reach * growth[index] * priceOfValue[index]
                switch rows[index].scope {
                case .campaign, .set: return radius
                case .cell, .all: return Self.partOfCells * radius
                }
            }
        )
    }

    /// How far reduced values may move while prices stay near enough for a survey to answer for.
    ///
    /// Each campaign's price has the reach of the row that may move furthest: not the sum over its rows, because prices
    /// of rows in one place seldom move the same way. `Coverage` says whether they did.
    func surveyReach(_ folding: RowFolding, amounts: [ClosedRange<Double>]) -> SurveyReach {
        let tables = SurveyReach(folding, amounts: amounts)
        for (index, row) in rows.enumerated() {
            let radius = Self.overlook * reach * priceOfValue[index]
            switch row.scope {
            case .campaign, .set:
                tables.widenCampaigns(attribute: row.attribute, by: radius)
                if growth[index] > 1 { tables.widen(row, by: radius * growth[index]) }
            case .cell, .all:
                tables.widen(row, by: radius * Self.partOfCells * growth[index])
            }
        }
        tables.close()
        return tables
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
}
