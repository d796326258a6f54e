import NIOCore
import NIOPosix
public import OasisMarket
public import OasisScoring
import Synchronization

/// A client of one server's scoring port.
///
/// `score` returns within its deadline, whatever the server does, and never throws: without a usable answer every boost
/// is 0, unless a fallback scores in this process, and the reply says what went wrong.
///
/// A call that is slower than most is tried a second time on another connection, for a small share of calls; the first
/// good answer is used and the other connection closed. Both tries carry the same request id, so both would be promoted
/// alike; but a campaign with a cap may have a unit reserved for each, and the one that is not used comes back when its
/// receipt expires.
public final class PromotionClient: Sendable {
    /// How a client behaves.
    public struct Settings: Sendable {
        /// What the server knows this caller by.
        public var token: String?
        /// When to stop calling a server that does not answer.
        public var breaker: CircuitBreaker.Settings
        /// When to try a call twice.
        public var hedging: HedgePolicy.Settings
        /// Scores when the server does not; nil leaves every boost at 0 then.
        ///
        /// Called after the deadline's larger part is over, so it must take well below a millisecond.
        public var fallback: (@Sendable (ScoreRequest) -> ClientReply?)?

        /// No token and no fallback.
        public static var defaults: Settings { Settings() }

        /// Gathers settings.
        public init(
            token: String? = nil,
            breaker: CircuitBreaker.Settings = .defaults,
            hedging: HedgePolicy.Settings = .defaults,
            fallback: (@Sendable (ScoreRequest) -> ClientReply?)? = nil
        ) {
            self.token = token
            self.breaker = breaker
            self.hedging = hedging
            self.fallback = fallback
        }
    }

    /// Of the deadline, what is kept back for the fallback.
    private static let fallbackReserve = Duration.milliseconds(2)

    private let settings: Settings
    private let client: HTTPClient
    private let state: Mutex<State>
    private let group: any EventLoopGroup

    private struct State {
        var breaker: CircuitBreaker
        var hedging: HedgePolicy
    }

    /// A client that opens its first connection with its first call.
    ///
    /// - Parameters:
    ///   - address: `http://HOST:PORT`; TLS is not spoken.
    ///   - settings: How it behaves.
    /// - Throws: `InvalidField` when the address or the token is none.
    public init(_ address: String, settings: Settings = .defaults) throws(InvalidField) {
        guard let address = HTTPAddress(address) else {
            throw InvalidField("address", "must be http://HOST:PORT, but is \(address.prefix(140))")
        }
        if let token = settings.token, token.utf8.contains(where: { $0 < 0x21 || $0 > 0x7e }) {
            throw InvalidField("token", "must be visible characters of ASCII")
        }
        self.settings = settings
        client = HTTPClient(address)
        state = Mutex(
            State(breaker: CircuitBreaker(settings.breaker), hedging: HedgePolicy(settings.hedging))
        )
        group = MultiThreadedEventLoopGroup.singleton
    }

    /// Boosts for a request's candidates.
    ///
    /// - Parameters:
    ///   - request: The decision; its time is sent along.
    ///   - limit: From now until the reply is needed. The server is told, and answers in time or not at all.
    /// - Returns: The reply; its source says whose boosts it holds.
    public func score(_ request: ScoreRequest, within limit: Duration) async -> ClientReply {
        let now = ContinuousClock.now
        let deadline = now + (settings.fallback == nil ? limit : limit - Self.fallbackReserve)
        let (permit, delay) = state.withLock { ($0.breaker.permit(at: now), $0.hedging.begin()) }
        guard let permit else {
            return withoutServer(
                request,
                ClientFailure(.circuitOpen, "the server did not answer lately, and is left alone for a while")
            )
        }
        var race = ScoreRace(client: client, request: request, token: settings.token, deadline: deadline)
        let outcome = await race.run(hedgingAfter: delay, on: group) {
            self.state.withLock { $0.hedging.takeTry() }
        }
        return reply(to: request, outcome, permit: permit, isHedged: race.isHedged)
    }

    /// What the circuit breaker does with calls now.
    public var breakerState: CircuitBreaker.State {
        state.withLock { $0.breaker.state(at: .now) }
    }

    /// Closes the connections that wait for a call.
    public func close() {
        client.close()
    }

    private func reply(
        to request: ScoreRequest,
        _ outcome: Result<ScoreRace.Win, ClientFailure>,
        permit: CircuitBreaker.Permit,
        isHedged: Bool
    ) -> ClientReply {
        var reply: ClientReply
        switch outcome {
        case .success(let win):
            state.withLock { state in
                state.breaker.succeeded(permit)
                state.hedging.answered(after: win.latency)
            }
            reply = ClientReply(win.answer)
        case .failure(let failure):
            state.withLock { state in
                // A server that refuses has answered; that it did not like the request is no fault of its own.
                if failure.kind == .refused {
                    state.breaker.succeeded(permit)
                } else {
                    state.breaker.failed(permit, at: .now)
                }
            }
            reply = withoutServer(request, failure)
        }
        reply.isHedged = isHedged
        return reply
    }

    private func withoutServer(_ request: ScoreRequest, _ failure: ClientFailure) -> ClientReply {
        let none = ClientReply(request: request.id, source: .none, failure: failure)
        // What the server refuses is not one to score here either.
        guard failure.kind != .refused, let fallback = settings.fallback, var local = fallback(request) else {
            return none
        }
        (local.source, local.failure) = (.local, failure)
        return local
    }
}
