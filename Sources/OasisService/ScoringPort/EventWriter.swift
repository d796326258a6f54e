internal import Dispatch
package import Logging
package import OasisLedger
package import OasisPlanning
internal import ServiceLifecycle
internal import Synchronization

/// Writes outcome events to the ledger, many requests' events in one transaction.
///
/// A transaction costs one wait for the disk whatever its size, so events that arrive while one is written share the
/// next. Nothing is answered before it is on disk, and nothing that was accepted is dropped: when the queue is full, new
/// events are refused instead.
package final class EventWriter: Service {
    /// How a request's events end: one result each, or the failure of all.
    package typealias Completion = @Sendable (Result<[RecordResult], ServiceFailure>) -> Void

    private struct Batch {
        var reports: [OutcomeReport]
        var completion: Completion
    }

    private struct State {
        var pending: [Batch] = []
        /// Events accepted and not answered, whether queued or being written.
        var events = 0
        var isWriting = false
        var isClosed = false
    }

    /// Most events that one transaction takes, unless a single request has more.
    package static let groupMaximum = 5_000

    private let engine: PromotionEngine
    private let clock: MarketClock
    private let metrics: ServiceMetrics
    private let logger: Logger
    private let eventsMaximum: Int
    private let queue = DispatchQueue(label: "oasis.events")
    private let state = Mutex(State())

    /// A writer for an engine's ledger; at most `eventsMaximum` events wait, more are refused until some are written.
    package init(
        engine: PromotionEngine,
        clock: MarketClock,
        eventsMaximum: Int,
        metrics: ServiceMetrics,
        logger: Logger
    ) {
        self.engine = engine
        self.clock = clock
        self.eventsMaximum = eventsMaximum
        self.metrics = metrics
        self.logger = logger
    }

    /// Queues one request's events; `completion` is called from another thread once they are on disk, or failed.
    ///
    /// - Throws: `OVERLOADED` when the queue is full or the server stops; then nothing was queued.
    package func submit(_ reports: [OutcomeReport], completion: @escaping Completion) throws(ServiceFailure) {
        let (refusal, starts, events) = state.withLock { state -> (ServiceFailure?, Bool, Int) in
            if state.isClosed {
                return (.busy(.overloaded, "The server is stopping; send the events again."), false, 0)
            }
            if state.events + reports.count > eventsMaximum, state.events > 0 {
                let message = "\(state.events) events are waiting for the ledger; send these again in a second."
                return (.busy(.overloaded, message), false, 0)
            }
            state.pending.append(Batch(reports: reports, completion: completion))
            state.events += reports.count
            defer { state.isWriting = true }
            return (nil, !state.isWriting, state.events)
        }
        if let refusal { throw refusal }
        metrics.queued(events: events)
        if starts { queue.async { self.drain() } }
    }

    /// Serves until shutdown, then writes what is queued.
    package func run() async throws {
        try? await gracefulShutdown()
        state.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            // The queue is serial: what runs or waits on it now is done before this.
            queue.async {
                self.drain()
                continuation.resume()
            }
        }
    }

    private func drain() {
        while let group = nextGroup() {
            write(group)
            let events = state.withLock { state in
                state.events -= group.reduce(0) { $0 + $1.reports.count }
                return state.events
            }
            metrics.queued(events: events)
        }
    }

    /// The batches for the next transaction; nothing ends the writing.
    private func nextGroup() -> [Batch]? {
        state.withLock { state in
            guard !state.pending.isEmpty else {
                state.isWriting = false
                return nil
            }
            var (events, count) = (0, 0)
            for batch in state.pending {
                guard count == 0 || events + batch.reports.count <= Self.groupMaximum else { break }
                events += batch.reports.count
                count += 1
            }
            defer { state.pending.removeFirst(count) }
            return Array(state.pending[..<count])
        }
    }

    private func write(_ group: [Batch]) {
        let reports = group.flatMap(\.reports)
        do throws(LedgerError) {
            let results = try engine.record(reports, at: clock.now)
            metrics.wroteGroup(events: reports.count)
            var start = 0
            for batch in group {
                let end = start + batch.reports.count
                for (report, result) in zip(batch.reports, results[start..<end]) {
                    metrics.recorded(report.kind, status: result.statusText)
                }
                batch.completion(.success(Array(results[start..<end])))
                start = end
            }
        } catch {
            logger.error("events not written", metadata: ["events": "\(reports.count)", "error": "\(error)"])
            let failure = ServiceFailure.busy(
                .ledgerUnavailable,
                "The events were not recorded: \(error.message) Send them again; none counts twice."
            )
            for batch in group { batch.completion(.failure(failure)) }
        }
    }
}
