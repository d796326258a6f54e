internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import OasisMeasurement
internal import OasisService

/// `oasis lift`: what promotion added, from a ledger with a holdout.
struct LiftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift",
        abstract: "Say what promotion added for each campaign, or why that cannot be said.",
        discussion: """
            Compares listeners who had promotions of a campaign with listeners of the holdout who would have had them, \
            from that moment on. Looks at the arms first; where they do not support an answer, there is none, and the \
            reason is given. The lift's interval holds however often it is looked at.

              Every campaign of a running server:
                oasis lift --data oasis-data

              One campaign's last two weeks, for a program:
                oasis lift --ledger oasis.sqlite --campaign my-campaign --days 14 --json

            Measures: streams (of the campaign's tracks, anywhere), context-streams (on which it pays commission), \
            new-listeners, saves, playlist-adds. How it is measured, and when an answer is withheld: docs/lift.md.

            Exit codes: 0 done, 1 failed, 2 usage, 3 refused, such as an unknown campaign or a file that is no ledger.
            """
    )

    @OptionGroup var measured: MeasuredCampaigns

    @Option(help: ArgumentHelp("One campaign; all that have begun when left out.", valueName: "id"))
    var campaign: String?

    @Option(help: "Confidence of the intervals.")
    var confidence = 0.95

    @Flag(help: "Print JSON, one report for each campaign.")
    var json = false

    func validate() throws {
        guard confidence >= 0.5, confidence < 1 else {
            throw ValidationError("--confidence must be 0.5 or more and below 1, such as 0.95.")
        }
    }

    func run() throws {
        let measurements = try measuring("lift") { try measured.measure(campaign, confidence: confidence) }
        if json { return printJSON(measurements) }
        guard !measurements.isEmpty else { return print("No campaign has begun.") }
        for (place, measurement) in measurements.enumerated() {
            if place > 0 { print("") }
            LiftReport(measurement, confidence: confidence).printTable()
        }
    }

    private func printJSON(_ measurements: [CampaignMeasurement]) {
        let documents = measurements.map { String(buffer: $0.json()) }
        print("[" + documents.joined(separator: ",\n") + "]")
    }
}
