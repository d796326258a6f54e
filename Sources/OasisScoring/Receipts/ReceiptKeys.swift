import Crypto

/// A secret that signs receipts.
package struct ReceiptKey: Sendable {
    private static let blockBytes = SHA256.blockByteCount
    /// Written into each receipt, so that keys can rotate.
    package var id: UInt8
    // HMAC-SHA256 with the secret already taken in, RFC 2104: a signature starts from copies of both. Crypto's own HMAC
    // takes bytes in by way of their regions, which costs as much again as hashing so few.
    private let inner: SHA256
    private let outer: SHA256

    /// A key of at least 16 secret bytes.
    package init(id: UInt8, secret: [UInt8]) {
        precondition(secret.count >= 16, "a receipt key needs at least 16 bytes")
        self.id = id
        let key = secret.count > Self.blockBytes ? Array(SHA256.hash(data: secret)) : secret
        let block = key + Array(repeating: 0, count: Self.blockBytes - key.count)
        (inner, outer) = (Self.hash(block, masked: 0x36), Self.hash(block, masked: 0x5c))
    }

    private static func hash(_ block: [UInt8], masked mask: UInt8) -> SHA256 {
        var hash = SHA256()
        block.map { $0 ^ mask }.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash
    }

    /// Writes the first bytes of the signature of `signed`, as many as `signature` has room for; at most 32.
    func sign(_ signed: UnsafeRawBufferPointer, into signature: UnsafeMutableRawBufferPointer) {
        var (inner, outer) = (inner, outer)
        inner.update(bufferPointer: signed)
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        outer.finalize()
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
