import OasisMarket
import OasisPlanning
import OasisService

/// Looks at an engine, made up for these tests.
enum Sample {
    /// 12:00 of a day.
    static let noon = Timestamp("2026-11-22T12:00:00Z")!

    /// A plan that rises evenly to `end` plays.
    static func evenPlan(to end: Double) -> [Double] {
        (1...96).map { end * Double($0) / 96 }
    }

    static func campaign(
        _ id: String,
        title: String = "Slow Harbour",
        cap: Int? = nil,
        guarantee: Int? = nil,
        state: Campaign.State = .active
    ) -> Campaign {
        Campaign(
            id: CampaignID(trusted: id),
            title: title,
            song: SongID(trusted: "song"),
            tracks: [TrackID(trusted: "track")],
            artist: ArtistID(trusted: "artist"),
            licensor: LicensorID(trusted: "label"),
            start: Timestamp("2026-11-01T00:00:00Z")!,
            commissionRate: BasisPoints(3_000),
            dailyCap: cap,
            dailyGuarantee: guarantee,
            state: state
        )
    }

    static func status(
        _ campaign: Campaign,
        confirmed: Int,
        plan: [Double] = evenPlan(to: 1_000),
        capPrice: Double = 0,
        guaranteePrice: Double = 0
    ) -> CampaignStatus {
        CampaignStatus(
            campaign: campaign,
            confirmed: confirmed,
            reserved: 0,
            capPrice: capPrice,
            guaranteePrice: guaranteePrice,
            streams: confirmed * 7 / 10,
            newListeners: confirmed / 10,
            commission: Money(micros: Int64(confirmed) * 1_050, currency: "EUR"),
            planCurve: plan,
            deliveredCurve: plan.isEmpty ? [] : (1...48).map { confirmed * $0 / 48 }
        )
    }

    static func plan(rows: [RowStatus]) -> PlanStatus {
        PlanStatus(
            plannedAt: noon.advanced(bySeconds: -30),
            sampledRequests: 20_000,
            forecast: SupplyRange(mean: 410_000, variance: 4e8),
            dualBound: 1_234.5,
            feasibleValue: 1_234.1,
            relativeGap: 0.000_324,
            solveSeconds: 0.412,
            rows: rows
        )
    }

    static func snapshot(ageSeconds: Double = 30) -> SnapshotStatus {
        SnapshotStatus(
            number: 12,
            createdAt: noon.advanced(bySeconds: -ageSeconds),
            policyVersion: 7,
            campaignCount: 3,
            trackCount: 90
        )
    }

    static let policy = Policy(
        scale: "test-scale",
        objectives: [.stream: 0.05],
        rows: [],
        guardrails: Guardrails(
            maxBoost: 0.5,
            maxPromotedPerSlate: 2,
            minimumOrganicPercentile: 0,
            holdout: BasisPoints(0),
            holdoutSalt: "salt"
        ),
        guarantees: GuaranteeRule(penalty: 0.5, margin: 0.02),
        commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 3_500, currency: "EUR")),
        randomization: Randomization(smoothing: 0.01, explorationShare: 0.01)
    )

    static func row(
        _ name: String,
        campaign: String? = nil,
        attribute: Attribute = .delivery,
        sense: PolicyRow.Sense = .atMost,
        bound: Double,
        price: Double
    ) -> RowStatus {
        RowStatus(
            name: name,
            campaign: campaign.map { CampaignID(trusted: $0) },
            attribute: attribute,
            sense: sense,
            bound: bound,
            planned: bound,
            price: price
        )
    }

    /// Everything there is: campaigns, a plan with prices, listener loss.
    static func full(_ campaigns: [CampaignStatus]? = nil) -> ConsoleStatus {
        let campaigns =
            campaigns ?? [
                status(campaign("campaign-1", cap: 2_000), confirmed: 500),
                status(campaign("campaign-2", title: "Undertow", guarantee: 900), confirmed: 300, guaranteePrice: 0.5),
            ]
        let cell = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
        return ConsoleStatus(
            engine: EngineStatus(
                snapshot: snapshot(),
                plan: plan(rows: [
                    row("cap campaign-1", campaign: "campaign-1", bound: 1_500, price: 0.012),
                    row("listener-loss radio/DE", attribute: .listenerLoss, bound: 80, price: 0.7),
                    row("cap campaign-2", campaign: "campaign-2", bound: 100, price: 0),
                ]),
                campaigns: campaigns,
                listenerLoss: [
                    ListenerLossStatus(cell: cell, spent: 48.4, budgetSoFar: 40, organicUtility: 4_000, price: 0.7)
                ]
            ),
            now: noon,
            policy: policy,
            licensorTitles: [LicensorID(trusted: "label"): "Northlight Independent"]
        )
    }

    static func fragment(_ look: ConsoleStatus, selection: CampaignSelection = CampaignSelection()) -> String {
        ConsolePages.overviewFragment(look, selection: selection)
    }

    /// The markup's text, tags left out.
    static func text(_ markup: String) -> String {
        markup.replacing(#/<[^>]*>/#, with: " ").replacing(#/[ \n]+/#, with: " ")
    }
}
