import OasisMarket
import OasisScoring

extension ScoringNode {
    /// Whom a request's listener met often enough; nothing while that is not known again.
    func standing(of request: ScoreRequest, by scorer: Scorer, at now: Timestamp) -> ListenerStanding? {
        let rules = scorer.frequencyRules
        guard !rules.isEmpty else { return .unlimited }
        guard frequency.covers(rules) else { return nil }
        return frequency.standing(
            of: request.listener.stableHash,
            request: request.id.stableHash,
            under: rules,
            at: now
        )
    }

    /// Remembers what a reply promotes, before it is handed out, and drops what another request of the same listener made
    /// one too many in the meantime.
    ///
    /// Ghosts of the holdout count as met, too: they stand for what would have been. Those of shadow mode do not, because
    /// the same listener may be served elsewhere.
    func expose(_ request: ScoreRequest, _ reply: inout ScoreReply, by scorer: Scorer, at now: Timestamp) {
        let rules = scorer.frequencyRules
        guard !rules.isEmpty else { return }
        func isAdmitted(_ promotion: Promotion) -> Bool {
            let exposure = Exposure(
                listener: request.listener.stableHash,
                promotion: promotionName(request, promotion),
                request: request.id.stableHash,
                campaignNumber: promotion.campaignNumber,
                artist: ArtistTag.of(scorer.pricedBy.artistHash(promotion.campaignPlace)),
                issuedAt: now
            )
            return frequency.admit(exposure, request: request.id.stableHash, under: rules, at: now)
        }
        reply.promotions.removeAll { !isAdmitted($0) }
        if reply.arm == .holdout { reply.ghosts.removeAll { !isAdmitted($0) } }
    }
}
