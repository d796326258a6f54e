/// Turns prices into a proof: an exact bound, and a feasible allocation with its exact value.
///
/// Everything is computed in double precision on the very numbers that are handed out.
final class Certifier {
    struct Outcome {
        var bound: Double
        var value: Double
        var maxRelativeViolation: Double
        var activity: [Double]
    }

    let market: MarketView
    let folding: RowFolding
    let chunks: Chunks
    let attributes: UnsafeBufferPointer<MarketView.Attribute>
    /// Sweeps over the candidates so far.
    var passes = 0
    /// The latest allocation, one number per candidate.
    let allocation: Memory<Float>
    /// Sums over the allocation, and over its fractional part.
    let sums: FoldedSums
    let fractionalSums: FoldedSums
    let campaignPrice: Memory<Double>
    let cellPrice: Memory<Double>
    let scratch: [Memory<Double>]
    let factors: FactorTables
    /// 0 where a full row forbids any raise, 1 elsewhere.
    let open: FactorTables

    init(market: MarketView, folding: RowFolding, chunks: Chunks, attributes: UnsafeBufferPointer<MarketView.Attribute>)
    {
        self.market = market
        self.folding = folding
        self.chunks = chunks
        self.attributes = attributes
        allocation = Memory(capacity: market.candidateCount)
        sums = FoldedSums(folding: folding, chunks: chunks)
        fractionalSums = FoldedSums(folding: folding, chunks: chunks)
        campaignPrice = Memory(capacity: folding.campaignTableSize)
        cellPrice = Memory(capacity: folding.cellTableSize)
        scratch = (0..<chunks.threads).map { _ in Memory(capacity: 3 * market.longestRequest + 64) }
        factors = FactorTables(folding: folding)
        open = FactorTables(folding: folding)
    }

    /// Bound at `prices`, and the selection at `smoothing` repaired and refilled into `allocation`.
    func certify(prices: [Double], smoothing: Double) -> Outcome {
        setPrices(prices)
        var bound = select(smoothing: smoothing)
        for (index, row) in folding.rows.enumerated() { bound += prices[index] * row.sign * row.bound }
        repair()
        refill(prices: prices)
        return evaluate(bound: bound)
    }

    func setPrices(_ prices: [Double]) {
        prices.withUnsafeBufferPointer { prices in
            folding.fold(
                prices: prices.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                campaign: campaignPrice.base,
                cell: cellPrice.base
            )
        }
    }

    /// Value, penalties and violations of the allocation as it stands.
    func evaluate(bound: Double) -> Outcome {
        sweepSums(applying: nil)
        let (campaign, cell) = sums.total()
        let activity = activity(campaign, cell)
        var value = sums.scalar(.linear)
        var worst = 0.0
        for (index, row) in folding.rows.enumerated() {
            let violation = row.violation(activity: activity[index])
            if row.isHard {
                let magnitude = folding.magnitude(row, campaign: campaign, cell: cell)
                worst = max(worst, violation / max(abs(row.bound), magnitude, 1))
            } else if violation > 0 {
                value -= row.penalty * violation
            }
        }
        return Outcome(bound: bound, value: value, maxRelativeViolation: worst, activity: activity)
    }

    func activity(_ campaign: UnsafePointer<Double>, _ cell: UnsafePointer<Double>) -> [Double] {
        [Double](unsafeUninitializedCapacity: folding.rows.count) { buffer, count in
            if let base = buffer.baseAddress { folding.unfold(campaign: campaign, cell: cell, into: base) }
            count = folding.rows.count
        }
    }

    /// Fills `allocation` with x(λ, γ) and returns Σ w · (top k positive u).
    private func select(smoothing: Double) -> Double {
        passes += 1
        let scratch = scratch.map { $0.base }
        chunks.run { worker, chunk in
            sums.clear(chunk)
            sums.scalars(chunk)[FoldedSums.Scalar.top.rawValue] = selectChunk(
                chunks.range(chunk),
                smoothing: smoothing,
                scratch: scratch[worker]
            )
        }
        _ = sums.total()
        return sums.scalar(.top)
    }

    private func selectChunk(
        _ requests: Range<Int>,
        smoothing: Double,
        scratch: UnsafeMutablePointer<Double>
    ) -> Double {
        let reduced = scratch
        let positive = reduced + market.longestRequest
        let spare = positive + paddedToBlocks(market.longestRequest)
        SlotProjection.prepare(spare)
        let inverse = 1 / smoothing
        var top = 0.0
        for request in requests {
            let start = market.start(request)
            let count = market.end(request) &- start
            let slots = Int(market.slots[request])
            let chosen = allocation.base + start
            if slots == 0 || count == 0 {
                for place in 0..<count { chosen[place] = 0 }
                continue
            }
            market.reduce(
                request,
                attributes,
                campaignPrice: UnsafePointer(campaignPrice.base),
                cellPrice: UnsafePointer(cellPrice.base),
                into: reduced
            )
            for place in 0..<paddedToBlocks(count) { positive[place] = place < count ? reduced[place] : 0 }
            let threshold = SlotProjection.threshold(
                values: positive,
                count: count,
                slots: slots,
                smoothing: smoothing,
                scratch: spare
            )
            top += Double(market.requestWeight(request)) * threshold.topSum
            var used = 0.0
            for place in 0..<count {
                let raw = (reduced[place] - threshold.level) * inverse
                let share = Float(raw < 0 ? 0 : raw > 1 ? 1 : raw)
                chosen[place] = share
                used += Double(share)
            }
            if used > Double(slots) { fit(chosen, count: count, slots: Double(slots), used: used) }
        }
        return top
    }

    /// Takes what rounding put over the slots from the largest fraction.
    private func fit(_ chosen: UnsafeMutablePointer<Float>, count: Int, slots: Double, used: Double) {
        var used = used
        var rounds = 0
        while used > slots && rounds < 64 {
            var largest = 0
            for place in 1..<max(1, count) where chosen[place] > chosen[largest] { largest = place }
            chosen[largest] = max(0, Float(Double(chosen[largest]) - (used - slots)).nextDown)
            used = 0
            for place in 0..<count { used += Double(chosen[place]) }
            rounds += 1
        }
    }
}
