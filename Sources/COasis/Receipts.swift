public import COasisHeader
internal import OasisMarket
internal import OasisScoring

/// Verifies a receipt and says what is in it.
@c @implementation
public func oasis_receipt_verify(
    _ keys: OpaquePointer!,
    _ receipt: UnsafePointer<UInt8>!,
    _ receipt_length: UInt64,
    _ now_milliseconds: Int64,
    _ horizon_milliseconds: Int64,
    _ facts: UnsafeMutablePointer<oasis_receipt_facts>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let secrets = try Handle.object(keys, "keys", as: KeysHandle.self).secrets
        let output = try Argument.output(facts, "facts")
        let bytes = try Argument.array(receipt, receipt_length, "receipt")
        guard horizon_milliseconds >= 0 else {
            throw .refused("horizon_milliseconds", nil, "must be 0 (never) or more, but is \(horizon_milliseconds)")
        }
        guard bytes.count <= Receipt.bytesMaximum else { throw CallFailure(.malformed) }
        let verified: ReceiptFacts
        do throws(Receipt.Fault) {
            verified = try Receipt.verify(Array(bytes), with: secrets.receiptKeys)
        } catch {
            throw CallFailure(error)
        }
        let issued = verified.issuedAt.milliseconds
        // Six bytes at most, and a horizon that is not below 0: neither difference can overflow into the wrong sign.
        if horizon_milliseconds > 0, now_milliseconds > issued, now_milliseconds - issued > horizon_milliseconds {
            throw CallFailure(
                OASIS_RECEIPT_EXPIRED,
                "receipt",
                nil,
                "must be at most \(horizon_milliseconds) ms old, but is \(now_milliseconds - issued)"
            )
        }
        write(verified, to: output)
    }
}

private func write(_ facts: ReceiptFacts, to output: UnsafeMutablePointer<oasis_receipt_facts>) {
    output.pointee.campaign_number = facts.campaignNumber
    output.pointee.track_hash = facts.trackHash
    output.pointee.listener_hash = facts.listenerHash
    output.pointee.issued_at_milliseconds = facts.issuedAt.milliseconds
    output.pointee.snapshot_number = facts.snapshot
    output.pointee.lease = facts.lease
    output.pointee.promotion = facts.promotion
    output.pointee.propensity = facts.propensity
    output.pointee.reserved = 0
    write(facts.cell.surface.text, to: &output.pointee.surface)
    write(facts.cell.market.text, to: &output.pointee.market)
}

extension CallFailure {
    /// What is wrong with a receipt.
    fileprivate init(_ fault: Receipt.Fault) {
        switch fault {
        case .unknownKey:
            self.init(OASIS_RECEIPT_UNKNOWN_KEY, "receipt", nil, "must be signed with one of the keys given")
        case .forged:
            self.init(OASIS_RECEIPT_FORGED, "receipt", nil, "must have the signature that its content needs")
        // Age is judged above, and what was used before the ledger alone knows.
        default:
            self.init(OASIS_RECEIPT_MALFORMED, "receipt", nil, "must be a receipt as it was given")
        }
    }
}
