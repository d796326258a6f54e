import OasisLedger
import OasisMarket
import OasisScoring
import Synchronization

extension PromotionEngine {
    /// Exposures that a memory too small for its windows had to forget; more than 0 means that limits may be exceeded.
    package var frequencyForgotten: Int { frequency.forgottenEarly }

    /// Listeners whose promotions are remembered.
    package var frequencyListeners: Int { frequency.listenerCount }

    /// Rebuilds what listeners met lately from the ledger, where the policy limits it further back than is known.
    ///
    /// What counts is what was issued, until it is released. After a crash the ledger knows what was reported as played;
    /// what was issued and not yet reported is known again when its play is heard of.
    func restoreFrequency(_ documents: MarketDocuments, at now: Timestamp) throws {
        let artists = try ledger.allCampaigns().map { ($0.number, ArtistTag.of($0.document.artist.stableHash)) }
        frequency.learn(artists: Dictionary(artists, uniquingKeysWith: { first, _ in first }))
        let rules = FrequencyRules(documents.policy.guardrails.frequency)
        guard !frequency.covers(rules) else { return }
        let start = now.advanced(bySeconds: -Double(rules.longestSeconds))
        try frequency.rebuild(for: rules) { remember in
            try ledger.metPromotions(issuedSince: start) { met in
                remember(
                    Exposure(
                        listener: met.listenerHash,
                        promotion: met.promotion,
                        request: nil,
                        campaignNumber: met.campaignNumber,
                        artist: frequency.artist(ofCampaign: met.campaignNumber),
                        issuedAt: met.issuedAt
                    )
                )
            }
        }
    }

    /// Corrects what listeners met by what was reported: a released promotion was not met, any other was.
    func hear(_ outcomes: [Outcome], _ results: [RecordResult]) {
        let rules = node.withLock { $0.scorer?.frequencyRules ?? FrequencyRules([]) }
        guard !rules.isEmpty else { return }
        for (outcome, result) in zip(outcomes, results) where result == .recorded {
            guard case .promoted(let receipt) = outcome.attribution else { continue }
            if outcome.kind == .released {
                frequency.release(listener: receipt.listenerHash, promotion: receipt.promotion)
            } else {
                frequency.remember(
                    Exposure(
                        listener: receipt.listenerHash,
                        promotion: receipt.promotion,
                        request: nil,
                        campaignNumber: receipt.campaignNumber,
                        artist: frequency.artist(ofCampaign: receipt.campaignNumber),
                        issuedAt: receipt.issuedAt
                    ),
                    under: rules
                )
            }
        }
    }

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
