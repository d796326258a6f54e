internal import ArgumentParser
internal import Foundation
internal import OasisAllocation
internal import OasisProblemFiles

/// `oasis frontier`: what a bound is worth, solved along it and proven at every point.
struct FrontierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frontier",
        abstract: "Move one bound and see what it buys, with shadow prices and proof.",
        discussion: """
            Solves DIR again and again while one bound moves, each time from the prices of the step before. Prints a \
            table and plots value and price over the bound. Everything else in DIR stays as it is.

              What the loss budget of one cell buys, from half to one and a half of it:
                oasis frontier market --row 'listenerLoss<=cell:3'

              All cells' budgets together; what one more percent buys:
                oasis frontier market --row 'listenerLoss<=cell:*' --to 200%

              What a promise costs, bound by bound:
                oasis frontier market --row 'delivery>=campaign:16' --from 0 --to 900

            A row is ATTRIBUTE, SENSE and SCOPE: <= or >= (in quotes: the shell reads < and >) or ≤ or ≥, then all, \
            campaign:ID, set:ID or cell:ID, with * for every ID, then ,share:SHARE where a row has one. A number alone \
            is the row's index. Without --row, the rows that there are are listed.

            Ctrl-C or SIGTERM ends it after the pass at hand and shows the points so far; a second one quits at once.

            Exit codes: 0 done, 1 a gap not reached, stopped early or output not written, 2 usage, 3 input refused.
            """
    )

    @Argument(help: ArgumentHelp("The problem directory.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("The row whose bound moves, or a pattern for several.", valueName: "name"))
    var row: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("First bound: a number, or percent of the current one.", valueName: "bound")
    )
    var from = BoundArgument.percent(50)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Last bound: a number, or percent of the current one.", valueName: "bound")
    )
    var to = BoundArgument.percent(150)

    @Option(help: "How many bounds to solve for, both ends included.")
    var steps = 11

    @Option(help: "Prove each point to this relative gap.")
    var gap = 1e-4

    @Option(help: "Threads to use; the machine's processors by default.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: ArgumentHelp("Stop with the points so far after this long.", valueName: "seconds"))
    var timeLimit: Double?

    @Option(help: ArgumentHelp("Where the plot goes.", valueName: "file"))
    var svg = "frontier.svg"

    @Flag(help: "Write no plot.")
    var noPlot = false

    @Flag(help: "Print the points as JSON.")
    var json = false

    func validate() throws {
        guard gap > 0, gap < 1 else { throw ValidationError("--gap must be above 0 and below 1, such as 1e-4.") }
        guard (2...1000).contains(steps) else { throw ValidationError("--steps must be 2 to 1000.") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256.") }
        guard from != to else { throw ValidationError("--from and --to must differ, such as --from 50% --to 150%.") }
        if let timeLimit { try TimeLimit.validate(timeLimit) }
        // Before the work, not after it.
        let folder = URL(fileURLWithPath: svg).deletingLastPathComponent().path
        guard noPlot || FileManager.default.fileExists(atPath: folder) else {
            throw ValidationError(
                "--svg needs a folder that exists, but \(folder) does not: make it, or say --no-plot."
            )
        }
    }

    func run() throws {
        let problem = try refusing { try ProblemDirectory.read(directory) }
        let path = try path(in: problem)
        let frontier = try trace(problem, path)
        let report = FrontierReport(problem, frontier, of: directory)
        try json ? report.printJSON(plot: noPlot ? nil : svg) : report.printTable()
        if !noPlot { try plot(report) }
        try complainIfUnfinished(frontier)
    }

    private func path(in problem: AllocationProblem) throws -> FrontierPath {
        let names = RowNames(problem)
        guard let row else {
            let families = names.families.map { "\($0.pattern) (\($0.count))" }
            let known = families.isEmpty ? "the problem has none" : "the rows are \(families.joined(separator: ", "))"
            Terminal.complain("frontier", "--row must name a row; \(known)")
            throw ExitCode(2)
        }
        let rows = try refusing { try names.rows(matching: row) }
        let bounds = FrontierBounds(from: from, to: to, steps: steps)
        return try refusing { try bounds.path(rows, names, in: problem) }
    }

    private func refusing<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            Terminal.complain("frontier", "refused: \(error)")
            throw ExitCode(3)
        }
    }

    private func trace(_ problem: AllocationProblem, _ path: FrontierPath) throws -> Frontier {
        let progress = SolveProgress()
        var solved = 0
        func announce() { progress.begin("step \(min(solved + 1, steps)) of \(steps)  ") }
        var options = SolverOptions(targetGap: gap, threads: threads, timeLimit: timeLimit.map { .seconds($0) })
        options.progress = { progress.show($0) }
        announce()
        return try refusing {
            let frontier = try Interruption.heard {
                try Frontier.trace(problem, along: path, options: options) { _ in
                    solved += 1
                    announce()
                }
            }
            progress.clear()
            return frontier
        }
    }

    private func plot(_ report: FrontierReport) throws {
        do {
            try report.chart.markup.write(toFile: svg, atomically: true, encoding: .utf8)
        } catch {
            Terminal.complain("frontier", "failed: \(svg) could not be written: \(error.localizedDescription)")
            throw ExitCode(1)
        }
        if !json { print("\nplotted in \(svg)") }
    }

    private func complainIfUnfinished(_ frontier: Frontier) throws {
        let points = frontier.points
        if !frontier.isComplete {
            let cause = Interruption.name ?? "the time limit"
            Terminal.complain("frontier", "stopped by \(cause) after \(points.count) of \(steps) points")
            throw ExitCode(1)
        }
        let open = points.count { $0.certificate.relativeGap > gap }
        if open > 0 {
            let message = "the gap of \(gap) was not reached at \(open) of \(steps) points; a wider --gap may do"
            Terminal.complain("frontier", message)
            throw ExitCode(1)
        }
    }
}
