package import OasisMarket

/// What a campaign's licensor wants to know: its audience, what they did, and how that compares with the days before.
///
/// Counts of what happened, not of what promotion caused: that is `CampaignAudience.lift`.
package struct CampaignReport: Hashable, Sendable {
    /// The time reported.
    package let window: Range<Timestamp>
    /// As long a time before the campaign began.
    package let beforeWindow: Range<Timestamp>
    /// Whether the log reaches back over all of that time; else comparisons with it would flatter the campaign.
    package let isBeforeComplete: Bool
    /// What was done with the campaign's tracks.
    package let during: ActionCounts
    /// The same of the time before.
    package let before: ActionCounts
    /// Listeners with a stream.
    package let listeners: Int
    /// Listeners with a stream in the time before.
    package let listenersBefore: Int
    /// Listeners with a stream in both.
    package let returningListeners: Int
    /// Listeners whose first known stream of the artist falls into the window.
    package let newListeners: Int
    /// Listeners with a promoted stream.
    package let promotedListeners: Int
    /// Those who saved, added or followed within 14 days after the first one, or by the end of the window.
    package let intentListeners: Int

    /// Length of either time, in days.
    package var days: Double {
        Double(window.upperBound.milliseconds - window.lowerBound.milliseconds) / 86_400_000
    }

    /// Share of listeners with a promoted stream who showed intent; nothing without any.
    package var intentRate: Double? {
        promotedListeners > 0 ? Double(intentListeners) / Double(promotedListeners) : nil
    }

    /// Streams ÷ streams before − 1; nothing where there were none before.
    package var streamGrowth: Double? { growth(during.streams, before.streams) }

    /// Listeners ÷ listeners before − 1; nothing where there were none before.
    package var listenerGrowth: Double? { growth(listeners, listenersBefore) }

    /// A count ÷ the same before − 1; nothing where there is nothing to compare with.
    package func growth(_ now: Int, _ before: Int) -> Double? {
        isBeforeComplete && before > 0 ? Double(now) / Double(before) - 1 : nil
    }
}

extension CampaignAudience {
    /// What happened, in numbers; `logStart` is from when on the log has everything, nothing for an empty log.
    package func report(logStart: Timestamp?) -> CampaignReport {
        let everybody = active.values
        return CampaignReport(
            window: window,
            beforeWindow: before,
            isBeforeComplete: logStart.map { $0 <= before.lowerBound } ?? false,
            during: during,
            before: earlier,
            listeners: everybody.count(where: \.hasStreamed),
            listenersBefore: everybody.count(where: \.hadStreamedBefore),
            returningListeners: everybody.count { $0.hasStreamed && $0.hadStreamedBefore },
            newListeners: everybody.count(where: \.isNew),
            promotedListeners: everybody.count { $0.firstPromotedStream != nil },
            intentListeners: everybody.count(where: \.hasShownIntent)
        )
    }
}

extension ActiveListener {
    fileprivate var hasShownIntent: Bool {
        guard let first = firstPromotedStream else { return false }
        let last = Timestamp(milliseconds: first.milliseconds + CampaignAudience.intentMilliseconds)
        return signsOfIntent.contains { $0 >= first && $0 <= last }
    }
}
