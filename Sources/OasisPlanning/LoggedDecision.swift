package import OasisMarket
package import OasisScoring

/// What was ranked in one request and with which probability each candidate was promoted: enough to ask another policy.
///
/// Listeners are hashes and candidates are hashes here. Whom the listener met too often and whose cap was used up is kept
/// as a list of campaigns: that would have held them back from another policy, too.
package struct LoggedDecision: Hashable, Sendable {
    /// A candidate that had some chance of being promoted.
    package struct Offer: Hashable, Sendable {
        /// Its place among the candidates.
        package var index: Int
        /// With which probability it was promoted, within (0, 1].
        package var propensity: Double
        /// The promotion's name, as its outcomes have it; 0 when it was not promoted.
        package var promotion: UInt64
    }

    /// The organic score's scale.
    package var scale: String
    /// How many tracks were to be played.
    package var slateSize: Int
    /// How many of them might be promoted.
    package var promotableSlots: Int
    /// `TrackID.stableHash` of each candidate.
    package var trackHashes: [UInt64]
    /// Organic score of each.
    package var organicScores: [Float]
    /// Probability of a stream of each, where the ranker knew it.
    package var streamProbabilities: [Float]?
    /// Whether the artist was new to the listener, where the ranker knew it.
    package var isNewToArtist: [Bool]?
    /// What had some chance.
    package var offers: [Offer]
    /// Numbers of campaigns that something other than prices held back.
    package var heldBack: [Int64]

    /// Keeps what was decided; nothing where the explanation does not agree with the reply, because units were taken in
    /// between.
    init?(
        _ request: ScoreRequest,
        _ reply: ScoreReply,
        _ explanations: [Explanation],
        by snapshot: MappedSnapshot,
        promotionName: (Promotion) -> UInt64
    ) {
        scale = request.scale
        slateSize = request.slateSize
        promotableSlots = request.promotableSlots
        trackHashes = request.trackHashes ?? request.tracks.map(\.stableHash)
        organicScores = request.organicScores
        streamProbabilities = request.streamProbabilities
        isNewToArtist = request.isNewToArtist
        let promoted = Dictionary(reply.promotions.map { ($0.index, $0) }) { first, _ in first }
        offers = explanations.filter { $0.propensity > 0 }
            .map { explanation in
                Offer(
                    index: explanation.index,
                    propensity: explanation.propensity,
                    promotion: promoted[explanation.index].map(promotionName) ?? 0
                )
            }
        let agreeing = offers.count { promoted[$0.index].map(\.propensity) == Float($0.propensity) }
        guard agreeing == promoted.count else { return nil }
        let names = Set(explanations.filter { $0.verdict == .heldBack }.map(\.campaign))
        heldBack = (0..<snapshot.campaignCount).filter { names.contains(snapshot.campaignID($0)) }
            .map { snapshot.campaignNumber($0) }
    }

    /// With which probability another scorer would have promoted each candidate, by place; 0 for those left out.
    ///
    /// The scorer's holdout and experiments must be empty: what is asked is what it decides, not for whom.
    ///
    /// - Throws: `InvalidField` where what was kept breaks a rule of requests.
    package func probabilities(
        by scorer: Scorer,
        in cell: Cell,
        at time: Timestamp
    ) throws(InvalidField) -> [Int: Double] {
        let request = try ScoreRequest(
            id: RequestID(trusted: "r"),
            listener: ListenerID(trusted: "l"),
            cell: cell,
            time: time,
            scale: scale,
            slateSize: slateSize,
            promotableSlots: promotableSlots,
            tracks: TrackNames(),
            trackHashes: trackHashes,
            organicScores: organicScores,
            streamProbabilities: streamProbabilities,
            isNewToArtist: isNewToArtist
        )
        let kept = Set(heldBack)
        let answer = scorer.explain(request, at: time, drawKey: NodeSecrets.drawHash(0)) { place in
            kept.contains(scorer.pricedBy.campaignNumber(place)) ? .leaseExhausted : nil
        }
        let chances = answer.explanations.filter { $0.propensity > 0 }.map { ($0.index, $0.propensity) }
        return Dictionary(chances) { first, _ in first }
    }
}
