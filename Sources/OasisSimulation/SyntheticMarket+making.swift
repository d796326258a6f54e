import OasisMarket

extension SyntheticMarket {
    static func makeCatalogue(_ shape: MarketShape, _ random: inout SeededGenerator) -> [CatalogueTrack] {
        let styles = (0..<shape.artists).map { _ in direction(&random) }
        return (0..<shape.tracks)
            .map { index in
                let artist = index < shape.artists ? index : random.index(below: shape.artists)
                let style = styles[artist] + 0.5 * direction(&random)
                return CatalogueTrack(
                    id: TrackID(trusted: "track-\(index + 1)"),
                    artist: artist,
                    appeal: 0.6 * random.normal(),
                    style: style / max((style * style).sum().squareRoot(), 1e-9)
                )
            }
    }

    static func makeLicensors(_ shape: MarketShape) -> [Licensor] {
        (0..<shape.licensors)
            .map { index in
                let isMajor = index < max(1, shape.licensors * 3 / 10)
                return Licensor(
                    id: LicensorID(trusted: "licensor-\(index + 1)"),
                    title: isMajor ? "Major \(index + 1)" : "Independent \(index + 1)",
                    tier: TierID(trusted: isMajor ? "major" : "independent")
                )
            }
    }

    /// One track of each of as many different artists as there are campaigns; promoted songs are not the biggest hits.
    static func pickTracks(
        _ shape: MarketShape,
        _ catalogue: [CatalogueTrack],
        _ random: inout SeededGenerator
    ) -> [Int] {
        var order = Array(catalogue.indices)
        order.shuffle(using: &random)
        var artists: Set<Int> = []
        var picked: [Int] = []
        for track in order where picked.count < shape.campaigns {
            if catalogue[track].appeal < 0.8, artists.insert(catalogue[track].artist).inserted { picked.append(track) }
        }
        return picked
    }

    static func makeCampaigns(
        _ shape: MarketShape,
        _ day: Day,
        _ tracks: [CatalogueTrack],
        _ licensors: [Licensor],
        _ random: inout SeededGenerator
    ) -> [Campaign] {
        // Together the caps are contested: a bit more than half the traffic would fill them.
        let fairShare = 0.55 * Double(shape.requestsPerDay) / Double(shape.campaigns)
        let majors = licensors.filter { $0.tier.text == "major" }
        let independents = licensors.filter { $0.tier.text != "major" }
        return tracks.enumerated()
            .map { index, track in
                // Majors opt in more songs each, so that the policy's floor for independents has something to do.
                let camp = independents.isEmpty || random.uniform() < 0.6 ? majors : independents
                let cap = max(5, Int(fairShare * (0.3 + 1.7 * random.uniform() * random.uniform() * 1.6)))
                let hasGuarantee = random.uniform() < 0.3
                let hasCountry = random.uniform() < 0.25
                return Campaign(
                    id: CampaignID(trusted: "campaign-\(index + 1)"),
                    title: "Song \(index + 1)",
                    song: SongID(trusted: "song-\(index + 1)"),
                    tracks: [track.id],
                    artist: ArtistID(trusted: "artist-\(track.artist + 1)"),
                    licensor: camp[random.index(below: camp.count)].id,
                    markets: hasCountry ? [shape.countries[random.index(below: shape.countries.count)].id] : [],
                    start: day.start,
                    end: nil,
                    commissionRate: BasisPoints(3_000),
                    dailyCap: cap,
                    dailyGuarantee: hasGuarantee ? Int(Double(cap) * (hasCountry ? 0.2 : 0.5)) : nil
                )
            }
    }

    static func makePolicy() -> Policy {
        Policy(
            scale: scale,
            objectives: [.stream: 0.10, .newListener: 0.15, .save: 0.3, .commission: 40],
            rows: [
                PolicyRow(
                    name: "listener-loss",
                    attribute: .listenerLoss,
                    scope: .eachCell,
                    sense: .atMost,
                    measure: .organicShare,
                    bound: 0.005
                ),
                PolicyRow(
                    name: "licensor-share",
                    attribute: .delivery,
                    scope: .eachLicensor,
                    sense: .atMost,
                    measure: .share,
                    bound: 0.3
                ),
                PolicyRow(
                    name: "independents",
                    attribute: .delivery,
                    scope: .tier(TierID(trusted: "independent")),
                    sense: .atLeast,
                    measure: .share,
                    bound: 0.4,
                    penalty: 0.2
                ),
            ],
            guardrails: Guardrails(
                maxBoost: 0.3,
                maxPromotedPerSlate: 2,
                minimumOrganicPercentile: 0.2,
                holdout: BasisPoints(200),
                holdoutSalt: "holdout-1"
            ),
            guarantees: GuaranteeRule(penalty: 0.3, margin: 0.03),
            commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
            randomization: Randomization(smoothing: 0.002, explorationShare: 0.005)
        )
    }
}
