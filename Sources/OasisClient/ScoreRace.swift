import NIOCore
import OasisScoring

/// One call for scores: one or two tries, of which the first good answer is used.
struct ScoreRace {
    /// The answer that is used.
    struct Win: Sendable {
        var answer: ScoreAnswer
        /// From when its own try was sent.
        var latency: Duration
    }

    private enum Signal: Sendable {
        case ended(Result<Win, TryFailure>)
        case isSlow
        case deadlinePassed
    }

    private let client: HTTPClient
    private let request: ScoreRequest
    private let token: String?
    private let deadline: ContinuousClock.Instant
    private var tries: [Task<Void, Never>] = []
    private var running = 0

    init(client: HTTPClient, request: ScoreRequest, token: String?, deadline: ContinuousClock.Instant) {
        self.client = client
        self.request = request
        self.token = token
        self.deadline = deadline
    }

    /// Whether there was a second try.
    var isHedged: Bool { tries.count > 1 }

    /// Runs it to its end, which is never after the deadline.
    ///
    /// - Parameters:
    ///   - delay: After how long a second try is worth it; nil for never.
    ///   - group: Whose event loop keeps the time.
    ///   - mayTryAgain: Takes a second try out of the budget.
    /// - Returns: The first good answer, or why there is none.
    mutating func run(
        hedgingAfter delay: Duration?,
        on group: any EventLoopGroup,
        mayTryAgain: () -> Bool
    ) async -> Result<Win, ClientFailure> {
        let (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
        let eventLoop = group.any()
        let left = max(.zero, deadline - .now)
        // Tries end by themselves when the deadline passes; this one makes sure of it, whatever they do.
        var timers = [eventLoop.scheduleTask(in: TimeAmount(left)) { continuation.yield(.deadlinePassed) }]
        if let delay, delay < left {
            timers.append(eventLoop.scheduleTask(in: TimeAmount(delay)) { continuation.yield(.isSlow) })
        }
        defer {
            for timer in timers { timer.cancel() }
            for attempt in tries { attempt.cancel() }
            continuation.finish()
        }
        begin(continuation)
        for await signal in signals {
            switch signal {
            case .deadlinePassed:
                return .failure(ClientFailure(.deadlinePassed, "no answer came in time"))
            case .isSlow:
                if !isHedged, mayTryAgain() { begin(continuation) }
            case .ended(.success(let win)):
                return .success(win)
            case .ended(.failure(let failure)):
                running -= 1
                if failure.reported.kind == .refused { return .failure(failure.reported) }
                if running > 0 { continue }
                guard !isHedged, .now < deadline, failure.isWorthAnotherTry(mayTryAgain) else {
                    return .failure(failure.reported)
                }
                begin(continuation)
            }
        }
        // The caller's task was cancelled: nobody waits for boosts any more.
        return .failure(ClientFailure(.deadlinePassed, "the caller gave up"))
    }

    private mutating func begin(_ continuation: AsyncStream<Signal>.Continuation) {
        running += 1
        let (client, request, token, deadline) = (client, request, token, deadline)
        // Not a child task: a try that cannot be ended at once must not hold up the answer of the other.
        tries.append(
            Task {
                let result = await Self.attempt(client, request, token: token, deadline: deadline)
                continuation.yield(.ended(result))
            }
        )
    }

    private static func attempt(
        _ client: HTTPClient,
        _ request: ScoreRequest,
        token: String?,
        deadline: ContinuousClock.Instant
    ) async -> Result<Win, TryFailure> {
        let began = ContinuousClock.now
        let left = deadline - began
        guard left > .zero else {
            return .failure(TryFailure(ClientFailure(.deadlinePassed, "no time was left to send it")))
        }
        var call = HTTPCall.score(request)
        call.headers = [(name: "X-Deadline-Ms", value: String(left.deadlineMilliseconds))]
        if let token { call.headers.append((name: "Authorization", value: "Bearer \(token)")) }
        let answer: HTTPAnswer
        do throws(HTTPFailure) {
            answer = try await client.send(call, within: left)
        } catch {
            return .failure(TryFailure(error))
        }
        guard answer.status == 200 else { return .failure(TryFailure(ClientFailure(answer))) }
        do {
            return .success(Win(answer: try ScoreAnswer(answer.body, to: request), latency: .now - began))
        } catch {
            return .failure(TryFailure(ClientFailure(.malformedReply, "the answer is no reply: \(error)")))
        }
    }
}

/// Why one try has no usable answer.
private struct TryFailure: Error {
    var reported: ClientFailure
    private var isStaleConnection = false

    init(_ failure: ClientFailure) { reported = failure }

    init(_ failure: HTTPFailure) {
        reported = ClientFailure(failure)
        if case .staleConnection = failure { isStaleConnection = true }
    }

    /// Whether to try again at once.
    ///
    /// A connection that went stale costs nobody a try: the server most likely never saw the call. Another broken one is
    /// worth a second try if the budget has one; an answer that says no is not.
    func isWorthAnotherTry(_ takeTry: () -> Bool) -> Bool {
        isStaleConnection || ([.unreachable, .connectionLost].contains(reported.kind) && takeTry())
    }
}

extension Duration {
    /// As the header `X-Deadline-Ms` has it: 1 to 60,000.
    fileprivate var deadlineMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 60 else { return 60_000 }
        return max(1, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
