import OasisMarket
import OasisScoring

/// Each campaign's planned cumulative delivery over the day, quarter hour by quarter hour.
///
/// The past stays as it was planned; each new plan redraws the rest of the day from what is delivered by then: along the
/// traffic of the cells it is planned in, or along the campaign's own curve.
struct PlanCurves: Sendable {
    private var day: Day?
    private var byCampaign: [Int64: [Double]] = [:]

    /// The curve of a campaign; empty before its first plan.
    func curve(of campaignNumber: Int64, on day: Day) -> [Double] {
        self.day == day ? byCampaign[campaignNumber] ?? [] : []
    }

    mutating func update(_ plan: Plan, _ market: PlannedMarket, _ count: DayCount) {
        let now = market.plannedAt
        if day != now.day {
            day = now.day
            byCampaign = [:]
        }
        let current = SupplyForecast.bin(now)
        for (index, entrant) in market.program.entrants.enumerated() {
            let committed = count.committed(entrant.number)
            let planned = market.restOfDay(plan, of: index, committed: committed)
            var curve = byCampaign[entrant.number] ?? Array(repeating: committed, count: SupplyForecast.binsPerDay)
            for bin in current..<SupplyForecast.binsPerDay {
                let end = SupplyForecast.end(ofBin: bin, on: now.day)
                curve[bin] = committed + planned * market.share(of: index, in: plan, until: end)
            }
            byCampaign[entrant.number] = curve
        }
    }
}

/// How far a campaign's deliveries lie off its curve.
package enum PlanAdherence {
    /// Mean over the quarter hours of |delivered by then / delivered in all − planned by then / planned in all|, 0 to 1.
    ///
    /// Both are cumulative counts of equal length, at the end of each quarter hour; nothing when either ends at 0.
    package static func shareOffCurve(delivered: [Double], planned: [Double]) -> Double? {
        precondition(delivered.count == planned.count, "one count for each quarter hour")
        guard let all = delivered.last, let meant = planned.last, all > 0, meant > 0 else { return nil }
        return zip(delivered, planned).reduce(0) { $0 + abs($1.0 / all - $1.1 / meant) } / Double(delivered.count)
    }
}
