internal import ArgumentParser

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
            """,
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [DemoCommand.self, ServeCommand.self, DriveCommand.self]),
            CommandGroup(name: "Solve", subcommands: [SolveCommand.self, ReplayCommand.self]),
        ]
    )
}
