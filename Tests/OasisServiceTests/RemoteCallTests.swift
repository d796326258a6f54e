import Foundation
import OasisMarket
import OasisMessages
import OasisRemoteCalls
import OasisService
import SwiftProtobuf
import Testing

@Suite("The gRPC port")
struct RemoteCallTests {
    private static func opened(_ configuration: inout ServeConfiguration) {
        configuration.remoteCalls = ServeConfiguration.Endpoint(port: 0)
    }

    /// The same request as `Documents.score`.
    private func request(_ id: String = "r-1") -> Oasis_V1_ScoreRequest {
        .with {
            $0.requestID = id
            $0.listenerID = "l-1"
            $0.surface = "radio"
            $0.market = "DE"
            $0.scale = "utility"
            $0.slateSize = 5
            $0.promotableSlots = 2
            $0.candidates.trackID = (0..<9).map { "t-\($0)" } + ["track-1"]
            $0.candidates.organicScore = (0..<10).map { Float(1 - Double($0) / 100) }
        }
    }

    private func event(_ id: String) -> Oasis_V1_OutcomeEvent {
        .with {
            $0.id = id
            $0.source = "test"
            $0.kind = .streamed
            $0.time = Google_Protobuf_Timestamp(date: Date())
            $0.playedMilliseconds = 40_000
            $0.organic = .with {
                $0.trackID = "track-1"
                $0.listenerID = "l-1"
                $0.surface = "radio"
                $0.market = "DE"
            }
        }
    }

