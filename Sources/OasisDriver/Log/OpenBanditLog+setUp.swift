import OasisLogFiles
import OasisMarket

// Nobody opted anything in when this log was written, so licensors, campaigns and policy are made up from the log and
// the seed: amounts from the log, choices from the seed.
extension OpenBanditLog {
    package var setUp: MarketSetUp {
        let licensors = licensors
        return MarketSetUp(
            licensors: licensors.map(\.licensor),
            campaigns: campaigns(of: licensors),
            policy: policy
        )
    }

    /// One licensor for each family of items, the largest first; the first third are majors.
    private var licensors: [(licensor: Licensor, family: String)] {
        let sizes = Dictionary(table.itemFamilies.map { ($0, 1) }, uniquingKeysWith: +)
        let families = sizes.keys.sorted { (-sizes[$0, default: 0], $0) < (-sizes[$1, default: 0], $1) }
        return families.enumerated()
            .map { index, family in
                let isMajor = index * 3 < families.count
                let licensor = Licensor(
                    id: LicensorID(trusted: "licensor-\(index + 1)"),
                    title: "\(isMajor ? "Major" : "Independent") \(index + 1)",
                    tier: TierID(trusted: isMajor ? "major" : "independent")
                )
                return (licensor, family)
            }
    }

    /// Three of five items; together their caps would fill half the traffic.
    private func campaigns(of licensors: [(licensor: Licensor, family: String)]) -> [Campaign] {
        var random = SeededGenerator(seed: seed ^ 0x6f62_642d_7365_7475)
        var items = Array(table.itemFamilies.indices)
        items.shuffle(using: &random)
        items = items.prefix(max(1, items.count * 3 / 5)).sorted()
        let days = Set(times.map(\.day))
        let fairShare = 0.5 * Double(times.count) / Double(max(1, days.count)) / Double(items.count)
        let start = (days.min() ?? Day(number: 0)).start
        return items.compactMap { item in
            let cap = max(5, Int(fairShare * (0.4 + 1.2 * random.uniform())))
            let hasGuarantee = random.uniform() < 0.3
            guard let licensor = licensors.first(where: { $0.family == table.itemFamilies[item] }) else { return nil }
            return Campaign(
                id: CampaignID(trusted: "campaign-\(item)"),
                title: "Item \(item)",
                song: SongID(trusted: "song-\(item)"),
                tracks: [TrackID(trusted: "item-\(item)")],
                artist: ArtistID(trusted: "artist-\(item)"),
                licensor: licensor.licensor.id,
                start: start,
                commissionRate: BasisPoints(3_000),
                dailyCap: cap,
                dailyGuarantee: hasGuarantee ? cap * 2 / 5 : nil
            )
        }
    }

    private var policy: Policy {
        let loss = typicalLoss
        return Policy(
            scale: Self.scale,
            objectives: [.delivery: loss, .stream: 0.5],
            rows: [
                PolicyRow(
                    name: "listener-loss",
                    attribute: .listenerLoss,
                    scope: .eachCell,
                    sense: .atMost,
                    measure: .organicShare,
                    bound: 0.15
                ),
                PolicyRow(
                    name: "independents",
                    attribute: .delivery,
                    scope: .tier(TierID(trusted: "independent")),
                    sense: .atLeast,
                    measure: .share,
                    bound: 0.3,
                    penalty: 2 * loss
                ),
            ],
            guardrails: Guardrails(
                maxBoost: 8 * loss,
                maxPromotedPerSlate: 1,
                minimumOrganicPercentile: 0.1,
                holdout: BasisPoints(200),
                holdoutSalt: "holdout-1"
            ),
            guarantees: GuaranteeRule(penalty: 3 * loss, margin: 0.02),
            commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
            randomization: Randomization(smoothing: loss / 50, explorationShare: 0.005)
        )
    }

    /// The median utility, over positions and items, that playing an item in the slate's last place would displace.
    private var typicalLoss: Double {
        let losses = OpenBanditTable.positions.flatMap { position -> [Float] in
            let rates = clickRates[(position - 1) * table.itemCount..<position * table.itemCount]
            let displaced = rates.sorted(by: >)[position - 1]
            return rates.map { displaced - $0 }.filter { $0 > 0 }
        }
        guard !losses.isEmpty else { return 0.001 }
        return Double(losses.sorted()[losses.count / 2])
    }
}
