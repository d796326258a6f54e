package import OasisMarket

/// A music market made from a seed: who listens, what there is to hear, who promotes it, and a day's traffic.
package struct SyntheticMarket: Sendable {
    /// A track of the catalogue.
    package struct CatalogueTrack: Sendable {
        /// Its name.
        package var id: TrackID
        /// Whose it is, as an index.
        package var artist: Int
        /// How widely it is liked.
        var appeal: Double
        var style: SIMD8<Double>
    }

    /// The name of the organic score's scale: probability of a stream of at least 30 s.
    package static let scale = "stream-probability/1"

    /// What it was made from.
    package let shape: MarketShape
    /// What it was made from.
    package let seed: UInt64
    /// The UTC day that it lives.
    package let day: Day
    /// Labels and distributors.
    package let licensors: [Licensor]
    /// Songs opted in, active all day.
    package private(set) var campaigns: [Campaign]
    /// The policy that the market starts with.
    package var policy: Policy
    /// All there is to hear.
    package let catalogue: [CatalogueTrack]
    /// Which campaign promotes a track, as an index.
    package let campaignOfTrack: [TrackID: Int]

    let tastes: [SIMD8<Double>]
    let trackOfCampaign: [Int]
    private let artistHash: StableHash

    /// Makes the market; the same arguments give the same market on every machine.
    package init(shape: MarketShape, seed: UInt64, day: Day) {
        self.shape = shape
        self.seed = seed
        self.day = day
        var random = SeededGenerator(seed: seed)
        tastes = (0..<shape.listeners).map { _ in Self.direction(&random) }
        let tracks = Self.makeCatalogue(shape, &random)
        let labels = Self.makeLicensors(shape)
        let picked = Self.pickTracks(shape, tracks, &random)
        catalogue = tracks
        licensors = labels
        trackOfCampaign = picked
        let campaigns = Self.makeCampaigns(shape, day, picked.map { tracks[$0] }, labels, &random)
        self.campaigns = campaigns
        policy = Self.makePolicy()
        artistHash = StableHash(key0: seed, key1: 0x6172_7469_7374)
        campaignOfTrack = Dictionary(
            campaigns.enumerated().flatMap { index, campaign in campaign.tracks.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Makes caps and guarantees a share of what they are, for a day that is lived in part.
    mutating func scaleBounds(by share: Double) {
        for index in campaigns.indices {
            campaigns[index].dailyCap = campaigns[index].dailyCap.map { max(2, Int(Double($0) * share)) }
            campaigns[index].dailyGuarantee = campaigns[index].dailyGuarantee.map { Int(Double($0) * share) }
        }
    }

    /// Probability that a listener streams a track for at least 30 s when it plays.
    package func streamProbability(listener: Int, track: Int) -> Double {
        let likes = (tastes[listener] * catalogue[track].style).sum()
        return logistic(-1.1 + 1.6 * likes + catalogue[track].appeal)
    }

    /// Whether a listener already streamed an artist before the day began.
    package func knew(listener: Int, artist: Int) -> Bool {
        artistHash.hash(UInt64(listener), UInt64(artist)).unitFraction < 0.35
    }

    /// The tier of the licensor behind a campaign, by index.
    package func tier(ofCampaign index: Int) -> TierID? {
        licensors.first { $0.id == campaigns[index].licensor }?.tier
    }

    static func direction(_ random: inout SeededGenerator) -> SIMD8<Double> {
        var vector = SIMD8<Double>.zero
        for place in 0..<8 { vector[place] = random.normal() }
        return vector / max((vector * vector).sum().squareRoot(), 1e-9)
    }
}

func logistic(_ value: Double) -> Double {
    1 / (1 + exponential(-value))
}
