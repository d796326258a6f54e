public import COasisHeader
internal import OasisMarket
internal import OasisScoring

/// Decides what to promote in one request.
@c @implementation
public func oasis_score(
    _ snapshot: OpaquePointer!,
    _ request: UnsafePointer<oasis_score_request>!,
    _ reply: UnsafeMutablePointer<oasis_score_reply>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let scorer = try Handle.object(snapshot, "snapshot", as: SnapshotHandle.self).scorer
        let arguments = try Argument.structure(request, "request")
        let request = try InProcessRequest(arguments, for: scorer.pricedBy)
        let output = try ReplyOutput(reply, slots: request.head.promotableSlots, keys: request.secrets)
        let answer = request.answer(by: scorer)
        try output.write(answer, to: request)
    }
}

extension InProcessRequest {
    /// What a server with the same units left would answer.
    func answer(by scorer: Scorer) -> ScoreReply {
        let age = time.seconds(since: scorer.pricedBy.createdAt)
        if expiredAfterSeconds > 0, age > expiredAfterSeconds {
            return ScoreReply(request: head.id, degradations: [.expiredSnapshot])
        }
        let snapshot = scorer.pricedBy
        var reply = scorer.score(head, columns, at: time, drawKey: drawHash) { place in
            if !snapshot.hasCap(place) { return nil }
            return unitsLeft.map { $0[place] > 0 } ?? false ? nil : .leaseExhausted
        }
        if staleAfterSeconds > 0, age > staleAfterSeconds { reply.degradations.append(.staleSnapshot) }
        return reply
    }
}

/// Where a reply goes, checked before the request is scored.
private struct ReplyOutput {
    private let reply: UnsafeMutablePointer<oasis_score_reply>
    private let index: UnsafeMutableBufferPointer<UInt32>
    private let boost: UnsafeMutableBufferPointer<Float>
    private let propensity: UnsafeMutableBufferPointer<Float>?
    private let campaign: UnsafeMutableBufferPointer<UInt32>?
    private let reasons: UnsafeMutableBufferPointer<UInt32>?
    private let receipt: UnsafeMutableBufferPointer<UInt8>?
    private let receiptLength: UnsafeMutableBufferPointer<UInt32>?

    init(
        _ pointer: UnsafeMutablePointer<oasis_score_reply>?,
        slots: Int,
        keys: NodeSecrets?
    ) throws(CallFailure) {
        reply = try Argument.output(pointer, "reply")
        let arrays = reply.pointee
        let capacity = arrays.capacity
        guard capacity >= UInt64(slots) else {
            throw .badArgument("reply.capacity", "must be at least promotable_slots (\(slots)), but is \(capacity)")
        }
        guard capacity <= UInt64(UInt32.max) else { throw .badArgument("reply.capacity", "cannot be \(capacity)") }
        index = try Argument.output(arrays.index, capacity, "reply.index")
        boost = try Argument.output(arrays.boost, capacity, "reply.boost")
        propensity = try Argument.optionalOutput(arrays.propensity, capacity, "reply.propensity")
        campaign = try Argument.optionalOutput(arrays.campaign, capacity, "reply.campaign")
        reasons = try Argument.optionalOutput(arrays.reasons, capacity, "reply.reasons")
        receipt = try Argument.optionalOutput(
            arrays.receipt,
            capacity * UInt64(Receipt.bytesMaximum),
            "reply.receipt"
        )
        receiptLength = try Argument.optionalOutput(arrays.receipt_length, capacity, "reply.receipt_length")
        guard (receipt == nil) == (receiptLength == nil) else {
            throw .badArgument("reply.receipt_length", "must be given exactly when reply.receipt is")
        }
        guard receipt == nil || keys != nil else {
            throw .badArgument("reply.receipt", "must be NULL without keys that sign it")
        }
    }

    func write(_ answer: ScoreReply, to request: InProcessRequest) throws(CallFailure) {
        // Before anything is written: a snapshot may say what no receipt can.
        let receipts =
            receipt == nil
            ? []
            : try answer.promotions.map { promotion throws(CallFailure) in
                try request.receipt(for: promotion, in: answer)
            }
        for (place, promotion) in answer.promotions.enumerated() {
            index[place] = UInt32(promotion.index)
            boost[place] = promotion.boost
            propensity?[place] = promotion.propensity
            campaign?[place] = UInt32(promotion.campaignPlace)
            reasons?[place] = promotion.reasons.reduce(0) { $0 | $1.bit }
        }
        if let receipt, let receiptLength {
            for (place, bytes) in receipts.enumerated() {
                let start = place * Receipt.bytesMaximum
                for (offset, byte) in bytes.enumerated() { receipt[start + offset] = byte }
                receiptLength[place] = UInt32(bytes.count)
            }
        }
        reply.pointee.count = UInt64(answer.promotions.count)
        reply.pointee.degraded = answer.degradations.reduce(0) { $0 | $1.bit }
        reply.pointee.arm = Int32(answer.arm == .holdout ? OASIS_ARM_HOLDOUT : OASIS_ARM_PROMOTED)
        reply.pointee.snapshot_number = answer.snapshot ?? 0
        reply.pointee.policy_version = answer.policyVersion ?? 0
        reply.pointee.snapshot_age_seconds = answer.snapshotAgeSeconds ?? 0
        reply.pointee.listener_loss = answer.listenerLoss
        reply.pointee.organic_utility = answer.organicUtility
    }
}
