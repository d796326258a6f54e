import OasisMarket
import OasisPlanning

/// One campaign's page.
struct CampaignView {
    var clock: String
    var title: String
    var campaignID: String
    var licensor: String
    var state: String
    var stateTone: String
    var why: String
    var notices: [NoticeView]
    var figures: [FigureView]
    var wideChart: String?
    var narrowChart: String?
    var facts: [FactView]
    var priceRows: [PriceRowView]
    var hours: [HourView]

    /// Planned and delivered by the end of an hour.
    struct HourView {
        var hour: String
        var plannedPlays: String
        var deliveredPlays: String
    }

    init(_ status: CampaignStatus, in look: ConsoleStatus) {
        let assessed = AssessedCampaign(status, in: look)
        let campaign = status.campaign
        let series = DeliverySeries(status, at: look.now)
        clock = ConsoleNumber.moment(look.now)
        title = campaign.title
        campaignID = CampaignSelection.percentEncoded(campaign.id.text)
        licensor = look.licensorTitle(campaign.licensor)
        state = assessed.standing.label
        stateTone = assessed.standing.tone
        why = assessed.sentence(at: look.now, policy: look.policy)
        notices = NoticeView.all(look).filter { $0.noticeTone == "bad" }
        figures = Self.figures(assessed)
        if !status.planCurve.isEmpty {
            wideChart = DeliveryChart(series, format: .wide).markup(title: campaign.title)
            narrowChart = DeliveryChart(series, format: .narrow).markup(title: campaign.title)
        }
        facts = Self.facts(status, in: look)
        let rows = (look.engine.plan?.rows ?? []).filter { $0.campaign == campaign.id }
        let largest = rows.map(PriceRowView.stake).max() ?? 0
        priceRows = rows.map {
            PriceRowView($0, largestStake: largest, titles: nil, currency: look.currency)
        }
        hours = status.planCurve.isEmpty ? [] : Self.hours(series)
    }

    private static func figures(_ assessed: AssessedCampaign) -> [FigureView] {
        let status = assessed.status
        let streamsPerPlay = Double(status.streams) / Double(max(status.confirmed, 1))
        return [
            FigureView(
                label: "Promoted plays",
                number: ConsoleNumber.count(status.confirmed),
                unit: "plays",
                remark: assessed.progress.share.map { "\(ConsoleNumber.percent($0)) of the plan by now" }
            ),
            FigureView(
                label: "Streams of 30 s and more",
                number: ConsoleNumber.count(status.streams),
                unit: "streams",
                remark: status.confirmed > 0 ? "\(ConsoleNumber.percent(streamsPerPlay)) of promoted plays" : nil
            ),
            FigureView(
                label: "New listeners",
                number: ConsoleNumber.count(status.newListeners),
                unit: "listeners",
                remark: nil
            ),
            FigureView(
                label: "Commission",
                number: ConsoleNumber.money(micros: status.commission.micros, currency: ""),
                unit: status.commission.currency,
                remark: "at \(ConsoleNumber.percent(status.campaign.commissionRate.fraction)) of the royalty"
            ),
        ]
    }

    private static func facts(_ status: CampaignStatus, in look: ConsoleStatus) -> [FactView] {
        let campaign = status.campaign
        func list(_ names: [String]) -> String { names.isEmpty ? "all" : names.joined(separator: ", ") }
        func plays(_ number: Int?) -> String { number.map { ConsoleNumber.count($0) + " plays a day" } ?? "none" }
        return [
            FactView(term: "Price", value: ConsoleNumber.price(status.capPrice) + " score a play"),
            FactView(term: "Of it, guarantee", value: ConsoleNumber.price(status.guaranteePrice) + " score a play"),
            FactView(term: "Cap", value: plays(campaign.dailyCap)),
            FactView(term: "Guarantee", value: plays(campaign.dailyGuarantee)),
            FactView(term: "Reserved", value: SummaryView.counted(status.reserved, "play")),
            FactView(term: "Window", value: window(campaign)),
            FactView(term: "Surfaces", value: list(campaign.surfaces.map(\.text))),
            FactView(term: "Markets", value: list(campaign.markets.map(\.text))),
            FactView(term: "Song", value: campaign.song.text),
            FactView(term: "Artist", value: campaign.artist.text),
            FactView(term: "Tracks", value: list(campaign.tracks.map(\.text))),
            FactView(term: "Campaign id", value: campaign.id.text),
        ]
    }

    private static func window(_ campaign: Campaign) -> String {
        "\(ConsoleNumber.moment(campaign.start)) to \(campaign.end.map(ConsoleNumber.moment) ?? "further notice")"
    }

    private static func hours(_ series: DeliverySeries) -> [HourView] {
        (1...24)
            .map { hour in
                let second = Double(hour) * 3_600
                let planned = CampaignProgress.value(of: series.plan, atSecond: second) ?? 0
                let index = hour * max(series.plan.count, 96) / 24 - 1
                let isPast = second <= series.secondOfDay && index < series.delivered.count
                return HourView(
                    hour: (hour < 10 ? "0" : "") + "\(hour):00",
                    plannedPlays: ConsoleNumber.count(Int(nearest: planned)),
                    deliveredPlays: isPast ? ConsoleNumber.count(series.delivered[index]) : ConsoleNumber.none
                )
            }
    }
}
