#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Keeps every other process from writing the same ledger.
///
/// SQLite would let two processes take turns, but each caches campaigns and names and would count by stale ones. The
/// kernel drops the lock together with the process, so even `kill -9` leaves nothing behind that must be cleaned up.
struct ProcessLock: ~Copyable {
    private let descriptor: CInt

    /// Takes the lock on `path`, creating the file when needed.
    init(path: String) throws(LedgerError) {
        // Closed on exec: a child that this process starts must not keep the lock alive.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw LedgerError(
                .storageFailed,
                "Cannot create \(path) (\(String(cString: strerror(errno)))); check that the folder is there and writable."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw LedgerError(
                .lockedByAnotherProcess,
                "Another process has this ledger open for writing (\(path) is locked); stop it, then try again."
            )
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
