import NIOCore
import NIOHTTP1
import NIOPosix
import OasisDriver
import Synchronization

/// A request as a scripted server sees it.
struct ScriptedRequest: Sendable {
    var method: String
    /// Path and query.
    var uri: String
    var headers: [String: String]
    var body: ByteBuffer

    var path: String { String(uri.prefix { $0 != "?" }) }
}

/// What a scripted server does with a request.
enum ScriptedReply: Sendable {
    case answer(status: Int, headers: [String: String] = [:], body: String)
    /// Answers and closes the connection.
    case answerAndClose(status: Int, body: String)
    /// Closes the connection without a word.
    case hangUp
    /// Leaves the caller waiting.
    case silence
}

/// A tiny HTTP server on a port of its own, for as long as a test needs it.
final class ScriptedServer: Sendable {
    let address: HTTPAddress
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let tally: Tally

    final class Tally: Sendable {
        let connections = Mutex(0)
        let open = Mutex<[any Channel]>([])
    }

    /// How many connections were opened so far.
    var connections: Int { tally.connections.withLock { $0 } }

    /// Listens at once; port 0 is one that is free.
    init(port: Int = 0, _ reply: @escaping @Sendable (ScriptedRequest) -> ScriptedReply) async throws {
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
    func stop() async throws {
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
