package import OasisMarket

/// What the engine is doing, for consoles and operators.
package struct EngineStatus: Sendable {
    /// The snapshot in use; nothing before the first plan.
    package var snapshot: SnapshotStatus?
    /// The plan behind it; nothing before the first plan of this process.
    package var plan: PlanStatus?
    /// Today's delivery of every campaign that runs or delivered today, ordered by campaign id.
    package var campaigns: [CampaignStatus]
    /// Today's listener loss against its budget, for each cell with traffic.
    package var listenerLoss: [ListenerLossStatus]

    /// Gathers the values.
    package init(
        snapshot: SnapshotStatus?,
        plan: PlanStatus?,
        campaigns: [CampaignStatus],
        listenerLoss: [ListenerLossStatus]
    ) {
        self.snapshot = snapshot
        self.plan = plan
        self.campaigns = campaigns
        self.listenerLoss = listenerLoss
    }
}

/// A served snapshot.
package struct SnapshotStatus: Sendable {
    /// Its number; each new snapshot has a higher one.
    package var number: UInt64
    /// When it was made.
    package var createdAt: Timestamp
    /// The policy inside.
    package var policyVersion: Int64
    /// How many campaigns it can promote.
    package var campaignCount: Int
    /// How many tracks it knows.
    package var trackCount: Int

    /// Gathers the values.
    package init(number: UInt64, createdAt: Timestamp, policyVersion: Int64, campaignCount: Int, trackCount: Int) {
        self.number = number
        self.createdAt = createdAt
        self.policyVersion = policyVersion
        self.campaignCount = campaignCount
        self.trackCount = trackCount
    }
}

/// A solved market with its certificate.
package struct PlanStatus: Sendable {
    /// When it was solved.
    package var plannedAt: Timestamp
    /// How many sampled requests it was solved over.
    package var sampledRequests: Int
    /// When prices were last moved since then; nothing when they are the plan's.
    package var correctedAt: Timestamp?
    /// Requests those stand for: the forecast of the rest of the day.
    package var forecastRequests: Double { forecast.mean }
    /// The same as a range.
    package var forecast: SupplyRange
    /// Proven upper bound of the value, in organic-score units.
    package var dualBound: Double
    /// Value of the feasible plan found.
    package var feasibleValue: Double
    /// (dualBound − feasibleValue) / |dualBound|.
    package var relativeGap: Double
    /// How long the solve took.
    package var solveSeconds: Double
    /// Every row with its price.
    package var rows: [RowStatus]
    /// Promises that cannot be kept, and what stands in their way.
    package var shortfalls: [PlanShortfall]

    /// Gathers the values.
    package init(
        plannedAt: Timestamp,
        sampledRequests: Int,
        forecast: SupplyRange,
        dualBound: Double,
        feasibleValue: Double,
        relativeGap: Double,
        solveSeconds: Double,
        rows: [RowStatus],
        shortfalls: [PlanShortfall] = []
    ) {
        self.plannedAt = plannedAt
        self.sampledRequests = sampledRequests
        self.forecast = forecast
        self.dualBound = dualBound
        self.feasibleValue = feasibleValue
        self.relativeGap = relativeGap
        self.solveSeconds = solveSeconds
        self.rows = rows
        self.shortfalls = shortfalls
    }
}

/// A row of a plan and its price.
package struct RowStatus: Sendable {
    /// `cap`, `guarantee`, or the policy row's name, followed by its scope: `cap campaign-7`.
    package var name: String
    /// The campaign it limits, for a cap or a guarantee.
    package var campaign: CampaignID?
    /// What it counts.
    package var attribute: Attribute
    /// Upper or lower limit.
    package var sense: PolicyRow.Sense
    /// What is left of the bound for the rest of the day, in the attribute's unit.
    package var bound: Double
    /// What the plan uses of it.
    package var planned: Double
    /// Organic-score units for one more unit of the bound, ≥ 0.
    package var price: Double

    /// Gathers the values.
    package init(
        name: String,
        campaign: CampaignID?,
        attribute: Attribute,
        sense: PolicyRow.Sense,
        bound: Double,
        planned: Double,
        price: Double
    ) {
        self.name = name
        self.campaign = campaign
        self.attribute = attribute
        self.sense = sense
        self.bound = bound
        self.planned = planned
        self.price = price
    }
}

/// A campaign's day.
package struct CampaignStatus: Sendable {
    /// The campaign.
    package var campaign: Campaign
    /// Promoted plays confirmed today.
    package var confirmed: Int
    /// Units reserved: on receipts that are not settled, or held by a node.
    package var reserved: Int
    /// Its price: what one more unit of its cap is worth, less its guarantee's price.
    package var capPrice: Double
    /// What its guarantee costs at the margin.
    package var guaranteePrice: Double
    /// Today's streams of at least 30 s, promoted.
    package var streams: Int
    /// Today's new listeners, promoted.
    package var newListeners: Int
    /// Today's commission.
    package var commission: Money
    /// Planned cumulative promoted plays at the end of each quarter hour, 96 values; empty before the first plan.
    package var planCurve: [Double]
    /// Confirmed cumulative promoted plays at the end of each quarter hour up to now.
    package var deliveredCurve: [Int]

    /// Gathers the values.
    package init(
        campaign: Campaign,
        confirmed: Int,
        reserved: Int,
        capPrice: Double,
        guaranteePrice: Double,
        streams: Int,
        newListeners: Int,
        commission: Money,
        planCurve: [Double],
        deliveredCurve: [Int]
    ) {
        self.campaign = campaign
        self.confirmed = confirmed
        self.reserved = reserved
        self.capPrice = capPrice
        self.guaranteePrice = guaranteePrice
        self.streams = streams
        self.newListeners = newListeners
        self.commission = commission
        self.planCurve = planCurve
        self.deliveredCurve = deliveredCurve
    }
}

/// A cell's listener loss against its budget.
package struct ListenerLossStatus: Sendable {
    /// Where.
    package var cell: Cell
    /// Organic utility displaced today, predicted when it was decided, in organic-score units.
    package var spent: Double
    /// The budget's share of the organic utility served so far; nothing when the policy sets none.
    package var budgetSoFar: Double?
    /// Organic utility served so far.
    package var organicUtility: Double
    /// What one more unit of the budget is worth.
    package var price: Double

    /// Gathers the values.
    package init(cell: Cell, spent: Double, budgetSoFar: Double?, organicUtility: Double, price: Double) {
        self.cell = cell
        self.spent = spent
        self.budgetSoFar = budgetSoFar
        self.organicUtility = organicUtility
        self.price = price
    }
}
