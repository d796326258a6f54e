internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import OasisClient

/// Where a running server's console port is, and how to be let in.
struct ConsolePort: ParsableArguments {
    @Option(help: ArgumentHelp("The server's console port.", valueName: "url"))
    var console = "http://127.0.0.1:8081"

    @Option(help: "Bearer token, where the server asks for one; OASIS_TOKEN in the environment does as well.")
    var token: String?

    func validate() throws {
        guard HTTPAddress(console) != nil else {
            throw ValidationError("--console must be like http://127.0.0.1:8081.")
        }
    }

    /// Posts a document and returns the answer; complains and ends the command when there is none that says yes.
    func post(_ path: String, _ body: Data, for command: String) async throws -> Data {
        try await send(.post, path, body, for: command)
    }

    /// As `post`, for what replaces something.
    func put(_ path: String, _ body: Data, for command: String) async throws -> Data {
        try await send(.put, path, body, for: command)
    }

    /// As `post`, for what is only read.
    func get(_ path: String, for command: String) async throws -> Data {
        try await send(.get, path, nil, for: command)
    }

    private func send(
        _ method: HTTPCall.Method,
        _ path: String,
        _ body: Data?,
        for command: String
    ) async throws -> Data {
        guard let address = HTTPAddress(console) else { throw ExitCode(2) }
        let token = token ?? ProcessInfo.processInfo.environment["OASIS_TOKEN"]
        let client = HTTPClient(address)
        defer { client.close() }
        let call = HTTPCall(
            method,
            path,
            headers: token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? [],
            body: body.map { ByteBuffer(bytes: $0) } ?? ByteBuffer()
        )
        let answer: HTTPAnswer
        do throws(HTTPFailure) {
            answer = try await client.send(call, within: .seconds(120))
        } catch {
            Terminal.complain(command, "\(console) has no answer: \(error)")
            throw ExitCode(1)
        }
        guard (200..<300).contains(answer.status) else {
            let detail = ServerRefusal.detail(answer)
            Terminal.complain(command, "refused with \(detail.reason): \(detail.message)")
            throw ExitCode((400..<500).contains(answer.status) ? 3 : 1)
        }
        return Data(answer.body.readableBytesView)
    }
}
