package import OasisMarket

/// What a run came to.
package struct ClusterOutcome: Sendable {
    /// Counts, in the order in which they are told.
    package struct Counts: Hashable, Sendable {
        /// Steps of the run.
        package var steps = 0
        /// Requests of listeners.
        package var requests = 0
        /// Those that some node answered in time.
        package var answered = 0
        /// Those that were refused because the ranker's numbers were none.
        package var refusedRequests = 0
        /// Promotions that were given.
        package var promotions = 0
        /// Promoted plays that were heard.
        package var promotedPlays = 0
        /// Promoted plays above caps.
        package var overspend = 0
        /// Outcomes that happened.
        package var outcomes = 0
        /// Outcomes on the ledger's disk.
        package var recorded = 0
        /// Outcomes that were refused, as from the future or too late.
        package var refusedOutcomes = 0
        /// Outcomes that count for nothing, as from before their receipt.
        package var unattributed = 0
        /// Batches that the ledger could not take, to be sent again.
        package var failedBatches = 0
        /// Plans that were made.
        package var plans = 0
        /// Corrections of prices between plans.
        package var corrections = 0
        /// Plans that failed.
        package var failedPlans = 0
        /// Snapshots that a node refused as damaged.
        package var refusedSnapshots = 0
        /// Requests that a node answered while no planner could be reached.
        package var answeredAlone = 0
        /// Messages sent.
        package var messages = 0
        /// Messages lost.
        package var lostMessages = 0
        /// Messages that arrived twice.
        package var repeatedMessages = 0

        package init() {}
    }

    /// A campaign's delivery over the days of the run.
    package struct CampaignLine: Hashable, Sendable {
        /// The campaign.
        package var id: CampaignID
        /// Caps of the run's days together.
        package var cap: Int?
        /// Promoted plays that were heard.
        package var heard: Int
        /// Promoted plays that the ledger counted.
        package var counted: Int
    }

    /// What the run was made from.
    package var seed: UInt64
    /// What happened.
    package var faults: [Fault]
    /// How often each invariant was checked; all of them held.
    package var checks: [Invariant: Int]
    /// What it came to.
    package var counts: Counts
    /// By campaign.
    package var campaigns: [CampaignLine]
    /// A hash over every step: equal for equal runs.
    package var trace: UInt64
}
