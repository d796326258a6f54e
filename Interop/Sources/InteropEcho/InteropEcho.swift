internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import NIOPosix

/// grpc-swift-2 answering every message of /benchmark.Echo/Echo with its own bytes: what a score is measured beside.
///
/// Messages are handed through as bytes, which is the least work that can be asked of it. Usage: interop-echo [THREADS]
@main
struct InteropEcho {
    static func main() async throws {
        let threads = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .ipv4(host: "127.0.0.1", port: 0),
                transportSecurity: .plaintext,
                eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: threads)
            ),
            services: [EchoService()]
        )
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await server.serve() }
            if let port = try await server.listeningAddress?.ipv4?.port {
                print("listening 127.0.0.1:\(port)")
                // A pipe would hold the line back.
                fflush(nil)
            }
        }
    }
}

private struct EchoService: RegistrableRPCService {
    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        router.registerHandler(
            forMethod: MethodDescriptor(fullyQualifiedService: "benchmark.Echo", method: "Echo"),
            deserializer: Bytes(),
            serializer: Bytes()
        ) { request, _ in
            StreamingServerResponse { writer in
                for try await message in request.messages { try await writer.write(message) }
                return [:]
            }
        }
    }
}

private struct Bytes: MessageSerializer, MessageDeserializer {
    func serialize<Target: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Target {
        Target(message)
    }

    func deserialize<Source: GRPCContiguousBytes>(_ bytes: Source) throws -> [UInt8] {
        bytes.withUnsafeBytes { [UInt8]($0) }
    }
}
