import NIOCore
import NIOHTTP1

/// A call on its way through a channel, and where its answer goes.
struct HTTPExchange: Sendable {
    var call: HTTPCall
    var host: String
    var deadline: NIODeadline
    var promise: EventLoopPromise<HTTPAnswer>
}

/// Carries one call at a time over one connection; no call is sent before the last one's answer is complete.
///
/// A call whose deadline passes takes its connection with it, or its late answer would be taken for the next call's.
final class HTTPExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPExchange
    typealias OutboundOut = HTTPClientRequestPart

    static let answerMaximumBytes = 32 << 20

    private struct Running {
        var promise: EventLoopPromise<HTTPAnswer>
        var timeout: Scheduled<Void>
        var answer = HTTPAnswer(status: 0, body: ByteBuffer())
        var isKeptAlive = true
    }

    private var running: Running?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        precondition(running == nil, "a connection carries one call at a time")
        let timeout = context.eventLoop.assumeIsolated()
            .scheduleTask(deadline: exchange.deadline) {
                self.fail(context, .deadlinePassed)
            }
        running = Running(promise: exchange.promise, timeout: timeout)
        let call = exchange.call
        var headers: HTTPHeaders = ["Host": exchange.host]
        for (name, value) in call.headers { headers.add(name: name, value: value) }
        if call.method != .get {
            headers.add(name: "Content-Type", value: call.contentType)
            headers.add(name: "Content-Length", value: String(call.body.readableBytes))
        }
        let head = HTTPRequestHead(
            version: .http1_1,
            method: HTTPMethod(rawValue: call.method.rawValue),
            uri: call.path,
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if call.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(call.body))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard running != nil else { return context.close(promise: nil) }
        switch unwrapInboundIn(data) {
        case .head(let head):
            running?.answer.status = Int(head.status.code)
            running?.answer.entityTag = head.headers.first(name: "ETag")
            running?.isKeptAlive = head.isKeepAlive
        case .body(var part):
            running?.answer.body.writeBuffer(&part)
            if running?.answer.body.readableBytes ?? 0 > Self.answerMaximumBytes {
                fail(context, .answerTooLarge(maximumBytes: Self.answerMaximumBytes))
            }
        case .end:
            guard let done = running else { return }
            running = nil
            done.timeout.cancel()
            if !done.isKeptAlive { context.close(promise: nil) }
            done.promise.succeed(done.answer)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(context, .connectionLost("closed by the server"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(context, .connectionLost("\(error)"))
    }

    private func fail(_ context: ChannelHandlerContext, _ failure: HTTPFailure) {
        let failed = running
        running = nil
        context.close(promise: nil)
        failed?.timeout.cancel()
        failed?.promise.fail(failure)
    }
}
