import Crypto
import OasisMarket
import OasisScoring

/// Verifies any bytes as a receipt: as they are, and signed as if they were one, so that they reach the fields.
@Sendable
func fuzzReceipt(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    check(bytes)
    let claimed = [1, 1] + bytes.dropFirst(2)
    let signature = HMAC<SHA256>.authenticationCode(for: claimed, using: SymmetricKey(data: secret))
    check(claimed + signature.prefix(14))
}

/// Whatever holds must be exactly what signing its facts gives: there are no two ways to write one receipt.
private func check(_ bytes: [UInt8]) {
    guard let facts = try? Receipt.verify(bytes, with: keys) else { return }
    precondition(Receipt.sign(facts, with: keys) == bytes)
}

private let secret = [UInt8](1...32)
private let keys = ReceiptKeys(current: ReceiptKey(id: 1, secret: secret))
