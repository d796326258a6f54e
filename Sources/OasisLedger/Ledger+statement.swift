internal import GRDB
package import OasisMarket

/// Statements, made from tallies alone.
extension Ledger {
    /// What campaigns delivered and earned on the days of [from, to), a line for each combination of `dimensions`.
    ///
    /// Plays that belong to no campaign are in no statement. `now` decides which lines are final.
    package func statement(
        from: Day,
        to: Day,
        by dimensions: [StatementDimension],
        now: Timestamp
    ) throws(LedgerError) -> Statement {
        let currency = try currency()
        return try read { database in
            var total = StatementLine(day: nil, last: to, currency, now)
            let rows = try Row.fetchCursor(
                database,
                sql: Self.statementSQL(dimensions),
                arguments: [from.number, to.number]
            )
            var lines: [StatementLine] = []
            var rates = CommissionRates()
            while let row = try rows.next() {
                let day = dimensions.firstIndex(of: .day).map { Day(number: row[$0]) }
                var line = StatementLine(day: day, last: to, currency, now)
                line.name(row, by: dimensions)
                let promoted = TallyCounts(row, from: dimensions.count)
                let organic = TallyCounts(row, from: dimensions.count + TallyCounts.columns.count)
                line.add(promoted: promoted, organic: organic)
                let lineRates = CommissionRates(row, from: dimensions.count + 2 * TallyCounts.columns.count)
                line.breakEvenLift = lineRates.breakEvenLift
                rates.join(lineRates)
                total.add(promoted: promoted, organic: organic)
                lines.append(line)
            }
            total.breakEvenLift = rates.breakEvenLift
            return Statement(from: from, to: to, asOf: now, lines: lines, total: total)
        }
    }

    /// The currency of the policy in force; `XXX`, ISO 4217's code for none, before the first.
    package func currency() throws(LedgerError) -> String {
        try currentPolicy()?.document.commission.royaltyPerStream.currency ?? "XXX"
    }

    /// Names first, then the sums over promoted tallies, then those over organic ones, then the campaigns' rates.
    private static func statementSQL(_ dimensions: [StatementDimension]) -> String {
        let names = dimensions.map(\.column)
        let sums = [1, 0]
            .flatMap { promoted in TallyCounts.columns.map { "SUM(IIF(promoted = \(promoted), \($0), 0))" } }
        let rate = "document.body ->> '$.commissionRate'"
        let rates = ["MIN(\(rate))", "MAX(\(rate))"]
        return """
            SELECT \((names + sums + rates).joined(separator: ", "))
            FROM tally JOIN document ON document.number = tally.campaign
            JOIN name AS surface ON surface.number = tally.surface JOIN name AS market ON market.number = tally.market
            WHERE day >= ? AND day < ?
            \(names.isEmpty ? "HAVING COUNT(*) > 0" : "GROUP BY \(names.joined(separator: ", "))")
            \(names.isEmpty ? "" : "ORDER BY \(names.joined(separator: ", "))")
            """
    }
}

extension StatementDimension {
    fileprivate var column: String {
        switch self {
        case .campaign: "document.name"
        case .licensor: "document.body ->> '$.licensor'"
        case .day: "day"
        case .surface: "surface.text"
        case .market: "market.text"
        }
    }
}

/// The commission rates of some campaigns.
private struct CommissionRates {
    private var range: ClosedRange<Int>?

    /// Of no campaign.
    init() {}

    /// The lowest rate and the highest, from two columns.
    init(_ row: Row, from index: Int) {
        if let low: Int = row[index], let high: Int = row[index + 1] { range = low...high }
    }

    mutating func join(_ other: CommissionRates) {
        guard let range, let added = other.range else {
            self = range == nil ? other : self
            return
        }
        self.range = min(range.lowerBound, added.lowerBound)...max(range.upperBound, added.upperBound)
    }

    var breakEvenLift: Double? {
        guard let range, range.lowerBound == range.upperBound, range.lowerBound > 0 else { return nil }
        return BasisPoints(range.lowerBound).finiteBreakEvenLift
    }
}

extension StatementLine {
    /// An empty line for a day, or for all days before `last`.
    fileprivate init(day: Day?, last: Day, _ currency: String, _ now: Timestamp) {
        let finalizedAt = OutcomeRules.finalizedAt(day ?? Day(number: last.number - 1))
        self.init(
            commission: Money(micros: 0, currency: currency),
            isFinal: now >= finalizedAt,
            finalizedAt: finalizedAt
        )
        self.day = day
    }

    fileprivate mutating func name(_ row: Row, by dimensions: [StatementDimension]) {
        for (place, dimension) in dimensions.enumerated() {
            switch dimension {
            case .campaign: campaign = CampaignID(trusted: row[place])
            case .licensor: licensor = LicensorID(trusted: row[place])
            case .day: break
            case .surface: surface = SurfaceID(trusted: row[place])
            case .market: market = MarketID(trusted: row[place])
            }
        }
    }
}
