internal import Foundation
internal import GRDB
package import OasisMarket

/// Decided requests, a sample of them.
extension Ledger {
    /// How many expired decisions one batch takes away at most, so that no batch waits long.
    private static let expiredPerBatch = 2_000

    /// Appends decisions in one transaction, and takes away some that are older than `keepingDays` days before `now`.
    package func appendDecisions(
        _ decisions: [Decision],
        keepingDays: Int,
        at now: Timestamp
    ) throws(LedgerError) {
        try write { database, memory in
            var names = memory.names
            memory.names = Names()
            for decision in decisions { try Self.insert(decision, &names, in: database) }
            // Rows lie in the order of their days, so the oldest are the first.
            try database.execute(
                sql: """
                    DELETE FROM decision WHERE day < ? AND number < \(Self.expiredPerBatch)
                        + (SELECT COALESCE(MIN(number), 0) FROM decision)
                    """,
                arguments: [now.day.number - Int32(keepingDays)]
            )
            memory.names = names
        }
    }

    /// How many decisions of a day are kept.
    package func decisionCount(day: Day) throws(LedgerError) -> Int {
        try read { database in
            try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM decision WHERE day = ?", arguments: [day.number]) ?? 0
        }
    }

    /// The decisions of a day in the order in which they were kept.
    package func decisions(day: Day) throws(LedgerError) -> [Decision] {
        try read { database in
            let sql = """
                SELECT decided_at, request, listener, surface.text, market.text, snapshot, share, body
                FROM decision JOIN name AS surface ON surface.number = decision.surface
                JOIN name AS market ON market.number = decision.market WHERE day = ? ORDER BY decision.number
                """
            return try Row.fetchAll(database, sql: sql, arguments: [day.number])
                .map { row in
                    Decision(
                        decidedAt: Timestamp(milliseconds: row[0]),
                        requestHash: UInt64(bitPattern: row[1]),
                        listenerHash: UInt64(bitPattern: row[2]),
                        cell: Cell(surface: SurfaceID(trusted: row[3]), market: MarketID(trusted: row[4])),
                        snapshot: UInt64(bitPattern: row[5]),
                        keptShare: row[6],
                        body: [UInt8](row[7] as Data)
                    )
                }
        }
    }

    /// What became of the promotions of a day that were streamed or saved, by their names.
    package func promotionOutcomes(day: Day) throws(LedgerError) -> [UInt64: PromotionOutcome] {
        try read { database in
            let sql = """
                SELECT promotion, kind, played FROM outcome
                WHERE number >= ? AND day = ? AND promotion IS NOT NULL AND reason = 0 AND kind IN (?, ?)
                """
            let heard = day.start.milliseconds - OutcomeRules.clockSkewMilliseconds
            let (streamed, saved) = (OutcomeKind.streamed.number, OutcomeKind.saved.number)
            let arguments: StatementArguments = [
                try Self.firstOutcome(receivedSince: heard, in: database), day.number, streamed, saved,
            ]
            var outcomes: [UInt64: PromotionOutcome] = [:]
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                let name = UInt64(bitPattern: row[0])
                if row[1] == saved {
                    outcomes[name, default: PromotionOutcome()].isSaved = true
                } else if (row[2] as Int64?) ?? 0 >= streamThresholdMilliseconds {
                    outcomes[name, default: PromotionOutcome()].isStreamed = true
                }
            }
            return outcomes
        }
    }

    private static func insert(_ decision: Decision, _ names: inout Names, in database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO decision (day, decided_at, request, listener, surface, market, snapshot, share, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try insert.execute(
            arguments: [
                decision.decidedAt.day.number, decision.decidedAt.milliseconds, Int64(bitPattern: decision.requestHash),
                Int64(bitPattern: decision.listenerHash),
                try names.number(of: decision.cell.surface.text, in: database),
                try names.number(of: decision.cell.market.text, in: database), Int64(bitPattern: decision.snapshot),
                decision.keptShare, Data(decision.body),
            ]
        )
    }
}
