import OasisMarket

/// A campaign's report for its licensor, as a page.
extension ConsolePages {
    /// The report as a document of its moment: it does not keep itself up to date.
    package static func report(_ measurement: CampaignMeasurement, nonce: String) -> String {
        page(
            title: "Report on \(measurement.campaign.title)",
            source: nil,
            scale: nil,
            fragment: ConsoleTemplates.render(CampaignReportView(measurement), with: .campaignReport),
            nonce: nonce
        )
    }

    /// What stands in its place when there is none, and why.
    static func noReport(id: String, _ failure: ServiceFailure? = nil, nonce: String) -> String {
        let fragment = ConsoleTemplates.render(
            MissingReportView(
                heading: "No report",
                text: failure?.message ?? "There is no campaign “\(id.prefix(140))”. Its name may be misspelt."
            ),
            with: .problem
        )
        return page(title: "No report", source: nil, scale: nil, fragment: fragment, nonce: nonce)
    }

    private struct MissingReportView {
        var heading: String
        var text: String
        var detail: String?
        var command: String?
        var back = true
        var isUnavailable = false
    }
}
