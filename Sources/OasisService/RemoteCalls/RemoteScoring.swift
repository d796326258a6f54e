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
            .unary("/\(Self.name)/Score") { (message, head) throws(RemoteFailure) -> Oasis_V1_ScoreResponse in
                let start = NIODeadline.now()
                try routes.admit(head, needing: .score)
                return try score(message, since: start)
            },
            .streaming("/\(Self.name)/ScoreStream", .bidirectional) { (head, reply) throws(RemoteFailure) in
                try routes.admit(head, needing: .score)
                return ScoreConversation(self, reply)
            },
        ]
    }

    /// Answers one request; what is wrong with it names it when its id could be read.
    func score(
        _ message: Oasis_V1_ScoreRequest,
        since start: NIODeadline
    ) throws(RemoteFailure) -> Oasis_V1_ScoreResponse {
        let request: ScoreRequest
        do throws(InvalidField) {
            request = try ScoreMessages.request(message, clock: routes.clock)
        } catch {
            throw RemoteFailure(error, requestID: (try? RequestID(message.requestID))?.text)
        }
        return ScoreMessages.response(routes.decide(request, since: start))
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
        let start = NIODeadline.now()
        let request: Oasis_V1_ScoreStreamRequest = try message.decoded()
        var response = Oasis_V1_ScoreStreamResponse()
        do throws(RemoteFailure) {
            response.response = try scoring.score(request.request, since: start)
        } catch {
            response.error = error.status
        }
        reply.send(try FramedMessage(response))
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
