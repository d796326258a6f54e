import OasisMarket
import OasisScoring

/// Each campaign's planned cumulative delivery over the day, quarter hour by quarter hour.
///
/// The past stays as it was planned; each new plan redraws the rest of the day from what is delivered by then.
struct PlanCurves: Sendable {
    private var day: Day?
    private var byCampaign: [Int64: [Double]] = [:]

    /// The curve of a campaign; empty before its first plan.
    func curve(of campaignNumber: Int64, on day: Day) -> [Double] {
        self.day == day ? byCampaign[campaignNumber] ?? [] : []
    }

    mutating func update(
        _ entrants: [PricedCampaign],
        _ deliveries: [Double],
        _ count: DayCount,
        _ supply: CellSupply,
        at now: Timestamp
    ) {
        if day != now.day {
            day = now.day
            byCampaign = [:]
        }
        let current = SupplyForecast.bin(now)
        let shares = (current..<SupplyForecast.binsPerDay).map { supply.shareAhead(byEndOf: $0, at: now) }
        for (entrant, planned) in zip(entrants, deliveries) {
            let committed = count.committed(entrant.number)
            var curve = byCampaign[entrant.number] ?? Array(repeating: committed, count: SupplyForecast.binsPerDay)
            for (offset, share) in shares.enumerated() {
                curve[current + offset] = committed + planned * share
            }
            byCampaign[entrant.number] = curve
        }
    }
}
