import NIOCore
import NIOHTTP1
import OasisService
import Testing

@Suite("Putting requests together")
struct RequestAssemblyTests {
    private func head(_ method: HTTPMethod = .POST, _ headers: HTTPHeaders = [:]) -> HTTPServerRequestPart {
        .head(HTTPRequestHead(version: .http1_1, method: method, uri: "/v1/score?x=1", headers: headers))
    }

    private func refusal(_ action: RequestAssembly.Action) -> ServiceFailure.Reason? {
        if case .refuse(let failure) = action { failure.reason } else { nil }
    }

    @Test("A body may come in pieces")
    func pieces() throws {
        var assembly = RequestAssembly(bodyBytesMaximum: 10)
        guard case .wait = assembly.receive(head(.POST, ["content-length": "4"])) else { throw CancellationError() }
        _ = assembly.receive(.body(ByteBuffer(string: "ab")))
        #expect(assembly.isReceiving)
        _ = assembly.receive(.body(ByteBuffer(string: "cd")))
        guard case .handle(let request) = assembly.receive(.end(nil)) else { throw CancellationError() }
        #expect(String(buffer: request.body) == "abcd")
        #expect(request.path == "/v1/score")
        #expect(!assembly.isReceiving)
    }

    @Test("A body that announces too much is refused before it comes")
    func announced() {
        var assembly = RequestAssembly(bodyBytesMaximum: 10)
        #expect(refusal(assembly.receive(head(.POST, ["content-length": "11"]))) == .bodyTooLarge)
        guard case .wait = assembly.receive(.body(ByteBuffer(string: "abc"))) else {
            Issue.record("what follows a refusal must be dropped")
            return
        }
    }

    @Test("A chunked body is refused as soon as it is too long")
    func chunked() {
        var assembly = RequestAssembly(bodyBytesMaximum: 3)
        _ = assembly.receive(head(.POST, ["transfer-encoding": "chunked"]))
        _ = assembly.receive(.body(ByteBuffer(string: "abc")))
        #expect(refusal(assembly.receive(.body(ByteBuffer(string: "d")))) == .bodyTooLarge)
    }

    @Test("A POST says how long it is; a GET need not")
    func length() {
        var assembly = RequestAssembly(bodyBytesMaximum: 3)
        #expect(refusal(assembly.receive(head(.POST))) == .lengthRequired)
        var other = RequestAssembly(bodyBytesMaximum: 3)
        #expect(refusal(other.receive(head(.GET))) == nil)
    }

    @Test("Whoever waits to be asked for the body is asked")
    func expectation() {
        var assembly = RequestAssembly(bodyBytesMaximum: 3)
        guard case .sendContinue = assembly.receive(head(.POST, ["content-length": "1", "expect": "100-continue"]))
        else {
            Issue.record("no 100 Continue")
            return
        }
    }
}
