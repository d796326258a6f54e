internal import ArgumentParser
internal import Foundation
internal import OasisAllocation
internal import OasisPlanning
internal import OasisProblemFiles
internal import OasisSimulation

/// `oasis replay`: a problem's requests in arrival order, priced as they come.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Serve a problem's requests in arrival order and compare with hindsight.",
        discussion: """
            Starts with no prices and re-solves what is left over the requests seen so far. Hard caps are held at each
            step. The planner knows how many requests are to come, and nothing else of the future.

              Replay a directory and print a table:
                oasis replay problems/obd-men

              The same as JSON, solving twice as often:
                oasis replay problems/obd-men --resolves 200 --json

            Exit codes: 0 done, 1 failed, 2 usage, 3 input refused.
            """
    )

    @Argument(help: ArgumentHelp("The problem directory.", valueName: "dir"))
    var directory: String

    @Option(help: "About how often the market is solved, 1 to 10000.")
    var resolves = 100

    @Flag(inversion: .prefixedNo, help: "Correct prices between solves.")
    var correction = true

    @Option(help: "Threads to solve on; the machine's processors by default.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(resolves) else { throw ValidationError("--resolves must be 1 to 10000.") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256.") }
    }

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let problem: AllocationProblem
        var replay: Replay
        do {
            problem = try ProblemDirectory.read(directory)
            replay = try Replay(
                problem,
                resolveTarget: resolves,
                correction: correction ? PriceCorrection() : nil,
                threads: threads
            )
        } catch {
            Terminal.complain("replay", "refused: \(error)")
            throw ExitCode(3)
        }
        let progress = ProgressLine("replay", total: problem.requestCount, unit: "requests")
        let result = try replay.run { progress.show($0) }
        progress.clear()
        let seconds = (clock.now - start) / .seconds(1)
        if json { try printJSON(result, seconds) } else { printTable(problem, result, seconds) }
    }

    private func printJSON(_ result: Replay.Result, _ seconds: Double) throws {
        struct Report: Encodable {
            var servedValue, optimum, ratio, overspend, guaranteeShortfall, maxRelativeViolation: Double
            var resolves, corrections: Int
            var seconds: Double
        }
        try Terminal.printJSON(
            Report(
                servedValue: result.servedValue,
                optimum: result.optimum,
                ratio: result.ratio,
                overspend: result.overspend,
                guaranteeShortfall: result.guaranteeShortfall,
                maxRelativeViolation: result.maxRelativeViolation,
                resolves: result.resolves,
                corrections: result.corrections,
                seconds: seconds
            )
        )
    }

    private func printTable(_ problem: AllocationProblem, _ result: Replay.Result, _ seconds: Double) {
        Terminal.printPairs([
            ("problem", directory),
            ("requests", "\(problem.requestCount) in arrival order"),
            ("served value", String(format: "%.6f", result.servedValue)),
            ("hindsight optimum", String(format: "%.6f at most", result.optimum)),
            ("ratio", String(format: "%.3f %%", 100 * result.ratio)),
            ("above caps", String(format: "%.0f deliveries", result.overspend)),
            ("guarantees missed", String(format: "%.0f deliveries", result.guaranteeShortfall)),
            ("worst hard row", String(format: "%.2e relative", result.maxRelativeViolation)),
            ("solved", "\(result.resolves) times, corrected \(result.corrections) times"),
            ("time", String(format: "%.2f s", seconds)),
        ])
    }
}
