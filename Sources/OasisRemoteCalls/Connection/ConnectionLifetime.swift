package import NIOCore

/// When a connection is asked whether it lives, told to go away, and closed.
///
/// Going away takes two steps, because calls may be on their way while the news is: announce it with a ping, and name
/// the last call only once the ping has come back. Source: RFC 9113, section 6.8.
package struct ConnectionLifetime: Sendable {
    /// What the connection has to do.
    package enum Action: Hashable, Sendable {
        case none
        /// Ask whether the other side is there.
        case ping
        /// Announce the end, and ask for a sign that the news has arrived.
        case announce
        /// Name the last call; `closes` when none is open.
        case goAway(closes: Bool)
        /// Close at once.
        case close
    }

    private enum State {
        case serving(pingedAt: NIODeadline?)
        /// Announced; calls may still begin.
        case announced(at: NIODeadline)
        /// The last call is named; what is open may end.
        case draining
        case closed
    }

    /// How long the news may take; who does not answer by then has had its chance.
    package static let announcement = TimeAmount.seconds(1)

    private let idle: TimeAmount
    private let keepAlive: TimeAmount
    private let keepAliveTimeout: TimeAmount
    private var state = State.serving(pingedAt: nil)
    private var heardAt: NIODeadline
    private var calls = 0

    /// A connection that was opened at `now`.
    package init(_ settings: ConnectionSettings, now: NIODeadline) {
        idle = Self.amount(settings.idleSeconds)
        keepAlive = Self.amount(settings.keepAliveSeconds)
        keepAliveTimeout = Self.amount(settings.keepAliveTimeoutSeconds)
        heardAt = now
    }

    private static func amount(_ seconds: Double) -> TimeAmount { .nanoseconds(Int64(seconds * 1e9)) }

    /// A call has begun.
    package mutating func callOpened() { calls += 1 }

    /// A call has ended.
    package mutating func callClosed() -> Action {
        calls -= 1
        guard case .draining = state, calls == 0 else { return .none }
        state = .closed
        return .close
    }

    /// Something was heard from the other side.
    package mutating func heard(at now: NIODeadline) {
        heardAt = now
        if case .serving = state { state = .serving(pingedAt: nil) }
    }

    /// The server stops.
    package mutating func drain(at now: NIODeadline) -> Action {
        guard case .serving = state else { return .none }
        state = .announced(at: now)
        return .announce
    }

    /// The ping of the announcement came back.
    package mutating func announcementArrived() -> Action {
        guard case .announced = state else { return .none }
        state = calls == 0 ? .closed : .draining
        return .goAway(closes: calls == 0)
    }

    /// Time has passed; asked about once a second.
    package mutating func tick(at now: NIODeadline) -> Action {
        switch state {
        case .serving(let pingedAt?):
            guard now - pingedAt >= keepAliveTimeout else { return .none }
            state = .closed
            return .close
        case .serving(nil):
            if calls == 0 { return now - heardAt >= idle ? drain(at: now) : .none }
            guard now - heardAt >= keepAlive else { return .none }
            state = .serving(pingedAt: now)
            return .ping
        case .announced(let announcedAt):
            return now - announcedAt >= Self.announcement ? announcementArrived() : .none
        case .draining, .closed: return .none
        }
    }
}
