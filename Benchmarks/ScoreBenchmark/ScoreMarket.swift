internal import OasisMarket
internal import OasisResponse
internal import OasisScoring

/// A market of any size drawn from a seed.
struct ScoreMarket {
    static let noon = Timestamp(milliseconds: 1_795_600_000_000)
    static let cell = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
    static let scale = "benchmark/1"

    static let facts = ReceiptFacts(
        campaignNumber: 12_345,
        trackHash: 0x0123_4567_89ab_cdef,
        listenerHash: 0xfedc_ba98_7654_3210,
        cell: cell,
        issuedAt: noon,
        propensity: 0.5,
        snapshot: 77,
        lease: 4_321,
        promotion: 0
    )

    let trackCount: Int
    let campaignCount: Int
    let seed: UInt64
    let prefix: String

    init?(_ tracks: String, _ campaigns: String, _ seed: String, prefix: String?) {
        guard let tracks = Int(tracks), let campaigns = Int(campaigns), let seed = UInt64(seed) else { return nil }
        trackCount = tracks
        campaignCount = campaigns
        self.seed = seed
        self.prefix = prefix ?? ""
    }

    /// 22 letters and digits, as long as catalogues name tracks.
    func trackName(_ number: Int) -> String {
        var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9e37_79b9)
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let name = (0..<22).map { _ in letters[random.index(below: letters.count)] }
        return prefix + String(decoding: name, as: UTF8.self)
    }

    var snapshot: Snapshot {
        var random = SeededGenerator(seed: seed)
        let markets = ["DE", "US", "FR", "SE", "BR", "JP", "GB", "PL"].map { MarketID(trusted: $0) }
        let campaigns = (0..<campaignCount)
            .map { campaign(first: $0 * trackCount / campaignCount, $0, markets, &random) }
        var worths = AttributeVector()
        for (attribute, worth) in [
            (Attribute.delivery, 0.02), (.stream, 0.2), (.save, 0.5), (.newListener, 0.1), (.commission, 20),
            (.listenerLoss, -1),
        ] { worths[attribute] = worth }
        let cells = ["radio", "mix", "autoplay"]
            .flatMap { surface in
                markets.map { market in
                    PricedCell(
                        cell: Cell(surface: SurfaceID(trusted: surface), market: market),
                        prices: prices(0.02, &random)
                    )
                }
            }
        return Snapshot(
            number: 1,
            createdAt: Self.noon,
            policyVersion: 1,
            scale: Self.scale,
            worths: worths,
            guardrails: Guardrails(
                maxBoost: 2,
                maxPromotedPerSlate: 3,
                minimumOrganicPercentile: 0.1,
                holdout: BasisPoints(0),
                holdoutSalt: "benchmark"
            ),
            randomization: Randomization(smoothing: 0.005, explorationShare: 0.01),
            cells: cells,
            elsewherePrices: AttributeVector(),
            campaigns: campaigns
        )
    }

    private func campaign(
        first: Int,
        _ index: Int,
        _ markets: [MarketID],
        _ random: inout SeededGenerator
    ) -> PricedCampaign {
        PricedCampaign(
            number: Int64(index + 1),
            id: CampaignID(trusted: "campaign-\(index)"),
            tracks: (first..<((index + 1) * trackCount / campaignCount)).map { TrackID(trusted: trackName($0)) },
            surfaces: index % 4 == 0 ? [SurfaceID(trusted: "radio"), SurfaceID(trusted: "mix")] : [],
            markets: index % 8 == 1 ? [MarketID(trusted: "DE"), markets[random.index(below: markets.count)]] : [],
            start: Self.noon.advanced(bySeconds: -86_400),
            end: index % 2 == 0 ? Self.noon.advanced(bySeconds: 86_400) : nil,
            hasCap: index % 3 != 0,
            commissionPerStream: 0.001,
            rates: ResponseRates(
                streamsPerPlay: random.uniform(),
                savesPerStream: 0.1 * random.uniform(),
                newListenersPerStream: random.uniform()
            ),
            prices: prices(0.1, &random)
        )
    }

    private func prices(_ scale: Double, _ random: inout SeededGenerator) -> AttributeVector {
        var prices = AttributeVector()
        for attribute in Attribute.allCases { prices[attribute] = scale * random.uniform() }
        return prices
    }
}
