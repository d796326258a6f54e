import OasisLedger
package import OasisMarket
package import OasisResponse
package import OasisScoring

/// The control plane's documents, as one plan sees them.
package struct MarketDocuments: Sendable {
    /// A campaign with its number.
    package struct NumberedCampaign: Hashable, Sendable {
        /// Its number in the ledger.
        package var number: Int64
        /// The document.
        package var campaign: Campaign

        /// Pairs a campaign with its number.
        package init(number: Int64, campaign: Campaign) {
            self.number = number
            self.campaign = campaign
        }
    }

    /// The policy.
    package var policy: Policy
    /// Its version.
    package var policyVersion: Int64
    /// Campaigns that may run on the day that is planned, ordered by number.
    package var campaigns: [NumberedCampaign]
    /// Every licensor.
    package var licensors: [Licensor]
    /// By number, the share of requests in which a campaign that is pulled back is promoted.
    package var promotedShares: [Int64: Double]

    /// Gathers documents.
    package init(
        policy: Policy,
        policyVersion: Int64,
        campaigns: [NumberedCampaign],
        licensors: [Licensor],
        promotedShares: [Int64: Double] = [:]
    ) {
        self.policy = policy
        self.policyVersion = policyVersion
        self.campaigns = campaigns
        self.licensors = licensors
        self.promotedShares = promotedShares
    }

    /// The campaigns as the scorer sees them, without prices.
    package func entrants(rates: (Int64) -> ResponseRates) -> [PricedCampaign] {
        campaigns.map { entry in
            let campaign = entry.campaign
            let royalty = policy.commission.royaltyPerStream.micros
            return PricedCampaign(
                number: entry.number,
                id: campaign.id,
                tracks: campaign.tracks,
                surfaces: campaign.surfaces,
                markets: campaign.markets,
                start: campaign.start,
                end: campaign.end,
                hasCap: campaign.dailyCap != nil,
                commissionPerStream: Double(campaign.commissionRate.of(micros: royalty)) / 1e6,
                rates: rates(entry.number),
                prices: AttributeVector(),
                artistHash: campaign.artist.stableHash,
                promotedShare: promotedShares[entry.number] ?? 1
            )
        }
    }

    /// By number, how fast campaigns with a curve of their own are to deliver now, against the traffic to come.
    func paces(at now: Timestamp, _ supply: CellSupply) -> [Int64: Double] {
        var paces: [Int64: Double] = [:]
        for entry in campaigns {
            guard let curve = entry.campaign.deliveryCurve else { continue }
            let cells = supply.cells.filter { entry.campaign.covers($0) }.map { ($0, supply.ahead($0, at: now)) }
            paces[entry.number] = DeliveryPace(curve: curve)
                .pace(at: now) { supply.share(of: cells, until: $0, at: now) }
        }
        return paces
    }

    /// A snapshot that prices nothing: what is served before the first plan.
    package func unpricedSnapshot(at now: Timestamp) -> Snapshot {
        var worths = AttributeVector()
        for attribute in Attribute.allCases { worths[attribute] = policy.worth(attribute) }
        return Snapshot(
            number: 0,
            createdAt: now,
            policyVersion: policyVersion,
            scale: policy.scale,
            worths: worths,
            guardrails: policy.guardrails,
            randomization: policy.randomization,
            experiments: policy.experiments,
            cells: [],
            elsewherePrices: AttributeVector(),
            campaigns: entrants { _ in LearnedRates.fallback }
        )
    }
}
