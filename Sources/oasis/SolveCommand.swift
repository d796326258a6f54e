internal import ArgumentParser
internal import Foundation
internal import OasisAllocation
internal import OasisProblemFiles

/// `oasis solve`: prices and an allocation for a problem directory, with a proof of how good they are.
struct SolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Solve an allocation problem and prove how good the answer is.",
        discussion: """
            DIR holds the problem as .npy columns; OUT receives price.npy, allocation.npy and certificate.json.

              Solve to the default gap and print a table:
                oasis solve problems/tiny-caps --out answer

              A looser gap on two threads, certificate as JSON:
                oasis solve problems/small-all --out answer --gap 1e-3 --threads 2 --json

              Start from an earlier answer:
                oasis solve problems/small-all --out later --prices answer/price.npy

              Stop after ten seconds, wherever it is then:
                oasis solve problems/small-all --out answer --gap 1e-6 --time-limit 10

            Ctrl-C or SIGTERM stops after the pass at hand and writes the best certified answer so far; a second one \
            quits at once and writes nothing (exit code 130 or 143). The answer does not depend on the number of threads.

            Rows that could not be kept are listed with the rows that hold them back. A row is named by attribute, \
            sense and scope, such as delivery≥campaign:17 or listenerLoss≤cell:3.

            Exit codes: 0 gap reached, 1 gap not reached or output not written, 2 usage, 3 input refused.
            """
    )

    @Argument(help: ArgumentHelp("The problem directory.", valueName: "dir"))
    var directory: String

    @Option(name: .customLong("out"), help: ArgumentHelp("Where the answer goes; made if missing.", valueName: "out"))
    var output: String

    @Option(help: "Stop when the proven relative gap is at most this.")
    var gap = 1e-4

    @Option(help: "Threads to use; the machine's processors by default.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: ArgumentHelp("Start from the prices of a similar problem: a price.npy.", valueName: "file"))
    var prices: String?

    @Option(help: ArgumentHelp("Stop with the best answer so far after this long.", valueName: "seconds"))
    var timeLimit: Double?

    @Option(
        help: ArgumentHelp(
            "Find first prices on this part of the requests; 0 starts on all of them.",
            valueName: "part"
        )
    )
    var sample = 0.1

    @Option(help: "Draws the sample; the same seed gives the same answer.")
    var seed: UInt64 = 1

    @Flag(help: "Promote whole candidates only; the gap then includes what rounding costs.")
    var integral = false

    @Flag(help: "Print the certificate and the rows that gave way as JSON.")
    var json = false

    func validate() throws {
        guard gap > 0, gap < 1 else { throw ValidationError("--gap must be above 0 and below 1, such as 1e-4.") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256.") }
        guard (0...1).contains(sample) else { throw ValidationError("--sample must be 0 to 1, such as 0.1.") }
        if let timeLimit { try TimeLimit.validate(timeLimit) }
    }

    func run() throws {
        let (problem, options) = try read()
        let solution = try solve(problem, options)
        do {
            try SolutionDirectory.write(solution, to: output, peakMemoryBytes: peakMemoryBytes())
        } catch {
            Terminal.complain("solve", "failed: \(error)")
            throw ExitCode(1)
        }
        let outcome = SolveOutcome(certificate: solution.certificate, gap: gap, timeLimitSeconds: timeLimit)
        let report = SolveReport(
            problem,
            solution,
            from: directory,
            to: output,
            outcome: outcome.description,
            explained: json ? SolveReport.explainedMaximum : SolveReport.shownMaximum
        )
        try json ? report.printJSON() : report.printTable()
        guard solution.certificate.status == .optimal else {
            Terminal.complain("solve", "\(outcome). \(nextStep(solution.certificate.status))")
            throw ExitCode(1)
        }
    }

    private func read() throws -> (AllocationProblem, SolverOptions) {
        var options = SolverOptions(
            targetGap: gap,
            threads: threads,
            sampleShare: sample,
            seed: seed,
            isIntegral: integral
        )
        options.timeLimit = timeLimit.map { .seconds($0) }
        do {
            let problem = try ProblemDirectory.read(directory)
            options.startingPrices = try prices.map { try NumPyFile.read($0, name: $0, as: Double.self).array }
            return (problem, options)
        } catch {
            Terminal.complain("solve", "refused: \(error)")
            throw ExitCode(3)
        }
    }

    private func solve(_ problem: AllocationProblem, _ options: SolverOptions) throws -> AllocationSolution {
        let progress = SolveProgress()
        var options = options
        options.progress = { progress.show($0) }
        do throws(InvalidProblem) {
            let solution = try Interruption.heard { () throws(InvalidProblem) in
                try AllocationSolver.solve(problem, options: options)
            }
            progress.clear()
            return solution
        } catch {
            Terminal.complain("solve", "refused: \(prices ?? directory): \(error.rule)")
            throw ExitCode(3)
        }
    }

    /// What to type after an answer that is not yet good enough.
    private func nextStep(_ status: Certificate.Status) -> String {
        let goOn = "oasis solve \(directory) --out \(output) --gap \(gap) --prices \(output)/price.npy"
        switch status {
        case .optimal: return ""
        case .gapNotReached: return "A wider --gap may do."
        case .timeLimit, .interrupted: return "To go on from its prices: \(goOn)"
        }
    }
}

/// Time limits that can be typed.
enum TimeLimit {
    /// - Throws: `ValidationError` that says what to type.
    static func validate(_ seconds: Double) throws {
        guard seconds > 0, seconds <= 1e9 else {
            throw ValidationError("--time-limit must be above 0 seconds, such as 10.")
        }
    }
}
