internal import NIOCore
package import OasisPlanning

/// What both ports answer alike: health, metrics and the API's description.
package struct CommonRoutes: Sendable {
    /// These operations.
    package static let table = [
        Route("GET", "/health/live", nil),
        Route("GET", "/health/ready", nil),
        Route("GET", "/metrics", .read),
        Route("GET", "/openapi.json", nil),
    ]

    let engine: PromotionEngine
    let clock: MarketClock
    let readiness: Readiness
    let metrics: ServiceMetrics

    package init(engine: PromotionEngine, clock: MarketClock, readiness: Readiness, metrics: ServiceMetrics) {
        self.engine = engine
        self.clock = clock
        self.readiness = readiness
        self.metrics = metrics
    }

    /// Answers one of `table`; does not block.
    func answer(_ route: Route) throws(ServiceFailure) -> ServiceReply {
        switch route.path {
        case "/health/live":
            return ServiceReply(.object([.init("status", .string("live"))]))
        case "/health/ready":
            if let failure = readiness.failure { throw failure }
            return ServiceReply(.object([.init("status", .string("ready"))]))
        case "/metrics":
            metrics.look(at: engine)
            let text = metrics.text(snapshot: engine.snapshotStatus, now: clock.now)
            return ServiceReply(contentType: .prometheusText, body: ByteBuffer(string: text))
        case "/openapi.json":
            return ServiceReply(body: ByteBuffer(string: OpenAPIDocument.text))
        default:
            throw .unrouted(method: route.method, path: route.path[...], table: Self.table)
        }
    }
}
