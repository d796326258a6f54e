internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import OasisMarket
internal import OasisMeasurement
internal import OasisService

/// `oasis campaign-report`: what a campaign's licensor is told.
struct CampaignReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign-report",
        abstract: "Report on one campaign for its licensor: audience, intent, lift, break-even.",
        discussion: """
            Listeners, streams, saves, playlist adds and follows against as many days before the campaign began; the \
            share of listeners who saved, added or followed within 14 days of their first promoted stream; and what of \
            it promotion caused, as oasis lift says it.

              oasis campaign-report my-campaign --data oasis-data
              oasis campaign-report my-campaign --data oasis-data --csv > my-campaign.csv

            The same is a page of the console, /campaigns/ID/report, and an answer of the control plane, \
            /v1/campaigns/ID/report.

            Exit codes: 0 done, 1 failed, 2 usage, 3 refused, such as an unknown campaign.
            """
    )

    @Argument(help: ArgumentHelp("The campaign.", valueName: "id"))
    var campaign: String

    @OptionGroup var measured: MeasuredCampaigns

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print CSV.")
    var csv = false

    func validate() throws {
        guard !(json && csv) else { throw ValidationError("Give --json or --csv, not both.") }
    }

    func run() throws {
        for measurement in try measuring("campaign-report", { try measured.measure(campaign) }) {
            if json {
                print(String(buffer: measurement.json()))
            } else if csv {
                print(measurement.csv(), terminator: "")
            } else {
                printTables(measurement)
            }
        }
    }

    private func printTables(_ measurement: CampaignMeasurement) {
        let report = measurement.report
        let (during, before) = (report.during, report.before)
        Terminal.printPairs([(name: "licensor", value: measurement.licensorTitle)])
        LiftReport(measurement, confidence: 0.95).printTable()
        print("")
        Terminal.printTable([
            ["count", String(format: "last %g days", report.days), "as long before it began"],
            ["listeners", "\(report.listeners)", "\(report.listenersBefore)"],
            ["returning listeners", "\(report.returningListeners)", ""],
            ["new to the artist", "\(report.newListeners)", ""],
            ["streams", "\(during.streams)", "\(before.streams)"],
            ["streams in its contexts", "\(during.contextStreams)", "\(before.contextStreams)"],
            ["promoted streams", "\(during.promotedStreams)", "\(before.promotedStreams)"],
            ["saves", "\(during.saves)", "\(before.saves)"],
            ["playlist adds", "\(during.playlistAdds)", "\(before.playlistAdds)"],
            ["follows", "\(during.follows)", "\(before.follows)"],
        ])
        let rate = report.intentRate.map { String(format: "%.1f %%", 100 * $0) } ?? "–"
        if !report.isBeforeComplete { print("\nThe ledger does not have everything of the time before.") }
        print("\nIntent within 14 days: \(report.intentListeners) of \(report.promotedListeners) listeners, \(rate).")
    }
}
