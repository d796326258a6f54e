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
    /// Below this it does not fall.
    private var leastGrowth: [Double]
    private let rows: [AllocationRow]
    /// How far each row's price moves when it moves the reduced value of a typical candidate by 1.
    private let priceOfValue: [Double]

    init(reach: Double, rows: [AllocationRow], scales: ValueScales) {
        self.reach = reach
        self.rows = rows
        growth = [Double](repeating: 1, count: rows.count)
        leastGrowth = growth
        priceOfValue = rows.map { scales.price[$0.attribute] / scales.value }
    }

    /// A region in which prices of campaigns may move as far as a part of demand asks, and other prices by `reach`.
    ///
    /// - Parameters:
    ///   - reach: How far prices of sets and cells may move, in units of value.
    ///   - demand: Seen at these prices.
    ///   - prices: One per row.
    ///   - rows: Those of the problem.
    ///   - scales: Those of the problem.
    init(reach: Double, _ demand: DemandSample, prices: [Double], rows: [AllocationRow], scales: ValueScales) {
        self.init(reach: reach, rows: rows, scales: scales)
        let room = PriceRoom(rows, prices: prices)
        let least = rows.allSatisfy(\.isOfOneCampaign) ? Tuning.leastOwnReach : 1
        for (index, row) in rows.enumerated() {
            guard case .campaign(let id) = row.scope else { continue }
            let wanted = demand.move(attribute: row.attribute, campaign: id, part: Tuning.warmPart)
            let (up, down) = room.of(row)
            let move = max(min(wanted.up, up), min(wanted.down, down)) / (reach * priceOfValue[index])
            growth[index] = max(least, move)
        }
        leastGrowth = growth
    }

    /// The same region as at first, nearer or further in proportion.
    func scaled(to reach: Double) -> TrustRegion {
        var scaled = self
        scaled.reach = reach
        scaled.growth = leastGrowth
        return scaled
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
                // A share counts against all the others too.
                if !row.isOfOneCampaign || row.share != 0 {
                    tables.widenCampaigns(attribute: row.attribute, by: radius)
                }
                tables.widen(row, by: radius * growth[index])
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
            let factor = isLow || isHigh ? Self.growthWhenStuck : Self.growthWhenFree
            growth[row] = max(leastGrowth[row], growth[row] * factor)
        }
        return stuck
    }
}

/// How far folded prices of campaigns can move at all, since no price falls below 0 or rises above its penalty.
private struct PriceRoom {
    private var up: [Place: Double] = [:]
    private var down: [Place: Double] = [:]

    private struct Place: Hashable {
        let attribute: Int
        let campaign: Int
    }

    init(_ rows: [AllocationRow], prices: [Double]) {
        for (row, price) in zip(rows, prices) {
            guard case .campaign(let id) = row.scope else { continue }
            let place = Place(attribute: row.attribute, campaign: id)
            up[place, default: 0] += row.sense == .atMost ? row.penalty - price : price
            down[place, default: 0] += row.sense == .atMost ? price : row.penalty - price
        }
    }

    func of(_ row: AllocationRow) -> (up: Double, down: Double) {
        guard case .campaign(let id) = row.scope else { return (0, 0) }
        let place = Place(attribute: row.attribute, campaign: id)
        return (up[place] ?? 0, down[place] ?? 0)
    }
}

extension AllocationRow {
    fileprivate var isOfOneCampaign: Bool {
        if case .campaign = scope { true } else { false }
    }
}
