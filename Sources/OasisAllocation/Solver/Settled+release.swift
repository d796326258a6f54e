/// Gives whole requests back, so that what was settled in them can be cut.
extension Settled {
    /// What stays settled when some campaigns must give way: all but the requests in which one of theirs is settled.
    ///
    /// - Parameters:
    ///   - factors: Below 1 for the campaigns that must give way.
    ///   - whole: The level of the whole problem.
    /// - Returns: What stays, and what was settled in the others, in rising order.
    func releasing(_ factors: FactorTables, of whole: MarketLevel) -> (rest: Settled, released: SparseAllocation) {
        let isReleased = Memory<Bool>(capacity: whole.market.requestCount)
        let market = whole.market
        for run in candidates {
            visit(run, market) { request, candidate in
                let id = Int(market.campaign[candidate])
                let mustGive = market.attributes.contains {
                    $0.usesCampaigns && factors.campaign.base[$0.index * market.campaignCount + id] < 1
                }
                if mustGive { isReleased.base[request] = true }
            }
        }
        let rest = Settled(self)
        var released = SparseAllocation()
        rest.candidates = candidates.map { run in
            var kept: [UInt32] = []
            kept.reserveCapacity(run.count)
            var left = SparseAllocation()
            visit(run, market) { request, candidate in
                if isReleased.base[request] {
                    rest.subtract(candidate, of: request, market)
                    left.candidates.append(candidate)
                    left.shares.append(1)
                } else {
                    kept.append(UInt32(truncatingIfNeeded: candidate))
                }
            }
            released = released.joined(left)
            return kept
        }
        return (rest, released)
    }

    private func visit(_ run: [UInt32], _ market: MarketView, _ body: (_ request: Int, _ candidate: Int) -> Void) {
        var request = 0
        for candidate in run {
            while market.end(request) <= Int(candidate) { request += 1 }
            body(request, Int(candidate))
        }
    }

    private func subtract(_ candidate: Int, of request: Int, _ market: MarketView) {
        let id = Int(market.campaign[candidate])
        let weight = Double(market.requestWeight(request))
        for attribute in market.attributes {
            let amount = attribute.amount.map { weight * Double($0[candidate]) } ?? weight
            if attribute.usesCampaigns { campaign.base[attribute.index &* market.campaignCount &+ id] -= amount }
            cell.base[attribute.index &* market.cellCount &+ market.cellIndex(request)] -= amount
        }
        self.weight -= weight
        value -= weight * Double(market.value[candidate])
    }
}
