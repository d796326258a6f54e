internal import NIOCore
internal import OasisMarket
internal import OasisMessages
internal import OasisRemoteCalls
internal import OasisScoring

/// The service `oasis.v1.PromotionScoring`.
struct RemoteScoring: Sendable {
    static let name = "oasis.v1.PromotionScoring"

    let routes: ScoringRoutes

    /// Its methods.
    var methods: [RemoteMethod] {
        [
            .unary("/\(Self.name)/Score") { (message, head) throws(RemoteFailure) -> FramedMessage in
                try routes.admit(head, needing: .score)
                let allowance = head.timeout.map { TimeAmount.nanoseconds($0.nanoseconds) }
                let arrival = RequestArrival(received: head.receivedAt, allowance: allowance)
                let reply = try score(message, isStreamed: false, arrival)
                return FramedMessage { ScoreMessages.write(reply, to: &$0) }
            },
            .streaming("/\(Self.name)/ScoreStream", .bidirectional) { (head, reply) throws(RemoteFailure) in
                try routes.admit(head, needing: .score)
                return ScoreConversation(self, reply)
            },
        ]
    }

    /// Decides one request; what is wrong with it names it when its id could be read.
    func score(
        _ message: ByteBuffer,
        isStreamed: Bool,
        _ arrival: RequestArrival
    ) throws(RemoteFailure) -> ScoreReply {
        let request = message.withUnsafeReadableBytes { bytes in
            Result { () throws(RemoteFailure) in try self.request(bytes, isStreamed: isStreamed) }
        }
        return routes.decide(try request.get(), arrival)
    }

    private func request(_ bytes: UnsafeRawBufferPointer, isStreamed: Bool) throws(RemoteFailure) -> ScoreRequest {
        var fields = ScoreRequestFields()
        do throws(WireFault) {
            try isStreamed ? fields.readStreamed(bytes) : fields.read(bytes)
        } catch {
            throw RemoteFailure.unreadable(isStreamed ? "oasis.v1.ScoreStreamRequest" : "oasis.v1.ScoreRequest")
        }
        do throws(InvalidField) {
            return try ScoreMessages.request(fields, in: bytes, clock: routes.clock)
        } catch {
            throw RemoteFailure(error, requestID: (try? RequestID(ScoreMessages.text(fields.requestID, bytes)))?.text)
        }
    }
}

/// Answers a caller's requests one after the other.
private final class ScoreConversation: CallHandler {
    private let scoring: RemoteScoring
    private let reply: CallReply

    init(_ scoring: RemoteScoring, _ reply: CallReply) {
        self.scoring = scoring
        self.reply = reply
    }

    func receive(_ message: ByteBuffer) throws(RemoteFailure) {
        // The call's deadline is that of the conversation, not of one answer.
        let arrival = RequestArrival(received: .now())
        do throws(RemoteFailure) {
            let answer = try scoring.score(message, isStreamed: true, arrival)
            reply.send(FramedMessage { writer in writer.message(1) { ScoreMessages.write(answer, to: &$0) } })
        } catch {
            var refusal = Oasis_V1_ScoreStreamResponse()
            refusal.error = error.status
            reply.send(try FramedMessage(refusal))
        }
    }

    func halfClose() {
        reply.finish()
    }

    func drain() {
        reply.finish(.stopping)
    }
}

extension ScoringRoutes {
    /// Refuses a caller who may not do this.
    func admit(_ head: CallHead, needing role: Role) throws(RemoteFailure) {
        do throws(ServiceFailure) {
            _ = try access.actor(head.authorization, needing: role)
        } catch {
            throw RemoteFailure(error)
        }
    }
}
