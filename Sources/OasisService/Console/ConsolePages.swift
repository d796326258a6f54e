import OasisMarket
import OasisPlanning

/// The console's pages and the fragments that keep them up to date, as HTML.
package enum ConsolePages {
    /// The overview without its document: what `/fragments/overview` answers.
    package static func overviewFragment(_ look: ConsoleStatus, selection: CampaignSelection) -> String {
        ConsoleTemplates.render(OverviewView(look, selection: selection), with: .overview)
    }

    /// The overview as a document.
    ///
    /// `nonce` lets its own style and script through the content security policy.
    package static func overview(_ look: ConsoleStatus, selection: CampaignSelection, nonce: String) -> String {
        page(
            title: "What is promoted now",
            source: "/fragments/overview" + selection.address(),
            scale: look.policy?.scale,
            fragment: overviewFragment(look, selection: selection),
            nonce: nonce
        )
    }

    /// A campaign's page without its document; nothing when it neither runs nor delivered today.
    package static func campaignFragment(_ look: ConsoleStatus, id: String) -> String? {
        guard let status = look.engine.campaigns.first(where: { $0.campaign.id.text == id }) else { return nil }
        return ConsoleTemplates.render(CampaignView(status, in: look), with: .campaign)
    }

    /// A campaign's page; nothing when it neither runs nor delivered today.
    package static func campaign(_ look: ConsoleStatus, id: String, nonce: String) -> String? {
        guard let fragment = campaignFragment(look, id: id) else { return nil }
        let status = look.engine.campaigns.first { $0.campaign.id.text == id }
        return page(
            title: status?.campaign.title ?? id,
            source: "/fragments/campaigns/" + CampaignSelection.percentEncoded(id),
            scale: look.policy?.scale,
            fragment: fragment,
            nonce: nonce
        )
    }

    /// What stands in place of the numbers when the engine gave none.
    package static func unavailableFragment(_ error: any Error) -> String {
        ConsoleTemplates.render(
            ProblemView(
                heading: "The engine gives no status",
                text:
                    "Serving may well go on: scores do not need this page. It tries again every 2 s. The engine said:",
                detail: String(String(describing: error).prefix(500)),
                command: ConsoleCommands().readiness,
                back: false,
                isUnavailable: true
            ),
            with: .problem
        )
    }

    /// The same as a document; it comes back by itself once `source` answers.
    package static func unavailable(_ error: any Error, source: String, nonce: String) -> String {
        page(title: "No status", source: source, scale: nil, fragment: unavailableFragment(error), nonce: nonce)
    }

    /// What stands in place of a campaign that is not there.
    package static func notFoundFragment(id: String) -> String {
        ConsoleTemplates.render(
            ProblemView(
                heading: "No such campaign today",
                text: "“\(id.prefix(140))” neither runs nor delivered anything today. Its name may be misspelt.",
                detail: nil,
                command: nil,
                back: true,
                isUnavailable: false
            ),
            with: .problem
        )
    }

    /// The same as a document.
    package static func notFound(id: String, nonce: String) -> String {
        page(
            title: "No such campaign",
            source: "/fragments/campaigns/" + CampaignSelection.percentEncoded(id),
            scale: nil,
            fragment: notFoundFragment(id: id),
            nonce: nonce
        )
    }

    private struct ProblemView {
        var heading: String
        var text: String
        var detail: String?
        var command: String?
        var back: Bool
        var isUnavailable: Bool
    }

    private struct PageView {
        var pageTitle: String
        var source: String
        var isLive: Bool
        var scaleName: String?
        var fragment: String
        var nonce: String
        var style = ConsoleStyle.source
        var script = ConsoleScript.source
    }

    /// A document around a fragment; without a `source` it stays as it is.
    static func page(
        title: String,
        source: String?,
        scale: String?,
        fragment: String,
        nonce: String
    ) -> String {
        ConsoleTemplates.render(
            PageView(
                pageTitle: title,
                source: source ?? "",
                isLive: source != nil,
                scaleName: scale,
                fragment: fragment,
                nonce: nonce
            ),
            with: .page
        )
    }
}
