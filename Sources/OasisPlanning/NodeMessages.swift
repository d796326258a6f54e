package import OasisLedger
package import OasisMarket

/// What a scoring node that runs apart from the planner tells it: what it saw, and which units it would like.
///
/// A report is sent until it is answered; its number tells a repeat from the next one.
package struct NodeReport: Hashable, Sendable {
    /// Requests of one cell in one quarter hour.
    package struct Seen: Hashable, Sendable {
        /// Where.
        package var cell: Cell
        /// When the last of them was decided.
        package var time: Timestamp
        /// How many.
        package var requests: Int
        /// Organic utility of their slates, in organic-score units.
        package var organicUtility: Double
        /// How much of it promotion displaced, as predicted.
        package var listenerLoss: Double
    }

    /// Units of one campaign.
    package struct Units: Hashable, Sendable {
        /// The campaign's number.
        package var campaignNumber: Int64
        /// How many.
        package var units: Int
    }

    /// The node; a name is used for one start of a process alone, so that nobody inherits units.
    package var node: String
    /// From 1, one more with each report.
    package var number: Int
    /// The day that `held` and `wishes` are for, by the node's clock.
    package var day: Day
    /// The snapshot that it scores by; nothing before the first.
    package var snapshot: UInt64?
    /// What came since the report before.
    package var seen: [Seen]
    /// Requests for the planner's sample.
    package var sample: [SampledRequest]
    /// Units that it holds and has not put on a receipt, by rising campaign number.
    package var held: [Units]
    /// Units that it would like on top.
    package var wishes: [Units]
}

/// The planner's answer to a report.
package struct NodeGrant: Hashable, Sendable {
    /// Whom it is for.
    package var node: String
    /// The report that it answers.
    package var report: Int
    /// What the node may use from now on.
    package var leases: [Lease]
}
