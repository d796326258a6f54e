package import OasisMarket
package import OasisScoring

/// What the engine's scoring half does.
extension PromotionEngine {
    /// Decides what to promote in one request and reserves a unit for each promotion; see `ScoringNode.score`.
    package func score(_ request: ScoreRequest, at now: Timestamp, under load: Load = .all) -> ScoreReply {
        node.score(request, at: now, under: load)
    }

    /// Answers a listener's request without deciding it; nothing is reserved, counted or remembered.
    package func decline(
        _ request: RequestID,
        of listener: ListenerID,
        at now: Timestamp,
        because degradation: Degradation
    ) -> ScoreReply {
        node.decline(request, of: listener, at: now, because: degradation)
    }

    /// Scores a request without reserving, counting or remembering anything, to warm a node up.
    package func rehearse(_ request: ScoreRequest, at now: Timestamp) -> ScoreReply {
        node.rehearse(request, at: now)
    }

    /// Puts requests of an earlier day into the planner's sample, so that the first plan has something to go by.
    package func learn(from requests: [ScoreRequest]) {
        node.learn(from: requests)
    }
}
