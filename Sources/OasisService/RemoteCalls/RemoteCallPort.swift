internal import Logging
internal import NIOCore
internal import OasisRemoteCalls
internal import ServiceLifecycle

/// The gRPC port: scores, events, health and reflection.
final class RemoteCallPort: Service {
    private let server: RemoteCallServer
    private let endpoint: ServeConfiguration.Endpoint
    private let drainSeconds: Double
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) -> Void

    /// A port that is not listening yet; `onListening` is told its number once it really does.
    init(
        routes: ScoringRoutes,
        endpoint: ServeConfiguration.Endpoint,
        limits: ServeConfiguration.Limits,
        group: any EventLoopGroup,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        server = RemoteCallServer(Self.configuration(routes, limits), group: group)
        self.endpoint = endpoint
        drainSeconds = limits.drainSeconds
        self.logger = logger
        self.onListening = onListening
    }

    private static func configuration(
        _ routes: ScoringRoutes,
        _ limits: ServeConfiguration.Limits
    ) -> RemoteCallConfiguration {
        let readiness = routes.common.readiness
        let health = HealthService { service in
            ["", RemoteScoring.name, RemoteEvents.name].contains(service) ? readiness.isReady : nil
        }
        let methods =
            RemoteScoring(routes: routes).methods + RemoteEvents(routes: routes).methods + health.methods
            + ReflectionService().methods
        var configuration = RemoteCallConfiguration(methods)
        configuration.limits.messageBytes = limits.bodyBytes
        configuration.limits.requestSeconds = limits.requestSeconds
        configuration.connection.idleSeconds = limits.idleSeconds
        configuration.connections = limits.connections
        let metrics = routes.metrics
        let successes = Dictionary(uniqueKeysWithValues: methods.map { ($0.path, metrics.calls($0.path, code: .ok)) })
        configuration.onEnd = { path, code in
            let counter = code == .ok ? successes[path] : nil
            (counter ?? metrics.calls(path, code: code)).increment(by: Int64(1))
        }
        return configuration
    }

    /// Listens until shutdown, then lets the open calls end.
    func run() async throws {
        let channel: any Channel
        do {
            channel = try await server.listen(host: endpoint.host, port: endpoint.port)
        } catch {
            throw ListeningFailure(port: "grpc", endpoint: endpoint, cause: error)
        }
        onListening(channel.localAddress?.port ?? endpoint.port)
        try? await gracefulShutdown()
        try? await channel.close().get()
        let count = await server.drain(seconds: drainSeconds)
        if count > 0 { logger.warning("connections cut off at shutdown", metadata: ["count": "\(count)"]) }
    }
}

extension ServiceMetrics {
    /// The counter of calls that end with a code.
    fileprivate func calls(_ path: String, code: StatusCode) -> CounterCell {
        registry.counter("oasis_grpc_calls_total", [("method", path.isEmpty ? "none" : path), ("code", "\(code)")])
    }
}
