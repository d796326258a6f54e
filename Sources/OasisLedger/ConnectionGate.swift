import Dispatch
import Synchronization

/// Keeps a database open while somebody is in it: whoever comes after it was shut is turned away, and whoever shuts it
/// waits for those inside.
///
/// GRDB's pool hands a reader that waits while the pool is being closed a connection that is closed already, on which
/// SQLite crashes.
final class ConnectionGate: Sendable {
    /// Who asked while the gate was shut.
    struct Shut: Error {}

    private let isShut = Mutex(false)
    private let inside = DispatchGroup()

    /// Runs something that needs the database open.
    func pass<Value>(_ body: () throws -> Value) throws -> Value {
        try isShut.withLock { isShut in
            guard !isShut else { throw Shut() }
            inside.enter()
        }
        defer { inside.leave() }
        return try body()
    }

    /// Shuts the gate, waits until nobody is inside, and runs `body`; opens it again when `body` fails.
    func shut(_ body: () throws -> Void) throws {
        isShut.withLock { $0 = true }
        inside.wait()
        do { try body() } catch {
            isShut.withLock { $0 = false }
            throw error
        }
    }
}
