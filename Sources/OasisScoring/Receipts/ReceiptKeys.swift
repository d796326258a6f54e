import Crypto

/// A secret that signs receipts.
package struct ReceiptKey: Sendable {
    /// Written into each receipt, so that keys can rotate.
    package var id: UInt8
    /// HMAC-SHA256 with the secret already taken in: a signature starts from a copy of it.
    private let keyed: HMAC<SHA256>

    /// A key of at least 16 secret bytes.
    package init(id: UInt8, secret: [UInt8]) {
        precondition(secret.count >= 16, "a receipt key needs at least 16 bytes")
        self.id = id
        keyed = HMAC(key: SymmetricKey(data: secret))
    }

    /// Writes the first bytes of the signature of `signed`, as many as `signature` has room for; at most 32.
    func sign(_ signed: UnsafeRawBufferPointer, into signature: UnsafeMutableRawBufferPointer) {
        var code = keyed
        code.update(data: signed)
        code.finalize()
            .withUnsafeBytes { whole in
                signature.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[..<signature.count]))
            }
    }
}

/// The key that signs and those that still verify.
package struct ReceiptKeys: Sendable {
    let current: ReceiptKey
    private let byID: [UInt8: ReceiptKey]

    /// `current` signs; it and `previous` verify.
    package init(current: ReceiptKey, previous: [ReceiptKey] = []) {
        self.current = current
        byID = Dictionary((previous + [current]).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    func key(id: UInt8) -> ReceiptKey? { byID[id] }
}
