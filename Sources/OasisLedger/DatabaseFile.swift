internal import Foundation
internal import GRDB

/// A database as files on disk: what it takes to put one in place whole, and another out of the way.
enum DatabaseFile {
    static func requireNothing(at path: String) throws(LedgerError) {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw LedgerError(.fileExists, "There is a file \(path) already; name another, or move it away first.")
        }
    }

    /// Moves a ledger that is there out of the way, with the log that belongs to it.
    static func setAside(_ path: String) throws(LedgerError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var number = 1
        while FileManager.default.fileExists(atPath: "\(path).replaced-\(number)") { number += 1 }
        let aside = "\(path).replaced-\(number)"
        do {
            for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.moveItem(atPath: path + suffix, toPath: aside + suffix)
            }
        } catch {
            let reason = error.localizedDescription
            throw LedgerError(.storageFailed, "Cannot move \(path) away (\(reason)); check its rights.")
        }
        return aside
    }

    /// Brings everything into the one file, without a log beside it, so that it can be moved and read anywhere.
    static func makeWhole(_ path: String) throws(LedgerError) {
        do {
            let file = try DatabaseQueue(path: path)
            let mode = try file.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
            try file.close()
            guard mode == "delete" else {
                throw LedgerError(.storageFailed, "\(path) is in use; stop whoever has it open, then try again.")
            }
        } catch {
            throw LedgerError(wrapping: error, path: path)
        }
    }

    /// Gives a finished file its name; a file of that name never is half a ledger.
    static func publish(_ draft: String, as path: String) throws(LedgerError) {
        guard rename(draft, path) == 0 else {
            let reason = String(cString: strerror(errno))
            throw LedgerError(.storageFailed, "Cannot create \(path) (\(reason)); check that the folder is writable.")
        }
        let slash = path.lastIndex(of: "/")
        let folder = open(slash.map { String(path[...$0]) } ?? ".", O_RDONLY)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal", ".lock"] { unlink(path + suffix) }
    }
}
