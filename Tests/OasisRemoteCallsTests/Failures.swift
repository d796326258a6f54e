import OasisRemoteCalls

/// The code of the failure that `body` throws; nothing when it throws none.
func code<Value>(_ body: () throws(RemoteFailure) -> Value) -> StatusCode? {
    do throws(RemoteFailure) {
        _ = try body()
        return nil
    } catch {
        return error.code
    }
}

/// Bytes of a message as the wire carries them, written by hand.
func framed(_ bytes: [UInt8], flag: UInt8 = 0) -> [UInt8] {
    let count = UInt32(bytes.count)
    return [flag] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + bytes
}
