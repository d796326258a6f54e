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
}
