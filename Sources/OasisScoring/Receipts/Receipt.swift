package import OasisMarket

/// A secret that signs receipts.
package struct ReceiptKey: Sendable {
    /// Written into each receipt, so that keys can rotate.
    package var id: UInt8
    let key: KeyedHash

    /// A key of at least 16 secret bytes.
    package init(id: UInt8, secret: [UInt8]) {
        precondition(secret.count >= 16, "a receipt key needs at least 16 bytes")
        self.id = id
        key = KeyedHash(secret: secret)
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

/// Signed opaque bytes that carry a promotion's facts through the caller and back, at most 96 of them.
///
/// Layout, little-endian: version 1, key id 1, campaign 4, track 8, listener 8, issued ms 6, propensity 4, snapshot 6,
/// lease 5, promotion 8, surface length 1 + text, market length 1 + text, then the first 14 bytes of HMAC-SHA256.
package enum Receipt {
    /// Largest size in bytes.
    package static let bytesMaximum = 96
    private static let version: UInt8 = 1
    private static let signatureBytes = 14

    /// Why bytes are no receipt of ours.
    package enum Fault: String, Error, Sendable {
        /// Not even the shape of a receipt.
        case malformed = "receipt-malformed"
        /// Signed with a key that is not (or no longer) known.
        case unknownKey = "receipt-unknown-key"
        /// The signature does not match.
        case forged = "receipt-forged"
    }

    /// Signs facts.
    package static func sign(_ facts: ReceiptFacts, with keys: ReceiptKeys) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(bytesMaximum)
        bytes.append(version)
        bytes.append(keys.current.id)
        append(UInt64(facts.campaignNumber), 4, to: &bytes)
        append(facts.trackHash, 8, to: &bytes)
        append(facts.listenerHash, 8, to: &bytes)
        append(UInt64(facts.issuedAt.milliseconds), 6, to: &bytes)
        append(UInt64(facts.propensity.bitPattern), 4, to: &bytes)
        append(facts.snapshot, 6, to: &bytes)
        append(UInt64(facts.lease), 5, to: &bytes)
        append(facts.promotion, 8, to: &bytes)
        for text in [facts.cell.surface.text, facts.cell.market.text] {
            bytes.append(UInt8(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        let signature = keys.current.key.code(of: bytes)
        bytes.append(contentsOf: signature.prefix(signatureBytes))
        return bytes
    }

    /// Reads facts back, or says why the bytes do not hold.
    package static func verify(_ bytes: [UInt8], with keys: ReceiptKeys) throws(Fault) -> ReceiptFacts {
        guard (2 + signatureBytes...bytesMaximum).contains(bytes.count), bytes[0] == version else {
            throw .malformed
        }
        guard let key = keys.key(id: bytes[1]) else { throw .unknownKey }
        let signed = bytes.dropLast(signatureBytes)
        let expected = key.key.code(of: Array(signed))
        var difference: UInt8 = 0
        for (left, right) in zip(expected, bytes.suffix(signatureBytes)) { difference |= left ^ right }
        guard difference == 0 else { throw .forged }
        return try parse(signed.dropFirst(2))
    }

    private static func parse(_ signed: ArraySlice<UInt8>) throws(Fault) -> ReceiptFacts {
        var rest = signed
        let campaign = try take(4, from: &rest)
        let track = try take(8, from: &rest)
        let listener = try take(8, from: &rest)
        let issued = try take(6, from: &rest)
        let propensity = Float(bitPattern: UInt32(try take(4, from: &rest)))
        let snapshot = try take(6, from: &rest)
        let lease = try take(5, from: &rest)
        let promotion = try take(8, from: &rest)
        guard let surface = try? SurfaceID(try text(from: &rest)), let market = try? MarketID(try text(from: &rest)),
            rest.isEmpty
        else { throw .malformed }
        return ReceiptFacts(
            campaignNumber: Int64(campaign),
            trackHash: track,
            listenerHash: listener,
            cell: Cell(surface: surface, market: market),
            issuedAt: Timestamp(milliseconds: Int64(issued)),
            propensity: propensity,
            snapshot: snapshot,
            lease: Int64(lease),
            promotion: promotion
        )
    }

    private static func append(_ value: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        precondition(count == 8 || value >> UInt64(8 * count) == 0, "receipt field out of range")
        for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }

    private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(Fault) -> UInt64 {
        guard rest.count >= count else { throw .malformed }
        var value: UInt64 = 0
        for (place, byte) in rest.prefix(count).enumerated() { value |= UInt64(byte) << UInt64(8 * place) }
        rest = rest.dropFirst(count)
        return value
    }

    private static func text(from rest: inout ArraySlice<UInt8>) throws(Fault) -> String {
        let count = Int(try take(1, from: &rest))
        guard rest.count >= count else { throw .malformed }
        let text = String(decoding: rest.prefix(count), as: UTF8.self)
        rest = rest.dropFirst(count)
        return text
    }
}
