internal import GRDB
package import OasisMarket

/// What a compaction took away.
package struct Compaction: Hashable, Sendable {
    /// Days whose raw outcomes are gone from now on, oldest first.
    package var days: [Day] = []
    /// Raw outcomes that were taken away.
    package var outcomes = 0
    /// Promotions that were taken away with them.
    package var promotions = 0
    /// Leases that were taken away.
    package var leases = 0

    /// Gathers what was taken away.
    package init(days: [Day] = [], outcomes: Int = 0, promotions: Int = 0, leases: Int = 0) {
        self.days = days
        self.outcomes = outcomes
        self.promotions = promotions
        self.leases = leases
    }
}

/// Bounded disk: raw outcomes of days that are final become what they were counted into.
///
/// Statements are made from tallies, so none changes. What stays of a compacted day: tallies, curve, deliveries, what was
/// unattributed, whom it made known to artists, and a checksum over all of that. A late repeat of one of its events is
/// refused as too late, as any event of a final day.
extension Ledger {
    /// Fewest days that raw outcomes are kept for: until their day is final.
    package static let keptDaysMinimum = 8
    /// Days that raw outcomes are kept for unless told otherwise: the longest time that a campaign is measured over,
    /// as long before it, which is compared with, and the day that runs.
    package static let keptDaysDefault = 69

    /// Takes the raw outcomes away of days that are final and more than `keptDays` ago.
    ///
    /// Recounts the ledger first, and takes nothing away when it differs. Then works in short transactions beside whatever
    /// is being recorded; when it is interrupted, the next call goes on. Freed room is used again before the file grows.
    /// - Throws: `differs` when the recount finds a difference; `storageFull`, `corrupt`, `storageFailed`, `closed`.
    @discardableResult
    package func compact(keptDays: Int = keptDaysDefault, at now: Timestamp) throws(LedgerError) -> Compaction {
        let last = Day(number: now.day.number - Int32(clamping: max(keptDays, Self.keptDaysMinimum)))
        var compaction = Compaction()
        let days = try read { try Self.compactableDays(through: last, in: $0) }
        if !days.isEmpty {
            let differences = try verify()
            guard differences.isEmpty else {
                throw LedgerError(
                    .differs,
                    "The ledger \(path) differs from its raw outcomes in \(differences.count) numbers (\(differences[0])); "
                        + "nothing was compacted. See oasis ledger verify."
                )
            }
            try markCompacted(days, at: now)
            compaction.days = days
        }
        try forgetEvents(finalAt: now)
        try deleteRaw(&compaction)
        return compaction
    }

    /// Gives freed room back to the file system; rewrites the file, and holds every writer up meanwhile.
    package func shrink() throws(LedgerError) {
        // The rewritten pages lie in the log until a checkpoint puts them into the file and cuts both off.
        try exclusively { try $0.execute(sql: "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)") }
    }

    private static func compactableDays(through last: Day, in database: Database) throws -> [Day] {
        let sql = """
            SELECT day FROM tally WHERE day <= ?1 UNION SELECT day FROM unattributed WHERE day <= ?1
            UNION SELECT day FROM delivery WHERE day <= ?1
            EXCEPT SELECT day FROM compacted_day ORDER BY day
            """
        return try Int32.fetchAll(database, sql: sql, arguments: [last.number]).map { Day(number: $0) }
    }

