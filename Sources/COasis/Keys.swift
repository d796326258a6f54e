public import COasisHeader
internal import OasisMarket
internal import OasisScoring

/// The keys of a server, from the text of its file `receipt.key`.
@c @implementation
public func oasis_keys_read(
    _ receipt_key: oasis_text,
    _ keys: UnsafeMutablePointer<OpaquePointer?>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let output = try Handle.output(keys, "keys")
        let text = try Argument.text(receipt_key, "receipt_key")
        do throws(InvalidField) {
            output.pointee = Handle.open(KeysHandle(try NodeSecrets(receiptKey: text)))
        } catch {
            throw .refused("receipt_key", nil, error.rule)
        }
    }
}

/// Keys from their parts.
@c @implementation
public func oasis_keys_make(
    _ draw_key: UInt64,
    _ receipt_keys: UnsafePointer<oasis_receipt_key>!,
    _ receipt_key_count: UInt64,
    _ keys: UnsafeMutablePointer<OpaquePointer?>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let output = try Handle.output(keys, "keys")
        guard (1...256).contains(receipt_key_count) else {
            throw .refused("receipt_key_count", nil, "must be 1 to 256, but is \(receipt_key_count)")
        }
        var made: [ReceiptKey] = []
        for (index, key) in try Argument.array(receipt_keys, receipt_key_count, "receipt_keys").enumerated() {
            made.append(try receiptKey(key, index))
        }
        guard Set(made.map(\.id)).count == made.count else {
            throw .refused("receipt_keys", nil, "must each have an id of its own")
        }
        let all = ReceiptKeys(current: made[0], previous: Array(made.dropFirst()))
        output.pointee = Handle.open(KeysHandle(NodeSecrets(receiptKeys: all, drawKey: draw_key)))
    }
}

private func receiptKey(_ key: oasis_receipt_key, _ index: Int) throws(CallFailure) -> ReceiptKey {
    guard let id = UInt8(exactly: key.id) else {
        throw .refused("receipt_keys", index, "must have an id of 0 to 255, but has \(key.id)")
    }
    let secret = try Argument.array(key.secret, key.secret_length, "receipt_keys.secret")
    guard (16...1_024).contains(secret.count) else {
        throw .refused("receipt_keys", index, "must have a secret of 16 to 1024 bytes, but has \(secret.count)")
    }
    return ReceiptKey(id: id, secret: Array(secret))
}

/// Ends the use of keys.
@c @implementation
public func oasis_keys_close(_ keys: OpaquePointer!) {
    Handle.close(keys, as: KeysHandle.self)
}
