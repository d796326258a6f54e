internal import GRDB
package import OasisMarket

/// A promotion that a listener was reported to have met.
package struct MetPromotion: Hashable, Sendable {
    /// Names it, as receipts do.
    package var promotion: UInt64
    /// Stable hash of the listener's pseudonym.
    package var listenerHash: UInt64
    /// The campaign's number.
    package var campaignNumber: Int64
    /// When it was issued.
    package var issuedAt: Timestamp
}

/// Whom listeners met lately.
extension Ledger {
    /// Hands over every promotion issued since `start` that was played, in the order in which that was heard.
    ///
    /// One promotion comes once for each kind of outcome that was reported of it. Reads from one consistent state beside
    /// whatever is being written, and no more of the ledger than arrived since `start`.
    package func metPromotions(
        issuedSince start: Timestamp,
        _ body: (MetPromotion) -> Void
    ) throws(LedgerError) {
        try read { database in
            let sql = """
                SELECT promotion.promotion, outcome.listener, outcome.campaign, promotion.issued_at
                FROM outcome JOIN promotion ON promotion.promotion = outcome.promotion
                WHERE outcome.number >= ? AND outcome.reason = 0 AND outcome.kind <> ? AND promotion.issued_at >= ?
                ORDER BY outcome.number
                """
            // Nothing is heard of a promotion before it is issued, but for what clocks may differ.
            let heard = start.milliseconds - OutcomeRules.clockSkewMilliseconds
            let arguments: StatementArguments = [
                try Self.firstOutcome(receivedSince: heard, in: database), OutcomeKind.released.number,
                start.milliseconds,
            ]
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                body(
                    MetPromotion(
                        promotion: UInt64(bitPattern: row[0]),
                        listenerHash: UInt64(bitPattern: row[1]),
                        campaignNumber: row[2],
                        issuedAt: Timestamp(milliseconds: row[3])
                    )
                )
            }
        }
    }

    /// The number of the first outcome that arrived at `milliseconds` or later: rows lie in the order of arrival.
    static func firstOutcome(receivedSince milliseconds: Int64, in database: Database) throws -> Int64 {
        let ends = try Row.fetchOne(database, sql: "SELECT MIN(number), MAX(number) FROM outcome")
        guard var low: Int64 = ends?[0], let last: Int64 = ends?[1] else { return 0 }
        var high = last + 1
        let select = try database.cachedStatement(
            sql: "SELECT number, received_at FROM outcome WHERE number >= ? ORDER BY number LIMIT 1"
        )
        while low < high {
            let middle = low + (high - low) / 2
            guard let row = try Row.fetchOne(select, arguments: [middle]) else { break }
            let (number, received): (Int64, Int64) = (row[0], row[1])
            if received < milliseconds { low = number + 1 } else { high = middle }
        }
        return low
    }
}
