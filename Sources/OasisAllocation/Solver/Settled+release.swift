/// Gives whole requests back, so that what was settled in them can be cut.
extension Settled {
    /// What stays settled when some campaigns must give way: all but the requests in which one of theirs is selected.
    ///
    /// Whoever fills what a request gives up must see all that it has, so it is given back whole or not at all.
    ///
    /// - Parameters:
    ///   - own: What is selected beside the settled, in rising order.
    ///   - factors: Below 1 for the campaigns that must give way.
    ///   - whole: The level of the whole problem.
    /// - Returns: What stays; and what does not, together with `own`, in rising order.
    func releasing(
        beside own: SparseAllocation,
        _ factors: FactorTables,
        of whole: MarketLevel
    ) -> (rest: Settled, loose: SparseAllocation) {
        let isReleased = Memory<Bool>(capacity: whole.market.requestCount)
        let market = whole.market
        func mark(_ request: Int, _ candidate: Int) {
            let id = Int(market.campaign[candidate])
            let mustGive = market.attributes.contains {
                $0.usesCampaigns && factors.campaign.base[$0.index * market.campaignCount + id] < 1
            }
            if mustGive { isReleased.base[request] = true }
        }
        for run in candidates { visit(run, market, mark) }
        visit(own.candidates, market, mark)
        let rest = Settled(self)
        var loose = own
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
            loose = loose.joined(left)
            return kept
        }
        return (rest, loose)
    }

    private func visit(
        _ run: [some BinaryInteger],
        _ market: MarketView,
        _ body: (_ request: Int, _ candidate: Int) -> Void
    ) {
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
