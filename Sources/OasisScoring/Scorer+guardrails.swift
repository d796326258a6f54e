import OasisMarket

/// What keeps offers back after pricing: how often a listener met an artist, and the distance in the slate.
extension Scorer {
    /// Why the listener is not to meet the campaign at a place of the snapshot now, in a request with such a draw.
    func obstacle(_ place: Int, _ met: ListenerStanding, _ draw: UInt64, _ drawKey: StableHash) -> ReasonCode? {
        let withheld = pricedBy.columns.campaigns[place].withheld
        if withheld > 0, withholds {
            // By request and not by listener, so that nobody meets all of what is promoted on trial.
            let coin = drawKey.hash(draw, UInt64(bitPattern: pricedBy.campaignNumber(place)))
            if UInt32(truncatingIfNeeded: coin & 0xffff) < withheld { return .pulledBack }
        }
        guard !met.isUnlimited else { return nil }
        return met.obstacle(
            campaignNumber: pricedBy.campaignNumber(place),
            artist: ArtistTag.of(pricedBy.artistHash(place))
        )
    }

    /// Keeps of each artist's offers as many as the listener may still meet, the best of them; says how many stay.
    ///
    /// Before the draw, so that no draw can go past the limit and every probability is the one that is logged.
    func limitArtists(
        _ count: Int,
        _ met: ListenerStanding,
        _ heldBack: inout HeldBack,
        _ scratch: ScoringScratch
    ) -> Int {
        let artists = (0..<count).map { ArtistTag.of(pricedBy.artistHash(Int(scratch.offers[$0].campaign))) }
        let best = (0..<count)
            .sorted {
                (artists[$0], scratch.offers[$1].netWorth, $0) < (artists[$1], scratch.offers[$0].netWorth, $1)
            }
        var isKept = [Bool](repeating: true, count: count)
        var (artist, left): (UInt32?, Int) = (nil, 0)
        for place in best {
            if artists[place] != artist { (artist, left) = (artists[place], met.artistsLeft(artists[place])) }
            if left > 0 { left -= 1 } else { isKept[place] = false }
        }
        var kept = 0
        for place in 0..<count {
            guard isKept[place] else {
                heldBack.add(.artistFrequency)
                continue
            }
            scratch.offers[kept] = scratch.offers[place]
            kept += 1
        }
        return kept
    }

    /// How the first `count` offers lie in the slate, when some of them are too close to each other to be drawn together.
    func spacedChoice(
        _ count: Int,
        slots: Int,
        _ columns: RequestColumns,
        _ terms: RequestTerms,
        _ scratch: ScoringScratch
    ) -> SpacedChoice? {
        guard guardrails.minimumGap > 0, slots > 1, count > 1 else { return nil }
        // What is above the dearest track displaced is played whatever is drawn; every promotion stands above that one.
        let organic = (0..<columns.count).map { columns.organicScores[$0] }.filter { $0 > terms.slate.displaced }
        let sums = (0..<count)
            .map { place in
                let offer = scratch.offers[place]
                return columns.organicScores[Int(offer.candidate)] + terms.boost(of: offer)
            }
        let choice = SpacedChoice(sums: sums, organic: organic, gap: guardrails.minimumGap)
        return choice.isFree ? nil : choice
    }

    /// Draws among the first `count` offers so that they keep their distance; says how many were drawn.
    func draw(
        _ choice: SpacedChoice,
        _ count: Int,
        slots: Int,
        at point: Double,
        explores: Bool,
        _ scratch: ScoringScratch
    ) -> Int {
        let probabilities = choice.probabilities(
            netWorths: (0..<count).map { scratch.offers[$0].netWorth },
            slots: slots,
            smoothing: pricedBy.randomization.smoothing,
            explorationShare: explores ? pricedBy.randomization.explorationShare : 0
        )
        let drawn = choice.draw(probabilities, at: point).prefix(slots)
        for place in 0..<count { scratch.probabilities[place] = probabilities[place] }
        for (place, offer) in drawn.enumerated() { scratch.drawn[place] = offer }
        return drawn.count
    }

    /// Counts the offers that were not among the first `drawn` places of the draw, each under its reason.
    func holdBack(
        _ count: Int,
        butFirst drawn: Int,
        _ spaced: SpacedChoice?,
        _ heldBack: inout HeldBack,
        _ scratch: ScoringScratch
    ) {
        var next = 0
        for offer in 0..<count {
            if next < drawn, scratch.drawn[next] == offer {
                next += 1
            } else if scratch.offers[offer].netWorth <= 0 {
                heldBack.add(.notWorthItsPrice)
            } else {
                let isTooClose = spaced.map { choice in
                    (0..<drawn).contains { choice.areTooClose(offer, scratch.drawn[$0]) }
                }
                heldBack.add(isTooClose == true ? .minimumGap : .slateLimit)
            }
        }
    }
}
