internal import Logging
internal import NIOPosix
internal import OasisMarket
internal import OasisPlanning
internal import ServiceLifecycle
internal import Synchronization

/// Keeps prices and leases fresh, on threads of its own so that no request ever waits for a solve.
///
/// A plan that fails is logged, counted and tried again at the next turn; the prices before it stay in use.
package final class PlannerLoop: Service {
    private let engine: PromotionEngine
    private let clock: MarketClock
    private let readiness: Readiness
    private let metrics: ServiceMetrics
    private let logger: Logger
    private let everySeconds: Double
    private let hold: PlanningHold
    private let warmUp: @Sendable () throws -> Void
    private let onTurn: @Sendable (Timestamp) throws -> Void
    private let planNudges = Nudges(everySecondsAtMost: 0)
    private let leaseNudges = Nudges(everySecondsAtMost: 0.1)
    private let corrections = Nudges(everySecondsAtMost: 0)
    /// Market time of the last plan, in milliseconds.
    private let plannedMilliseconds = Atomic<Int64>(.min)
    /// How far the market's time may run ahead of the plan before it is planned again, whatever the machine's clock says.
    private static let aheadMilliseconds: Int64 = 300_000

    /// A loop that does not run yet.
    ///
    /// It plans every `everySeconds` of the machine's clock and calls `onTurn` after each plan; `warmUp` is called once,
    /// after the first plan and the first leases.
    init(
        engine: PromotionEngine,
        clock: MarketClock,
        everySeconds: Double,
        hold: PlanningHold = PlanningHold(),
        readiness: Readiness,
        metrics: ServiceMetrics,
        logger: Logger,
        warmUp: @escaping @Sendable () throws -> Void,
        onTurn: @escaping @Sendable (Timestamp) throws -> Void = { _ in }
    ) {
        self.engine = engine
        self.clock = clock
        self.everySeconds = everySeconds
        self.hold = hold
        self.readiness = readiness
        self.metrics = metrics
        self.logger = logger
        self.warmUp = warmUp
        self.onTurn = onTurn
    }

    /// Plans and refills leases at once instead of at the next turn; call it after a change of campaigns or policy.
    package func nudge() {
        planNudges.post()
    }

    /// Refills leases soon instead of within a second; call it when a reply lacked a unit.
    package func wantLeases() {
        leaseNudges.post()
    }

    /// Runs until shutdown.
    package func run() async throws {
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        if engine.snapshotStatus != nil { readiness.complete(.firstPlan) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.planNudges.repeating(everySeconds: self.everySeconds) { await self.plan(on: pool) }
            }
            group.addTask {
                await self.corrections.repeating(everySeconds: max(1, self.everySeconds / 5)) {
                    await self.correct(on: pool)
                }
            }
            group.addTask { await self.leaseNudges.repeating(everySeconds: 1) { await self.refill(on: pool) } }
        }
        try? await pool.shutdownGracefully()
    }

    private func plan(on pool: NIOThreadPool) async {
        guard !hold.isHeld else { return leaseNudges.post() }
        do {
            try await pool.runIfActive {
                ThreadPriority.giveWay()
                defer { HeapMemory.giveBack() }
                let start = ContinuousClock.now
                let now = self.clock.now
                self.plannedMilliseconds.store(now.milliseconds, ordering: .relaxed)
                let plan = try self.engine.replan(at: now)
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                self.metrics.planned(plan, seconds: seconds)
                self.logger.debug(
                    "planned",
                    metadata: ["seconds": "\(seconds)", "relative-gap": "\(plan.relativeGap)"]
                )
                try self.onTurn(now)
            }
            readiness.complete(.firstPlan)
        } catch is CancellationError {
            return
        } catch {
            metrics.planFailed()
            if !readiness.has(.firstPlan) { readiness.report("\(error)") }
            logger.error("plan failed", metadata: ["error": "\(error)"])
        }
        leaseNudges.post()
    }

    /// Prices that cannot be corrected stay as they are until the next turn, or the next plan.
    private func correct(on pool: NIOThreadPool) async {
        guard !hold.isHeld, readiness.has(.firstPlan) else { return }
        do {
            try await pool.runIfActive {
                ThreadPriority.giveWay()
                try self.engine.correct(at: self.clock.now)
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("prices could not be corrected", metadata: ["error": "\(error)"])
        }
    }

    /// What cannot be written now waits for the next turn.
    private func flushGhosts(on pool: NIOThreadPool) async {
        do {
            try await pool.runIfActive { try self.engine.flushGhosts(at: self.clock.now) }
        } catch is CancellationError {
            return
        } catch {
            logger.error("ghosts could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func refill(on pool: NIOThreadPool) async {
        await flushGhosts(on: pool)
        do {
            if !hold.isHeld { try await pool.runIfActive { try self.engine.refillLeases(at: self.clock.now) } }
            planIfTheMarketRanAhead()
        } catch is CancellationError {
            return
        } catch {
            metrics.leaseRefillFailed()
            if !readiness.has(.leases) { readiness.report("\(error)") }
            logger.error("lease refill failed", metadata: ["error": "\(error)"])
            return
        }
        guard readiness.has(.firstPlan), !readiness.has(.warmUp) else { return }
        readiness.complete(.leases)
        do {
            try await pool.runIfActive { try self.warmUp() }
            readiness.complete(.warmUp)
            logger.info("ready")
        } catch {
            readiness.report("\(error)")
            logger.error("warm-up failed", metadata: ["error": "\(error)"])
        }
    }
}

extension PlannerLoop {
    /// A clock of requests can run faster than the machine's, and prices age by the market's time.
    private func planIfTheMarketRanAhead() {
        let planned = plannedMilliseconds.load(ordering: .relaxed)
        guard clock.source == .requests, planned != .min,
            clock.now.milliseconds - planned > Self.aheadMilliseconds
        else { return }
        planNudges.post()
    }
}

/// Keeps a server from planning while somebody else plans on the same engine.
package final class PlanningHold: Sendable {
    private let held: Atomic<Bool>

    /// Held or not, to begin with.
    package init(isHeld: Bool = false) {
        held = Atomic(isHeld)
    }

    /// Whether the server leaves planning to somebody else.
    package var isHeld: Bool { held.load(ordering: .relaxed) }

    /// From now on the server plans by itself.
    package func release() {
        held.store(false, ordering: .relaxed)
    }
}

/// Repeats something at a rhythm, and at once when asked.
private final class Nudges: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let pauseSeconds: Double

    /// However often it is asked, `pauseSeconds` lie between two turns.
    init(everySecondsAtMost pauseSeconds: Double) {
        self.pauseSeconds = pauseSeconds
        // One waiting turn is enough: it will see everything that happened before it begins.
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func post() {
        continuation.yield()
    }

    /// Runs `body` now, then after every nudge and at least every so many seconds, until shutdown.
    func repeating(everySeconds: Double, _ body: @escaping @Sendable () async -> Void) async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        self.post()
                        try? await Task.sleep(for: .seconds(everySeconds))
                    }
                }
                for await _ in self.stream {
                    await body()
                    if self.pauseSeconds > 0 { try? await Task.sleep(for: .seconds(self.pauseSeconds)) }
                }
                group.cancelAll()
            }
        }
    }
}
