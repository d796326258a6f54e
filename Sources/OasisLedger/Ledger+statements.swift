internal import GRDB
package import OasisMarket

/// What was counted.
extension Ledger {
    /// Every tally of the days in [start, end), ordered by day, campaign, cell, organic before promoted.
    package func tallies(from start: Day, to end: Day) throws(LedgerError) -> [TallyRow] {
        try read { database in
            let sql = """
                SELECT day, campaign, surface.text, market.text, promoted, \(Self.sums { "tally.\($0)" })
                FROM tally JOIN name AS surface ON surface.number = tally.surface
                JOIN name AS market ON market.number = tally.market
                WHERE day >= ? AND day < ? ORDER BY day, campaign, surface.text, market.text, promoted
                """
            return try Row.fetchAll(database, sql: sql, arguments: [start.number, end.number])
                .map { row in
                    TallyRow(
                        day: Day(number: row[0]),
                        campaignNumber: row[1],
                        cell: Cell(surface: SurfaceID(trusted: row[2]), market: MarketID(trusted: row[3])),
                        isPromoted: row[4],
                        counts: TallyCounts(row, from: 5)
                    )
                }
        }
    }

    /// Sums over the days in [start, end).
    package func totals(from start: Day, to end: Day) throws(LedgerError) -> TallyTotals {
        try read { database in
            let sql = """
                SELECT promoted, \(Self.sums { "SUM(\($0))" }) FROM tally WHERE day >= ? AND day < ? GROUP BY promoted
                """
            var totals = TallyTotals()
            for row in try Row.fetchAll(database, sql: sql, arguments: [start.number, end.number]) {
                if row[0] {
                    totals.promoted = TallyCounts(row, from: 1)
                } else {
                    totals.organic = TallyCounts(row, from: 1)
                }
            }
            return totals
        }
    }

    /// Outcomes of the days in [start, end) that count for nothing, by day and reason.
    package func unattributed(from start: Day, to end: Day) throws(LedgerError) -> [UnattributedCount] {
        try read { database in
            let sql = """
                SELECT day, name.text, outcomes FROM unattributed JOIN name ON name.number = unattributed.reason
                WHERE day >= ? AND day < ? ORDER BY day, name.text
                """
            return try Row.fetchAll(database, sql: sql, arguments: [start.number, end.number])
                .map {
                    UnattributedCount(day: Day(number: $0[0]), reason: $0[1], outcomes: $0[2])
                }
        }
    }

    /// Promoted plays of `day` per campaign and quarter of an hour, by campaign, then bin; empty bins are left out.
    package func shownCurve(day: Day) throws(LedgerError) -> [ShownBin] {
        try read { database in
            let sql = "SELECT campaign, bin, shown FROM shown_curve WHERE day = ? ORDER BY campaign, bin"
            return try Row.fetchAll(database, sql: sql, arguments: [day.number])
                .map {
                    ShownBin(campaignNumber: $0[0], bin: $0[1], shown: $0[2])
                }
        }
    }

    /// How many outcomes are on disk, unattributed ones included.
    package func eventCount() throws(LedgerError) -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT value FROM counter WHERE name = 'outcomes'") ?? 0 }
    }

    /// Whether the statements of `day` can no longer change.
    package static func isFinal(_ day: Day, now: Timestamp) -> Bool {
        now >= OutcomeRules.finalizedAt(day)
    }

    /// The count columns in the order of `TallyCounts.init(_:from:)`.
    static func sums(_ expression: (String) -> String) -> String {
        TallyCounts.columns.map(expression).joined(separator: ", ")
    }
}

extension TallyCounts {
    static let columns = [
        "shown", "released", "plays", "streams", "skipped", "saved", "added", "followed", "new_listeners", "commission",
    ]

    /// In the order of the names above.
    var columns: [Int64] {
        [
            Int64(shown), Int64(released), Int64(plays), Int64(streams), Int64(skipped), Int64(saved), Int64(added),
            Int64(followed), Int64(newListeners), commissionMicros,
        ]
    }

    init(_ row: Row, from index: Int) {
        shown = row[index]
        released = row[index + 1]
        plays = row[index + 2]
        streams = row[index + 3]
        skipped = row[index + 4]
        saved = row[index + 5]
        added = row[index + 6]
        followed = row[index + 7]
        newListeners = row[index + 8]
        commissionMicros = row[index + 9]
    }
}
