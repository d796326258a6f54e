internal import NIOCore
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring

extension ScoringRoutes {
    /// Says how much of a request time and load allow; asked once for each, before more than its head is read.
    func admit(_ arrival: RequestArrival) -> AdmissionControl.Verdict {
        admissions.current?.admit(arrival, at: .now()) ?? .decide(.all)
    }

    /// Decides one request as far as time and load allow, and counts it; the same for every transport.
    func decide(_ request: ScoreRequest, _ arrival: RequestArrival) -> ScoreReply {
        decide(request, arrival, admit(arrival))
    }

    /// Decides one request as `verdict` has it, and counts it.
    func decide(
        _ request: ScoreRequest,
        _ arrival: RequestArrival,
        _ verdict: AdmissionControl.Verdict
    ) -> ScoreReply {
        clock.observe(request.time)
        let reply: ScoreReply
        switch verdict {
        case .decide(let load):
            let start = NIODeadline.now()
            reply = engine.score(request, at: clock.now, under: load)
            admissions.current?.decided(in: .now() - start)
            if reply.degradations.contains(.leaseExhausted) { onLeaseExhausted() }
        case .stayOrganic(let degradation):
            reply = engine.decline(request.id, of: request.listener, at: clock.now, because: degradation)
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
        // A receipt of ours proves that its time has come, also to a server that was killed before it could keep the time.
        if clock.source == .requests {
            for report in reports { if let issued = engine.issueTime(of: report) { clock.observe(issued) } }
        }
        clock.observe(events: reports.map(\.occurredAt))
        try events.submit(reports, completion: completion)
    }
}
