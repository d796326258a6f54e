internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import NIOPosix

/// Calls one method over and over, and times the answers.
///
/// With `--rate` calls are sent at a constant rate whatever the server does, and are timed from the moment at which each
/// should have been sent, so that a stall counts for every call that it held up (no coordinated omission). Without it,
/// each answer sends the next call.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Call a unary method over HTTP/2 and print latencies as JSON."
    )

    @Argument(help: "HOST:PORT") var address: String
    @Option(help: "The method's path.") var path: String
    @Option(help: "File with one or more framed messages, sent in turn.") var bodies: String
    @Option(help: "Calls a second; without it, each answer sends the next call.") var rate: Double?
    @Option(help: "Calls open at a time on each connection, without a rate.") var streams = 32
    @Option(help: "Connections.") var connections = 4
    @Option(help: "Seconds that are measured.") var seconds = 10.0
    @Option(help: "Seconds before them that are not.") var warmUp = 1.0
    @Option(help: "Event loops.") var threads = 1

    func validate() throws {
        guard streams > 0, connections > 0, seconds > 0, warmUp >= 0, threads > 0, rate.map({ $0 > 0 }) ?? true else {
            throw ValidationError("streams, connections, threads, seconds and rate must be positive")
        }
    }

    func run() async throws {
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else { throw ValidationError("address must be HOST:PORT") }
        let messages = try Self.messages(path: bodies)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let begin = NIODeadline.now() + .milliseconds(200)
        var running: [EventLoopFuture<LoadCount>] = []
        for number in 0..<connections {
            let loop = group.next()
            // Apart from each other, so that together they send all messages before any comes again.
            let first = number * messages.count / connections
            let promise = loop.makePromise(of: LoadCount.self)
            let plan = LoadPlan(
                path: path,
                authority: address,
                messages: messages,
                pace: pace(of: number, from: begin),
                measured: begin + .nanoseconds(Int64(warmUp * 1e9)),
                end: begin + .nanoseconds(Int64((warmUp + seconds) * 1e9))
            )
            _ = try await ClientBootstrap(group: loop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            LoadConnection(plan, firstMessage: first, promise, on: channel.eventLoop)
                        )
                    }
                }
                .connect(host: String(parts[0]), port: port).get()
            running.append(promise.futureResult)
        }
        var count = LoadCount()
        for future in running { count.add(try await future.get()) }
        let summary = LoadSummary(
            count.latencies,
            failed: count.failed,
            seconds: seconds,
            sentLate: rate == nil ? nil : count.sentLateMaxNanoseconds,
            firstFailure: count.firstFailure
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(summary), as: UTF8.self))
        try await group.shutdownGracefully()
    }

    /// One connection's share of the calls, so that all together come at an even rate.
    private func pace(of connection: Int, from begin: NIODeadline) -> LoadPlan.Pace {
        guard let rate else { return .closed(streams: streams) }
        let gap = 1e9 / rate
        return .open(
            first: begin + .nanoseconds(Int64(Double(connection) * gap)),
            gapNanoseconds: gap * Double(connections)
        )
    }

    /// Cuts a file into framed messages, by the length in front of each.
    private static func messages(path: String) throws -> [ByteBuffer] {
        var file = ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: path)))
        var messages: [ByteBuffer] = []
        while let length = file.getInteger(at: file.readerIndex + 1, as: UInt32.self) {
            guard let message = file.readSlice(length: 5 + Int(length)) else {
                throw ValidationError("\(path) ends inside a message")
            }
            messages.append(message)
        }
        guard !messages.isEmpty else { throw ValidationError("\(path) holds no message") }
        return messages
    }
}
