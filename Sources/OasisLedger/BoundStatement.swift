internal import GRDB
internal import GRDBSQLite

/// A prepared statement whose values are bound one by one, without a box for each.
///
/// GRDB's own binding costs more than SQLite's insertion where a batch writes a row for each event. The statement stays
/// in GRDB's cache, which owns it; it must not outlive the transaction it was made in.
struct BoundStatement {
    private let statement: GRDB.Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer?

    /// The statement for `sql`, prepared once for each connection.
    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        connection = database.sqliteConnection
    }

    /// Binds a whole number at a place, counted from 1.
    func bind(_ value: Int64, at place: CInt) { sqlite3_bind_int64(handle, place, value) }

    /// Binds a whole number, or NULL for nothing.
    func bind(_ value: Int64?, at place: CInt) {
        if let value { sqlite3_bind_int64(handle, place, value) } else { sqlite3_bind_null(handle, place) }
    }

    /// Binds a number.
    func bind(_ value: Double, at place: CInt) { sqlite3_bind_double(handle, place, value) }

    /// Binds bytes that stay where they are until the statement ran, so that SQLite need not copy them.
    func bind(_ bytes: UnsafeRawBufferPointer, isText: Bool, at place: CInt) {
        if isText {
            let characters = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(handle, place, characters, CInt(bytes.count), nil)
        } else {
            sqlite3_bind_blob(handle, place, bytes.baseAddress, CInt(bytes.count), nil)
        }
    }

    /// Runs a statement that gives no rows with bytes at a place, which SQLite then need not copy.
    func run(binding bytes: UnsafeRawBufferPointer, at place: CInt) throws {
        sqlite3_bind_blob(handle, place, bytes.baseAddress, CInt(bytes.count), nil)
        try run()
    }

    /// Runs a statement that gives no rows; every place must have been bound since the last time.
    func run() throws {
        let result = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard result == SQLITE_DONE else { throw failure(result) }
    }

    /// Runs a query and hands its first row to `body`, which must not keep it; nothing when there is none.
    func first<Value>(_ body: (BoundRow) -> Value) throws -> Value? {
        defer { sqlite3_reset(handle) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return body(BoundRow(handle: handle))
        case SQLITE_DONE: return nil
        case let result: throw failure(result)
        }
    }

    private func failure(_ result: CInt) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: result),
            message: connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        )
    }
}

/// A row of a query, valid inside the closure that it was handed to.
struct BoundRow {
    fileprivate let handle: OpaquePointer

    /// The whole number in a column, counted from 0; 0 for NULL.
    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }

    /// The bytes in a column.
    func withBytes<Value>(_ column: CInt, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        // The pointer first: asking for it may change how many bytes there are.
        let start = sqlite3_column_blob(handle, column)
        return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
