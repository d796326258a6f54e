import OasisLedger
import OasisMarket
import OasisScoring
import Synchronization

extension ScoringNode {
    /// Keeps one of many decisions, so that another policy can be asked later; touches memory alone.
    ///
    /// The holdout and shadow mode serve nothing, so nothing is learned from them here; and under load propensities are
    /// others than the policy's.
    func keepDecision(
        _ request: ScoreRequest,
        _ reply: ScoreReply,
        by scorer: Scorer,
        met: ListenerStanding?,
        under load: Load,
        at now: Timestamp
    ) {
        guard reply.arm == .promoted, !reply.isShadow, load == .all, let met,
            let share = decisions.withLock({ $0.keptShare(of: request.id, on: now.day) })
        else { return }
        let snapshot = scorer.pricedBy
        let answer = scorer.explain(request, at: now, drawKey: drawKey, met: met) { place in
            // What this request took itself was there when it was decided.
            !snapshot.hasCap(place) || hasUnit(snapshot.campaignNumber(place), for: request, at: now)
                ? nil : .leaseExhausted
        }
        let logged = LoggedDecision(request, reply, answer.explanations, by: snapshot) { promotionName(request, $0) }
        guard let logged else { return }
        let decision = Decision(
            decidedAt: now,
            requestHash: request.id.stableHash,
            listenerHash: request.listener.stableHash,
            cell: request.cell,
            snapshot: snapshot.number,
            keptShare: share,
            body: logged.bytes
        )
        decisions.withLock { $0.append(decision) }
    }
}
