internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// One connection of the scoring port: assembles requests, has them answered in order, and ends it all in time.
///
/// Sits behind NIO's pipelining handler, which hands over the next request only after the last one was answered and
/// stops reading meanwhile; so a client that does not wait is slowed down, not queued.
final class ScoringConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let routes: ScoringRoutes
    private let limits: ServeConfiguration.Limits
    private var assembly: RequestAssembly
    private var deadline: Scheduled<Void>?
    private var isReadHeld = false
    private let readClock: ReadClock
    private var received = NIODeadline.now()
    private var lastReply: NIODeadline?

    init(routes: ScoringRoutes, limits: ServeConfiguration.Limits, readClock: ReadClock) {
        self.routes = routes
        self.limits = limits
        self.readClock = readClock
        assembly = RequestAssembly(bodyBytesMaximum: limits.bodyBytes)
    }

    func channelActive(context: ChannelHandlerContext) {
        routes.metrics.connectionOpened()
        schedule(seconds: limits.requestSeconds, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        routes.metrics.connectionClosed()
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch part {
        case .head:
            received = readClock.requestBegan()
            schedule(seconds: limits.requestSeconds, context)
        case .end: readClock.requestEnded()
        case .body: break
        }
        act(on: assembly.receive(part), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            return context.close(promise: nil)
        }
        let failure = ServiceFailure(
            .malformedRequest,
            "This is not an HTTP/1.1 request (\(error)); check what is sent to this port."
        )
        act(on: assembly.refuse(failure), context)
    }

    /// Reads on only while the client takes its answers, or they would pile up here.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isReadHeld {
            isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Answers

    private func act(on action: RequestAssembly.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .wait: break
        case .sendContinue:
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        case .handle(let request):
            deadline?.cancel()
            handle(request, context)
        case .refuse(let failure):
            deadline?.cancel()
            routes.refused(failure)
            write(failure.reply, keepsAlive: false, isHead: false, context)
        }
    }

    private func handle(_ request: AssembledRequest, _ context: ChannelHandlerContext) {
        let (keepsAlive, isHead) = (request.head.isKeepAlive, request.head.method == .HEAD)
        let arrival = RequestArrival(received: received, notBefore: lastReply)
        switch routes.answer(request, arrival, on: context.eventLoop) {
        case .now(let reply):
            write(reply, keepsAlive: keepsAlive, isHead: isHead, context)
        case .later(let reply):
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            reply.whenSuccess { reply in
                let (connection, context) = bound.value
                guard context.channel.isActive else { return }
                connection.write(reply, keepsAlive: keepsAlive, isHead: isHead, context)
            }
        }
    }

    private func write(_ reply: ServiceReply, keepsAlive: Bool, isHead: Bool, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders()
        headers.reserveCapacity(4 + reply.headers.count)
        headers.add(name: "content-type", value: reply.contentType.rawValue)
        headers.add(name: "content-length", value: String(reply.body.readableBytes))
        for field in reply.headers { headers.add(name: field.name, value: field.value) }
        if !keepsAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: reply.status),
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(reply.body))), promise: nil) }
        // Also when closing: a client that never reads must not hold the connection.
        schedule(seconds: limits.idleSeconds, context)
        let end = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        lastReply = .now()
        if !keepsAlive {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            end.whenComplete { _ in Self.closeAfterDraining(bound.value) }
        }
    }

    /// Closes for writing first and fully a moment later: closing with unread input resets the connection, and the client
    /// would lose the answer.
    private static func closeAfterDraining(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.close(promise: nil) }
    }

    // MARK: Time

    private func schedule(seconds: Double, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
            let (connection, context) = bound.value
            connection.runOutOfTime(context)
        }
    }

    private func runOutOfTime(_ context: ChannelHandlerContext) {
        guard assembly.isReceiving else { return context.close(promise: nil) }
        let failure = ServiceFailure(
            .requestTimeout,
            "The request did not arrive within \(limits.requestSeconds) s; send it at once."
        )
        act(on: assembly.refuse(failure), context)
    }
}
