package import OasisMarket

extension Promotion {
    /// What a receipt of this promotion says.
    ///
    /// - Parameters:
    ///   - reply: the reply that it is part of.
    ///   - head: the request that was answered.
    ///   - now: when it was decided.
    ///   - lease: the lease whose unit it uses; 0 for a campaign without a cap.
    ///   - drawHash: keyed the draw, and names the promotion.
    /// - Returns: the facts, for `Receipt.sign`.
    package func facts(
        in reply: ScoreReply,
        to head: RequestHead,
        at now: Timestamp,
        lease: Int64,
        drawHash: StableHash
    ) -> ReceiptFacts {
        ReceiptFacts(
            campaignNumber: campaignNumber,
            trackHash: trackHash,
            listenerHash: head.listener.stableHash,
            cell: head.cell,
            issuedAt: now,
            propensity: propensity,
            snapshot: reply.snapshot ?? 0,
            lease: lease,
            promotion: drawHash.hash(head.id.stableHash, trackHash)
        )
    }
}

extension ReceiptFacts {
    /// Whether the fields of a receipt are wide enough: a snapshot or a caller may name numbers that are not.
    package var fitReceipt: Bool {
        campaignNumber >= 0 && campaignNumber >> 32 == 0 && issuedAt.milliseconds >= 0
            && issuedAt.milliseconds >> 48 == 0 && snapshot >> 48 == 0 && lease >= 0 && lease >> 40 == 0
    }
}
