internal import OasisLedger
internal import OasisMarket
internal import Synchronization

/// Campaigns that were measured in the last minute: a measurement reads weeks of the ledger, and many may watch.
///
/// One is made at a time; whoever asks meanwhile waits for it, so that watching never takes more than one reader.
final class RecentMeasurements: Sendable {
    private static let freshSeconds = 60.0
    private static let keptMaximum = 64

    private struct Key: Hashable {
        var campaign: CampaignID
        var revision: Int
        var days: Int
    }

    private let kept = Mutex<[Key: (at: Timestamp, measurement: CampaignMeasurement)]>([:])

    /// A measurement that is a minute old at most.
    func measurement(
        of campaign: Stored<Campaign>,
        in ledger: Ledger,
        days: Int,
        at now: Timestamp
    ) throws -> CampaignMeasurement {
        let key = Key(campaign: campaign.document.id, revision: campaign.revision, days: days)
        return try kept.withLock { kept in
            kept = kept.filter { (0..<Self.freshSeconds).contains(now.seconds(since: $0.value.at)) }
            if let known = kept[key] { return known.measurement }
            let measurement = try CampaignMeasurement(of: campaign, in: ledger, days: days, at: now)
            if kept.count < Self.keptMaximum { kept[key] = (now, measurement) }
            return measurement
        }
    }
}
