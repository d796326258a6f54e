import OasisMarket
import OasisPlanning

/// A cell's listener loss against its budget.
struct ListenerLossRowView {
    var key: String
    var surface: String
    var market: String
    var lossBar: String
    var budgetShare: String
    var budgetTone: String
    var spent: String
    var budget: String
    var organicShare: String
    var lossPrice: String

    init(_ status: ListenerLossStatus, scale: Double) {
        key = status.cell.description
        surface = status.cell.surface.text
        market = status.cell.market.text
        let share = Self.share(status)
        let label = share.map { "\(ConsoleNumber.percent($0)) of its budget spent" } ?? "no budget set"
        lossBar = MeasureBar(
            filled: share.map { $0 / scale } ?? 0,
            mark: status.budgetSoFar == nil ? nil : 1 / scale,
            style: (share ?? 0) > 0.9 ? "bar-near" : "bar"
        )
        .markup(title: "\(status.cell): \(label)")
        budgetShare = share.map(ConsoleNumber.percent) ?? ConsoleNumber.none
        budgetTone = (share ?? 0) > Self.overBudget ? "bad" : (share ?? 0) > 0.9 ? "warn" : ""
        spent = ConsoleNumber.decimal(status.spent, decimals: 1)
        budget = status.budgetSoFar.map { ConsoleNumber.decimal($0, decimals: 1) } ?? ConsoleNumber.none
        organicShare =
            status.organicUtility > 0 ? ConsoleNumber.percent(status.spent / status.organicUtility) : ConsoleNumber.none
        lossPrice = ConsoleNumber.price(status.price)
    }

    /// From which share on a cell is called over its budget: the budget is the day's, and a plan may spend a little of it
    /// earlier than traffic comes.
    static let overBudget = 1.1

    /// Spent ÷ budget; nothing without a budget.
    static func share(_ status: ListenerLossStatus) -> Double? {
        guard let budget = status.budgetSoFar else { return nil }
        if budget > 0 { return status.spent / budget }
        return status.spent > 0 ? .infinity : 0
    }
}

/// Listener loss of every cell, fullest budget first.
struct ListenerLossView {
    static let limit = 60

    var lossRows: [ListenerLossRowView]
    var lossRemark: String?

    init(_ cells: [ListenerLossStatus]) {
        let sorted = cells.sorted {
            let (left, right) = (ListenerLossRowView.share($0) ?? -1, ListenerLossRowView.share($1) ?? -1)
            return left == right ? $0.cell < $1.cell : left > right
        }
        let fullest = sorted.first.flatMap(ListenerLossRowView.share) ?? 0
        let scale = min(max(1.15, fullest), 3)
        lossRows = sorted.prefix(Self.limit).map { ListenerLossRowView($0, scale: scale) }
        let hidden = sorted.count - lossRows.count
        lossRemark = hidden > 0 ? "\(SummaryView.counted(hidden, "cell")) with more room left are not shown." : nil
    }
}
