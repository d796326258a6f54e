internal import GRDB

/// Copies of the whole ledger, made while it is written and checked before anybody relies on them.
extension Ledger {
    /// Copies the ledger as it stands into a new file, while others go on reading and writing.
    ///
    /// The copy is one committed state, complete in one file, and on disk when this returns. It appears at `destination`
    /// whole or not at all.
    /// - Throws: `fileExists`; `storageFull`, `corrupt`, `storageFailed`, `closed`.
    package func backUp(to destination: String) throws(LedgerError) {
        try DatabaseFile.requireNothing(at: destination)
        let draft = destination + ".draft"
        DatabaseFile.remove(draft)
        do {
            let copy = try DatabaseQueue(path: draft)
            try backUp(to: copy)
            try copy.close()
            try DatabaseFile.makeWhole(draft)
        } catch {
            DatabaseFile.remove(draft)
            throw LedgerError(wrapping: error, path: destination)
        }
        try DatabaseFile.publish(draft, as: destination)
    }

    /// Puts a backup in place as the ledger `path`, after its pages and its counts were checked.
    ///
    /// Where a ledger is there already, it must not be open, and it is kept beside the new one under the name returned.
    /// - Throws: `fileExists` unless `replacing`; `differs` when the backup's counts do not follow from its raw outcomes;
    ///   `corrupt`, `notALedger`, `newerSchema`, `lockedByAnotherProcess`, `storageFailed`.
    @discardableResult
    package static func restore(
        _ backup: String,
        to path: String,
        replacing: Bool = false
    ) throws(LedgerError) -> String? {
        if !replacing { try DatabaseFile.requireNothing(at: path) }
        let lock = try ProcessLock(path: path + ".lock")
        let draft = path + ".draft"
        DatabaseFile.remove(draft)
        defer { DatabaseFile.remove(draft) }
        do { try copy(backup, to: draft) } catch { throw LedgerError(wrapping: error, path: backup) }
        do throws(LedgerError) {
            // Opened as any ledger is: of an older version it becomes one of this.
            let ledger = try Ledger(path: draft)
            try ledger.requireSound()
            try ledger.close()
            try DatabaseFile.makeWhole(draft)
        } catch {
            throw LedgerError(error.code, "The backup \(backup) cannot be restored: \(error.message)")
        }
        let replaced = try DatabaseFile.setAside(path)
        try DatabaseFile.publish(draft, as: path)
        withExtendedLifetime(lock) {}
        return replaced
    }

    private static func copy(_ backup: String, to draft: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let source = try DatabaseQueue(path: backup, configuration: configuration)
        let mark = try source.read { try Int32.fetchOne($0, sql: "PRAGMA application_id") }
        guard mark == Schema.applicationID else {
            throw LedgerError(.notALedger, "\(backup) is not a ledger; name another file.")
        }
        let copy = try DatabaseQueue(path: draft)
        try source.backup(to: copy)
        try copy.close()
        try source.close()
    }

    /// Refuses a ledger whose pages are damaged or whose counts do not follow from its raw outcomes.
    package func requireSound() throws(LedgerError) {
        let faults = try read { try String.fetchAll($0, sql: "PRAGMA integrity_check(10)") }
        guard faults == ["ok"] else {
            throw LedgerError(.corrupt, "\(path) is damaged (\(faults.joined(separator: "; "))); use another backup.")
        }
        let differences = try verify()
        guard differences.isEmpty else {
            throw LedgerError(
                .differs,
                "\(path) differs from its raw outcomes in \(differences.count) numbers (\(differences[0])); use another "
                    + "backup."
            )
        }
    }
}
