import NIOCore
import NIOPosix
import Synchronization

/// Outcomes that wait to be acknowledged, and what became of the others.
final class Outbox: Sendable {
    private struct State {
        var queue: [ReportedOutcome] = []
        var counts = OutcomeSender.Counts()
        var isClosed = false
        var waiters: [EventLoopPromise<Bool>] = []
    }

    private let queueMaximum: Int
    private let state = Mutex(State())
    /// Says that something was added, or that it is over.
    let signals: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(queueMaximum: Int) {
        self.queueMaximum = queueMaximum
        (signals, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    var counts: OutcomeSender.Counts { state.withLock { $0.counts } }

    func add(_ outcome: ReportedOutcome) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.counts.queued < queueMaximum else {
                state.counts.dropped += 1
                return false
            }
            state.queue.append(outcome)
            state.counts.queued += 1
            return true
        }
        if isTaken { wake.yield() }
        return isTaken
    }

    /// The next outcomes, at most `count`; they stay counted as queued until they are settled.
    func take(_ count: Int) -> [ReportedOutcome] {
        state.withLock { state in
            let batch = Array(state.queue.prefix(count))
            state.queue.removeFirst(batch.count)
            return batch
        }
    }

    func countAttempt() { state.withLock { $0.counts.attempts += 1 } }

    /// Outcomes are done with, one result each.
    func settle(_ results: [EventAnswer.Result]) {
        let waiters = state.withLock { state in
            for result in results {
                switch result.status {
                case .recorded: state.counts.recorded += 1
                case .duplicate: state.counts.duplicate += 1
                case .refused: state.counts.refused[result.reason ?? "no-reason", default: 0] += 1
                }
            }
            state.counts.queued -= results.count
            guard state.counts.queued == 0 else { return [EventLoopPromise<Bool>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.succeed(true) }
    }

    /// Waits until nothing is queued, and no longer than `limit`; whether nothing is.
    func isEmpty(within limit: Duration) async -> Bool {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = eventLoop.makePromise(of: Bool.self)
        let isDone = state.withLock { state in
            if state.counts.queued > 0 { state.waiters.append(promise) }
            return state.counts.queued == 0
        }
        if isDone { promise.succeed(true) }
        let timer = eventLoop.scheduleTask(in: TimeAmount(limit)) { promise.succeed(false) }
        defer { timer.cancel() }
        return (try? await promise.futureResult.get()) ?? false
    }

    func close() {
        state.withLock { $0.isClosed = true }
        wake.finish()
    }

    deinit {
        for waiter in state.withLock({ $0.waiters }) { waiter.succeed(false) }
    }
}
