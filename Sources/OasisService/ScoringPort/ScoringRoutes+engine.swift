internal import NIOCore
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring

extension ScoringRoutes {
    /// Has the engine score a request that began to be answered at `start`, and counts it; the same for every transport.
    func decide(_ request: ScoreRequest, since start: NIODeadline) -> ScoreReply {
        clock.observe(request.time)
        let reply = engine.score(request, at: clock.now)
        if reply.degradations.contains(.leaseExhausted) { onLeaseExhausted() }
        metrics.scored(
            reply,
            on: request.cell.surface,
            seconds: Double((NIODeadline.now() - start).nanoseconds) / 1e9
        )
        return reply
    }

    /// Hands events to the ledger's writer; the same for every transport.
    func submit(
        _ reports: [OutcomeReport],
        completion: @escaping EventWriter.Completion
    ) throws(ServiceFailure) {
        // Devices' clocks err: an event moves the market's clock by a day at most, where a request may move it further.
        let latest = clock.now.advanced(bySeconds: 86_400)
        for report in reports where report.occurredAt <= latest { clock.observe(report.occurredAt) }
        try events.submit(reports, completion: completion)
    }
}
