internal import ArgumentParser
internal import Foundation
internal import OasisMarket
internal import OasisPlanning
internal import OasisSimulation

/// `oasis simulate`: a market in virtual time that is broken on purpose, or compared with other ways to pace.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Break a market on purpose, and see what holds.",
        discussion: """
            Runs a whole market from a seed: scoring nodes, one planner with a real ledger, players, and a network between
            them, in virtual time. Invariants are checked at every step; the first that does not hold ends the run with
            its seed, time, step and evidence. The same seed gives the same run.

              A day with everything that can break:
                oasis simulate --seed 7 --hours 24

              What the seed 7 does when only clocks jump and the planner is lost:
                oasis simulate --seed 7 --faults clock-jump,planner-loss

              Two hundred short runs:
                oasis simulate --seeds 200 --hours 1

              Twenty days against other ways to pace, and against hindsight:
                oasis simulate --compare --seeds 20
                oasis simulate --compare --seeds 20 --faults noon-shock

            Faults: all, none, or some of \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")).
            Exit codes: 0 done, 1 an invariant did not hold, 2 usage.
            """
    )

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds, one after the other.")
    var seeds = 1

    @Option(help: "Hours of traffic in each run.")
    var hours = 4.0

    @Option(help: "What is broken: all, none, or names with commas; with --compare none or noon-shock.")
    var faults: String?

    @Flag(help: "Compare a day with other ways to pace instead.")
    var compare = false

    @Option(help: "With --compare: requests of a day.")
    var requests = 20_000

    @Option(help: "With --compare: how units of caps are held, worstCase or expected.")
    var leases = LeaseMode.worstCase.rawValue

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...100_000).contains(seeds) else { throw ValidationError("--seeds must be 1 to 100000.") }
        guard seed <= UInt64.max - UInt64(seeds) else { throw ValidationError("--seed is too large.") }
        guard hours >= 0.25, hours <= 720 else { throw ValidationError("--hours must be 0.25 to 720.") }
        guard (1_000...1_000_000).contains(requests) else {
            throw ValidationError("--requests must be 1000 to 1000000.")
        }
        guard LeaseMode(rawValue: leases) != nil else {
            throw ValidationError("--leases must be worstCase or expected.")
        }
        let kinds = try kinds()
        guard !compare || kinds.isEmpty || kinds == [.noonShock] else {
            throw ValidationError("--compare takes --faults none or noon-shock.")
        }
    }

    func run() throws {
        if compare { try compareDays() } else { try breakMarkets() }
    }

    private func kinds() throws -> [Fault.Kind] {
        do {
            return try Fault.Kind.parse(faults ?? (compare ? "none" : "all"))
        } catch {
            throw ValidationError("--faults \(error.rule).")
        }
    }

    private var allSeeds: Range<UInt64> { seed..<(seed + UInt64(seeds)) }

    private func breakMarkets() throws {
        let kinds = try kinds()
        let progress = ProgressLine("simulate", total: seeds, unit: "runs")
        var outcomes: [ClusterOutcome] = []
        for (done, seed) in allSeeds.enumerated() {
            progress.show(done, "seed \(seed)")
            let folder = try DemoFolder(path: nil)
            defer { folder.removeIfTemporary() }
            do {
                let settings = ClusterSettings(seed: seed, hours: hours, faults: kinds, folder: folder.path(""))
                var cluster = MarketCluster(settings)
                outcomes.append(try cluster.run())
            } catch let broken as BrokenInvariant {
                progress.clear()
                Terminal.complain("simulate", "\(broken)")
                let again = "oasis simulate --seed \(seed) --hours \(hours) --faults \(faults ?? "all")"
                Terminal.complain("simulate", "to see it again: \(again)")
                throw ExitCode(1)
            }
        }
        progress.clear()
        let report = SimulateReport(outcomes: outcomes, hours: hours)
        try json ? report.printJSON() : report.printTable()
    }

    private func compareDays() throws {
        let hasShock = try !kinds().isEmpty
        let progress = ProgressLine("simulate", total: seeds, unit: "days")
        var days: [ReachDay.Result] = []
        for (done, seed) in allSeeds.enumerated() {
            progress.show(done, "seed \(seed)")
            let folder = try DemoFolder(path: nil)
            defer { folder.removeIfTemporary() }
            days.append(try ReachRun(seed: seed, requests: requests, hasNoonShock: hasShock).run(leases, in: folder))
        }
        progress.clear()
        let report = ReachReport(summary: ReachSummary(days), requests: requests, hasNoonShock: hasShock)
        try json ? report.printJSON() : report.printTable()
    }
}
