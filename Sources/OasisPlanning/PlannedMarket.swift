package import OasisMarket
import OasisScoring

/// What a plan was solved over, kept until the next one: how fast what was planned is to be used can be read off it.
struct PlannedMarket: Sendable {
    var documents: MarketDocuments
    /// The control plane's revision when the documents were read.
    var revision: Int64
    var program: MarketProgram
    /// Traffic as it was forecast.
    var supply: CellSupply
    var plannedAt: Timestamp

    /// Plays planned for a campaign for the rest of the day.
    ///
    /// A campaign with a curve is planned at the pace of the next minutes; over the rest of the day that evens out.
    func restOfDay(_ plan: Plan, of entrant: Int) -> Double {
        let pace = program.rows.first { $0.scope == .campaign(entrant) }?.pace ?? 1
        return pace > 0 ? plan.deliveries[entrant] / pace : plan.deliveries[entrant]
    }

    /// Share of what is planned for a campaign that is to come until `end`: by its curve, or as traffic comes.
    func share(of entrant: Int, in plan: Plan, until end: Timestamp) -> Double {
        if let curve = documents.campaigns[entrant].campaign.deliveryCurve {
            return DeliveryPace(curve: curve).share(from: plannedAt, to: end)
        }
        return supply.share(of: cells(of: entrant, in: plan), until: end, at: plannedAt)
    }

    /// Share of the traffic planned over that has come by now; `seen` is what has come of a cell since the plan.
    func elapsed(_ row: Int, in plan: Plan, at now: Timestamp, _ current: CellSupply) -> Double {
        switch program.rows[row].scope {
        case .cell(let cell): return elapsed([(program.cells[cell], 1)], at: now, current)
        case .campaign(let entrant):
            if documents.campaigns[entrant].campaign.deliveryCurve != nil {
                return share(of: entrant, in: plan, until: now)
            }
            return elapsed(cells(of: entrant, in: plan), at: now, current)
        case .all, .set: return elapsed(program.cells.map { ($0, supply.ahead($0, at: plannedAt)) }, at: now, current)
        }
    }

    private func cells(of entrant: Int, in plan: Plan) -> [(cell: Cell, weight: Double)] {
        plan.deliveriesByCell[entrant]
            .compactMap { $0.cell < program.cells.count ? (program.cells[$0.cell], $0.plays) : nil }
    }

    /// What came counts as it came, and the rest as it is forecast now: a busier day uses bounds up faster.
    private func elapsed(
        _ cells: [(cell: Cell, weight: Double)],
        at now: Timestamp,
        _ current: CellSupply
    ) -> Double {
        let day = plannedAt.day
        var (sum, total) = (0.0, 0.0)
        for (cell, weight) in cells {
            let came = max(0, current.seen(cell, on: day) - supply.seen(cell, on: day))
            let all = came + current.ahead(cell, at: now)
            guard all > 0 else { continue }
            sum += weight * came / all
            total += weight
        }
        return total > 0 ? sum / total : supply.share(until: now, at: plannedAt)
    }
}
