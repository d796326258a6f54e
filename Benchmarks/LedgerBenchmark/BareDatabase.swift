import Foundation
import GRDBSQLite

/// SQLite's C interface alone, given the raw rows that a ledger wrote.
///
/// As durable as the ledger: WAL, `synchronous = FULL`, one transaction for each batch.
final class BareDatabase {
    /// What keeps a row from coming twice.
    enum Uniqueness: String {
        /// A unique index over (source, id), as a table of events would have.
        case index
        /// Nothing: rows are appended.
        case none
    }

    static let columns = 17
    private var connection: OpaquePointer?
    private var insert: OpaquePointer?

    init(path: String, _ uniqueness: Uniqueness) {
        check(sqlite3_open(path, &connection))
        execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        execute("PRAGMA wal_autocheckpoint = 65536")
        execute(
            """
            CREATE TABLE outcome (number INTEGER PRIMARY KEY, source INTEGER NOT NULL, id ANY NOT NULL,
                kind INTEGER NOT NULL, occurred_at INTEGER NOT NULL, received_at INTEGER NOT NULL, day INTEGER NOT NULL,
                reason INTEGER NOT NULL, promotion INTEGER, campaign INTEGER, artist INTEGER, track INTEGER,
                listener INTEGER, surface INTEGER, market INTEGER, played INTEGER, is_new INTEGER,
                commission INTEGER NOT NULL) STRICT
            """
        )
        if uniqueness == .index { execute("CREATE UNIQUE INDEX outcome_by_source ON outcome (source, id)") }
        let places = Array(repeating: "?", count: Self.columns).joined(separator: ", ")
        let ignoring = uniqueness == .index ? "OR IGNORE" : ""
        check(
            sqlite3_prepare_v2(
                connection,
                """
                INSERT \(ignoring) INTO outcome (source, id, kind, occurred_at, received_at, day, reason, promotion,
                    campaign, artist, track, listener, surface, market, played, is_new, commission) VALUES (\(places))
                """,
                -1,
                &insert,
                nil
            )
        )
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_close(connection)
    }

    /// Writes rows in one transaction.
    func write(_ rows: ArraySlice<RawOutcome>) {
        execute("BEGIN IMMEDIATE")
        for row in rows {
            for (place, value) in row.values.enumerated() { check(sqlite3_bind_value(insert, CInt(place + 1), value)) }
            guard sqlite3_step(insert) == SQLITE_DONE else { fatalError(message) }
            sqlite3_reset(insert)
        }
        execute("COMMIT")
    }

    private func execute(_ sql: String) { check(sqlite3_exec(connection, sql, nil, nil, nil)) }

    private func check(_ result: CInt) {
        guard result == SQLITE_OK else { fatalError(message) }
    }

    private var message: String { connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "?" }
}

/// A raw row in SQLite's own form, so that handing it over costs no more than it must.
final class RawOutcome {
    let values: [OpaquePointer?]

    init(_ statement: OpaquePointer?) {
        values = (0..<CInt(BareDatabase.columns)).map { sqlite3_value_dup(sqlite3_column_value(statement, $0)) }
    }

    deinit {
        for value in values { sqlite3_value_free(value) }
    }
}

/// Reads what a ledger wrote.
final class RawOutcomes {
    private var connection: OpaquePointer?
    private var select: OpaquePointer?

    init(ledger path: String) {
        guard sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else { fatalError(path) }
        sqlite3_prepare_v2(
            connection,
            """
            SELECT source, id, kind, occurred_at, received_at, day, reason, promotion, campaign, artist, track, listener,
                surface, market, played, is_new, commission FROM outcome WHERE number > ? ORDER BY number
            """,
            -1,
            &select,
            nil
        )
    }

    deinit {
        sqlite3_finalize(select)
        sqlite3_close(connection)
    }

    /// The rows after the first `count`.
    func rows(after count: Int) -> [RawOutcome] {
        sqlite3_bind_int64(select, 1, Int64(count))
        var rows: [RawOutcome] = []
        while sqlite3_step(select) == SQLITE_ROW { rows.append(RawOutcome(select)) }
        sqlite3_reset(select)
        return rows
    }
}
