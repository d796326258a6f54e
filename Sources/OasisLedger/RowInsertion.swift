internal import GRDB

/// Inserts rows into one table, many of them in a statement.
///
/// Starting and ending a statement costs SQLite about as much as a row does, so a batch's rows share statements.
struct RowInsertion {
    /// Rows that one statement takes; a full one is well below SQLite's limit on values.
    private static let rowsAtOnce = 16

    private let one: BoundStatement
    private let many: BoundStatement
    private let columns: Int

    /// Prepares `INSERT … INTO table`, with `columns` values a row, followed by what to do on a conflict.
    init(_ insert: String, columns: Int, onConflict: String = "", in database: Database) throws {
        let row = "(" + Array(repeating: "?", count: columns).joined(separator: ", ") + ")"
        let rows = Array(repeating: row, count: Self.rowsAtOnce).joined(separator: ", ")
        one = try BoundStatement("\(insert) VALUES \(row) \(onConflict)", in: database)
        many = try BoundStatement("\(insert) VALUES \(rows) \(onConflict)", in: database)
        self.columns = columns
    }

    /// Writes rows in their order; `bind` sets every value of one.
    ///
    /// No two rows of one call may have the same key when a conflict changes a row that is there.
    func write<Rows: RandomAccessCollection>(_ rows: Rows, bind: (Rows.Element, BoundPlaces) -> Void) throws
    where Rows.Index == Int {
        var next = rows.startIndex
        while next < rows.endIndex {
            let isFull = rows.endIndex - next >= Self.rowsAtOnce
            let (statement, count) = isFull ? (many, Self.rowsAtOnce) : (one, 1)
            for row in 0..<count {
                bind(rows[next + row], BoundPlaces(statement: statement, before: CInt(row * columns)))
            }
            try statement.run()
            next += count
        }
    }
}

/// The places of one row's values in a statement.
struct BoundPlaces {
    fileprivate let statement: BoundStatement
    /// Places of the statement before the row's first.
    fileprivate let before: CInt

    /// Binds a whole number to a column, counted from 1.
    func bind(_ value: Int64, at column: CInt) { statement.bind(value, at: before + column) }

    /// Binds a whole number, or NULL for nothing.
    func bind(_ value: Int64?, at column: CInt) { statement.bind(value, at: before + column) }

    /// Binds a number.
    func bind(_ value: Double, at column: CInt) { statement.bind(value, at: before + column) }

    /// Binds bytes that stay where they are until the statement ran, as text or as they are.
    func bind(_ bytes: UnsafeRawBufferPointer, isText: Bool, at column: CInt) {
        statement.bind(bytes, isText: isText, at: before + column)
    }
}
