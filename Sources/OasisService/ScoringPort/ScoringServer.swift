internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle

/// The scoring port on SwiftNIO.
package final class ScoringServer: Service {
    private let routes: ScoringRoutes
    private let endpoint: ServeConfiguration.Endpoint
    private let limits: ServeConfiguration.Limits
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) -> Void
    private let children = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])

    /// A server that is not listening yet; `onListening` is told the port once it really does.
    init(
        routes: ScoringRoutes,
        endpoint: ServeConfiguration.Endpoint,
        limits: ServeConfiguration.Limits,
        group: any EventLoopGroup,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.routes = routes
        self.endpoint = endpoint
        self.limits = limits
        self.group = group
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens until shutdown, then answers what has come in and closes.
    package func run() async throws {
        let channel = try await listen()
        onListening(channel.localAddress?.port ?? endpoint.port)
        try? await gracefulShutdown()
        try? await channel.close().get()
        await drain()
    }

    private func listen() async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.set(up: channel) }
            }
        do {
            return try await bootstrap.bind(host: endpoint.host, port: endpoint.port).get()
        } catch {
            throw ListeningFailure(port: "scoring", endpoint: endpoint, cause: error)
        }
    }

    private func set(up channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let key = ObjectIdentifier(channel)
        let count = children.withLockedValue { children in
            children[key] = channel
            return children.count
        }
        let children = children
        channel.closeFuture.whenComplete { _ in children.withLockedValue { _ = $0.removeValue(forKey: key) } }
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderListSize = 16 * 1_024
        decoderLimits.maxHeaderFieldSize = 8 * 1_024
        decoderLimits.maxHeaderFieldCount = 100
        let readClock = ReadClock()
        try pipeline.addHandler(readClock)
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: decoderLimits)))
        if count > limits.connections {
            try pipeline.addHandler(TurnedAwayConnection(limit: limits.connections))
        } else {
            try pipeline.addHandler(ScoringConnection(routes: routes, limits: limits, readClock: readClock))
        }
    }

    /// Lets every connection finish the request it is in, for a limited time.
    private func drain() async {
        for channel in children.withLockedValue({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        let deadline = NIODeadline.now() + .nanoseconds(Int64(limits.drainSeconds * 1e9))
        while NIODeadline.now() < deadline, children.withLockedValue({ !$0.isEmpty }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
        let left = children.withLockedValue { Array($0.values) }
        if !left.isEmpty { logger.warning("connections cut off at shutdown", metadata: ["count": "\(left.count)"]) }
        for channel in left { channel.close(promise: nil) }
    }
}

/// A port that could not be opened.
package struct ListeningFailure: Error, CustomStringConvertible {
    let port: String
    let endpoint: ServeConfiguration.Endpoint
    let cause: any Error

    /// One sentence for people.
    package var description: String {
        let place = "\(endpoint.host):\(endpoint.port)"
        if let error = cause as? IOError, error.errnoCode == EADDRINUSE {
            return "The \(port) port \(place) is in use; stop what uses it, or choose another with --\(port)-port."
        }
        return "The \(port) port cannot listen on \(place): \(cause)."
    }
}

/// A connection above the limit: told so at its first request, then closed.
private final class TurnedAwayConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let limit: Int
    private var isAnswered = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Long enough to send a head; whoever stays silent is in the way of those who are served.
    private static let patience = TimeAmount.seconds(5)

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        let deadline = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head = unwrapInboundIn(data), !isAnswered else { return }
        isAnswered = true
        let failure = ServiceFailure.busy(
            .overloaded,
            "This port serves at most \(limit) connections; use one for many requests."
        )
        let text = ReplyText.bytes(of: failure.reply, keepsAlive: false, isHead: false)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(text)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
