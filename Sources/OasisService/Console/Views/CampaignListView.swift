import OasisMarket
import OasisPlanning

/// What the reader asked the campaigns table for; comes from the address, so that it can be shared.
package struct CampaignSelection: Sendable, Equatable {
    /// What the table is sorted by.
    package enum Order: String, CaseIterable, Sendable {
        /// Who needs delivery most.
        case need
        /// Title, A to Z.
        case title
        /// Most confirmed plays first.
        case confirmed
        /// Least of the plan reached first.
        case share
        /// Highest price first.
        case price
    }

    /// Only campaigns whose title, id, artist or licensor holds this.
    package var search: String
    /// What the table is sorted by.
    package var order: Order
    /// Most rows shown.
    package var limit: Int

    /// Limits what was asked for to what the page can show.
    package init(search: String = "", order: Order = .need, limit: Int = 20) {
        self.search = String(search.prefix(100))
        self.order = order
        self.limit = min(max(limit, 1), 500)
    }

    /// The address of the page with this selection, changed where asked; every part is percent-encoded.
    func address(order: Order? = nil, limit: Int? = nil) -> String {
        var parts: [String] = []
        if !search.isEmpty { parts.append("q=" + Self.percentEncoded(search)) }
        let order = order ?? self.order
        if order != .need { parts.append("order=" + order.rawValue) }
        let limit = limit ?? self.limit
        if limit != 20 { parts.append("limit=\(limit)") }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    static func percentEncoded(_ text: String) -> String {
        text.utf8
            .map { byte in
                switch byte {
                case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
                default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
            }
            .joined()
    }

    func apply(to campaigns: [AssessedCampaign], in look: ConsoleStatus) -> [AssessedCampaign] {
        let words = search.lowercased().split(separator: " ")
        let found = campaigns.filter { assessed in
            let campaign = assessed.status.campaign
            let text = [
                campaign.title, campaign.id.text, campaign.artist.text, campaign.licensor.text,
                look.licensorTitle(campaign.licensor), assessed.standing.label,
            ]
            .joined(separator: " ").lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        switch order {
        case .need: return found
        case .title:
            return found.sorted { $0.status.campaign.title.lowercased() < $1.status.campaign.title.lowercased() }
        case .confirmed: return found.sorted { $0.status.confirmed > $1.status.confirmed }
        case .share: return found.sorted { $0.progress.share ?? .infinity < $1.progress.share ?? .infinity }
        case .price: return found.sorted { $0.status.capPrice > $1.status.capPrice }
        }
    }
}

/// One row of the campaigns table.
struct CampaignRowView {
    var id: String
    var link: String
    var title: String
    var licensor: String
    var state: String
    var stateTone: String
    var confirmed: String
    var guarantee: String
    var cap: String
    var share: String
    var sparkline: String
    var price: String
    var why: String

    init(_ assessed: AssessedCampaign, in look: ConsoleStatus) {
        let status = assessed.status
        let campaign = status.campaign
        id = campaign.id.text
        link = "/campaigns/" + CampaignSelection.percentEncoded(campaign.id.text)
        title = campaign.title
        licensor = look.licensorTitle(campaign.licensor)
        state = assessed.standing.label
        stateTone = assessed.standing.tone
        confirmed = ConsoleNumber.count(status.confirmed)
        guarantee = campaign.dailyGuarantee.map(ConsoleNumber.count) ?? ConsoleNumber.none
        cap = campaign.dailyCap.map(ConsoleNumber.count) ?? ConsoleNumber.none
        share = assessed.progress.share.map(ConsoleNumber.percent) ?? ConsoleNumber.none
        sparkline = Sparkline(series: DeliverySeries(status, at: look.now)).markup(title: "\(campaign.title) today")
        price = ConsoleNumber.price(status.capPrice)
        why = assessed.sentence(at: look.now, policy: look.policy)
    }
}

/// A heading of the campaigns table that sorts it.
struct SortHeadingView {
    var heading: String
    var headingUnit: String
    var headingLink: String?
    var sorted: String
    var cellStyle: String
}

/// The campaigns table.
struct CampaignListView {
    var headings: [SortHeadingView]
    var rows: [CampaignRowView]
    var search: String
    var orderValue: String
    var found: String
    var more: MoreView?
    var nothingFound: Bool

    struct MoreView {
        var moreLink: String
        var moreText: String
    }

    init(_ look: ConsoleStatus, assessed: [AssessedCampaign], selection: CampaignSelection) {
        let chosen = selection.apply(to: assessed, in: look)
        headings = Self.headings(selection)
        rows = chosen.prefix(selection.limit).map { CampaignRowView($0, in: look) }
        search = selection.search
        orderValue = selection.order.rawValue
        found =
            selection.search.isEmpty
            ? SummaryView.counted(assessed.count, "campaign")
            : "\(ConsoleNumber.count(chosen.count)) of \(SummaryView.counted(assessed.count, "campaign"))"
        nothingFound = chosen.isEmpty && !assessed.isEmpty
        if chosen.count > rows.count, selection.limit < 500 {
            more = MoreView(
                moreLink: "/" + selection.address(limit: min(selection.limit + 50, 500)) + "#promoted",
                moreText:
                    "Show \(min(50, chosen.count - rows.count)) more of \(SummaryView.counted(chosen.count, "campaign"))"
            )
        }
    }

    private static func headings(_ selection: CampaignSelection) -> [SortHeadingView] {
        func heading(_ text: String, _ unit: String, _ order: CampaignSelection.Order?, _ style: String)
            -> SortHeadingView
        {
            let isSorted = order == selection.order
            let direction = order == .title || order == .share ? "ascending" : "descending"
            return SortHeadingView(
                heading: text,
                headingUnit: unit,
                headingLink: order.map { "/" + selection.address(order: $0) + "#promoted" },
                sorted: isSorted ? direction : "none",
                cellStyle: style
            )
        }
        return [
            heading("Campaign", "licensor", .title, "name"), heading("State", "by need", .need, "state"),
            heading("Confirmed", "plays", .confirmed, "number"), heading("Promised", "plays", nil, "number"),
            heading("Cap", "plays", nil, "number"), heading("Of plan by now", "%", .share, "number"),
            heading("Today", "plays, UTC day", nil, "spark-cell"), heading("Price", "score a play", .price, "number"),
            heading("Why", "in words", nil, "why"),
        ]
    }
}
