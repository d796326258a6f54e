internal import ArgumentParser
internal import Foundation
internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring
internal import OasisSimulation

/// `oasis demo`: a market made from a seed lives one day, four ways.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch a market balance itself, in about a minute.",
        discussion: """
            Makes a music market from a seed, lives one day of it without promotion, with a fixed boost, greedily and with
            Oasis, and compares them with what is proven to be possible. Then it keeps serving, and shows the day on a page.

              The market of the README:
                oasis demo

              Another market, only the table:
                oasis demo --seed 7 --once

            The same seed prints the same bytes.
            """
    )

    @Option(help: "What the market is made from.")
    var seed: UInt64 = 1

    @Flag(help: "End after the table.")
    var once = false

    @Flag(help: "A market of 3,000 requests a day, for a quick look.")
    var small = false

    @Flag(help: "Print the comparison as JSON.")
    var json = false

    @Option(help: "Keep the ledger and the snapshots in this folder.", completion: .directory)
    var data: String?

    @Option(help: "Port for scores and events; 0 lets the system choose.")
    var scoringPort = 8_080

    @Option(help: "Port for the console; 0 lets the system choose.")
    var consolePort = 8_081

    func run() async throws {
        let folder = try DemoFolder(path: data)
        defer { folder.removeIfTemporary() }
        let comparison = MarketComparison(
            shape: small ? .small : .demo,
            seed: seed,
            day: Day(year: 2026, month: 11, day: 20)
        )
        let demo = try Demo(comparison, in: folder)
        if once {
            try show(try demo.run(), of: comparison)
        } else {
            let server = DemoServer(demo, scoringPort: scoringPort, consolePort: consolePort)
            try await server.run(interrupted: { folder.removeAndExit() }, { try show($0, of: comparison) })
        }
    }

    private func show(_ lines: [MarketComparison.Line], of comparison: MarketComparison) throws {
        let report = DemoReport(lines: lines, comparison: comparison)
        try json ? report.printJSON() : report.printTable()
    }
}
