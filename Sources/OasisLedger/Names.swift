internal import GRDB

/// Short numbers for texts that repeat: sources, tracks, surfaces, markets, artists, reasons.
struct Names {
    /// Enough for every surface and a large catalogue's active tracks; beyond it the memory starts afresh.
    private static let remembered = 200_000

    private var numbers: [String: Int64] = [:]

    /// The number of `text`, given now when it has none yet.
    mutating func number(of text: String, in database: Database) throws -> Int64 {
        if let number = numbers[text] { return number }
        let number: Int64
        if let known = try known(text, in: database) {
            number = known
        } else {
            try database.cachedStatement(sql: "INSERT INTO name (text) VALUES (?)").execute(arguments: [text])
            number = database.lastInsertedRowID
        }
        if numbers.count >= Self.remembered { numbers.removeAll(keepingCapacity: true) }
        numbers[text] = number
        return number
    }

    /// The number of `text`, or nothing when it has none.
    func known(_ text: String, in database: Database) throws -> Int64? {
        if let number = numbers[text] { return number }
        let select = try database.cachedStatement(sql: "SELECT number FROM name WHERE text = ?")
        return try Int64.fetchOne(select, arguments: [text])
    }

    /// The text behind `number`.
    static func text(of number: Int64, in database: Database) throws -> String {
        let select = try database.cachedStatement(sql: "SELECT text FROM name WHERE number = ?")
        guard let text = try String.fetchOne(select, arguments: [number]) else {
            throw LedgerError(.corrupt, "The ledger lost the name with number \(number); restore it from a backup.")
        }
        return text
    }
}
