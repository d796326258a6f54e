internal import GRDB
internal import OasisMarket
internal import Synchronization

/// The book of record: control plane state, every outcome once, tallies, and the leases that prove hard caps.
///
/// One SQLite file in WAL mode with `synchronous = FULL`: a call that returned is on disk. All calls are synchronous and
/// may be made from any thread; they wait for the disk, so keep them off event loops. Time always comes in as an
/// argument. One process at a time may write; others may open the same file for reading meanwhile.
package final class Ledger: Sendable {
    /// What a process means to do with the file.
    package enum Access: Hashable, Sendable {
        /// Read and change it; takes the process lock beside the file (`PATH.lock`).
        case write
        /// Read a file that is there.
        case read
    }

    /// Where the file is.
    package let path: String
    private let pool: DatabasePool
    private let gate = ConnectionGate()
    private let lock: Mutex<ProcessLock?>
    private let memory: Mutex<Memory>

    /// What writers remember between transactions; only ever a copy of committed rows.
    struct Memory {
        var names = Names()
        var control: ControlPlane?
        var events: EventIndex?
        let eventsInMemory: Int

        mutating func commit() {
            events?.commit()
        }

        /// What was learned inside the failed transaction was rolled back with it.
        mutating func rollBack() {
            names = Names()
            control = nil
            if events?.hasChangedRuns == true { events = nil } else { events?.rollBack() }
        }
    }

    /// Opens the ledger, creating or migrating its file when it is opened for writing.
    ///
    /// - Parameters:
    ///   - path: The SQLite file; `PATH-wal`, `PATH-shm` and `PATH.lock` appear beside it.
    ///   - access: Whether this process writes.
    ///   - maximumBytes: Most bytes that the file may grow to; a batch that needs more fails whole as `storageFull`.
    ///   - eventsInMemory: How many of the newest events are recognised from memory, at 32 to 64 bytes each, before their
    ///     keys go to disk.
    /// - Throws: `lockedByAnotherProcess`, `newerSchema`, `olderSchema` for reading, `notALedger`, `corrupt`,
    ///   `storageFailed`.
    package init(
        path: String,
        access: Access = .write,
        maximumBytes: Int64? = nil,
        eventsInMemory: Int = 1 << 20
    ) throws(LedgerError) {
        let lock = access == .write ? try ProcessLock(path: path + ".lock") : nil
        do {
            pool = try DatabasePool(
                path: path,
                configuration: Self.configuration(access: access, maximumBytes: maximumBytes)
            )
            try Self.prepare(pool, path: path, access: access)
        } catch {
            throw LedgerError(wrapping: error, path: path)
        }
        self.path = path
        self.lock = Mutex(lock)
        memory = Mutex(Memory(eventsInMemory: max(1, eventsInMemory)))
        // Now, and not when the first event waits for it.
        if access == .write { try write { database, memory in memory.events = try memory.takeEvents(database) } }
    }

    /// Whether this process's commits wait for the disk: true for whoever writes, and worth a look at start.
    package func isDurable() throws(LedgerError) -> Bool {
        try exclusively { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? 0 >= 2 }
    }

    /// Finishes what runs, closes the file, and lets another process write.
    package func close() throws(LedgerError) {
        do { try gate.shut { try pool.close() } } catch { throw LedgerError(wrapping: error, path: path) }
        lock.withLock { $0 = nil }
    }

    private static func configuration(access: Access, maximumBytes: Int64?) -> Configuration {
        var configuration = Configuration()
        configuration.label = "Ledger"
        configuration.readonly = access == .read
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        // Writers keep the file, not a cache of it, as the truth; reads of a dashboard need few connections.
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -65536")
            guard !database.configuration.readonly else { return }
            // 256 MB of log between checkpoints: a page that many batches touch is copied back once, not once for each.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 65536")
            if let maximumBytes {
                let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
                try database.execute(sql: "PRAGMA max_page_count = \(max(1, maximumBytes / pageSize))")
            }
        }
        return configuration
    }

    private static func prepare(_ pool: DatabasePool, path: String, access: Access) throws {
        let (mark, tables, isNewer, isOlder) = try pool.read { database in
            (
                try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_schema") ?? 0,
                try Schema.migrator.hasBeenSuperseded(database),
                try !Schema.migrator.hasCompletedMigrations(database)
            )
        }
        guard mark == Schema.applicationID || (mark == 0 && tables == 0 && access == .write) else {
            throw LedgerError(.notALedger, "\(path) is an SQLite file, but not a ledger; name another file.")
        }
        guard !isNewer else {
            throw LedgerError(
                .newerSchema,
                "The ledger \(path) was written by a newer version; run that version, or restore an older backup."
            )
        }
        guard access == .write else {
            guard !isOlder else {
                throw LedgerError(
                    .olderSchema,
                    "The ledger \(path) was written by an older version; open it for writing once, as oasis serve does, or "
                        + "restore it from a backup, which brings it up to date."
                )
            }
            return
        }
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            // Not earlier: GRDB turns WAL mode on after the connection was prepared, and with it `NORMAL`, under which
            // a commit may be lost when the power goes.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        try Schema.migrator.migrate(pool)
    }

    /// Reads one consistent state, beside whatever is being written.
    func read<Value: Sendable>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        do { return try gate.pass { try pool.read(body) } } catch { throw LedgerError(wrapping: error, path: path) }
    }

    /// Copies every page into another database, from one committed state.
    func backUp(to copy: DatabaseQueue) throws {
        try gate.pass { try pool.backup(to: copy) }
    }

    /// Runs something that no transaction may be open for, while nobody else writes.
    func exclusively<Value: Sendable>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        do { return try gate.pass { try pool.writeWithoutTransaction(body) } } catch {
            throw LedgerError(wrapping: error, path: path)
        }
    }

    /// Runs one transaction: all of it, on disk, or nothing.
    func write<Value: Sendable>(_ body: (Database, inout Memory) throws -> Value) throws(LedgerError) -> Value {
        try exclusively { database in
            try memory.withLock { memory in
                do {
                    var value: Value?
                    try database.inTransaction(.immediate) {
                        value = try body(database, &memory)
                        return .commit
                    }
                    memory.commit()
                    guard let value else { preconditionFailure("A transaction committed without its body.") }
                    return value
                } catch {
                    memory.rollBack()
                    throw error
                }
            }
        }
    }
}
