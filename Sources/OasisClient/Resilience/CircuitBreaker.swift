/// Stops calls to a server that does not answer, and finds out when it does again.
///
/// Closed, every call is let through and its outcome counted. When enough of the last calls failed, it opens: nothing is
/// sent for a while. Then it is half open: one call at a time goes through as a trial. A few successes in a row close
/// it, one failure opens it again, for twice as long as before, up to a limit.
///
/// A pure value: time comes in, and nothing is waited for.
public struct CircuitBreaker: Hashable, Sendable {
    /// When it opens, and for how long.
    public struct Settings: Hashable, Sendable {
        /// Outcomes that are remembered while closed.
        public var windowCalls: Int
        /// Fewest remembered outcomes that can open it: the first few calls prove nothing.
        public var windowCallsMinimum: Int
        /// Part of the remembered outcomes that must be failures, above 0 and at most 1.
        public var failureShare: Double
        /// How long it stays open the first time.
        public var openFor: Duration
        /// How long it stays open at most, after trials that failed.
        public var openForMaximum: Duration
        /// Successful trials in a row that close it.
        public var trialsToClose: Int
        /// A trial that nobody reports the outcome of is given up after this long, so that none can be lost for good.
        public var trialPatience: Duration

        /// Half of the last 20 calls, for a second.
        public static let defaults = Settings(
            windowCalls: 20,
            windowCallsMinimum: 5,
            failureShare: 0.5,
            openFor: .seconds(1),
            openForMaximum: .seconds(30),
            trialsToClose: 2,
            trialPatience: .seconds(10)
        )

        /// Gathers settings.
        public init(
            windowCalls: Int,
            windowCallsMinimum: Int,
            failureShare: Double,
            openFor: Duration,
            openForMaximum: Duration,
            trialsToClose: Int,
            trialPatience: Duration
        ) {
            precondition(windowCalls >= 1 && windowCallsMinimum >= 1 && trialsToClose >= 1, "counts must be at least 1")
            precondition(failureShare > 0 && failureShare <= 1, "failureShare must be above 0 and at most 1")
            self.windowCalls = windowCalls
            self.windowCallsMinimum = min(windowCallsMinimum, windowCalls)
            self.failureShare = failureShare
            self.openFor = openFor
            self.openForMaximum = max(openFor, openForMaximum)
            self.trialsToClose = trialsToClose
            self.trialPatience = trialPatience
        }
    }

    /// What it does with calls.
    public enum State: String, Hashable, Sendable {
        /// Lets every call through.
        case closed
        /// Lets none through.
        case open
        /// Lets one through at a time, to see.
        case halfOpen
    }

    /// Permission for one call; what became of the call is reported with it.
    public struct Permit: Hashable, Sendable {
        /// Which stretch of being closed, open or half open it was given in: outcomes from an earlier one say nothing.
        fileprivate let stretch: Int
    }

    private enum Phase: Hashable, Sendable {
        case closed(outcomes: [Bool])
        case open(until: ContinuousClock.Instant)
        case halfOpen(successes: Int, trialSince: ContinuousClock.Instant?)
    }

    private let settings: Settings
    private var phase = Phase.closed(outcomes: [])
    private var stretch = 0
    private var openFor: Duration

    /// A closed one.
    public init(_ settings: Settings = .defaults) {
        self.settings = settings
        openFor = settings.openFor
    }

    /// What it does with calls now.
    public func state(at now: ContinuousClock.Instant) -> State {
        switch phase {
        case .closed: .closed
        case .open(let until): now < until ? .open : .halfOpen
        case .halfOpen: .halfOpen
        }
    }

    /// Asks for permission to send one call.
    ///
    /// - Returns: a permit, to be handed to `succeeded` or `failed`; nil when the call must not be sent.
    public mutating func permit(at now: ContinuousClock.Instant) -> Permit? {
        switch phase {
        case .closed:
            return Permit(stretch: stretch)
        case .open(let until):
            guard now >= until else { return nil }
            enter(.halfOpen(successes: 0, trialSince: now))
            return Permit(stretch: stretch)
        case .halfOpen(let successes, let trialSince):
            if let trialSince, now - trialSince < settings.trialPatience { return nil }
            phase = .halfOpen(successes: successes, trialSince: now)
            return Permit(stretch: stretch)
        }
    }

    /// The call was answered as it should be.
    public mutating func succeeded(_ permit: Permit) {
        guard permit.stretch == stretch else { return }
        switch phase {
        case .closed: remember(true)
        case .open: break
        case .halfOpen(let successes, _):
            if successes + 1 >= settings.trialsToClose {
                openFor = settings.openFor
                enter(.closed(outcomes: []))
            } else {
                phase = .halfOpen(successes: successes + 1, trialSince: nil)
            }
        }
    }

    /// The call had no answer, or one that says that the server cannot answer.
    public mutating func failed(_ permit: Permit, at now: ContinuousClock.Instant) {
        guard permit.stretch == stretch else { return }
        switch phase {
        case .closed:
            remember(false)
            if isFailing { enter(.open(until: now + openFor)) }
        case .open: break
        case .halfOpen:
            openFor = min(openFor * 2, settings.openForMaximum)
            enter(.open(until: now + openFor))
        }
    }

    /// The call was given up before anything could be known of it.
    public mutating func withdrawn(_ permit: Permit) {
        guard permit.stretch == stretch, case .halfOpen(let successes, _) = phase else { return }
        phase = .halfOpen(successes: successes, trialSince: nil)
    }

    private mutating func remember(_ isSuccess: Bool) {
        guard case .closed(var outcomes) = phase else { return }
        outcomes.append(isSuccess)
        if outcomes.count > settings.windowCalls { outcomes.removeFirst() }
        phase = .closed(outcomes: outcomes)
    }

    private var isFailing: Bool {
        guard case .closed(let outcomes) = phase, outcomes.count >= settings.windowCallsMinimum else { return false }
        return Double(outcomes.count { !$0 }) >= settings.failureShare * Double(outcomes.count)
    }

    private mutating func enter(_ phase: Phase) {
        self.phase = phase
        stretch += 1
    }
}
