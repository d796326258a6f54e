internal import COasisHeader
internal import OasisScoring

/// What an `oasis_snapshot` points to: immutable, so any number of threads may use it.
final class SnapshotHandle: Sendable {
    let scorer: Scorer

    init(_ scorer: Scorer) { self.scorer = scorer }
}

/// What an `oasis_keys` points to: immutable, so any number of threads may use it.
final class KeysHandle: Sendable {
    let secrets: NodeSecrets

    init(_ secrets: NodeSecrets) { self.secrets = secrets }
}

/// Objects of ours in the hands of C: each is owned by whoever opened it, until it is closed.
enum Handle {
    /// Gives an object away.
    static func open<Object: AnyObject>(_ object: Object) -> OpaquePointer {
        OpaquePointer(Unmanaged.passRetained(object).toOpaque())
    }

    /// An object that somebody holds, for the length of a call.
    static func object<Object: AnyObject>(
        _ handle: OpaquePointer?,
        _ name: String,
        as type: Object.Type
    ) throws(CallFailure) -> Object {
        guard let handle else { throw .badArgument(name, "must not be NULL") }
        return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
    }

    /// Takes an object back and lets go of it.
    static func close<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) {
        guard let handle else { return }
        Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).release()
    }

    /// Where a new handle is written.
    static func output(
        _ pointer: UnsafeMutablePointer<OpaquePointer?>?,
        _ name: String
    ) throws(CallFailure) -> UnsafeMutablePointer<OpaquePointer?> {
        guard let pointer else { throw .badArgument(name, "must not be NULL") }
        return pointer
    }
}