    private func markCompacted(_ days: [Day], at now: Timestamp) throws(LedgerError) {
        guard let last = days.last else { return }
        // Final days, so that neither counts nor sums change between here and the transaction.
        let outcomes = try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT day, COUNT(*) FROM outcome WHERE day <= ? GROUP BY day",
                arguments: [last.number]
            )
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as Int32, $0[1] as Int) })
        }
        try write { database, _ in
            for day in days {
                try database.execute(
                    sql: "INSERT INTO compacted_day (day, compacted_at, outcomes, checksum) VALUES (?, ?, ?, ?)",
                    arguments: [
                        day.number, now.milliseconds, outcomes[day.number] ?? 0,
                        try Self.checksum(of: day, in: database),
                    ]
                )
            }
        }
    }

    /// Keys are needed only while an event may come again, and an event of a final day may not.
    private func forgetEvents(finalAt now: Timestamp) throws(LedgerError) {
        try write { database, memory in
            let runs = try Row.fetchAll(
                database,
                sql: "SELECT number, last_received_at FROM event_run WHERE keys > 0 ORDER BY number"
            )
            // Clocks may differ: what arrived late in the evening may be of the next day.
            let gone = runs.prefix {
                OutcomeRules.finalizedAt(Timestamp(milliseconds: $0[1]).day.next) <= now
            }
            guard let last: Int64 = gone.last?[0] else { return }
            try database.execute(
                sql: "DELETE FROM event_run_chunk WHERE place < ?",
                arguments: [(last + 1) << EventIndex.Run.placeBits]
            )
            try database.execute(
                sql: "UPDATE event_run SET keys = 0, filter = x'' WHERE number <= ?",
                arguments: [last]
            )
            memory.events?.keepRuns(after: last)
        }
    }

    // MARK: Raw rows

    /// Raw rows that one transaction looks at.
    private static let slice: Int64 = 20_000

    /// Takes away raw rows of compacted days, from the oldest on.
    private func deleteRaw(_ compaction: inout Compaction) throws(LedgerError) {
        guard let range = try read({ try Self.compactedRange(in: $0) }) else { return }
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Int64.Stride(Self.slice)) {
            let end = min(start + Self.slice, range.upperBound)
            let (outcomes, promotions) = try write { database, _ in
                try Self.deleteRaw(start..<end, in: database)
            }
            compaction.outcomes += outcomes
            compaction.promotions += promotions
        }
        compaction.leases += try write { database, _ in
            try database.execute(sql: "DELETE FROM lease WHERE day IN (SELECT day FROM compacted_day)")
            return database.changesCount
        }
    }

    private static func deleteRaw(_ range: Range<Int64>, in database: Database) throws -> (Int, Int) {
        let rows = """
            outcome WHERE number >= \(range.lowerBound) AND number < \(range.upperBound)
            AND day IN (SELECT day FROM compacted_day)
            """
        try database.execute(
            sql: "DELETE FROM promotion WHERE promotion IN (SELECT promotion FROM \(rows) AND promotion IS NOT NULL)"
        )
        let promotions = database.changesCount
        try database.execute(sql: "DELETE FROM \(rows)")
        return (database.changesCount, promotions)
    }

    /// Numbers among which raw rows of compacted days can be: those that arrived before the last of these days was final.
    ///
    /// The newest raw row stays whatever its day: its number must not be given again.
    private static func compactedRange(in database: Database) throws -> Range<Int64>? {
        guard let last = try Int32.fetchOne(database, sql: "SELECT MAX(day) FROM compacted_day"),
            let ends = try Row.fetchOne(database, sql: "SELECT MIN(number), MAX(number) FROM outcome"),
            let first: Int64 = ends[0], let newest: Int64 = ends[1]
        else { return nil }
        let final = OutcomeRules.finalizedAt(Day(number: last)).milliseconds
        let end = min(newest, try firstOutcome(receivedSince: final, in: database))
        return first < end ? first..<end : nil
    }

    // MARK: What is gone

    /// The last day whose raw outcomes are gone; nothing while all are there.
    package func lastCompactedDay() throws(LedgerError) -> Day? {
        try read { try Self.lastCompactedDay(in: $0) }
    }

    /// Refuses to look for raw outcomes where they are gone: what is left of a day would pass for all of it.
    static func requireRaw(since start: Timestamp, in database: Database) throws {
        guard let last = try lastCompactedDay(in: database), start < last.next.start else { return }
        throw LedgerError(
            .compacted,
            "Raw outcomes are there from \(last.next) on alone, so nothing can be measured from \(start) on; "
                + "ledger.keptDays says how long they are kept."
        )
    }

    private static func lastCompactedDay(in database: Database) throws -> Day? {
        try Int32.fetchOne(database, sql: "SELECT MAX(day) FROM compacted_day").map { Day(number: $0) }
    }

    // MARK: Checksums

    /// What is left of a compacted day, in one number.
    static func checksum(of day: Day, in database: Database) throws -> Int64 {
        let tables = [
            ("tally", ["campaign", "surface", "market", "promoted"] + TallyCounts.columns),
            ("unattributed", ["reason", "outcomes"]), ("shown_curve", ["campaign", "bin", "shown"]),
            ("delivery", ["campaign", "confirmed", "outstanding", "overspent"]),
        ]
        let hash = StableHash(salt: "compacted-day")
        var sum = hash.hash(UInt64(bitPattern: Int64(day.number)))
        for (table, columns) in tables {
            sum = hash.hash(sum, hash.hash(table))
            let names = columns.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT \(names) FROM \(table) WHERE day = ? ORDER BY \(names)",
                arguments: [day.number]
            )
            while let row = try rows.next() {
                for column in columns.indices { sum = hash.hash(sum, UInt64(bitPattern: row[column] as Int64)) }
            }
        }
        return Int64(bitPattern: sum)
    }
}
