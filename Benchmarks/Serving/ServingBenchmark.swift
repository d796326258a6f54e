internal import ArgumentParser

/// What serving is measured with: an echo on the same stack, a market of any size, and a load generator.
@main
struct ServingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serving-benchmark",
        abstract: "The parts of Benchmarks/serving-speed: an echo, a market, and load.",
        subcommands: [EchoCommand.self, LoadCommand.self, MarketCommand.self]
    )
}
