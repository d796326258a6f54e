internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import OasisRemoteCalls

/// Answers every message with its own bytes, on the server that Oasis answers scores with.
struct EchoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Serve /benchmark.Echo/Echo on the gRPC server of Oasis until interrupted."
    )

    @Option(help: "Port; 0 lets the system choose.") var port = 0
    @Option(help: "Event loops.") var threads = 1

    func run() async throws {
        let method = RemoteMethod.unary("/benchmark.Echo/Echo") {
            (message: ByteBuffer, _: CallHead) throws(RemoteFailure) -> FramedMessage in
            FramedMessage(framing: message)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let server = RemoteCallServer(RemoteCallConfiguration([method]), group: group)
        let channel = try await server.listen(host: "127.0.0.1", port: port)
        print("listening 127.0.0.1:\(channel.localAddress?.port ?? 0)")
        // A pipe would hold the line back.
        fflush(nil)
        try await channel.closeFuture.get()
    }
}