    @Test("A score is the same as over HTTP and JSON")
    func sameAsJSON() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            try await server.ready()
            let port = try #require(server.remoteCallPort)
            let answer = try await RemoteCaller.call("/oasis.v1.PromotionScoring/Score", port: port, [request()])
            #expect(answer.code == .ok)
            let response: Oasis_V1_ScoreResponse = try #require(answer.messages.first).decoded()
            let json = try await server.scoring("POST", "/v1/score", Documents.score()).json
            let promotion = try #require(json["promotions"]?.elements?.first)
            #expect(response.promotions.count == json["promotions"]?.elements?.count)
            #expect(Double(response.promotions[0].index) == promotion["index"]?.double)
            #expect(response.promotions[0].campaignID == promotion["campaign"]?.text)
            #expect(response.promotions[0].boost == promotion["boost"]?.double.map { Float($0) })
            #expect(response.promotions[0].propensity == promotion["propensity"]?.double.map { Float($0) })
            #expect(response.promotions[0].reasonCodes == [.worthItsPrice])
            #expect(promotion["reasons"]?.elements == [.string("worth-its-price")])
            #expect(response.arm == .promoted)
            #expect(json["snapshot"]?.text == ScoreMessage.hexadecimal(response.pricing.snapshotID))
            #expect(json["policyVersion"]?.double == Double(response.pricing.policyVersion))
        }
    }

    @Test("Who asks is told how each boost came about, over gRPC and JSON alike; who does not is not")
    func explained() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            try await server.ready()
            let port = try #require(server.remoteCallPort)
            let score = "/oasis.v1.PromotionScoring/Score"
            let asking = Oasis_V1_ScoreRequest.with {
                $0 = request()
                $0.explain = true
            }
            let plain = try await RemoteCaller.call(score, port: port, [request()])
            let unexplained: Oasis_V1_ScoreResponse = try #require(plain.messages.first).decoded()
            #expect(unexplained.promotions.count == 1 && !unexplained.promotions[0].hasExplanation)
            let answer = try await RemoteCaller.call(score, port: port, [asking])
            let response: Oasis_V1_ScoreResponse = try #require(answer.messages.first).decoded()
            let promotion = try #require(response.promotions.first)
            let explanation = promotion.explanation
            #expect(explanation.terms.map(\.attribute) == ["delivery", "stream", "save", "newListener", "commission"])
            for term in explanation.terms {
                #expect(term.contribution == term.amount * (term.worth - term.campaignPrice - term.cellPrice))
            }
            let worth = explanation.terms.reduce(0) { $0 + $1.contribution }
            #expect(worth > 0 && explanation.fullBoost == worth / explanation.lossPrice)
            #expect(promotion.boost == min(Float(explanation.fullBoost), 1))
            let json = try await server.scoring("POST", "/v1/score", Documents.score(explain: true)).json
            let written = try #require(json["promotions"]?.elements?.first?["explanation"])
            #expect(written["fullBoost"]?.double == explanation.fullBoost)
            #expect(written["listenerLoss"]?.double == explanation.listenerLoss)
            #expect(
                written["terms"]?.elements?.map { $0["contribution"]?.double } == explanation.terms.map(\.contribution)
            )
        }
    }

    @Test("Tracks by hash are promoted as by name, and both at once are refused")
    func hashes() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            try await server.ready()
            let port = try #require(server.remoteCallPort)
            var hashed = request()
            hashed.candidates.trackHash = try hashed.candidates.trackID.map { try TrackID($0).stableHash }
            let both = try await RemoteCaller.call("/oasis.v1.PromotionScoring/Score", port: port, [hashed])
            #expect(both.code == .invalidArgument)
            #expect(both.headers["grpc-message"]?.hasPrefix("candidates.track_hash must ") == true)
            hashed.candidates.trackID = []
            var promotions: [[String]] = []
            for message in [request(), hashed] {
                let answer = try await RemoteCaller.call("/oasis.v1.PromotionScoring/Score", port: port, [message])
                let response: Oasis_V1_ScoreResponse = try #require(answer.messages.first).decoded()
                promotions.append(response.promotions.map { "\($0.index) \($0.campaignID) \($0.boost)" })
            }
            #expect(promotions[0].count == 1)
            #expect(promotions[0] == promotions[1])
        }
    }

    @Test("A call whose deadline passes ends with that, decided or not, and a long deadline changes nothing")
    func deadlines() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            try await server.ready()
            let port = try #require(server.remoteCallPort)
            let score = "/oasis.v1.PromotionScoring/Score"
            let inTime = try await RemoteCaller.call(score, port: port, headers: ["grpc-timeout": "60S"], [request()])
            let response: Oasis_V1_ScoreResponse = try #require(inTime.messages.first).decoded()
            #expect(inTime.code == .ok && response.promotions.count == 1 && response.degraded.isEmpty)
            // Over before its message is read, whatever the machine does.
            let late = try await RemoteCaller.call(score, port: port, headers: ["grpc-timeout": "1n"], [request()])
            #expect(late.code == .deadlineExceeded && late.messages.isEmpty)
            // Answered, and then nothing more comes: the server's own clock ends it.
            let silent = try await RemoteCaller.call(
                "/oasis.v1.PromotionScoring/ScoreStream",
                port: port,
                headers: ["grpc-timeout": "300m"],
                complete: false,
                [Oasis_V1_ScoreStreamRequest.with { $0.request = request("r-2") }]
            )
            #expect(silent.code == .deadlineExceeded)
            let metrics = try await server.scoring("GET", "/metrics").body
            let counted = metrics.split(separator: "\n")
                .filter { $0.hasPrefix("oasis_grpc_calls_total{") && $0.contains(#"code="deadlineExceeded""#) }
            #expect(counted.count == 2 && counted.allSatisfy { $0.hasSuffix("} 1") }, "\(metrics)")
        }
    }

    @Test("A stream's answers are those of single calls, and its refusals name the request")
    func stream() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            try await server.ready()
            let port = try #require(server.remoteCallPort)
            var bad = request("r-8")
            bad.slateSize = 0
            let messages = [request(), bad]
                .map { request in
                    Oasis_V1_ScoreStreamRequest.with { $0.request = request }
                }
            let answer = try await RemoteCaller.call("/oasis.v1.PromotionScoring/ScoreStream", port: port, messages)
            #expect(answer.code == .ok && answer.messages.count == 2)
            let good: Oasis_V1_ScoreStreamResponse = try #require(answer.messages.first).decoded()
            #expect(good.response.promotions.map(\.campaignID) == ["campaign-1"])
            let refused: Oasis_V1_ScoreStreamResponse = try #require(answer.messages.last).decoded()
            let cause = try Google_Rpc_ErrorInfo(unpackingAny: try #require(refused.error.details.first))
            #expect(cause.metadata["request_id"] == "r-8")
        }
    }

    @Test("A field at fault is named as the protos name it")
    func fieldAtFault() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            let port = try #require(server.remoteCallPort)
            var bad = request("r-7")
            bad.candidates.trackID[3] = "no spaces"
            let answer = try await RemoteCaller.call("/oasis.v1.PromotionScoring/Score", port: port, [bad])
            #expect(answer.code == .invalidArgument)
            #expect(answer.headers["grpc-message"]?.hasPrefix("candidates.track_id[3] must be ") == true)
        }
    }

    @Test("Events are recorded once, and those that are known are listed")
    func events() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            let port = try #require(server.remoteCallPort)
            let first = Oasis_V1_RecordRequest.with { $0.events = [event("a"), event("b")] }
            let second = Oasis_V1_RecordRequest.with { $0.events = [event("c"), event("a")] }
            let answer = try await RemoteCaller.call("/oasis.v1.PromotionEvents/Record", port: port, [first, second])
            #expect(answer.code == .ok)
            let response: Oasis_V1_RecordResponse = try #require(answer.messages.first).decoded()
            #expect(response.recordedCount == 3)
            #expect(response.results.map(\.index) == [3])
            #expect(response.results.map(\.eventID) == ["a"])
            #expect(response.results.map(\.status) == [.duplicate])
        }
    }

    @Test("A full queue holds events back instead of refusing them")
    func backPressure() async throws {
        try await RunningServer.with(
            configure: changing {
                $0.remoteCalls = ServeConfiguration.Endpoint(port: 0)
                $0.limits.queuedEvents = 10
            }
        ) { server in
            let port = try #require(server.remoteCallPort)
            let batches = (0..<30)
                .map { batch in
                    Oasis_V1_RecordRequest.with { $0.events = (0..<9).map { event("e-\(batch)-\($0)") } }
                }
            let answer = try await RemoteCaller.call("/oasis.v1.PromotionEvents/Record", port: port, batches)
            #expect(answer.code == .ok)
            let response: Oasis_V1_RecordResponse = try #require(answer.messages.first).decoded()
            #expect(response.recordedCount == 270)
            #expect(response.results.isEmpty)
        }
    }

    @Test("A caller needs a token with the role of what it calls")
    func access() async throws {
        try await RunningServer.with(
            configure: changing {
                $0.remoteCalls = ServeConfiguration.Endpoint(port: 0)
                $0.tokens = [AccessToken(name: "ranker", token: "0123456789abcdef", roles: [.score])]
            }
        ) { server in
            let port = try #require(server.remoteCallPort)
            let token = ["authorization": "Bearer 0123456789abcdef"]
            let expected: [(String, [String: String], StatusCode)] = [
                ("PromotionScoring/Score", [:], .unauthenticated),
                ("PromotionScoring/ScoreStream", [:], .unauthenticated),
                ("PromotionScoring/Score", token, .ok),
                ("PromotionEvents/Record", token, .permissionDenied),
            ]
            for (method, headers, code) in expected {
                let path = "/oasis.v1." + method
                let answer = try await RemoteCaller.call(path, port: port, headers: headers, [request()])
                #expect(answer.code == code, "\(method)")
            }
        }
    }

    @Test("Calls are counted by method and code")
    func counted() async throws {
        try await RunningServer.with(configure: Self.opened) { server in
            let port = try #require(server.remoteCallPort)
            let health = Grpc_Health_V1_HealthCheckRequest.with { $0.service = "nobody" }
            let answer = try await RemoteCaller.call("/grpc.health.v1.Health/Check", port: port, [health])
            #expect(answer.code == .notFound)
            let text = try await server.scoring("GET", "/metrics").body
            let line = text.split(separator: "\n")
                .first {
                    $0.hasPrefix("oasis_grpc_calls_total{") && $0.contains(#"method="/grpc.health.v1.Health/Check""#)
                        && $0.contains(#"code="notFound""#)
                }
            #expect(line?.hasSuffix("} 1") == true)
        }
    }
}
