internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import GRPCProtobuf
internal import SwiftProtobuf

/// Everything that is asked of the port; the server has the market of `scripts/check-grpc`.
struct Checks {
    typealias Transport = HTTP2ClientTransport.Posix

    private let client: GRPCClient<Transport>
    private let scoring: Oasis_V1_PromotionScoring.Client<Transport>
    private let events: Oasis_V1_PromotionEvents.Client<Transport>
    private let health: Grpc_Health_V1_Health.Client<Transport>

    init(_ client: GRPCClient<Transport>) {
        self.client = client
        scoring = Oasis_V1_PromotionScoring.Client(wrapping: client)
        events = Oasis_V1_PromotionEvents.Client(wrapping: client)
        health = Grpc_Health_V1_Health.Client(wrapping: client)
    }

    var all: [(name: String, check: () async throws -> Void)] {
        [
            ("health is serving, and unknown services are not found", healthIsServing),
            ("health is watched", healthIsWatched),
            ("a unary call is answered", unaryIsAnswered),
            ("many calls share a connection", manyCallsShareAConnection),
            ("a stream of requests is answered in turn", streamIsAnsweredInTurn),
            ("a stream outlives a request that is refused", streamOutlivesARefusal),
            ("events are recorded once", eventsAreRecordedOnce),
            ("a deadline ends a call", deadlineEndsACall),
            ("a cancelled call leaves the connection whole", cancellationLeavesTheConnection),
            ("error details name the field", errorDetailsNameTheField),
            ("a message that is too large is refused", oversizedIsRefused),
            ("a compressed message is refused politely", compressedIsRefused),
            ("an unknown method is refused", unknownMethodIsRefused),
        ]
    }

    private func request(_ id: String, candidates: Int = 10) -> Oasis_V1_ScoreRequest {
        var request = Oasis_V1_ScoreRequest()
        request.requestID = id
        request.listenerID = "listener-1"
        request.surface = "radio"
        request.market = "DE"
        request.scale = "utility"
        request.slateSize = 5
        request.promotableSlots = 2
        request.candidates.trackID = (0..<candidates - 1).map { "t-\($0)" } + ["track-1"]
        request.candidates.organicScore = (0..<candidates).map { 1 - Float($0) / Float(10 * candidates) }
        return request
    }

    // MARK: Health

