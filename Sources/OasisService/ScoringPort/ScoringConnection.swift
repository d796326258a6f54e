internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// One connection of the scoring port: assembles requests, has them answered in order, and ends it all in time.
///
/// While an answer waits for the ledger, what has been read of the requests behind it waits here, and nothing more is
/// read; so a client that does not wait is slowed down, not queued.
final class ScoringConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// What arrived behind a request whose answer is not there yet.
    private enum Waiting {
        case part(HTTPServerRequestPart)
        case refusal(ServiceFailure)
    }

    private let routes: ScoringRoutes
    private let limits: ServeConfiguration.Limits
    private var assembly: RequestAssembly
    private var watch: Scheduled<Void>?
    /// When the connection has to have come further.
    private var deadline = NIODeadline.distantFuture
    private var isReadHeld = false
    private var isAnswering = false
    private var waiting = CircularBuffer<Waiting>()
    /// Whether the server stops: the request that has begun is the last.
    private var isDraining = false
    /// Whether the last answer was given; whatever still comes is dropped.
    private var isOver = false
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
        expectProgress(within: limits.requestSeconds)
        watchDeadline(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        routes.metrics.connectionClosed()
        watch?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if isAnswering { waiting.append(.part(part)) } else { take(part, context) }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        switch part {
        case .head:
            received = readClock.requestBegan()
            expectProgress(within: limits.requestSeconds)
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
        if isAnswering { waiting.append(.refusal(failure)) } else { act(on: assembly.refuse(failure), context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isDraining = true
            if !isAnswering, !assembly.isReceiving { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Reads on only while the client takes its answers, or they would pile up here, and while none is owed.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable, !isAnswering { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readOn(context)
        context.fireChannelWritabilityChanged()
    }

    private func readOn(_ context: ChannelHandlerContext) {
        guard isReadHeld, context.channel.isWritable, !isAnswering else { return }
        isReadHeld = false
        context.read()
    }

    // MARK: Answers

    private func act(on action: RequestAssembly.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .wait: break
        case .sendContinue:
            context.writeAndFlush(wrapOutboundOut(ReplyText.continue), promise: nil)
        case .handle(let request):
            deadline = .distantFuture
            handle(request, context)
        case .refuse(let failure):
            deadline = .distantFuture
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
            isAnswering = true
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            reply.whenSuccess { reply in
                let (connection, context) = bound.value
                guard context.channel.isActive else { return }
                connection.write(reply, keepsAlive: keepsAlive, isHead: isHead, context)
                connection.goOn(context)
            }
        }
    }

    /// Takes what arrived while an answer was owed, until the next one is.
    private func goOn(_ context: ChannelHandlerContext) {
        isAnswering = false
        while !isAnswering, let next = waiting.popFirst() {
            switch next {
            case .part(let part): take(part, context)
            case .refusal(let failure): act(on: assembly.refuse(failure), context)
            }
        }
        readOn(context)
    }

    private func write(_ reply: ServiceReply, keepsAlive: Bool, isHead: Bool, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        let keepsAlive = keepsAlive && !isDraining
        let text = ReplyText.bytes(of: reply, keepsAlive: keepsAlive, isHead: isHead)
        // Also when closing: a client that never reads must not hold the connection.
        expectProgress(within: limits.idleSeconds)
        if keepsAlive {
            context.writeAndFlush(wrapOutboundOut(text), promise: nil)
        } else {
            isOver = true
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(text)).whenComplete { _ in Self.closeAfterDraining(bound.value) }
        }
        lastReply = .now()
    }

    /// Closes for writing first and fully a moment later: closing with unread input resets the connection, and the client
    /// would lose the answer.
    private static func closeAfterDraining(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.close(promise: nil) }
    }

    // MARK: Time

    private func expectProgress(within seconds: Double) {
        deadline = .now() + .nanoseconds(Int64(seconds * 1e9))
    }

    /// Looks at the deadline when it is due, so that a request costs no timer.
    ///
    /// It also looks after the shorter of both limits: no deadline that is set meanwhile is nearer than that.
    private func watchDeadline(_ context: ChannelHandlerContext) {
        let shortest = TimeAmount.nanoseconds(Int64(min(limits.requestSeconds, limits.idleSeconds) * 1e9))
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleTask(deadline: min(deadline, .now() + shortest)) {
            let (connection, context) = bound.value
            if .now() >= connection.deadline { connection.runOutOfTime(context) }
            if context.channel.isActive { connection.watchDeadline(context) }
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
