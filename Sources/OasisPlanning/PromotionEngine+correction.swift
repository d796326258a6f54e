import OasisLedger
package import OasisMarket
import Synchronization

extension PromotionEngine {
    /// Moves prices between two solves by what rows have used since the last one, without solving again.
    ///
    /// Cheap against a plan: it reads the day's counts and writes a snapshot. The snapshot is as old as the plan whose
    /// prices it moves, so that a planner that fails is seen to fail. Nothing happens before the first plan of the day, nor
    /// when campaigns or policy have changed since: then prices have to be found again.
    ///
    /// - Returns: whether prices were moved.
    @discardableResult
    package func correct(at now: Timestamp) throws -> Bool {
        guard let correction = settings.correction else { return false }
        return try planning.withLock { planning in
            guard let (market, plan) = planning.last, market.plannedAt.day == now.day, market.plannedAt < now,
                !market.program.sample.isEmpty, try ledger.controlRevision() == market.revision
            else { return false }
            let (supply, loss) = node.withLock { ($0.supply, $0.loss) }
            let uses = try uses(of: plan, market, supply, loss, at: now)
            let corrected = plan.repriced(correction.prices(of: plan, uses: uses))
            guard corrected.prices != plan.prices else { return false }
            try publish(corrected, of: market, &planning)
            published.withLock { published in
                for index in corrected.prices.indices { published.plan?.rows[index].price = corrected.prices[index] }
                published.plan?.correctedAt = now
            }
            return true
        }
    }

    private func uses(
        of plan: Plan,
        _ market: PlannedMarket,
        _ supply: CellSupply,
        _ loss: LossAccount,
        at now: Timestamp
    ) throws -> [PriceCorrection.Use] {
        // What a row has used is what its bound has become smaller by: the program's own arithmetic says so.
        let current = MarketProgram(
            restOfDay: market.documents,
            rates: { _ in LearnedRates.fallback },
            count: try dayCount(at: now, loss: loss),
            sample: market.program.sample,
            ahead: { supply.ahead($0, at: now) }
        )
        let left = Dictionary(current.rows.map { ($0.name, $0.bound) }, uniquingKeysWith: { first, _ in first })
        return plan.rows.enumerated()
            .map { index, row in
                let bound = row.pace > 0 ? row.bound / row.pace : 0
                return PriceCorrection.Use(
                    bound: bound,
                    used: bound - (left[row.name] ?? bound),
                    elapsed: market.elapsed(index, in: plan, at: now, supply)
                )
            }
    }
}
