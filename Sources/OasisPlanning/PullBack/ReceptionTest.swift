package import OasisLedger
package import OasisMarket

/// Whether a campaign's promoted plays are received worse than the organic plays that they displace.
///
/// Of what has not been heard to the end, a promoted play counts in the campaign's favour when it is to be pulled back and
/// against it when it is to come back: the first to be reported are those that were skipped.
package struct ReceptionTest: Sendable {
    /// What the evidence proves.
    package enum Finding: Hashable, Sendable {
        /// Worse than the tolerance allows.
        case worse
        /// Not worse than that.
        case tolerated
        /// Neither.
        case open
    }

    /// Most cells among which the error is shared out.
    private static let cellsMaximum = 1_000.0

    let rule: PullBackRule
    /// The campaign's number.
    let campaignNumber: Int64
    /// First day of the window.
    let firstDay: Day
    /// How many windows went before it; each gets 1/(k(k + 1)) of the error, so that all of them have all of it.
    let windowsBefore: Int
    /// What the first day had counted before the window began.
    let countedBefore: [Reception]

    /// The window that a day belongs to: the first begins with the campaign's last step.
    package init(_ rule: PullBackRule, campaignNumber: Int64, _ standing: PullBack, on day: Day) {
        self.rule = rule
        self.campaignNumber = campaignNumber
        let start = standing.since.day
        let passed = max(0, Int(day.number - start.number)) / rule.windowDays
        firstDay = Day(number: start.number + Int32(passed * rule.windowDays))
        windowsBefore = standing.windowsBefore + passed
        countedBefore = passed == 0 ? standing.countedBefore : []
    }

    /// What tallies say, at the error that pulling back may have, or coming back; nothing before the first promoted play.
    package func evidence(_ tallies: [TallyRow], recovers: Bool) -> ReceptionEvidence? {
        let promoted = promoted(tallies)
        let plays = promoted.reduce(0) { $0 + $1.plays }
        guard plays > 0 else { return nil }
        let window = Double(windowsBefore + 1)
        let error = recovers ? rule.recoveryErrorProbability : rule.errorProbability / (window * (window + 1))
        let streams = promoted.reduce(0) { $0 + $1.streams }
        let ended = promoted.reduce(0) { $0 + $1.ended }
        let bounds = RateBounds.interval(
            successes: streams...(streams + plays - ended),
            of: plays,
            errorProbability: error / 2
        )
        var organic = (low: 0.0, rate: 0.0, high: 0.0)
        for reception in promoted {
            let share = Double(reception.plays) / Double(plays)
            let displaced = organicPlays(tallies, in: reception.cell)
            let bounds = RateBounds.interval(
                successes: displaced.streams...(displaced.streams + displaced.plays - displaced.ended),
                of: displaced.plays,
                errorProbability: error / 2 / Self.cellsMaximum
            )
            organic.low += share * bounds.lowerBound
            organic.high += share * bounds.upperBound
            organic.rate += share * displaced.rate
        }
        return ReceptionEvidence(
            plays: plays,
            open: plays - ended,
            promotedRate: ended > 0 ? Double(streams) / Double(ended) : 0,
            promotedLow: bounds.lowerBound,
            promotedHigh: bounds.upperBound,
            organicRate: organic.rate,
            organicLow: organic.low,
            organicHigh: organic.high,
            errorProbability: error
        )
    }

    /// What evidence proves under the rule.
    package func finding(_ evidence: ReceptionEvidence) -> Finding {
        let tolerated = 1 - rule.tolerance
        if evidence.promotedHigh < tolerated * evidence.organicLow { return .worse }
        return evidence.promotedLow >= tolerated * evidence.organicHigh ? .tolerated : .open
    }

    private func promoted(_ tallies: [TallyRow]) -> [Reception] {
        var counts: [Cell: Reception] = [:]
        for row in tallies where row.isPromoted && row.campaignNumber == campaignNumber && row.day >= firstDay {
            counts[row.cell, default: Reception(cell: row.cell, shown: 0, ended: 0, streams: 0)] += row.counts
        }
        for before in countedBefore { counts[before.cell]?.takeAway(before) }
        return counts.keys.sorted().compactMap { counts[$0] }.filter { $0.plays > 0 }
    }

    private func organicPlays(_ tallies: [TallyRow], in cell: Cell) -> Reception {
        tallies.reduce(into: Reception(cell: cell, shown: 0, ended: 0, streams: 0)) { sum, row in
            if !row.isPromoted, row.cell == cell, row.day >= firstDay { sum += row.counts }
        }
    }
}

extension Reception {
    /// Events come in any order: a play may have been heard to end before it is heard to begin.
    var plays: Int { max(shown, ended) }

    /// Streams of the plays that ended.
    fileprivate var rate: Double { ended > 0 ? Double(streams) / Double(ended) : 0 }

    static func += (left: inout Reception, right: TallyCounts) {
        left.shown += right.shown
        left.ended += right.plays
        left.streams += min(right.streams, right.plays)
    }

    fileprivate mutating func takeAway(_ other: Reception) {
        shown = max(0, shown - other.shown)
        ended = max(0, ended - other.ended)
        streams = min(ended, max(0, streams - other.streams))
    }
}
