package import NIOCore
internal import NIOHTTP1
internal import OasisLedger
internal import OasisMarket
package import OasisPlanning
package import OasisScoring

/// What the scoring port answers.
package struct ScoringRoutes: Sendable {
    /// An answer, now or when the ledger has written.
    package enum Answer: Sendable {
        case now(ServiceReply)
        /// Never fails.
        case later(EventLoopFuture<ServiceReply>)
    }

    /// Every operation of this port.
    package static let table =
        [
            score,
            Route("POST", "/v1/events", .events),
        ] + CommonRoutes.table

    private static let score = Route("POST", "/v1/score", .score)

    let engine: PromotionEngine
    let clock: MarketClock
    let access: AccessList
    let events: EventWriter
    let common: CommonRoutes
    let metrics: ServiceMetrics
    let admissions: LoopAdmissions
    let onLeaseExhausted: @Sendable () -> Void
    private let scored: CounterCell

    /// What the port answers with.
    ///
    /// Requests may wait `queueMilliseconds` for an event loop before some are left organic; `onLeaseExhausted` is called
    /// after a reply that lacked a leased unit.
    package init(
        engine: PromotionEngine,
        clock: MarketClock,
        access: AccessList,
        events: EventWriter,
        common: CommonRoutes,
        metrics: ServiceMetrics,
        queueMilliseconds: Double = 10,
        onLeaseExhausted: @escaping @Sendable () -> Void
    ) {
        self.engine = engine
        self.clock = clock
        self.access = access
        self.events = events
        self.common = common
        self.metrics = metrics
        admissions = LoopAdmissions(
            delayMaximum: .nanoseconds(Int64(queueMilliseconds * 1e6)),
            metrics: metrics
        )
        scored = metrics.answers(port: "scoring", route: Self.score.path, status: 200)
        self.onLeaseExhausted = onLeaseExhausted
    }

    /// Answers a request; safe on an event loop.
    package func answer(
        _ request: AssembledRequest,
        _ arrival: RequestArrival,
        on eventLoop: any EventLoop
    ) -> Answer {
        let route = Self.route(of: request)
        do throws(ServiceFailure) {
            guard let route else {
                throw .unrouted(method: Self.method(of: request), path: request.path, table: Self.table)
            }
            if let role = route.role {
                _ = try access.actor(request.head.headers.first(name: "authorization"), needing: role)
            }
            switch route.path {
            case Self.score.path:
                let reply = try score(request, arrival)
                scored.increment(by: Int64(1))
                return .now(reply)
            case "/v1/events": return try record(request, route, on: eventLoop)
            default: return .now(counted(try common.answer(route), route))
            }
        } catch {
            return .now(counted(error.reply, route))
        }
    }

    /// The operation that is asked for; nearly always the one that is looked for first.
    private static func route(of request: AssembledRequest) -> Route? {
        if request.head.method == .POST, request.head.uri == score.path { return score }
        let (method, path) = (method(of: request), request.path)
        return table.first { $0.method == method && $0.path == path }
    }

    private static func method(of request: AssembledRequest) -> String {
        request.head.method == .HEAD ? "GET" : request.head.method.rawValue
    }

    /// Counts a request that was refused before it was complete.
    func refused(_ failure: ServiceFailure) {
        metrics.answered(port: "scoring", route: "none", status: failure.reason.status)
    }

    private func counted(_ reply: ServiceReply, _ route: Route?) -> ServiceReply {
        metrics.answered(port: "scoring", route: route?.path ?? "none", status: reply.status)
        return reply
    }

    // MARK: Score

    private func score(
        _ request: AssembledRequest,
        _ arrival: RequestArrival
    ) throws(ServiceFailure) -> ServiceReply {
        let headers = request.head.headers
        try requireMediaType(headers, oneOf: ["application/json"])
        var arrival = arrival
        if let deadline = headers.first(name: DeadlineHeader.name) {
            arrival.allowance = try DeadlineHeader.allowance(deadline)
        }
        let verdict = admit(arrival)
        // Whoever has no time to decide has none to read what would be decided about.
        if case .stayOrganic(let degradation) = verdict, let asking = ScoreRequestReader.identity(in: request.body) {
            let reply = engine.decline(asking.request, of: asking.listener, at: clock.now, because: degradation)
            metrics.scored(reply, on: nil, in: .now() - arrival.received)
            return ScoreMessage.reply(reply)
        }
        let scoreRequest = try ScoreRequestReader.read(request.body, clock: clock)
        return ScoreMessage.reply(decide(scoreRequest, arrival, verdict), to: scoreRequest)
    }

    // MARK: Events

    private func record(
        _ request: AssembledRequest,
        _ route: Route,
        on eventLoop: any EventLoop
    ) throws(ServiceFailure) -> Answer {
        let mode = try mode(request.head.headers)
        let document = try Self.document(request.body)
        let reports: [OutcomeReport]
        do throws(InvalidField) {
            reports = try CloudEvents.reports(document, mode: mode)
        } catch {
            throw ServiceFailure(error)
        }
        guard !reports.isEmpty else { return .now(counted(Self.reply(to: [], []), route)) }
        let promise = eventLoop.makePromise(of: ServiceReply.self)
        do throws(ServiceFailure) {
            try submit(reports) { result in
                switch result {
                case .success(let results): promise.succeed(counted(Self.reply(to: reports, results), route))
                case .failure(let failure): promise.succeed(counted(failure.reply, route))
                }
            }
        } catch {
            promise.succeed(counted(error.reply, route))
        }
        return .later(promise.futureResult)
    }

    private func mode(_ headers: HTTPHeaders) throws(ServiceFailure) -> CloudEvents.Mode {
        if headers.contains(name: "ce-specversion") || headers.contains(name: "ce-type") {
            throw ServiceFailure(
                .unsupportedMediaType,
                "Events in binary mode (ce- headers) are not taken; send structured ones as \(CloudEvents.Mode.single.rawValue) "
                    + "or a batch as \(CloudEvents.Mode.batch.rawValue)."
            )
        }
        let type = try requireMediaType(
            headers,
            oneOf: [CloudEvents.Mode.single.rawValue, CloudEvents.Mode.batch.rawValue]
        )
        return CloudEvents.Mode(rawValue: type) ?? .single
    }

    private static func reply(to reports: [OutcomeReport], _ results: [RecordResult]) -> ServiceReply {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("results")
            writer.array { writer in
                for (report, result) in zip(reports, results) {
                    writer.object { writer in
                        writer.member("id", report.id)
                        writer.member("status", result.statusText)
                        if let reason = result.reasonText { writer.member("reason", reason) }
                    }
                }
            }
        }
        return ServiceReply(body: writer.buffer)
    }

    // MARK: Bodies

    @discardableResult
    private func requireMediaType(
        _ headers: HTTPHeaders,
        oneOf allowed: [String]
    ) throws(ServiceFailure) -> String {
        try MediaType.require(headers.first(name: "content-type"), oneOf: allowed)
    }

    /// Reads a body as JSON.
    package static func document(_ body: ByteBuffer) throws(ServiceFailure) -> JSONValue {
        do throws(JSONFault) {
            return try JSONParser.parse(body)
        } catch {
            throw ServiceFailure(error)
        }
    }
}

/// The media type of a body.
enum MediaType {
    /// The type in `header`, without parameters, when it is allowed.
    @discardableResult
    static func require(_ header: String?, oneOf allowed: [String]) throws(ServiceFailure) -> String {
        // As nearly everybody writes it.
        if let header, allowed.contains(header) { return header }
        let type = (header ?? "").prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard allowed.contains(type) else {
            let names = allowed.joined(separator: " or ")
            throw ServiceFailure(
                .unsupportedMediaType,
                "Send Content-Type: \(names)\(type.isEmpty ? "" : ", not \(type.prefix(100))")."
            )
        }
        return type
    }
}

extension RecordResult {
    var statusText: String {
        switch self {
        case .recorded: "recorded"
        case .duplicate, .duplicateReceipt: "duplicate"
        case .refused: "refused"
        }
    }

    var reasonText: String? {
        switch self {
        case .recorded, .duplicate: nil
        case .duplicateReceipt: "duplicate-receipt"
        case .refused(let refusal): refusal.rawValue
        }
    }
}
