package import OasisMarket
package import OasisPlanning

/// A day of plays: what was planned, what came, and what was promised.
package struct DeliverySeries: Sendable {
    /// Planned cumulative plays at the ends of equal steps of the day; empty without a plan.
    package var plan: [Double]
    /// Confirmed cumulative plays at the ends of the same steps, up to now.
    package var delivered: [Int]
    /// Confirmed plays now.
    package var confirmed: Int
    /// Second of the day that it is now.
    package var secondOfDay: Double
    /// Most plays allowed.
    package var cap: Int?
    /// Plays promised.
    package var guarantee: Int?

    /// Gathers a day.
    package init(
        plan: [Double],
        delivered: [Int],
        confirmed: Int,
        secondOfDay: Double,
        cap: Int? = nil,
        guarantee: Int? = nil
    ) {
        self.plan = plan
        self.delivered = delivered
        self.confirmed = confirmed
        self.secondOfDay = secondOfDay
        self.cap = cap
        self.guarantee = guarantee
    }

    /// A campaign's day.
    package init(_ status: CampaignStatus, at now: Timestamp) {
        self.init(
            plan: status.planCurve,
            delivered: status.deliveredCurve,
            confirmed: status.confirmed,
            secondOfDay: now.secondOfDay,
            cap: status.campaign.dailyCap,
            guarantee: status.campaign.dailyGuarantee
        )
    }

    /// All campaigns' days added up; caps and guarantees do not add up to one of the whole.
    package init(total campaigns: [CampaignStatus], at now: Timestamp) {
        let steps = campaigns.map(\.planCurve.count).max() ?? 0
        var plan = Array(repeating: 0.0, count: steps)
        var delivered = Array(repeating: 0, count: campaigns.map(\.deliveredCurve.count).max() ?? 0)
        for campaign in campaigns {
            for step in plan.indices {
                plan[step] += step < campaign.planCurve.count ? campaign.planCurve[step] : campaign.planCurve.last ?? 0
            }
            for step in delivered.indices {
                let curve = campaign.deliveredCurve
                delivered[step] += step < curve.count ? curve[step] : curve.last ?? 0
            }
        }
        self.init(
            plan: plan,
            delivered: delivered,
            confirmed: campaigns.reduce(0) { $0 + $1.confirmed },
            secondOfDay: now.secondOfDay
        )
    }

    /// Seconds of the day and cumulative planned plays, from midnight on.
    var planPoints: [(second: Double, plays: Double)] {
        guard !plan.isEmpty else { return [] }
        let step = 86_400 / Double(plan.count)
        return [(0, 0)] + plan.enumerated().map { (Double($0.offset + 1) * step, $0.element) }
    }

    /// Seconds of the day and cumulative confirmed plays, from midnight to now.
    var deliveredPoints: [(second: Double, plays: Double)] {
        let step = 86_400 / Double(max(plan.count, 96))
        let past = delivered.enumerated().map { (second: Double($0.offset + 1) * step, plays: Double($0.element)) }
        return [(0, 0)] + past.filter { $0.second < secondOfDay } + [(secondOfDay, Double(confirmed))]
    }

    /// What a screen reader says about it.
    package var sentence: String {
        let time = ConsoleNumber.clock(secondOfDay: secondOfDay)
        var text = "\(ConsoleNumber.count(confirmed)) plays delivered by \(time) UTC"
        if let planned = CampaignProgress.value(of: plan, atSecond: secondOfDay), let end = plan.last {
            text += " of \(ConsoleNumber.count(Int(nearest: planned))) planned by then"
            text += " and \(ConsoleNumber.count(Int(nearest: end))) by the end of the day"
        }
        if let guarantee { text += "; guarantee \(ConsoleNumber.count(guarantee))" }
        if let cap { text += "; cap \(ConsoleNumber.count(cap))" }
        return text + "."
    }
}
