internal import ArgumentParser
internal import Foundation

/// The command line of Oasis.
@main
struct Oasis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oasis",
        abstract: "Decides which tracks a recommender promotes, to whom and how strongly.",
        discussion: """
            Start here:
              oasis demo                       a market balances itself in a minute
              oasis serve --config serve.yaml  scores, events and control plane over HTTP
              oasis solve DIR --out ANSWER     prices, an allocation and a proof, without any server
            """,
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [DemoCommand.self, ServeCommand.self, DriveCommand.self]),
            CommandGroup(name: "Account", subcommands: [ReportCommand.self, LedgerCommand.self]),
            CommandGroup(name: "Change", subcommands: [PlanCommand.self, ApplyCommand.self, PullBacksCommand.self]),
            CommandGroup(name: "Describe", subcommands: [OpenAPICommand.self]),
            CommandGroup(name: "Look", subcommands: [ExplainCommand.self, SnapshotCommand.self]),
            CommandGroup(name: "Solve", subcommands: [SolveCommand.self, FrontierCommand.self, ReplayCommand.self]),
            CommandGroup(name: "Try", subcommands: [SimulateCommand.self]),
            CommandGroup(
                name: "Measure",
                subcommands: [EvaluateCommand.self, LiftCommand.self, CampaignReportCommand.self]
            ),
            CommandGroup(
                name: "Predict",
                subcommands: [TrainCommand.self, EvaluateModelCommand.self, ModelsCommand.self, DoctorCommand.self]
            ),
        ]
    )

    /// Runs the command that was named.
    ///
    /// Exit codes: 0 done, 1 failed, 2 usage, 3 refused input.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        }
    }
}
