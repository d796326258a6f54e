package import OasisMarket

/// How a drive went.
package struct DriveReport: Hashable, Sendable, Codable {
    /// Score calls, by latency in milliseconds: from when a call was due to its whole answer.
    package struct Latency: Hashable, Sendable, Codable {
        /// Half were faster.
        package var p50: Double
        /// 95 % were faster.
        package var p95: Double
        /// 99 % were faster.
        package var p99: Double
        /// The slowest.
        package var longest: Double
    }

    /// What became of events.
    package struct Events: Hashable, Sendable, Codable {
        /// Different events.
        package var unique: Int
        /// Events in all batches, again those that were sent again.
        package var sent: Int
        /// Answered as new.
        package var recorded: Int
        /// Answered as known.
        package var duplicate: Int
        /// Answered as refused, by reason.
        package var refused: [String: Int]
    }

    /// Promoted and organic outcomes of one kind, by driver and server.
    package struct KindRow: Hashable, Sendable, Codable {
        /// What happened.
        package var kind: OutcomeKind
        /// Promoted, acknowledged to the driver.
        package var promotedByDriver: Int
        /// Promoted, as the server counts.
        package var promotedByServer: Int
        /// Organic, acknowledged to the driver.
        package var organicByDriver: Int
        /// Organic, as the server counts.
        package var organicByServer: Int
    }

    /// What was replayed.
    package var log: String
    /// Score requests made.
    package var requests: Int
    /// Of them, answered with at least one boost.
    package var boosted: Int
    /// Promoted candidates in all answers.
    package var promotions: Int
    /// Requests by each degradation that the server named.
    package var degraded: [String: Int]
    /// Requests that went on organic for want of an answer, by why.
    package var unanswered: [String: Int]
    /// Of answered score calls; nothing when there were none.
    package var latencyMilliseconds: Latency?
    /// What became of events.
    package var events: Events
    /// Times that the server went away.
    package var outages: Int
    /// Times that every count was compared after the server had come back.
    package var checksAfterOutages: Int
    /// Seconds of the machine's clock.
    package var seconds: Double
    /// By kind.
    package var kinds: [KindRow]
    /// Counts compared at the end: each kind in each cell, organic and for each campaign, and events in all.
    package var countsCompared: Int
    /// What server and driver do not agree on, one line each; empty is good.
    package var differences: [String]
    /// Campaigns that were delivered above their cap, one line each; empty is good.
    package var capsExceeded: [String]

    /// Whether server and driver agree, nothing was refused and every cap held.
    package var isSound: Bool { differences.isEmpty && capsExceeded.isEmpty && events.refused.isEmpty }
}
