/// Gives freed slots to candidates whose rows have room.
///
/// A first sweep adds up what every scope would take, a second gives each what its rows can spare in proportion, so the
/// result does not depend on the order of requests and no row is overdrawn. Rows with a penalty count at their price.
extension Certifier {
    private enum Limits {
        static let rounds = 2
        /// Slots left below this are not worth a visit.
        static let room = 1e-5
        /// Rows stay this far inside, relative to their scale.
        static let margin = 1e-8
    }

    /// Raises `allocation` where slots and rows allow; expects `sums` to hold its sums.
    func refill(prices: [Double]) {
        let elasticCampaign = Memory<Double>(capacity: folding.campaignTableSize)
        let elasticCell = Memory<Double>(capacity: folding.cellTableSize)
        for round in 0..<Limits.rounds {
            if round > 0 { sweepSums(applying: nil) }
            let (campaign, cell) = sums.total()
            let activity = activity(campaign, cell)
            let slack = slack(activity, prices: prices, campaign: campaign, cell: cell)
            foldElastic(prices, activity: activity, campaign: elasticCampaign, cell: elasticCell)
            openScopes(slack)
            let elastic = (UnsafePointer(elasticCampaign.base), UnsafePointer(elasticCell.base))
            sweepRefill(elastic: elastic, isApplied: false)
            let (wantedCampaign, wantedCell) = sums.total()
            for (index, row) in folding.rows.enumerated() where slack[index] < .infinity {
                let wanted = (1 - row.share) * folding.scopeSum(row, campaign: wantedCampaign, cell: wantedCell)
                if wanted > slack[index] { factors.limit(row, to: max(0, slack[index] / wanted)) }
            }
            sweepRefill(elastic: elastic, isApplied: true)
        }
    }

    /// How much more each row can take; infinite for rows that do not stop a raise.
    private func slack(
        _ activity: [Double],
        prices: [Double],
        campaign: UnsafePointer<Double>,
        cell: UnsafePointer<Double>
    ) -> [Double] {
        folding.rows.enumerated()
            .map { index, row -> Double in
                // A ≤ row at its penalty has given way already; below it, it is kept like a hard one.
                guard row.sense == .atMost, row.isHard || prices[index] < row.penalty else { return .infinity }
                let scale = max(abs(row.bound), folding.magnitude(row, campaign: campaign, cell: cell))
                return max(0, row.bound - activity[index] - Limits.margin * scale)
            }
    }

    private func openScopes(_ slack: [Double]) {
        factors.reset()
        open.reset()
        for (index, row) in folding.rows.enumerated() where slack[index] <= 0 && row.share < 1 {
            open.limit(row, to: 0)
        }
    }

    /// Folds the prices at which raising a candidate moves the rows that have a penalty.
    private func foldElastic(
        _ prices: [Double],
        activity: [Double],
        campaign: Memory<Double>,
        cell: Memory<Double>
    ) {
        let elastic = folding.rows.enumerated()
            .map { index, row -> Double in
                if row.isHard { return 0 }
                return row.violation(activity: activity[index]) > 0 ? row.penalty : prices[index]
            }
        elastic.withUnsafeBufferPointer { elastic in
            folding.fold(
                prices: elastic.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                campaign: campaign.base,
                cell: cell.base
            )
        }
    }

    private func sweepRefill(elastic: (UnsafePointer<Double>, UnsafePointer<Double>), isApplied: Bool) {
        passes += 1
        let scratch = scratch.map { $0.base }
        chunks.run { worker, chunk in
            if !isApplied { sums.clear(chunk) }
            refillChunk(chunk, elastic: elastic, isApplied: isApplied, scratch: scratch[worker])
        }
    }

    private func refillChunk(
        _ chunk: Int,
        elastic: (UnsafePointer<Double>, UnsafePointer<Double>),
        isApplied: Bool,
        scratch: UnsafeMutablePointer<Double>
    ) {
        let reduced = scratch
        let worth = reduced + market.longestRequest
        for request in chunks.range(chunk) {
            let start = market.start(request)
            let count = market.end(request) &- start
            let slots = Double(market.slots[request])
            if slots == 0 || count == 0 { continue }
            let chosen = allocation.base + start
            var used = 0.0
            for place in 0..<count { used += Double(chosen[place]) }
            var room = min(slots, Double(count)) - used
            if room < Limits.room { continue }
            market.reduce(
                request,
                attributes,
                campaignPrice: UnsafePointer(campaignPrice.base),
                cellPrice: UnsafePointer(cellPrice.base),
                into: reduced
            )
            market.reduce(
                request,
                attributes,
                campaignPrice: elastic.0,
                cellPrice: elastic.1,
                into: worth
            )
            while room >= Limits.room {
                guard let place = best(request, start: start, count: count, reduced: reduced, worth: worth) else {
                    break
                }
                let raise = min(room, 1 - Double(chosen[place]))
                room -= raise
                give(
                    raise,
                    to: start + place,
                    request: request,
                    chunk: chunk,
                    isApplied: isApplied
                )
                // Visited: out of the race in this sweep.
                worth[place] = 0
            }
        }
    }

    /// The open candidate with the highest reduced value among those still worth something.
    @inline(__always)
    private func best(
        _ request: Int,
        start: Int,
        count: Int,
        reduced: UnsafePointer<Double>,
        worth: UnsafePointer<Double>
    ) -> Int? {
        var best = -1
        let cell = market.cellIndex(request)
        for place in 0..<count where worth[place] > 0 && allocation.base[start &+ place] < 1 {
            if best >= 0 && reduced[place] <= reduced[best] { continue }
            let factor = market.factor(
                attributes,
                candidate: start &+ place,
                campaign: Int(market.campaign[start &+ place]),
                cell: cell,
                campaignFactor: UnsafePointer(open.campaign.base),
                cellFactor: UnsafePointer(open.cell.base)
            )
            if factor > 0 { best = place }
        }
        return best < 0 ? nil : best
    }

    private func give(_ raise: Double, to candidate: Int, request: Int, chunk: Int, isApplied: Bool) {
        let cell = market.cellIndex(request)
        let id = Int(market.campaign[candidate])
        if isApplied {
            let factor = market.factor(
                attributes,
                candidate: candidate,
                campaign: id,
                cell: cell,
                campaignFactor: UnsafePointer(factors.campaign.base),
                cellFactor: UnsafePointer(factors.cell.base)
            )
            let raised = Float(Double(allocation.base[candidate]) + raise * factor).nextDown
            allocation.base[candidate] = min(1, max(allocation.base[candidate], raised))
        } else {
            let weighted = Double(market.requestWeight(request)) * raise
            for attribute in attributes {
                let amount = attribute.amount.map { weighted * Double(max(0, $0[candidate])) } ?? weighted
                sums.campaign(chunk)[attribute.index &* market.campaignCount &+ id] += amount
                sums.cell(chunk)[attribute.index &* market.cellCount &+ cell] += amount
            }
        }
    }
}