    private func healthIsServing() async throws {
        for service in ["", "oasis.v1.PromotionScoring", "oasis.v1.PromotionEvents"] {
            var status = Grpc_Health_V1_HealthCheckResponse.ServingStatus.unknown
            for _ in 0..<200 {
                status = try await health.check(.with { $0.service = service }).status
                if status == .serving { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            try expect(status == .serving, "\"\(service)\" is \(status)")
        }
        let error = try await failure { _ = try await health.check(.with { $0.service = "nobody" }) }
        try expect(error.code == .notFound, "\(error)")
    }

    private func healthIsWatched() async throws {
        let first = try await health.watch(Grpc_Health_V1_HealthCheckRequest()) { response in
            for try await message in response.messages { return Optional(message.status) }
            return nil
        }
        try expect(first == .serving, "the first status is \(String(describing: first))")
    }

    // MARK: Scores

    private func unaryIsAnswered() async throws {
        let response = try await scoring.score(request("r-1"))
        try expect(response.requestID == "r-1", "\(response)")
        try expect(response.hasPricing && response.pricing.snapshotID > 0, "\(response)")
        try expect(response.promotions.map(\.index) == [9], "\(response)")
        let promotion = response.promotions[0]
        try expect(promotion.campaignID == "campaign-1" && promotion.boost > 0, "\(promotion)")
        try expect(promotion.receipt.count > 32 && promotion.receipt.count <= 96, "\(promotion.receipt.count) bytes")
    }

    private func manyCallsShareAConnection() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let message = request("r-\(number)", candidates: 500)
                group.addTask { [scoring] in
                    let response = try await scoring.score(message)
                    try expect(response.requestID == message.requestID, "answers went astray")
                }
            }
            try await group.waitForAll()
        }
    }

    private func streamIsAnsweredInTurn() async throws {
        let requests = (0..<500).map { self.request("s-\($0)", candidates: 200) }
        let answers = try await scoring.scoreStream { writer in
            for request in requests { try await writer.write(.with { $0.request = request }) }
        } onResponse: { response in
            var answers: [String] = []
            for try await message in response.messages { answers.append(message.response.requestID) }
            return answers
        }
        try expect(answers == requests.map(\.requestID), "\(answers.count) answers, or out of turn")
    }

    private func streamOutlivesARefusal() async throws {
        var bad = request("bad")
        bad.slateSize = 0
        let requests = [bad, request("good")]
        let answers = try await scoring.scoreStream { writer in
            for request in requests { try await writer.write(.with { $0.request = request }) }
        } onResponse: { response in
            var answers: [Oasis_V1_ScoreStreamResponse] = []
            for try await message in response.messages { answers.append(message) }
            return answers
        }
        try expect(answers.count == 2, "\(answers)")
        try expect(answers[0].error.code == 3 && answers[0].error.message.contains("slate_size"), "\(answers[0])")
        try expect(answers[1].response.requestID == "good", "\(answers[1])")
    }

    // MARK: Events

    private func eventsAreRecordedOnce() async throws {
        let name = UUID().uuidString
        let batches = (0..<10)
            .map { batch in
                Oasis_V1_RecordRequest.with { message in
                    message.events = (0..<100).map { event("\(name)-\(batch)-\($0)") }
                }
            }
        let first = try await record(batches)
        try expect(first.recordedCount == 1_000 && first.results.isEmpty, "\(first.recordedCount) recorded")
        let again = try await record([batches[0]])
        try expect(again.recordedCount == 0 && again.results.count == 100, "counted twice")
        try expect(again.results.allSatisfy { $0.status == .duplicate }, "not called duplicates")
    }

    private func record(_ batches: [Oasis_V1_RecordRequest]) async throws -> Oasis_V1_RecordResponse {
        try await events.record { writer in
            for batch in batches { try await writer.write(batch) }
        }
    }

    private func event(_ id: String) -> Oasis_V1_OutcomeEvent {
        .with {
            $0.id = id
            $0.source = "interop-check"
            $0.kind = .streamed
            $0.playedMilliseconds = 40_000
            $0.time = Google_Protobuf_Timestamp(date: Date())
            $0.organic.trackID = "track-1"
            $0.organic.listenerID = "listener-1"
            $0.organic.surface = "radio"
            $0.organic.market = "DE"
        }
    }

    // MARK: Ends

    private func deadlineEndsACall() async throws {
        var options = CallOptions.defaults
        options.timeout = .milliseconds(300)
        let message = request("late")
        let error = try await failure {
            try await scoring.scoreStream(options: options) { writer in
                try await writer.write(.with { $0.request = message })
                try await Task.sleep(for: .seconds(20))
            } onResponse: { response in
                for try await _ in response.messages {}
            }
        }
        try expect(error.code == .deadlineExceeded, "\(error)")
        options.timeout = .seconds(20)
        let inTime = try await scoring.score(message, options: options)
        try expect(inTime.requestID == "late", "a long deadline failed a call")
    }

    private func cancellationLeavesTheConnection() async throws {
        for number in 0..<20 {
            let message = request("c-\(number)")
            let call = Task { [scoring] in
                try await scoring.scoreStream { writer in
                    try await writer.write(.with { $0.request = message })
                    try await Task.sleep(for: .seconds(20))
                } onResponse: { response in
                    for try await _ in response.messages { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            try await Task.sleep(for: .milliseconds(5))
            call.cancel()
            _ = await call.result
        }
        let response = try await scoring.score(request("after"))
        try expect(response.requestID == "after", "\(response)")
    }

    private func errorDetailsNameTheField() async throws {
        var bad = request("r-9")
        bad.candidates.organicScore[3] = .nan
        let error = try await failure { [bad] in _ = try await scoring.score(bad) }
        try expect(error.code == .invalidArgument, "\(error)")
        let status = try error.unpackGoogleRPCStatus()
        let cause = status?.details.compactMap(\.errorInfo).first
        try expect(cause?.reason == "INVALID_FIELD" && cause?.domain == "oasis", "\(String(describing: status))")
        try expect(cause?.metadata["request_id"] == "r-9", "\(String(describing: cause))")
        let violation = status?.details.compactMap(\.badRequest).first?.violations.first
        try expect(violation?.field == "candidates.organic_score[3]", "\(String(describing: violation))")
    }

    private func oversizedIsRefused() async throws {
        var large = request("large")
        large.candidates.trackID = [String(repeating: "x", count: 2_000_000)]
        let error = try await failure { [large] in _ = try await scoring.score(large) }
        try expect(error.code == .resourceExhausted, "\(error)")
        let response = try await scoring.score(request("after"))
        try expect(response.requestID == "after", "\(response)")
    }

    private func compressedIsRefused() async throws {
        var options = CallOptions.defaults
        options.compression = .gzip
        let message = request("compressed", candidates: 500)
        let error = try await failure { _ = try await scoring.score(message, options: options) }
        try expect(error.code == .unimplemented, "\(error)")
    }

    private func unknownMethodIsRefused() async throws {
        let error = try await failure {
            _ = try await client.unary(
                request: ClientRequest(message: request("r-1")),
                descriptor: MethodDescriptor(fullyQualifiedService: "nobody", method: "Nothing"),
                serializer: ProtobufSerializer<Oasis_V1_ScoreRequest>(),
                deserializer: ProtobufDeserializer<Oasis_V1_ScoreResponse>(),
                options: .defaults
            ) { try $0.message }
        }
        try expect(error.code == .unimplemented, "\(error)")
    }
}
