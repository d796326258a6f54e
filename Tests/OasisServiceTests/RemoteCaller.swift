import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import OasisRemoteCalls
import SwiftProtobuf

/// How a call was answered.
struct CallAnswer: Sendable {
    var messages: [ByteBuffer] = []
    /// Headers of all blocks.
    var headers: [String: String] = [:]

    /// The status code.
    var code: StatusCode? { headers["grpc-status"].flatMap { Int($0) }.flatMap { StatusCode(rawValue: $0) } }
}

/// Calls a method of a port of this machine, with one connection for each call.
enum RemoteCaller {
    /// Sends messages and waits for the answer's end; a call that is not `complete` leaves its own end out.
    static func call(
        _ path: String,
        port: Int,
        headers more: [String: String] = [:],
        complete: Bool = true,
        _ messages: [any Message & Sendable]
    ) async throws -> CallAnswer {
        let frames = try messages.map { try FramedMessage($0).buffer }
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.configureAsyncHTTP2Pipeline(mode: .client) { $0.eventLoop.makeSucceededVoidFuture() }
                    .map { (channel, $0) }
            }
        let (connection, multiplexer) = channel
        defer { connection.close(promise: nil) }
        let stream = try await multiplexer.openStream { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<HTTP2Frame.FramePayload, HTTP2Frame.FramePayload>(
                    wrappingChannelSynchronously: channel
                )
            }
        }
        var headers: HPACKHeaders = [
            ":method": "POST", ":path": path, ":scheme": "http", ":authority": "test", "te": "trailers",
            "content-type": "application/grpc",
        ]
        for (name, value) in more { headers.add(name: name, value: value) }
        let request = headers
        return try await stream.executeThenClose { inbound, outbound in
            do {
                try await outbound.write(.headers(.init(headers: request)))
                for frame in frames { try await outbound.write(.data(.init(data: .byteBuffer(frame)))) }
                if complete { try await outbound.write(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))) }
            } catch ChannelError.ioOnClosedChannel {
                // A server may end a call before it has heard all of it; what it said is there to read.
            }
            return try await read(inbound)
        }
    }

    private static func read(_ inbound: NIOAsyncChannelInboundStream<HTTP2Frame.FramePayload>) async throws
        -> CallAnswer
    {
        var answer = CallAnswer()
        var reader = MessageReader(bytesMaximum: 10_000_000)
        for try await payload in inbound {
            switch payload {
            case .headers(let block):
                for (name, value, _) in block.headers { answer.headers[name] = value }
                if block.endStream { return answer }
            case .data(let data):
                guard case .byteBuffer(let bytes) = data.data else { continue }
                reader.append(bytes)
                while let message = try reader.next() { answer.messages.append(message) }
            default: break
            }
        }
        return answer
    }
}
