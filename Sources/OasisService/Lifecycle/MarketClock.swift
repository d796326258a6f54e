internal import Foundation
package import OasisMarket
internal import Synchronization

/// What time it is in the market.
package final class MarketClock: Sendable {
    /// Where the time comes from.
    package enum Source: String, CaseIterable, Hashable, Sendable {
        /// The machine's clock; times in requests decide nothing.
        case wall
        /// The latest time seen in requests and events, for replaying traffic faster than it happened.
        case requests
    }

    /// Where the time comes from.
    package let source: Source
    private let latestMilliseconds: Atomic<Int64>
    private let hasMetRequest = Atomic(false)
    /// How far an event may move the clock: devices' clocks err.
    private static let longestStepByEventSeconds = 86_400.0

    /// A clock; `start` is the market's time before the first request, unused with `wall`.
    package init(source: Source, start: Timestamp = Timestamp(milliseconds: 0)) {
        self.source = source
        latestMilliseconds = Atomic(start.milliseconds)
    }

    /// The market's time.
    package var now: Timestamp {
        switch source {
        case .wall: Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
        case .requests: Timestamp(milliseconds: latestMilliseconds.load(ordering: .relaxed))
        }
    }

    /// Moves a clock of requests forward to the time of a request; the clock never goes back.
    package func observe(_ time: Timestamp) {
        hasMetRequest.store(true, ordering: .relaxed)
        advance(to: time)
    }

    /// Moves a clock of requests forward to the times of a batch of events, by a day at most where a request may move it
    /// further.
    ///
    /// Before the first request the start may be long past: a server that was killed is told of the plays of a new day
    /// before anybody asks it for scores. Then the batch's earliest event tells what day it is.
    package func observe(events times: [Timestamp]) {
        if !hasMetRequest.load(ordering: .relaxed), let earliest = times.min() { advance(to: earliest) }
        let latest = now.advanced(bySeconds: Self.longestStepByEventSeconds)
        for time in times where time <= latest { advance(to: time) }
    }

    private func advance(to time: Timestamp) {
        latestMilliseconds.max(time.milliseconds, ordering: .relaxed)
    }
}
