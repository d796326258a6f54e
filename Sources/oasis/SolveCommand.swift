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

            The answer does not depend on the number of threads.
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

    @Flag(help: "Print the certificate as JSON.")
    var json = false

    func validate() throws {
        guard gap > 0, gap < 1 else { throw ValidationError("--gap must be above 0 and below 1, such as 1e-4.") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256.") }
    }

    func run() throws {
        let problem: AllocationProblem
        var options = SolverOptions(targetGap: gap, threads: threads)
        do {
            problem = try ProblemDirectory.read(directory)
            options.startingPrices = try prices.map { try NumPyFile.read($0, name: $0, as: Double.self).array }
        } catch {
            complain("refused: \(error)")
            throw ExitCode(3)
        }
        if isatty(STDERR_FILENO) == 1 {
            options.progress = { progress in
                showProgress(progress)
                return true
            }
        }
        let solution: AllocationSolution
        do {
            solution = try AllocationSolver.solve(problem, options: options)
        } catch {
            complain("refused: \(prices ?? directory): \(error.rule)")
            throw ExitCode(3)
        }
        do {
            try SolutionDirectory.write(solution, to: output, peakMemoryBytes: peakMemoryBytes())
        } catch {
            complain("failed: \(error)")
            throw ExitCode(1)
        }
        try json ? printJSON(solution.certificate) : printTable(problem, solution)
        if solution.certificate.status != .optimal {
            complain("the gap of \(gap) was not reached; the certificate says what was proven")
            throw ExitCode(1)
        }
    }

    private func printJSON(_ certificate: Certificate) throws {
        let object = SolutionDirectory.certificateObject(certificate, peakMemoryBytes: peakMemoryBytes())
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        print(String(decoding: data, as: UTF8.self))
    }

    private func printTable(_ problem: AllocationProblem, _ solution: AllocationSolution) {
        let certificate = solution.certificate
        let promoted = solution.allocation.reduce(0.0) { $0 + Double($1) }
        let priced = solution.prices.count { $0 > 0 }
        let lines: [(String, String)] = [
            ("problem", directory),
            (
                "size",
                "\(problem.requestCount) requests, \(problem.candidateCount) candidates, "
                    + "\(problem.campaignCount) campaigns, \(problem.rows.count) rows"
            ),
            ("status", certificate.status.rawValue),
            ("upper bound", number(certificate.dualBound)),
            ("feasible value", number(certificate.feasibleValue)),
            ("relative gap", String(format: "%.2e", certificate.relativeGap)),
            ("worst violation", String(format: "%.2e relative", certificate.maxRelativeViolation)),
            ("promoted", String(format: "%.1f candidates", promoted)),
            ("rows with a price", "\(priced) of \(problem.rows.count)"),
            ("rows given way", "\(solution.shortfalls.count)"),
            (
                "work",
                String(
                    format: "%d passes + %.1f of conjugate gradients",
                    certificate.passes,
                    certificate.conjugateGradientPasses
                )
            ),
            ("time", String(format: "%.3f s", certificate.seconds)),
            ("peak memory", String(format: "%.1f MB", Double(peakMemoryBytes()) / 1e6)),
            ("written to", output),
        ]
        let width = lines.map { $0.0.count }.max() ?? 0
        for (name, value) in lines {
            print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value)
        }
    }

    private func number(_ value: Double) -> String { String(format: "%.6f", value) }

    private func complain(_ message: String) {
        FileHandle.standardError.write(Data("oasis solve: \(message)\n".utf8))
    }
}

private func showProgress(_ progress: SolverProgress) {
    let line = String(
        format: "pass %4d  smoothing %.2e  bound %.6g  feasible ≈ %.6g  proven gap %.1e",
        progress.passes,
        progress.smoothing,
        progress.bound,
        progress.estimate,
        progress.certifiedGap
    )
    FileHandle.standardError.write(Data("\(line)\n".utf8))
}
