internal import ArgumentParser
internal import Foundation
internal import OasisClient
internal import OasisDriver
internal import OasisLogFiles
internal import OasisMarket
internal import OasisSimulation

/// `oasis drive`: a ranker and its listeners against a running server.
struct DriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drive",
        abstract: "Play a market log against a running server, as a ranker with listeners would.",
        discussion: """
            Every request is scored, sorted by organic score + boost, played, and its outcomes are sent back. At the end,
            when the last session has played out, all counts are compared with the server's. A server without campaigns gets the log's own first.

              A generated day as fast as it goes, against a server on this machine:
                oasis drive

              The Open Bandit log at 600 times its own speed:
                oasis drive --open-bandit open-bandit/random/men --speed 600

              The first 2,000 requests of a small market, report as JSON:
                oasis drive --market small --requests 2000 --json

              A server that goes by the wall clock:
                oasis drive --live

            Without --live the server's configuration must say clock.source: requests, or it refuses events from another
            day, and a log must begin after the plays that the server has seen. A server that goes away is waited for; its events are sent again with the same ids.
            Exit codes: 0 agreed, 1 counts differ, a cap was exceeded or the server stayed away, 2 usage, 3 log refused.
            """
    )

    @Option(help: ArgumentHelp("The server's scoring port.", valueName: "url"))
    var scoring = "http://127.0.0.1:8080"

    @Option(help: ArgumentHelp("The server's console port.", valueName: "url"))
    var console = "http://127.0.0.1:8081"

    @Option(help: "Bearer token, where the server asks for one; OASIS_TOKEN in the environment does as well.")
    var token: String?

    @Option(help: ArgumentHelp("Replay this folder of the Open Bandit Dataset.", valueName: "dir"))
    var openBandit: String?

    @Option(help: "Size of the generated market: small (3,000 requests) or demo (60,000).")
    var market = MarketSize.demo

    @Option(help: "The generated market's day.")
    var day = "2026-11-22"

    @Option(help: "Seed of market, listeners and event ids.")
    var seed: UInt64 = 1

    @Option(help: "Market seconds for each real second, or max.")
    var speed = Speed.unlimited

    @Flag(help: "Shift the log to begin now and play it at speed 1, for a server that goes by the wall clock.")
    var live = false

    @Option(help: ArgumentHelp("Stop after so many requests.", valueName: "count"))
    var requests: Int?

    @Option(help: ArgumentHelp("Score calls at once.", valueName: "count"))
    var connections = 8

    @Option(help: ArgumentHelp("Play without boosts when no score comes in time.", valueName: "ms"))
    var deadlineMs = 100.0

    @Option(help: ArgumentHelp("Wait so long for a server that is away.", valueName: "seconds"))
    var patience = 60.0

    @Flag(
        inversion: .prefixedNo,
        help: "Create the log's licensors, campaigns and policy; by default when the server has no campaign."
    )
    var setUp: Bool?

    @Flag(help: "Print the report as JSON.")
    var json = false

    func validate() throws {
        guard HTTPAddress(scoring) != nil else {
            throw ValidationError("--scoring must be like http://127.0.0.1:8080.")
        }
        guard HTTPAddress(console) != nil else {
            throw ValidationError("--console must be like http://127.0.0.1:8081.")
        }
        guard Day(day) != nil else { throw ValidationError("--day must be a date such as 2026-11-22.") }
        guard requests.map({ $0 > 0 }) ?? true else { throw ValidationError("--requests must be at least 1.") }
        guard (1...1_000).contains(connections) else { throw ValidationError("--connections must be 1 to 1000.") }
        guard (0.1...60_000).contains(deadlineMs) else { throw ValidationError("--deadline-ms must be 0.1 to 60000.") }
        guard (0...86_400).contains(patience) else { throw ValidationError("--patience must be 0 to 86400 seconds.") }
    }

    func run() async throws {
        guard let scoring = HTTPAddress(scoring), let console = HTTPAddress(console) else { throw ExitCode(2) }
        var settings = Drive.Settings(scoring: scoring, console: console)
        settings.token = token ?? ProcessInfo.processInfo.environment["OASIS_TOKEN"]
        settings.pace = live ? .accelerated(1) : speed.pace
        settings.connections = connections
        settings.requestsMaximum = requests
        settings.deadline = .seconds(deadlineMs / 1_000)
        settings.patience = .seconds(patience)
        settings.seed = seed
        settings.settingUp = setUp.map { $0 ? .always : .never } ?? .whenEmpty
        let drive = Drive(try marketLog(), settings: settings)
        do {
            let report = try await watched(drive)
            if json { try Terminal.printJSON(report) } else { print(report.table, terminator: "") }
            if !report.isSound { throw ExitCode(1) }
        } catch let failure as DriveFailure {
            Terminal.complain("drive", "\(failure)")
            throw ExitCode(1)
        }
    }

    private func marketLog() throws -> any MarketLog {
        let log: any MarketLog
        if let openBandit {
            do throws(InvalidTable) {
                log = try OpenBanditLog(directory: openBandit, seed: seed)
            } catch {
                Terminal.complain("drive", "refused: \(error)")
                throw ExitCode(3)
            }
        } else {
            log = GeneratedLog(shape: market.shape, seed: seed, day: Day(day) ?? Day(number: 0))
        }
        guard live else { return log }
        return ShiftedLog(log, start: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
    }

    /// Runs a drive with a line of progress on a terminal, and quietly anywhere else.
    private func watched(_ drive: Drive) async throws -> DriveReport {
        guard Terminal.isWatched else { return try await drive.run() }
        let watcher = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(200))
                FileHandle.standardError.write(Data("\r\u{1b}[K\(drive.progress.line)".utf8))
            }
        }
        defer {
            watcher.cancel()
            FileHandle.standardError.write(Data("\r\u{1b}[K".utf8))
        }
        return try await drive.run()
    }
}

extension DriveCommand {
    /// Sizes that a market can be generated in.
    enum MarketSize: String, CaseIterable, ExpressibleByArgument {
        case small
        case demo

        var shape: MarketShape {
            switch self {
            case .small: .small
            case .demo: .demo
            }
        }
    }

    /// A number of market seconds for each real second, or none.
    struct Speed: ExpressibleByArgument, CustomStringConvertible {
        static let unlimited = Speed(pace: .unlimited)

        let pace: Drive.Pace

        private init(pace: Drive.Pace) { self.pace = pace }

        init?(argument: String) {
            if argument == "max" {
                self = .unlimited
            } else if let factor = Double(argument), factor > 0, factor.isFinite {
                self.init(pace: .accelerated(factor))
            } else {
                return nil
            }
        }

        var description: String {
            switch pace {
            case .unlimited: "max"
            case .accelerated(let factor): "\(factor)"
            }
        }
    }
}
