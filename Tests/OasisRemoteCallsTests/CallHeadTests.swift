import NIOHPACK
import OasisRemoteCalls
import Testing

@Suite("Reading a call's headers")
struct CallHeadTests {
    private func read(_ more: [(String, String)] = [], type: String = "application/grpc") -> CallHead.Reading {
        var headers: HPACKHeaders = [":path": "/a.B/C", ":scheme": "http", "content-type": type, "te": "trailers"]
        if !more.contains(where: { $0.0 == ":method" }) { headers.add(name: ":method", value: "POST") }
        for (name, value) in more { headers.add(name: name, value: value) }
        return CallHead.read(headers, limits: CallLimits())
    }

    private func refusal(_ reading: CallHead.Reading) -> StatusCode? {
        if case .refused(let failure) = reading { failure.code } else { nil }
    }

    @Test("Path, timeout, encoding and authorization are read")
    func whole() throws {
        let more = [("grpc-timeout", "250m"), ("grpc-encoding", "gzip"), ("authorization", "Bearer x")]
        guard case .call(let head) = read(more) else { throw CancellationError() }
        #expect(head.path == "/a.B/C")
        #expect(head.timeout?.nanoseconds == 250_000_000)
        #expect(head.encoding == "gzip")
        #expect(head.authorization == "Bearer x")
    }

    @Test("gRPC's media type is taken with protobuf's suffix and with parameters, and no other is")
    func mediaType() {
        for type in ["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"] {
            guard case .call = read(type: type) else {
                Issue.record("\(type) must be taken")
                continue
            }
        }
        for type in ["", "application/json", "application/grpc-web", "application/grpc+json", "application/grp"] {
            guard case .notRemoteCall = read(type: type) else {
                Issue.record("\(type) must not be taken")
                continue
            }
        }
    }

    @Test("Another method than POST is unimplemented")
    func method() {
        #expect(refusal(read([(":method", "GET")])) == .unimplemented)
    }

    @Test("A timeout that cannot be read is refused")
    func timeout() {
        #expect(refusal(read([("grpc-timeout", "soon")])) == .invalidArgument)
    }

    @Test("Headers that are too many or too long are refused")
    func excessive() {
        #expect(refusal(read((0..<90).map { ("n-\($0)", "v") })) == nil)
        #expect(refusal(read((0..<100).map { ("n-\($0)", "v") })) == .resourceExhausted)
        #expect(refusal(read([("n", String(repeating: "v", count: 16_000))])) == nil)
        #expect(refusal(read([("n", String(repeating: "v", count: 16_384))])) == .resourceExhausted)
    }
}

@Suite("How long a caller waits")
struct CallTimeoutTests {
    @Test(
        "Each unit has its length",
        arguments: [
            ("1H", 3_600_000_000_000), ("2M", 120_000_000_000), ("3S", 3_000_000_000), ("4m", 4_000_000),
            ("5u", 5_000), ("6n", 6), ("0n", 0), ("00000001S", 1_000_000_000),
        ]
    )
    func units(text: String, nanoseconds: Int64) {
        #expect(CallTimeout(text)?.nanoseconds == nanoseconds)
    }

    @Test("Anything else is refused", arguments: ["", "S", "1", "1s", "-1S", "1.5S", " 1S", "123456789S", "1SS", "１S"])
    func malformed(text: String) {
        #expect(CallTimeout(text) == nil)
    }

    @Test("The longest timeout stays within ten years")
    func longest() {
        #expect(CallTimeout("99999999H")?.nanoseconds == 315_360_000_000_000_000)
    }
}
