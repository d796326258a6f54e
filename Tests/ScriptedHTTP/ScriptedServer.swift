package import NIOCore
import NIOHTTP1
import NIOPosix
package import OasisClient
import Synchronization

/// A request as a scripted server sees it.
package struct ScriptedRequest: Sendable {
    /// What is asked for.
    package var method: String
    /// Path and query.
    package var uri: String
    /// By lower-case name.
    package var headers: [String: String]
    /// The whole body.
    package var body: ByteBuffer

    /// Without the query.
    package var path: String { String(uri.prefix { $0 != "?" }) }
}

/// What a scripted server does with a request.
package enum ScriptedReply: Sendable {
    /// Answers.
    case answer(status: Int, headers: [String: String] = [:], body: String)
    /// Answers and closes the connection.
    case answerAndClose(status: Int, body: String)
    /// Closes the connection without a word.
    case hangUp
    /// Leaves the caller waiting.
    case silence
    /// Sends these bytes, whatever they are, and closes the connection.
    case bytes(String)
    /// Breaks the connection, so that the caller sees a reset.
    case reset
    /// Answers when the test says so.
    case later(EventLoopFuture<Void>, body: String)
}

/// A tiny HTTP server on a port of its own, for as long as a test needs it.
package final class ScriptedServer: Sendable {
    /// Where it listens.
    package let address: HTTPAddress
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let tally: Tally

    private final class Tally: Sendable {
        let connections = Mutex(0)
        let open = Mutex<[any Channel]>([])
    }

    /// How many connections were opened so far.
    package var connections: Int { tally.connections.withLock { $0 } }

    /// Listens at once; port 0 is one that is free.
    package init(port: Int = 0, _ reply: @escaping @Sendable (ScriptedRequest) -> ScriptedReply) async throws {
        let tally = Tally()
        self.tally = tally
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                tally.connections.withLock { $0 += 1 }
                tally.open.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ScriptedHandler(reply))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        address = HTTPAddress(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
    }

    /// Closes the port and every connection.
    package func stop() async throws {
        try await channel.close()
        for open in tally.open.withLock({ $0 }) { try? await open.close() }
        try await group.shutdownGracefully()
    }
}

private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let reply: @Sendable (ScriptedRequest) -> ScriptedReply
    private var request: ScriptedRequest?

    init(_ reply: @escaping @Sendable (ScriptedRequest) -> ScriptedReply) {
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            request = ScriptedRequest(method: head.method.rawValue, uri: head.uri, headers: headers, body: ByteBuffer())
        case .body(var part):
            request?.body.writeBuffer(&part)
        case .end:
            guard let request else { return }
            act(on: reply(request), context)
        }
    }

    private func act(on reply: ScriptedReply, _ context: ChannelHandlerContext) {
        switch reply {
        case .silence: break
        case .hangUp: context.close(promise: nil)
        case .bytes(let text):
            // Below the HTTP handlers, which would not let them pass.
            context.channel.pipeline.context(handlerType: HTTPResponseEncoder.self)
                .whenSuccess { encoder in
                    encoder.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer(string: text))), promise: nil)
                    encoder.close(promise: nil)
                }
        case .reset:
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            context.close(promise: nil)
        case .later(let moment, let body):
            let channel = context.channel
            moment.hop(to: context.eventLoop).assumeIsolated()
                .whenSuccess {
                    if channel.isActive { self.write(200, [:], body, context) }
                }
        case .answer(let status, let headers, let body):
            write(status, headers, body, context)
        case .answerAndClose(let status, let body):
            write(status, ["Connection": "close"], body, context)
            context.close(promise: nil)
        }
    }

    private func write(_ status: Int, _ headers: [String: String], _ body: String, _ context: ChannelHandlerContext) {
        var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
        fields.add(name: "Content-Length", value: String(body.utf8.count))
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
