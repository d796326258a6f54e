internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix

/// Calls a running server as any Swift program would, through grpc-swift-2 and what it generates from our protos.
///
/// Usage: interop-check HOST:PORT; `scripts/check-interop` starts the server. Exit codes: 0 fine, 1 something is wrong,
/// 2 usage.
@main
struct InteropCheck {
    static func main() async throws {
        let parts = (CommandLine.arguments.dropFirst().first ?? "").split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else {
            print("usage: interop-check HOST:PORT")
            exit(2)
        }
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: String(parts[0]), port: port),
            transportSecurity: .plaintext,
            // Without this the client sends as it is what a call wants compressed.
            config: .defaults { $0.compression.enabledAlgorithms = .all }
        )
        let failed = try await withGRPCClient(transport: transport) { client in
            var failed = 0
            for (name, check) in Checks(client).all {
                do {
                    try await check()
                    print("  ok  \(name)")
                } catch {
                    print("WRONG \(name): \(error)")
                    failed += 1
                }
            }
            return failed
        }
        print("\(failed) failed")
        exit(failed == 0 ? 0 : 1)
    }
}

/// A check that did not hold.
struct Finding: Error, CustomStringConvertible {
    let description: String
}

/// Throws unless a condition holds.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    guard holds else { throw Finding(description: what()) }
}

/// The error that a call ends with.
func failure(_ call: () async throws -> Void) async throws -> RPCError {
    do {
        try await call()
    } catch let error as RPCError {
        return error
    }
    throw Finding(description: "the call went well, but should have failed")
}
