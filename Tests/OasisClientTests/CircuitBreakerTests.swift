import OasisClient
import OasisMarket
import Testing

@Suite("The circuit breaker")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private var breaker = CircuitBreaker()

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    // The macros take no mutating calls.

    private static func permit(
        _ breaker: inout CircuitBreaker,
        at now: ContinuousClock.Instant
    ) throws -> CircuitBreaker.Permit {
        let permit = breaker.permit(at: now)
        return try #require(permit)
    }

    private static func isRefused(_ breaker: inout CircuitBreaker, at now: ContinuousClock.Instant) -> Bool {
        breaker.permit(at: now) == nil
    }

    private static func fail(_ breaker: inout CircuitBreaker, _ times: Int, at now: ContinuousClock.Instant) throws {
        for _ in 0..<times { breaker.failed(try permit(&breaker, at: now), at: now) }
    }

    @Test("It stays closed while fewer than half of the calls fail")
    func staysClosed() throws {
        var breaker = breaker
        for call in 0..<200 {
            let permit = try Self.permit(&breaker, at: start)
            if call % 5 >= 3 { breaker.failed(permit, at: start) } else { breaker.succeeded(permit) }
        }
        #expect(breaker.state(at: start) == .closed)
    }

    @Test("It opens at the share, not before the fewest calls, and lets nothing through until its time")
    func opens() throws {
        var breaker = breaker
        try Self.fail(&breaker, 4, at: start)
        #expect(breaker.state(at: start) == .closed)
        try Self.fail(&breaker, 1, at: start)
        #expect(breaker.state(at: start) == .open)
        #expect(Self.isRefused(&breaker, at: at(0.999)))
        #expect(!Self.isRefused(&breaker, at: at(1)))
    }

    @Test("Half open it lets one trial through at a time, and two successes close it")
    func closes() throws {
        var breaker = breaker
        try Self.fail(&breaker, 5, at: start)
        let first = try Self.permit(&breaker, at: at(1))
        #expect(Self.isRefused(&breaker, at: at(1)))
        breaker.succeeded(first)
        #expect(breaker.state(at: at(1)) == .halfOpen)
        breaker.succeeded(try Self.permit(&breaker, at: at(1)))
        #expect(breaker.state(at: at(1)) == .closed)
        try Self.fail(&breaker, 4, at: at(2))
        #expect(breaker.state(at: at(2)) == .closed, "what was before it opened is forgotten")
    }

    @Test("A failed trial opens it for twice as long, up to a limit")
    func backsOff() throws {
        var settings = CircuitBreaker.Settings.defaults
        settings.openForMaximum = .seconds(4)
        var breaker = CircuitBreaker(settings)
        try Self.fail(&breaker, 5, at: start)
        var now = 1.0
        for length in [2.0, 4, 4] {
            try Self.fail(&breaker, 1, at: at(now))
            #expect(Self.isRefused(&breaker, at: at(now + length - 0.001)))
            now += length
            #expect(breaker.state(at: at(now)) == .halfOpen)
        }
    }

    @Test("Outcomes of calls from before it opened change nothing")
    func lateOutcomes() throws {
        var breaker = breaker
        let late = try Self.permit(&breaker, at: start)
        try Self.fail(&breaker, 5, at: start)
        let trial = try Self.permit(&breaker, at: at(1))
        breaker.failed(late, at: at(1))
        #expect(breaker.state(at: at(1)) == .halfOpen)
        breaker.succeeded(late)
        breaker.succeeded(trial)
        #expect(breaker.state(at: at(1)) == .halfOpen, "only the trial counted")
    }

    @Test("A trial without an outcome is given up, and a withdrawn one leaves room for another")
    func lostTrials() throws {
        var breaker = breaker
        try Self.fail(&breaker, 5, at: start)
        let trial = try Self.permit(&breaker, at: at(1))
        #expect(Self.isRefused(&breaker, at: at(10.9)))
        breaker.withdrawn(trial)
        #expect(!Self.isRefused(&breaker, at: at(10.9)))
        #expect(Self.isRefused(&breaker, at: at(20.5)))
        #expect(!Self.isRefused(&breaker, at: at(21)))
    }

    @Test("Whatever happens, it is never shut for good", arguments: [1, 2, 3] as [UInt64])
    func neverShut(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var breaker = breaker
        var held: [CircuitBreaker.Permit] = []
        var now = 0.0
        for _ in 0..<5_000 {
            now += random.uniform() * 0.2
            if let permit = breaker.permit(at: at(now)) { held.append(permit) }
            if !held.isEmpty, random.uniform() < 0.5 {
                let outcome = held.remove(at: random.index(below: held.count))
                if random.uniform() < 0.6 { breaker.failed(outcome, at: at(now)) } else { breaker.succeeded(outcome) }
            }
            if random.uniform() < 0.01 {
                now += 1_000
                #expect(!Self.isRefused(&breaker, at: at(now)))
            }
        }
    }
}

@Suite("The hedge policy")
struct HedgePolicyTests {
    // The macros take no mutating calls.

    private func begin(_ policy: inout HedgePolicy) -> Duration? { policy.begin() }

    private func takeTry(_ policy: inout HedgePolicy) -> Bool { policy.takeTry() }

    @Test("Nothing is hedged before latencies are known")
    func unknown() {
        var policy = HedgePolicy()
        for _ in 0..<19 {
            #expect(begin(&policy) == nil)
            policy.answered(after: .milliseconds(10))
        }
        policy.answered(after: .milliseconds(10))
        #expect(begin(&policy) == .milliseconds(10))
    }

    @Test("The delay is the quantile of recent latencies, and old ones are forgotten")
    func quantile() {
        var settings = HedgePolicy.Settings.defaults
        (settings.windowCalls, settings.windowCallsMinimum) = (100, 100)
        var policy = HedgePolicy(settings)
        for latency in 1...100 { policy.answered(after: .milliseconds(latency)) }
        #expect(begin(&policy) == .milliseconds(95))
        for _ in 0..<100 { policy.answered(after: .milliseconds(500)) }
        #expect(begin(&policy) == .milliseconds(500))
    }

    @Test("Second tries stay within their share of calls, and few can be saved up")
    func budget() {
        var policy = HedgePolicy()
        var tries = 0
        for _ in 0..<1_000 {
            _ = policy.begin()
            if policy.takeTry() { tries += 1 }
        }
        #expect((50...52).contains(tries))
        for _ in 0..<10_000 { _ = policy.begin() }
        let saved = (0..<100).count { _ in policy.takeTry() }
        #expect(saved == 10)
    }

    @Test("A share of 0 never tries twice")
    func never() {
        var policy = HedgePolicy(.never)
        for _ in 0..<100 {
            _ = policy.begin()
            policy.answered(after: .milliseconds(1))
            #expect(!takeTry(&policy))
        }
    }
}
