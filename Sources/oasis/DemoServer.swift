internal import Foundation
internal import Logging
internal import OasisMarket
internal import OasisService
internal import OasisSimulation
internal import ServiceLifecycle
internal import UnixSignals

/// The demo with its ports open: the page shows the day while it is lived, and its end until Ctrl-C.
struct DemoServer {
    private let demo: Demo
    private let clock: MarketClock
    private let hold = PlanningHold(isHeld: true)
    private let configuration: ServeConfiguration

    init(_ demo: Demo, scoringPort: Int, consolePort: Int) {
        self.demo = demo
        clock = MarketClock(source: .requests, start: demo.comparison.market.day.start)
        var configuration = ServeConfiguration(data: "")
        configuration.scoring.port = scoringPort
        configuration.console.port = consolePort
        self.configuration = configuration
    }

    /// Serves, lives the day meanwhile, hands the lines to `show`, and goes on serving.
    ///
    /// `interrupted` is called when the server ends before the day does; it must end the process.
    func run(
        interrupted: @escaping @Sendable () -> Void,
        _ show: @escaping @Sendable ([MarketComparison.Line]) throws -> Void
    ) async throws {
        var logger = Logger(label: "oasis")
        logger.logLevel = .error
        let (listening, continuation) = AsyncStream.makeStream(of: OasisServer.Addresses.self)
        let server = OasisServer(
            engine: demo.engine,
            configuration: configuration,
            clock: clock,
            hold: hold,
            logger: logger
        ) { addresses in
            continuation.yield(addresses)
            continuation.finish()
        }
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await group.run()
                continuation.finish()
                // A day that is still being lived cannot be called off: it ends with the process.
                if hold.isHeld { interrupted() }
            }
            tasks.addTask {
                for await addresses in listening { try await live(addresses, show) }
            }
            // The server ends by Ctrl-C or by failing; the day alone ends nothing.
            while try await tasks.next() != nil {}
        }
    }

    private func live(
        _ addresses: OasisServer.Addresses,
        _ show: @escaping @Sendable ([MarketComparison.Line]) throws -> Void
    ) async throws {
        print("Watch the day at \(addresses.console) while it is lived.\n")
        fflush(nil)
        // A day blocks its thread for a minute, so it gets one of its own.
        let lines = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try demo.run { clock.observe(min($0, lastMoment)) } })
            }
        }
        try show(lines)
        hold.release()
        print(
            """

            Serving until Ctrl-C: scores on \(addresses.scoring), the day's page on \(addresses.console).
            """
        )
        fflush(nil)
    }

    /// The page stays on the day that was lived.
    private var lastMoment: Timestamp { demo.comparison.market.day.next.start.advanced(bySeconds: -1) }
}
