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

    /// Moves a clock of requests forward to `time`; the clock never goes back.
    package func observe(_ time: Timestamp) {
        latestMilliseconds.max(time.milliseconds, ordering: .relaxed)
    }
}
