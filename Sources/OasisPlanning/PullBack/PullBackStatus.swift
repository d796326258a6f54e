package import OasisLedger
package import OasisMarket

/// Where a campaign is between promoted in full and tried only, what its reception is, and how it came there.
package struct PullBackStatus: Sendable {
    /// The campaign.
    package var campaign: CampaignID
    /// Where it is.
    package var level: PullBack.Level
    /// Share of requests in which it is promoted.
    package var promotedShare: Double
    /// Where an operator put it, when one did.
    package var override: PullBack.Level?
    /// What is known of its reception since its last step; nothing before the first promoted play.
    package var evidence: ReceptionEvidence?
    /// Every step, newest first.
    package var log: [Change<PullBack>]
}
