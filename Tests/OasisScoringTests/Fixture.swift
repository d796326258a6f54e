import OasisMarket
import OasisResponse
import OasisScoring

/// Small markets to score in.
enum Fixture {
    static let noon = Timestamp("2026-11-22T12:00:00Z") ?? Timestamp(milliseconds: 0)
    static let radio = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
    static let mix = Cell(surface: SurfaceID(trusted: "mix"), market: MarketID(trusted: "US"))
    static let rates = ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.05, newListenersPerStream: 0.3)
    static let key = StableHash(key0: 1, key1: 2)

    static func vector(_ values: [Attribute: Double]) -> AttributeVector {
        var vector = AttributeVector()
        for (attribute, value) in values { vector[attribute] = value }
        return vector
    }

    /// Campaign `index` promotes the track `promoted-index`.
    static func campaign(_ index: Int, prices: [Attribute: Double] = [:], hasCap: Bool = false, artist: UInt64 = 0)
        -> PricedCampaign
    {
        PricedCampaign(
            number: Int64(index + 1),
            id: CampaignID(trusted: "campaign-\(index)"),
            tracks: [TrackID(trusted: "promoted-\(index)")],
            surfaces: [],
            markets: [],
            start: noon.advanced(bySeconds: -86_400),
            end: nil,
            hasCap: hasCap,
            commissionPerStream: 0.001,
            rates: rates,
            prices: vector(prices),
            artistHash: artist
        )
    }

    static func guardrails(maxBoost: Double = 10, perSlate: Int = 10) -> Guardrails {
        Guardrails(
            maxBoost: maxBoost,
            maxPromotedPerSlate: perSlate,
            minimumOrganicPercentile: 0,
            holdout: BasisPoints(0),
            holdoutSalt: "salt"
        )
    }

    static func snapshot(
        _ campaigns: [PricedCampaign],
        worths: [Attribute: Double] = [.stream: 1],
        cells: [PricedCell] = [],
        guardrails: Guardrails = guardrails(),
        smoothing: Double = 0,
        exploration: Double = 0
    ) -> Snapshot {
        Snapshot(
            number: 7,
            createdAt: noon.advanced(bySeconds: -30),
            policyVersion: 3,
            scale: "test/1",
            worths: vector(worths),
            guardrails: guardrails,
            randomization: Randomization(smoothing: smoothing, explorationShare: exploration),
            cells: cells,
            elsewherePrices: AttributeVector(),
            campaigns: campaigns
        )
    }

    /// A slate of 2 out of unopted tracks with organic scores 0.9, 0.8, 0.3, and one candidate for each score given.
    static func request(
        _ id: String = "r",
        listener: String = "someone",
        cell: Cell = radio,
        scale: String = "test/1",
        promoted: [(track: String, organic: Float)] = [("promoted-0", 0.7)],
        slots: Int = 1
    ) throws -> ScoreRequest {
        try ScoreRequest(
            id: RequestID(id),
            listener: ListenerID(listener),
            cell: cell,
            time: noon,
            scale: scale,
            slateSize: 2,
            promotableSlots: slots,
            tracks: ["other-0", "other-1", "other-2"].map { TrackID(trusted: $0) }
                + promoted.map { TrackID(trusted: $0.track) },
            organicScores: [0.9, 0.8, 0.3] + promoted.map(\.organic)
        )
    }

    static func score(
        _ request: ScoreRequest,
        by snapshot: Snapshot,
        at now: Timestamp = noon,
        met: ListenerStanding = .unlimited,
        hasUnit: (Int) -> Bool = { _ in true }
    ) -> ScoreReply {
        Scorer(snapshot).score(request, at: now, drawKey: key, met: met, hasUnit: hasUnit)
    }

    /// What a ranker plays: sorted by organic + boost, in floats, ties by place.
    static func slate(_ request: ScoreRequest, _ promotions: [Promotion]) -> [Int] {
        var scores = request.organicScores
        for promotion in promotions { scores[promotion.index] += promotion.boost }
        return Array(scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(request.slateSize))
    }
}
