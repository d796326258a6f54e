import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP/1.1 client for one server: connections are kept and used again, and each call has a deadline.
///
/// There are as many connections as there are calls at once, so whoever calls bounds them. A broken connection is
/// dropped and the next call opens another; nothing is sent twice by itself.
package final class HTTPClient: Sendable {
    /// Whom it talks to.
    package let address: HTTPAddress
    private let group: any EventLoopGroup
    private let idle = Mutex<[any Channel]>([])

    /// A client that opens its first connection with its first call.
    package init(_ address: HTTPAddress) {
        self.address = address
        group = MultiThreadedEventLoopGroup.singleton
    }

    /// Sends a call and waits for its whole answer, whatever its status.
    ///
    /// - Parameters:
    ///   - call: The request.
    ///   - limit: From now to the end of the answer, connecting included.
    /// - Returns: The answer.
    /// - Throws: `HTTPFailure` when there is none; `connectionLost` when the task is cancelled, which ends the call.
    package func send(_ call: HTTPCall, within limit: Duration) async throws(HTTPFailure) -> HTTPAnswer {
        let deadline = NIODeadline.now() + TimeAmount(limit)
        let (channel, isKept) = try await connection(within: limit)
        let promise = channel.eventLoop.makePromise(of: HTTPAnswer.self)
        let exchange = HTTPExchange(call: call, host: address.authority, deadline: deadline, promise: promise)
        channel.writeAndFlush(exchange).whenFailure { promise.fail(HTTPFailure.connectionLost("\($0)")) }
        do {
            let answer = try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                // An answer that nobody waits for must not be taken for the next call's.
                channel.close(promise: nil)
            }
            if channel.isActive { idle.withLock { $0.append(channel) } }
            return answer
        } catch let failure as HTTPFailure {
            if isKept, case .connectionLost(let cause) = failure { throw .staleConnection(cause) }
            throw failure
        } catch {
            throw .connectionLost("\(error)")
        }
    }

    /// Closes the connections that wait for a call.
    package func close() {
        let channels = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        for channel in channels { channel.close(promise: nil) }
    }

    private func connection(within limit: Duration) async throws(HTTPFailure) -> (any Channel, isKept: Bool) {
        let kept = idle.withLock { idle in
            idle.removeAll { !$0.isActive }
            return idle.popLast()
        }
        if let kept { return (kept, true) }
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(limit))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(HTTPExchangeHandler())
                }
            }
        do {
            return (try await bootstrap.connect(host: address.host, port: address.port).get(), false)
        } catch is ChannelError {
            throw .deadlinePassed
        } catch {
            throw .unreachable("\(error)")
        }
    }
}

extension HTTPAddress {
    /// What the `Host` header says.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
