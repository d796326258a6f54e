package import Logging
internal import NIOCore
internal import NIOPosix
internal import OasisLedger
internal import OasisMarket
package import OasisPlanning
internal import OasisScoring
internal import ServiceLifecycle
internal import Synchronization

/// The whole server: scoring port, gRPC port, control plane, planner and event writer around one engine.
package struct OasisServer: Service {
    /// Where the ports listen.
    package struct Addresses: Hashable, Sendable {
        /// `http://127.0.0.1:8080`.
        package var scoring: String
        /// `http://127.0.0.1:8081`.
        package var console: String
        /// `127.0.0.1:8082`, as gRPC's clients want it; nothing when the port is not open.
        package var remoteCalls: String?
    }

    /// What it serves.
    package let engine: PromotionEngine
    /// How it runs.
    package let configuration: ServeConfiguration
    /// What time it is.
    package let clock: MarketClock
    /// Whether it asks for traffic.
    package let readiness = Readiness()
    /// What it counts.
    package let metrics: ServiceMetrics
    private let logger: Logger
    private let ownsEngine: Bool
    private let hold: PlanningHold
    private let onListening: @Sendable (Addresses) -> Void

    /// The ledger's key under which a clock of requests survives a restart.
    private static let clockKey = "clock"

    /// Serves an engine that somebody else made and will close.
    ///
    /// Of `configuration` the ports, the planner's rhythm, tokens and limits count; its data folder and files are not
    /// touched. `hold` keeps it from planning until it is released. `onListening` is told once, when all ports really
    /// listen.
    package init(
        engine: PromotionEngine,
        configuration: ServeConfiguration,
        clock: MarketClock,
        hold: PlanningHold = PlanningHold(),
        registry: PrometheusRegistry = PrometheusRegistry(),
        logger: Logger,
        onListening: @escaping @Sendable (Addresses) -> Void = { _ in }
    ) {
        self.init(engine, configuration, clock, registry, logger, ownsEngine: false, hold, onListening)
    }

    /// Opens the data folder and makes the engine in it; blocks while it does.
    ///
    /// - Throws: `InvalidField`, `ConfigurationFault`, `LedgerError`.
    package init(
        configuration: ServeConfiguration,
        registry: PrometheusRegistry = PrometheusRegistry(),
        logger: Logger,
        onListening: @escaping @Sendable (Addresses) -> Void = { _ in }
    ) throws {
        try configuration.validate()
        let directory = try DataDirectory(configuration.data)
        let ledger = try Ledger(path: directory.ledger)
        let saved = try ledger.value(of: Self.clockKey).flatMap { Timestamp($0) }
        let start = [saved, configuration.clock.start].compactMap { $0 }.max() ?? Timestamp(milliseconds: 0)
        let clock = MarketClock(source: configuration.clock.source, start: start)
        if let file = configuration.policyFile {
            try StartingDocuments.applyPolicy(file, to: ledger, at: clock.now)
        }
        if let file = configuration.campaignsFile {
            try StartingDocuments.applyCampaigns(file, to: ledger, at: clock.now)
        }
        let secrets = try directory.secrets()
        var settings = EngineSettings(
            node: configuration.node,
            snapshotDirectory: directory.snapshots,
            receiptKeys: secrets.receiptKeys,
            sampleSize: configuration.planner.sampleSize,
            solverThreads: configuration.planner.threads,
            requestsPerDayPrior: configuration.planner.requestsPerDay,
            drawKey: secrets.drawKey
        )
        settings.frequencyListenersMaximum = configuration.limits.listeners
        settings.leaseMode = configuration.planner.leases
        settings.aging = Self.aging(clock.source, planEverySeconds: configuration.planner.everySeconds)
        settings.models = ModelSettings(
            directory: directory.models,
            canaryShare: configuration.models.canaryShare,
            windowDays: configuration.models.windowDays
        )
        let engine = try PromotionEngine(ledger: ledger, settings: settings, now: clock.now)
        self.init(engine, configuration, clock, registry, logger, ownsEngine: true, PlanningHold(), onListening)
    }

    /// How long prices last: longer than usual where plans are further apart than usual.
    private static func aging(_ source: MarketClock.Source, planEverySeconds: Double) -> SnapshotAging {
        guard source == .wall else {
            // A replay lives days in seconds: the market's time says little about how long ago the planner last ran.
            return SnapshotAging(
                freshSeconds: 86_400,
                frozenAfterSeconds: 30 * 86_400,
                expiredAfterSeconds: 30 * 86_400
            )
        }
        let frozenAfter = max(900, 10 * planEverySeconds)
        return SnapshotAging(
            freshSeconds: max(60, 3 * planEverySeconds),
            frozenAfterSeconds: frozenAfter,
            expiredAfterSeconds: max(86_400, 2 * frozenAfter)
        )
    }

    private init(
        _ engine: PromotionEngine,
        _ configuration: ServeConfiguration,
        _ clock: MarketClock,
        _ registry: PrometheusRegistry,
        _ logger: Logger,
        ownsEngine: Bool,
        _ hold: PlanningHold,
        _ onListening: @escaping @Sendable (Addresses) -> Void
    ) {
        self.engine = engine
        self.configuration = configuration
        self.clock = clock
        metrics = ServiceMetrics(registry)
        self.logger = logger
        self.ownsEngine = ownsEngine
        self.hold = hold
        self.onListening = onListening
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: `ListeningFailure` when a port cannot be opened.
    package func run() async throws {
        let group = MultiThreadedEventLoopGroup(
            numberOfThreads: configuration.threads > 0 ? configuration.threads : System.coreCount
        )
        let served: Result<Void, any Error>
        do {
            try await serviceGroup(on: group).run()
            served = .success(())
        } catch {
            served = .failure(error)
        }
        try? await group.shutdownGracefully()
        if ownsEngine { await closeEngine() }
        try served.get()
    }

    /// The parts, in the order in which they depend on each other; they are shut down from the last to the first, so that
    /// what was accepted on a port still finds a writer behind it.
    private func serviceGroup(on group: MultiThreadedEventLoopGroup) -> ServiceGroup {
        let listening = Listening(for: configuration.remoteCalls == nil ? 2 : 3) { ports in
            onListening(
                Addresses(
                    scoring: "http://\(Self.bracketed(configuration.scoring.host)):\(ports[.scoring] ?? 0)",
                    console: "http://\(Self.bracketed(configuration.console.host)):\(ports[.console] ?? 0)",
                    remoteCalls: configuration.remoteCalls.map {
                        "\(Self.bracketed($0.host)):\(ports[.remoteCalls] ?? 0)"
                    }
                )
            )
        }
        let common = CommonRoutes(engine: engine, clock: clock, readiness: readiness, metrics: metrics)
        let access = AccessList(configuration.tokens)
        let events = EventWriter(
            engine: engine,
            clock: clock,
            eventsMaximum: configuration.limits.queuedEvents,
            metrics: metrics,
            logger: logger
        )
        let planner = plannerLoop()
        let routes = ScoringRoutes(
            engine: engine,
            clock: clock,
            access: access,
            events: events,
            common: common,
            metrics: metrics,
            queueMilliseconds: configuration.limits.queueMilliseconds,
            onLeaseExhausted: { planner.wantLeases() }
        )
        let scoring = ScoringServer(
            routes: routes,
            endpoint: configuration.scoring,
            limits: configuration.limits,
            group: group,
            logger: logger
        ) { listening.note(.scoring, $0) }
        let console = ControlPlaneServer(
            routes: ControlPlaneRoutes(
                engine: engine,
                clock: clock,
                access: access,
                common: common,
                planner: planner,
                metrics: metrics
            ),
            configuration: configuration,
            group: group,
            logger: logger
        ) { listening.note(.console, $0) }
        // What trains at the lowest priority ends last: no port waits for it.
        let models = ModelLoop(
            engine: engine,
            clock: clock,
            trainEverySeconds: configuration.models.trainEverySeconds,
            readiness: readiness,
            metrics: metrics,
            logger: logger
        )
        var services: [any Service] = [models, events, planner, console, scoring]
        if let endpoint = configuration.remoteCalls {
            services.append(
                RemoteCallPort(
                    routes: routes,
                    endpoint: endpoint,
                    limits: configuration.limits,
                    group: group,
                    logger: logger
                ) { listening.note(.remoteCalls, $0) }
            )
        }
        if configuration.ledger.keptDays > 0 {
            services.append(
                CompactionLoop(
                    ledger: engine.ledger,
                    clock: clock,
                    keptDays: configuration.ledger.keptDays,
                    logger: logger
                )
            )
        }
        services.append(Stopping(readiness: readiness))
        var parts = ServiceGroupConfiguration(services: services, logger: quiet(logger))
        // The ports are drained one after the other.
        let ports = configuration.remoteCalls == nil ? 1.0 : 2.0
        parts.maximumGracefulShutdownDuration = .seconds(ports * configuration.limits.drainSeconds + 10)
        return ServiceGroup(configuration: parts)
    }

    private func plannerLoop() -> PlannerLoop {
        PlannerLoop(
            engine: engine,
            clock: clock,
            everySeconds: configuration.planner.everySeconds,
            hold: hold,
            readiness: readiness,
            metrics: metrics,
            logger: logger,
            warmUp: { try WarmUp(engine: engine, clock: clock).run() },
            onTurn: { now in
                if clock.source == .requests { try engine.ledger.setValue(now.description, of: Self.clockKey) }
            }
        )
    }

    /// Gives leases back and closes the files; what fails here is logged, because nobody can do anything about it.
    private func closeEngine() async {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        do {
            try await pool.runIfActive {
                try engine.close(at: clock.now)
                try engine.ledger.close()
            }
        } catch {
            logger.error("not closed in order", metadata: ["error": "\(error)"])
        }
        try? await pool.shutdownGracefully()
    }

    private func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") ? "[\(host)]" : host
    }
}

/// Tells the world that the server goes away before anything of it does.
private struct Stopping: Service {
    let readiness: Readiness

    func run() async throws {
        try? await gracefulShutdown()
        readiness.stop()
    }
}

/// Waits for all ports.
private final class Listening: Sendable {
    enum Port: Hashable {
        case scoring
        case console
        case remoteCalls
    }

    private let ports = Mutex<[Port: Int]>([:])
    private let count: Int
    private let whenAll: @Sendable ([Port: Int]) -> Void

    init(for count: Int, _ whenAll: @escaping @Sendable ([Port: Int]) -> Void) {
        self.count = count
        self.whenAll = whenAll
    }

    func note(_ port: Port, _ number: Int) {
        let known = ports.withLock { ports in
            ports[port] = number
            return ports
        }
        if known.count == count { whenAll(known) }
    }
}
