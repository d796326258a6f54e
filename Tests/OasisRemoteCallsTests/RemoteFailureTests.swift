import Foundation
import NIOHPACK
import OasisMessages
import OasisRemoteCalls
import SwiftProtobuf
import Testing

@Suite("How a failure is told")
struct RemoteFailureTests {
    private let failure = RemoteFailure(
        .invalidArgument,
        reason: "INVALID_FIELD",
        "scale ist 100 % zähler\n",
        violation: .init(field: "scale", rule: "must be given"),
        metadata: ["request_id": "r-1"],
        retryAfterSeconds: 2
    )

    @Test("Codes have gRPC's numbers, 0 to 16")
    func codes() {
        #expect(StatusCode.allCases.map(\.rawValue) == Array(0...16))
        #expect(StatusCode.unauthenticated.rawValue == 16)
        #expect(StatusCode.unimplemented.rawValue == 12)
    }

    @Test("A message keeps its letters: all but printable ASCII is percent-encoded")
    func message() {
        #expect(PercentEncoding.encode("plain text!") == "plain text!")
        #expect(PercentEncoding.encode("100 % é\n") == "100 %25 %C3%A9%0A")
        let headers = ResponseHeaders.failure(failure, alone: false)
        #expect(headers.first(name: "grpc-message")?.removingPercentEncoding == failure.message)
    }

    @Test("An answer that is a failure alone has the headers of both ends")
    func alone() {
        let headers = ResponseHeaders.failure(failure, alone: true)
        #expect(headers.first(name: ":status") == "200")
        #expect(headers.first(name: "content-type") == "application/grpc")
        #expect(headers.first(name: "grpc-status") == "3")
        #expect(ResponseHeaders.failure(failure, alone: false).first(name: ":status") == nil)
    }

    @Test("Whoever sends what is unimplemented learns which encodings are taken")
    func encodings() {
        let failure = RemoteFailure(.unimplemented, reason: "UNSUPPORTED_ENCODING", "no")
        #expect(ResponseHeaders.failure(failure, alone: true).first(name: "grpc-accept-encoding") == "identity")
    }

    @Test("The details are a google.rpc.Status with cause, field and delay, in base64 without padding")
    func details() throws {
        let headers = ResponseHeaders.failure(failure, alone: true)
        let text = try #require(headers.first(name: "grpc-status-details-bin"))
        #expect(!text.contains("="))
        let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
        let status = try Google_Rpc_Status(serializedBytes: try #require(Data(base64Encoded: padded)))
        #expect(status.code == 3)
        #expect(status.message == failure.message)
        let urls = status.details.map(\.typeURL)
        #expect(urls == ["ErrorInfo", "BadRequest", "RetryInfo"].map { "type.googleapis.com/google.rpc.\($0)" })
        let cause = try Google_Rpc_ErrorInfo(unpackingAny: status.details[0])
        #expect(cause.reason == "INVALID_FIELD")
        #expect(cause.domain == "oasis")
        #expect(cause.metadata == ["request_id": "r-1"])
        let request = try Google_Rpc_BadRequest(unpackingAny: status.details[1])
        #expect(request.fieldViolations.map(\.field) == ["scale"])
        #expect(try Google_Rpc_RetryInfo(unpackingAny: status.details[2]).retryDelay.seconds == 2)
    }

    @Test("A long message is cut, so that its headers stay small")
    func long() {
        let failure = RemoteFailure(.internal, reason: "INTERNAL", String(repeating: "x", count: 5_000))
        #expect(ResponseHeaders.failure(failure, alone: true).first(name: "grpc-message")?.count == 1_000)
    }
}
