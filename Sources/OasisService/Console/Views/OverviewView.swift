import OasisMarket
import OasisPlanning

/// A chart with the heading that links to its campaign.
struct ChartCardView {
    var cardKey: String
    var cardTitle: String
    var cardLink: String?
    var cardState: String?
    var cardTone: String
    var cardSubtitle: String
    var chart: String
}

/// The whole overview.
struct OverviewView {
    static let chartCount = 5

    var clock: String
    var summary: SummaryView?
    var notices: [NoticeView]
    var headline: HeadlineView
    var campaigns: CampaignListView?
    var charts: [ChartCardView]
    var hasCharts: Bool
    var prices: PriceListView?
    var loss: ListenerLossView?
    var scaleName: String

    init(_ look: ConsoleStatus, selection: CampaignSelection) {
        let assessed = look.engine.campaigns.map { AssessedCampaign($0, in: look) }
            .sorted(by: AssessedCampaign.needsMore)
        clock = ConsoleNumber.moment(look.now)
        summary = assessed.isEmpty || look.policy == nil ? nil : SummaryView(look, assessed: assessed)
        notices = NoticeView.all(look)
        headline = HeadlineView(look)
        campaigns = assessed.isEmpty ? nil : CampaignListView(look, assessed: assessed, selection: selection)
        let hasCurves = look.engine.campaigns.contains { !$0.planCurve.isEmpty }
        charts = hasCurves ? Self.charts(look, assessed: selection.apply(to: assessed, in: look)) : []
        hasCharts = hasCurves
        prices = look.engine.plan == nil ? nil : PriceListView(look)
        loss = look.engine.listenerLoss.isEmpty ? nil : ListenerLossView(look.engine.listenerLoss)
        scaleName = look.policy?.scale ?? ""
    }

    private static func charts(_ look: ConsoleStatus, assessed: [AssessedCampaign]) -> [ChartCardView] {
        let total = DeliverySeries(total: look.engine.campaigns, at: look.now)
        let whole = ChartCardView(
            cardKey: "all",
            cardTitle: "All campaigns",
            cardTone: "",
            cardSubtitle: SummaryView.counted(look.engine.campaigns.count, "campaign"),
            chart: DeliveryChart(total, format: .card).markup(title: "All campaigns")
        )
        let shown = assessed.filter { !$0.status.planCurve.isEmpty }.prefix(chartCount)
        return [whole]
            + shown.map { one in
                let campaign = one.status.campaign
                let series = DeliverySeries(one.status, at: look.now)
                return ChartCardView(
                    cardKey: campaign.id.text,
                    cardTitle: campaign.title,
                    cardLink: "/campaigns/" + CampaignSelection.percentEncoded(campaign.id.text),
                    cardState: one.standing.label,
                    cardTone: one.standing.tone,
                    cardSubtitle: look.licensorTitle(campaign.licensor),
                    chart: DeliveryChart(series, format: .card).markup(title: campaign.title)
                )
            }
    }
}
