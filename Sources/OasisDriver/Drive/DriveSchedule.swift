package import OasisMarket

/// What may go out next: requests in the log's order, events once the market's time has reached them.
///
/// A server whose clock is its requests' goes by the latest time it has seen. So that it never sees an event from its
/// future or a receipt younger than its play, events wait for the request times sent so far, and requests that are on
/// their way at once lie within `windowSeconds` of each other. Where events pile up, requests wait.
package actor DriveSchedule {
    /// Less than the five minutes by which a server lets clocks differ.
    package static let windowSeconds = 240.0

    private let times: [Timestamp]
    private let backlogMaximum: Int
    private var cursor = 0
    /// Requests handed out and not finished, oldest first.
    private var underWay: [Int] = []
    private var marketTime = Timestamp(milliseconds: .min)
    private var early = EarliestFirst()
    private var due: [OutcomeEvent] = []
    private let isPaced: Bool
    private var isStopped = false
    private var requestWaiters: [CheckedContinuation<Void, Never>] = []
    private var eventWaiter: CheckedContinuation<Void, Never>?

    /// A schedule that nothing has been taken from.
    ///
    /// - Parameters:
    ///   - times: When each request comes, rising.
    ///   - backlogMaximum: Most events that are due and not handed out before requests wait for them.
    ///   - isPaced: Whether the last sessions play out at the pace of `pass(to:)` instead of at once.
    package init(times: [Timestamp], backlogMaximum: Int, isPaced: Bool = false) {
        self.times = times
        self.isPaced = isPaced
        self.backlogMaximum = backlogMaximum
    }

    /// The next request's index, as soon as it may go out; nothing at the end.
    package func nextRequest() async -> Int? {
        while !isStopped, cursor < times.count {
            if mayStart(cursor) {
                underWay.append(cursor)
                cursor += 1
                return cursor - 1
            }
            await withCheckedContinuation { requestWaiters.append($0) }
        }
        return nil
    }

    private func mayStart(_ index: Int) -> Bool {
        guard due.count < backlogMaximum else { return false }
        guard let oldest = underWay.first else { return true }
        return times[index].seconds(since: times[oldest]) <= Self.windowSeconds
    }

    /// Says that a request is being sent: the market's time has come to it.
    package func begin(_ index: Int) {
        marketTime = max(marketTime, times[index])
        release()
    }

    /// Says that a request is done, and what happened then.
    package func finish(_ index: Int, events: [OutcomeEvent]) {
        underWay.removeAll { $0 == index }
        for event in events { early.insert(event) }
        release()
        wakeRequests()
    }

    /// Up to `limit` events that are due, in order of time, as soon as there are any; nothing after the last one.
    package func nextEvents(limit: Int) async -> [OutcomeEvent]? {
        while !isStopped {
            if !due.isEmpty {
                let batch = Array(due.prefix(limit))
                due.removeFirst(batch.count)
                wakeRequests()
                return batch.sorted { $0.time < $1.time }
            }
            if isComplete { return nil }
            await withCheckedContinuation { eventWaiter = $0 }
        }
        return nil
    }

    /// Says what time it is after the last request, for a drive that is paced.
    ///
    /// Before, the requests alone say so: a server that was away must not see plays long after the requests still to come.
    ///
    /// - Returns: Whether there is anything left to wait for.
    package func pass(to time: Timestamp) -> Bool {
        if isOver {
            marketTime = max(marketTime, time)
            release()
        }
        return !isStopped && !isComplete
    }

    /// Ends everything early.
    package func stop() {
        isStopped = true
        wakeRequests()
        wakeEvents()
    }

    private var isOver: Bool { cursor == times.count && underWay.isEmpty }

    private var isComplete: Bool { isOver && early.isEmpty }

    private func release() {
        // Unpaced, there is nothing left to wait for after the last request: the sessions play out.
        let now = isOver && !isPaced ? Timestamp(milliseconds: .max) : marketTime
        while let event = early.popFirst(until: now) { due.append(event) }
        if !due.isEmpty || isComplete { wakeEvents() }
    }

    private func wakeRequests() {
        let waiters = requestWaiters
        requestWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    private func wakeEvents() {
        eventWaiter?.resume()
        eventWaiter = nil
    }
}
