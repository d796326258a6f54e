internal import NIOCore
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring

extension ScoringRoutes {
    /// Decides one request as far as time and load allow, and counts it; the same for every transport.
    func decide(_ request: ScoreRequest, _ arrival: RequestArrival) -> ScoreReply {
        clock.observe(request.time)
        let start = NIODeadline.now()
        let loop = admissions.current
        let reply: ScoreReply
        switch loop?.admit(arrival, at: start) ?? .decide(.all) {
        case .decide(let load):
            reply = engine.score(request, at: clock.now, under: load)
            loop?.decided(in: .now() - start)
            if reply.degradations.contains(.leaseExhausted) { onLeaseExhausted() }
        case .stayOrganic(let degradation):
            reply = ScoreReply(request: request.id, degradations: [degradation])
        }
        metrics.scored(reply, on: request.cell.surface, in: .now() - arrival.received)
        return reply
    }

    /// Decides a request whose caller set no deadline, and of which only the moment it was read is known.
    func decide(_ request: ScoreRequest, since start: NIODeadline) -> ScoreReply {
        decide(request, RequestArrival(received: start))
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
