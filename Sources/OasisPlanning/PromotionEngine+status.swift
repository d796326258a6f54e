import OasisAllocation
import OasisLedger
package import OasisMarket
import OasisScoring
import Synchronization

extension PromotionEngine {
    /// What the engine is doing, for consoles and operators.
    package func status(at now: Timestamp) throws -> EngineStatus {
        let (plan, curves) = published.withLock { ($0.plan, $0.curves) }
        let loss = node.withLock { $0.loss }
        let count = try dayCount(at: now, loss: loss)
        return EngineStatus(
            snapshot: snapshotStatus,
            plan: plan,
            campaigns: try campaignStatuses(plan, curves, count, at: now),
            listenerLoss: try lossStatuses(plan, count)
        )
    }

    private func campaignStatuses(
        _ plan: PlanStatus?,
        _ curves: PlanCurves,
        _ count: DayCount,
        at now: Timestamp
    ) throws -> [CampaignStatus] {
        let currency = try ledger.currentPolicy()?.document.commission.royaltyPerStream.currency ?? "XXX"
        let prices = plan?.pricesByCampaign ?? [:]
        let delivered = try deliveredCurves(at: now)
        let outstanding = Dictionary(
            try ledger.deliveries(day: now.day).map { ($0.campaignNumber, $0.outstanding) },
            uniquingKeysWith: +
        )
        return try ledger.allCampaigns()
            .compactMap { stored in
                let (number, campaign) = (stored.number, stored.document)
                let confirmed = count.confirmed[number, default: 0]
                guard campaign.isRunning(at: now) || confirmed > 0 else { return nil }
                let rows = count.tallies.filter { $0.campaignNumber == number }
                return CampaignStatus(
                    campaign: campaign,
                    confirmed: confirmed,
                    reserved: outstanding[number, default: 0],
                    capPrice: prices[campaign.id]?.cap ?? 0,
                    guaranteePrice: prices[campaign.id]?.guarantee ?? 0,
                    streams: rows.reduce(0) { $0 + $1.counts.streams },
                    newListeners: rows.reduce(0) { $0 + $1.counts.newListeners },
                    commission: Money(micros: rows.reduce(0) { $0 + $1.counts.commissionMicros }, currency: currency),
                    planCurve: curves.curve(of: number, on: now.day),
                    deliveredCurve: delivered[number] ?? []
                )
            }
            .sorted { $0.campaign.id < $1.campaign.id }
    }

    private func deliveredCurves(at now: Timestamp) throws -> [Int64: [Int]] {
        let last = SupplyForecast.bin(now)
        var curves: [Int64: [Int]] = [:]
        for bin in try ledger.shownCurve(day: now.day) where bin.bin <= last {
            curves[bin.campaignNumber, default: Array(repeating: 0, count: last + 1)][bin.bin] += bin.shown
        }
        return curves.mapValues { shown in
            var sum = 0
            return shown.map { count in
                sum += count
                return sum
            }
        }
    }

    private func lossStatuses(_ plan: PlanStatus?, _ count: DayCount) throws -> [ListenerLossStatus] {
        let rows = try ledger.currentPolicy()?.document.rows ?? []
        let prices = Dictionary((plan?.rows ?? []).map { ($0.name, $0.price) }, uniquingKeysWith: { first, _ in first })
        return count.loss.entries.keys.sorted()
            .map { cell in
                let entry = count.loss.entries[cell] ?? LossAccount.Entry()
                let row = rows.first { $0.limitsLoss(in: cell) }
                let name = row.map { $0.scope == .eachCell ? "\($0.name) \(cell)" : $0.name }
                return ListenerLossStatus(
                    cell: cell,
                    spent: entry.displaced,
                    budgetSoFar: row.map { $0.bound * entry.organic },
                    organicUtility: entry.organic,
                    price: name.flatMap { prices[$0] } ?? 0
                )
            }
    }
}

extension PolicyRow {
    fileprivate func limitsLoss(in cell: Cell) -> Bool {
        attribute == .listenerLoss && measure == .organicShare && (scope == .eachCell || scope == .cell(cell))
    }
}

extension PlanStatus {
    init(_ plan: Plan, _ program: MarketProgram, forecast: SupplyRange, solveSeconds: Double, at now: Timestamp) {
        self.init(
            plannedAt: now,
            sampledRequests: program.sample.count,
            forecast: forecast,
            dualBound: plan.certificate.dualBound,
            feasibleValue: plan.certificate.feasibleValue,
            relativeGap: plan.certificate.relativeGap,
            solveSeconds: solveSeconds,
            rows: plan.rows.indices.map { index in
                let row = plan.rows[index]
                var campaign: CampaignID?
                if case .campaign(let entrant) = row.scope { campaign = program.entrants[entrant].id }
                return RowStatus(
                    name: row.name,
                    campaign: campaign,
                    attribute: row.attribute,
                    sense: row.sense,
                    bound: row.pace > 0 ? row.bound / row.pace : row.bound,
                    planned: row.pace > 0 ? plan.activities[index] / row.pace : plan.activities[index],
                    price: plan.prices[index]
                )
            },
            shortfalls: plan.shortfalls
        )
    }

    /// Prices of each campaign's cap and guarantee.
    fileprivate var pricesByCampaign: [CampaignID: (cap: Double, guarantee: Double)] {
        var prices: [CampaignID: (cap: Double, guarantee: Double)] = [:]
        for row in rows {
            guard let campaign = row.campaign else { continue }
            switch row.sense {
            case .atMost: prices[campaign, default: (0, 0)].cap += row.price
            case .atLeast: prices[campaign, default: (0, 0)].guarantee += row.price
            }
        }
        return prices
    }
}
