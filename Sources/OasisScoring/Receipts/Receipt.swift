package import OasisMarket

/// Signed opaque bytes that carry a promotion's facts through the caller and back, at most 96 of them.
///
/// Layout, little-endian: version 1, key id 1, campaign 4, track 8, listener 8, issued ms 6, propensity 4, snapshot 6,
/// lease 5, promotion 8, surface length 1 + text, market length 1 + text, then the first 14 bytes of HMAC-SHA256.
package enum Receipt {
    /// Largest size in bytes.
    package static let bytesMaximum = 96
    static let version: UInt8 = 1
    static let signatureBytes = 14

    /// Why bytes are no receipt of ours, or count for nothing any more.
    package enum Fault: String, Error, CaseIterable, Sendable {
        /// Not even the shape of a receipt.
        case malformed = "receipt-malformed"
        /// Signed with a key that is not (or no longer) known.
        case unknownKey = "receipt-unknown-key"
        /// The signature does not match.
        case forged = "receipt-forged"
        /// It was issued longer ago than receipts are good for.
        case expired = "receipt-expired"
        /// It holds, and was handed in before.
        case replayed = "receipt-replayed"
    }

    /// Signs facts.
    package static func sign(_ facts: ReceiptFacts, with keys: ReceiptKeys) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytesMaximum) { memory, count in
            count = sign(facts, with: keys, into: UnsafeMutableRawBufferPointer(memory))
        }
    }

    /// Signs facts into memory with room for `bytesMaximum` bytes; says how many it took.
    package static func sign(
        _ facts: ReceiptFacts,
        with keys: ReceiptKeys,
        into memory: UnsafeMutableRawBufferPointer
    ) -> Int {
        precondition(memory.count >= bytesMaximum, "a receipt needs room for \(bytesMaximum) bytes")
        var writer = ReceiptWriter(memory)
        writer.append(UInt64(version), bytes: 1)
        writer.append(UInt64(keys.current.id), bytes: 1)
        writer.append(UInt64(facts.campaignNumber), bytes: 4)
        writer.append(facts.trackHash, bytes: 8)
        writer.append(facts.listenerHash, bytes: 8)
        writer.append(UInt64(facts.issuedAt.milliseconds), bytes: 6)
        writer.append(UInt64(facts.propensity.bitPattern), bytes: 4)
        writer.append(facts.snapshot, bytes: 6)
        writer.append(UInt64(facts.lease), bytes: 5)
        writer.append(facts.promotion, bytes: 8)
        writer.append(facts.cell.surface.text)
        writer.append(facts.cell.market.text)
        let signed = UnsafeRawBufferPointer(rebasing: memory[..<writer.count])
        let end = writer.count + signatureBytes
        keys.current.sign(signed, into: UnsafeMutableRawBufferPointer(rebasing: memory[writer.count..<end]))
        return end
    }

    /// Reads facts back, or says why the bytes do not hold.
    package static func verify(_ bytes: [UInt8], with keys: ReceiptKeys) throws(Fault) -> ReceiptFacts {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(Fault) in try verify(bytes, with: keys) }
        }
        return try result.get()
    }

    /// Reads facts back, or says why the bytes do not hold.
    package static func verify(_ bytes: UnsafeRawBufferPointer, with keys: ReceiptKeys) throws(Fault) -> ReceiptFacts {
        guard (2 + signatureBytes...bytesMaximum).contains(bytes.count), bytes[0] == version else {
            throw .malformed
        }
        guard let key = keys.key(id: bytes[1]) else { throw .unknownKey }
        let signed = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - signatureBytes)])
        guard isSignature(UnsafeRawBufferPointer(rebasing: bytes[signed.count...]), of: signed, by: key) else {
            throw .forged
        }
        var reader = ReceiptReader(UnsafeRawBufferPointer(rebasing: signed[2...]))
        return try reader.facts()
    }

    /// Reads facts back, or says why the bytes do not hold or count for nothing any more.
    ///
    /// - Parameters:
    ///   - bytes: what the caller echoed.
    ///   - keys: those that still verify.
    ///   - now: the verifier's time.
    ///   - horizonSeconds: how long after its issue a receipt is good.
    ///   - isSeen: whether a promotion, by the name that its receipt carries, was accounted for before.
    /// - Returns: what was signed.
    /// - Throws: the fault; a forged receipt is never called expired or replayed.
    package static func verify(
        _ bytes: UnsafeRawBufferPointer,
        with keys: ReceiptKeys,
        at now: Timestamp,
        horizonSeconds: Double,
        isSeen: (UInt64) -> Bool
    ) throws(Fault) -> ReceiptFacts {
        let facts = try verify(bytes, with: keys)
        guard now.seconds(since: facts.issuedAt) <= horizonSeconds else { throw .expired }
        guard !isSeen(facts.promotion) else { throw .replayed }
        return facts
    }

    /// Compares in a time that does not tell where the first difference is.
    private static func isSignature(
        _ claimed: UnsafeRawBufferPointer,
        of signed: UnsafeRawBufferPointer,
        by key: ReceiptKey
    ) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: signatureBytes, alignment: 1) { expected in
            key.sign(signed, into: expected)
            var difference: UInt8 = 0
            for place in 0..<signatureBytes { difference |= expected[place] ^ claimed[place] }
            return difference == 0
        }
    }
}
