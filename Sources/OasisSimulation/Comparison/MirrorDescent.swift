package import OasisMarket
package import OasisPlanning
package import OasisScoring

/// Dual mirror descent (Balseiro, Lu, Mirrokni): after each request every row's price moves by how much more or less of
/// the row was used than its even share.
///
/// A row's step is relative to its bound, so that one number sets the pace of rows of every size.
package struct MirrorDescent: PromotionStrategy {
    package let name = "dual mirror descent"
    private static let meanWorth = 0.15

    /// One row of the day's program.
    private struct RowPrice {
        var row: MarketProgram.Row
        /// What each request may use of it.
        var evenUse: Double
        /// Price per unit of deviation.
        var step: Double
        var price = 0.0

        mutating func move(by used: Double) {
            let change = step * (used - evenUse)
            price = min(max(0, price + (row.sense == .atMost ? change : -change)), row.penalty)
        }
    }

    private let cells: [Cell: Int]
    /// Whether a row's set holds a campaign, by set.
    private let isMember: [[Bool]]
    private var rows: [RowPrice]
    private var choice: PricedChoice

    /// - Parameters:
    ///   - market: whose day it is.
    ///   - program: rows over a usual day, and how many requests that has.
    ///   - step: how far a deviation of a whole bound moves a price, in mean worths of a delivery.
    ///   - lossScale: what listener loss budgets are multiplied with, to compare at equal loss.
    package init(_ market: SyntheticMarket, program: MarketProgram, step: Double, lossScale: Double) {
        let requests = program.weights.reduce(0) { $0 + Double($1) }
        let caps = market.campaigns.reduce(0) { $0 + Double($1.dailyCap ?? 0) }
        cells = Dictionary(program.cells.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        isMember = program.sets.map { set in market.campaigns.indices.map { set.contains($0) } }
        rows = program.rows.map { row in
            let isLoss = row.attribute == .listenerLoss
            let bound = row.bound * (isLoss ? lossScale : 1)
            // A share's bound is 0; what it is a share of is all that may be delivered.
            let size = max(row.share > 0 ? row.share * caps : bound, 1e-6)
            return RowPrice(
                row: row,
                evenUse: bound / max(requests, 1),
                step: step * (isLoss ? 1 : Self.meanWorth) / size
            )
        }
        choice = PricedChoice(market)
    }

    package mutating func boosts(for request: ScoreRequest) -> [(index: Int, boost: Float)] {
        let cell = cells[request.cell]
        var lossPrice = 0.0
        var all = 0.0
        var prices = [Double](repeating: 0, count: choice.unitsLeft.count)
        for row in rows {
            let price = row.row.sense == .atMost ? row.price : -row.price
            guard price != 0 else { continue }
            switch row.row.scope {
            case .cell(let index):
                guard index == cell else { continue }
                if row.row.attribute == .listenerLoss { lossPrice += price } else { all += price }
            case .campaign(let index): prices[index] += price
            case .set(let index):
                for campaign in prices.indices where isMember[index][campaign] { prices[campaign] += price }
            case .all: all += price
            }
            all -= price * row.row.share
        }
        let choices = choice.choose(for: request, lossPrice: lossPrice) { prices[$0] + all }
        for index in rows.indices { rows[index].move(by: use(of: rows[index].row, by: choices, in: cell)) }
        return choices.map { ($0.index, $0.boost) }
    }

    package mutating func hear(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest, organic: [Int]) {
        choice.settle(plays, of: request)
    }

    package func minutePassed(_ now: Timestamp) {}

    private func use(of row: MarketProgram.Row, by choices: [PricedChoice.Choice], in cell: Int?) -> Double {
        choices.reduce(0) { sum, choice in
            let isInScope =
                switch row.scope {
                case .all: true
                case .campaign(let index): index == choice.campaign
                case .set(let index): isMember[index][choice.campaign]
                case .cell(let index): index == cell
                }
            let amount = row.attribute == .listenerLoss ? choice.listenerLoss : 1
            return sum + amount * ((isInScope ? 1 : 0) - row.share)
        }
    }
}
