internal import GRDB

/// Small facts that outlive a process.
extension Ledger {
    /// The text stored under `key`, or nothing.
    package func value(of key: String) throws(LedgerError) -> String? {
        try read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key]) }
    }

    /// Stores a text under `key`; nothing removes it.
    package func setValue(_ value: String?, of key: String) throws(LedgerError) {
        try write { database, _ in
            guard let value else {
                return try database.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [key])
            }
            try database.execute(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)", arguments: [key, value])
        }
    }

    /// A number that `node` never had before, from 1: how often it began.
    package func nextEpoch(node: String) throws(LedgerError) -> Int64 {
        try write { database, _ in
            let name = "epoch:\(node)"
            try database.execute(
                sql: "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
                arguments: [name]
            )
            return try Int64.fetchOne(database, sql: "SELECT value FROM counter WHERE name = ?", arguments: [name]) ?? 1
        }
    }
}
