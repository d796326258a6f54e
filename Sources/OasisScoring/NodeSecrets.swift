package import OasisMarket

/// What is secret on a node: the key that signs its receipts, and the one that keys its draws.
package struct NodeSecrets: Sendable {
    /// Signs receipts.
    package var receiptKeys: ReceiptKeys
    /// Keys the draws, so that nobody outside can foresee them.
    package var drawKey: UInt64

    /// Secrets from their parts.
    package init(receiptKeys: ReceiptKeys, drawKey: UInt64) {
        self.receiptKeys = receiptKeys
        self.drawKey = drawKey
    }

    /// Both secrets from the one that a node keeps in its file `receipt.key`: 32 bytes in hexadecimal digits.
    ///
    /// - Throws: `InvalidField` without a field when the text is something else.
    package init(receiptKey text: String) throws(InvalidField) {
        let digits = Array(text.utf8.drop(while: Self.isSpace).reversed().drop(while: Self.isSpace).reversed())
        let secret = stride(from: 0, to: digits.count - 1, by: 2)
            .compactMap { UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16) }
        try require(digits.count == 64 && secret.count == 32, "", "must be 64 hexadecimal digits")
        receiptKeys = ReceiptKeys(current: ReceiptKey(id: 1, secret: secret))
        drawKey = StableHash(salt: "draw").hash(String(decoding: digits, as: UTF8.self))
    }

    /// The hash that keys draws, as a node makes it of its draw key.
    package var drawHash: StableHash { Self.drawHash(drawKey) }

    /// The hash that keys draws, as a node makes it of its draw key.
    package static func drawHash(_ drawKey: UInt64) -> StableHash { StableHash(key0: drawKey, key1: 0x6472_6177) }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }
}
