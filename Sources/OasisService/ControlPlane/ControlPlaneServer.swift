internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// The control plane's port on Hummingbird.
struct ControlPlaneServer: Service {
    let routes: ControlPlaneRoutes
    let configuration: ServeConfiguration
    let group: any EventLoopGroup
    let logger: Logger
    /// Told the port once the server really listens.
    let onListening: @Sendable (_ port: Int) -> Void

    init(
        routes: ControlPlaneRoutes,
        configuration: ServeConfiguration,
        group: any EventLoopGroup,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.routes = routes
        self.configuration = configuration
        self.group = group
        self.logger = logger
        self.onListening = onListening
    }

    func run() async throws {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        let endpoint = configuration.console
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router(blockingOn: pool),
            server: .http1(
                configuration: .init(idleTimeout: .nanoseconds(Int64(configuration.limits.idleSeconds * 1e9)))
            ),
            configuration: ApplicationConfiguration(address: .hostname(endpoint.host, port: endpoint.port)),
            onServerRunning: { onListening($0.localAddress?.port ?? endpoint.port) },
            eventLoopGroupProvider: .shared(group),
            logger: quiet
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListeningFailure(port: "console", endpoint: endpoint, cause: error)
        }
        try await pool.shutdownGracefully()
    }

    private func router(blockingOn pool: NIOThreadPool) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: OneErrorShape(metrics: routes.metrics, logger: logger))
        router.add(middleware: Doorkeeper(access: routes.access))
        let bodyBytes = configuration.limits.bodyBytes
        for route in ControlPlaneRoutes.table {
            guard let method = HTTPRequest.Method(route.method) else { continue }
            router.on(RouterPath(route.path), method: method) { request, context in
                let control = try await Self.controlRequest(request, context, route, routes.access, bodyBytes)
                let reply = try await pool.runIfActive { try routes.answer(control) }
                return Response(reply)
            }
        }
        addConsoleRoutes(to: router) { try await pool.runIfActive { try routes.consoleStatus() } }
        addCampaignReportRoute(to: router) { id in try await pool.runIfActive { try routes.measurement(of: id) } }
        return router
    }

    private static func controlRequest(
        _ request: Request,
        _ context: BasicRequestContext,
        _ route: Route,
        _ access: AccessList,
        _ bodyBytes: Int
    ) async throws -> ControlRequest {
        let actor = try route.role.map { role throws(ServiceFailure) in
            try access.actor(request.headers[.authorization], needing: role)
        }
        let tooLarge = ServiceFailure(.bodyTooLarge, "The body may have at most \(bodyBytes) bytes.")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bodyBytes { throw tooLarge }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: bodyBytes)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        var query: [String: String] = [:]
        for (key, value) in request.uri.queryParameters { query[String(key)] = String(value) }
        return ControlRequest(
            route: route,
            name: context.parameters.first.map { String($0.value) } ?? "",
            query: query,
            ifMatch: request.headers[.ifMatch],
            ifNoneMatch: request.headers[.ifNoneMatch],
            contentType: request.headers[.contentType],
            body: body,
            actor: actor ?? "anonymous"
        )
    }
}

extension Response {
    init(_ reply: ServiceReply) {
        var headers: HTTPFields = [.contentType: reply.contentType.rawValue]
        for field in reply.headers {
            if let name = HTTPField.Name(field.name) { headers[name] = field.value }
        }
        self.init(
            status: HTTPResponse.Status(code: reply.status),
            headers: headers,
            body: ResponseBody(byteBuffer: reply.body)
        )
    }
}

/// Turns whatever goes wrong into the one error shape, and counts every answer.
struct OneErrorShape: RouterMiddleware {
    let metrics: ServiceMetrics
    let logger: Logger

    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = Response(failure(error, request).reply)
        }
        let path = request.uri.path[...]
        let route = ControlPlaneRoutes.table.last { $0.matches(path) }?.path ?? "page"
        metrics.answered(port: "console", route: route, status: response.status.code)
        return response
    }

    private func failure(_ error: any Error, _ request: Request) -> ServiceFailure {
        switch error {
        case let failure as ServiceFailure: return failure
        case let error as any HTTPResponseError where error.status == .notFound:
            return .unrouted(
                method: request.method.rawValue,
                path: request.uri.path[...],
                table: ControlPlaneRoutes.table
            )
        case let error as any HTTPResponseError where error.status.code < 500:
            return ServiceFailure(.malformedRequest, "The request cannot be read: \(error).")
        default:
            logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return ServiceFailure(.internal, "This went wrong on the server's side; its log says what. Try again.")
        }
    }
}

/// Asks for a token, and keeps other sites' pages in a reader's browser from changing anything.
struct Doorkeeper: RouterMiddleware {
    let access: AccessList

    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path[...]
        let method = request.method == .head ? HTTPRequest.Method.get : request.method
        let route = ControlPlaneRoutes.table.first { $0.method == method.rawValue && $0.matches(path) }
        // What is not in the table is the page or nothing at all; either is for readers.
        if let role = route == nil ? Role.read : route?.role {
            _ = try access.actor(request.headers[.authorization], needing: role)
        }
        if method != .get, let origin = request.headers[.origin], origin != "null",
            origin.split(separator: "/").last.map(String.init) != request.head.authority
        {
            throw ServiceFailure(
                .crossOrigin,
                "Pages of another origin (\(origin.prefix(200))) may not change anything here."
            )
        }
        return try await next(request, context)
    }
}
