internal import NIOConcurrencyHelpers
package import NIOCore
internal import NIOHTTP2
internal import NIOPosix

/// A port that takes remote calls.
package final class RemoteCallServer: Sendable {
    private let configuration: RemoteCallConfiguration
    private let group: any EventLoopGroup
    private let children = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])

    /// A server that does not listen yet.
    package init(_ configuration: RemoteCallConfiguration, group: any EventLoopGroup) {
        self.configuration = configuration
        self.group = group
    }

    /// Listens; closing the channel that it gives ends the listening, not the connections.
    package func listen(host: String, port: Int) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.set(up: channel) }
            }
            .bind(host: host, port: port)
            .get()
    }

    /// Open connections.
    package var connectionCount: Int { children.withLockedValue(\.count) }

    /// Lets the open calls end, for a limited time.
    ///
    /// - Returns: How many connections had to be cut off.
    package func drain(seconds: Double) async -> Int {
        for channel in children.withLockedValue({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        let deadline = NIODeadline.now() + .nanoseconds(Int64(seconds * 1e9))
        while NIODeadline.now() < deadline, connectionCount > 0 { try? await Task.sleep(for: .milliseconds(10)) }
        let left = children.withLockedValue { Array($0.values) }
        for channel in left { channel.close(promise: nil) }
        return left.count
    }

    private func set(up channel: any Channel) throws {
        let key = ObjectIdentifier(channel)
        let isWelcome = children.withLockedValue { children in
            guard children.count < configuration.connections else { return false }
            children[key] = channel
            return true
        }
        guard isWelcome else { throw ChannelError.operationUnsupported }
        let children = children
        channel.closeFuture.whenComplete { _ in children.withLockedValue { _ = $0.removeValue(forKey: key) } }
        let end = ConnectionEnd()
        try channel.pipeline.syncOperations.addHandlers([
            NIOHTTP2Handler(
                mode: .server,
                frameDelegate: end,
                connectionConfiguration: connectionConfiguration,
                streamConfiguration: streamConfiguration
            ),
            RemoteCallConnection(configuration, end: end, on: channel.eventLoop),
        ])
    }

    private var connectionConfiguration: NIOHTTP2Handler.ConnectionConfiguration {
        let settings = configuration.connection
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: settings.concurrentCalls),
            HTTP2Setting(parameter: .initialWindowSize, value: settings.callWindowBytes),
            // Above our own limit, so that we can refuse one call politely before this ends the connection.
            HTTP2Setting(parameter: .maxHeaderListSize, value: 4 * configuration.limits.metadataBytes),
        ]
        connection.controlFrameRateLimit.maximumCount = settings.controlFramesMaximum
        connection.controlFrameRateLimit.windowLength = .seconds(10)
        return connection
    }

    private var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.streamResetFrameRateLimit.maximumCount = configuration.connection.cancelledCallsMaximum
        stream.streamResetFrameRateLimit.windowLength = .seconds(10)
        return stream
    }
}
