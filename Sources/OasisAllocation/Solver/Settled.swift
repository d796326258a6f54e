/// Candidates that are selected whole at every price of a region: sums are all that passes need to know of them.
///
/// Their slots are taken off their requests, so what is left is a market of its own; its dual with these sums added is
/// that of the whole.
final class Settled {
    /// Σ w · amount, attribute by attribute and campaign by campaign, as in `FoldedSums`.
    let campaign: Memory<Double>
    /// Σ w · amount, attribute by attribute and cell by cell.
    let cell: Memory<Double>
    /// Σ w · value.
    let value: Double
    /// Σ w.
    let weight: Double
    /// Indices in the whole problem: rising runs, one for each survey that settled some.
    let candidates: [[UInt32]]

    /// What a survey settled, and what was settled before on the level that it swept; nil when nothing was.
    ///
    /// - Parameters:
    ///   - found: What the survey keeps.
    ///   - sums: Its sums over what it settled.
    ///   - level: The level that it swept.
    init?(_ found: CandidateList, sums: FoldedSums, of level: MarketLevel) {
        let before = level.settled
        var run: [UInt32] = []
        run.reserveCapacity(found.settledCount)
        var (value, weight) = (before?.value ?? 0, before?.weight ?? 0)
        for chunk in 0..<level.chunks.count {
            let part = found.part(chunk).pointee
            value += part.settledValue
            weight += part.settledWeight
            let first = level.market.start(level.chunks.range(chunk).lowerBound)
            for index in 0..<part.settledCount {
                let candidate = first + Int(part.settled[index])
                run.append(level.origin.map { $0.base[candidate] } ?? UInt32(truncatingIfNeeded: candidate))
            }
        }
        if run.isEmpty && before == nil { return nil }
        campaign = Memory(capacity: sums.campaignSize)
        cell = Memory(capacity: sums.cellSize)
        let total = sums.total(with: before)
        campaign.base.update(from: total.campaign, count: sums.campaignSize)
        cell.base.update(from: total.cell, count: sums.cellSize)
        self.value = value
        self.weight = weight
        candidates = (before?.candidates ?? []) + [run]
    }

    /// Σ w · u at folded prices.
    func linear(campaignPrice: UnsafePointer<Double>, cellPrice: UnsafePointer<Double>) -> Double {
        var linear = value
        for index in 0..<campaign.capacity { linear -= campaignPrice[index] * campaign.base[index] }
        for index in 0..<cell.capacity { linear -= cellPrice[index] * cell.base[index] }
        return linear
    }

    /// An allocation with these candidates added, in rising order.
    func joined(to allocation: SparseAllocation) -> SparseAllocation {
        candidates.reduce(allocation) { allocation, run in
            var joined = SparseAllocation()
            joined.candidates.reserveCapacity(allocation.candidates.count + run.count)
            joined.shares.reserveCapacity(allocation.candidates.count + run.count)
            var next = 0
            for candidate in run {
                while next < allocation.candidates.count, allocation.candidates[next] < candidate {
                    joined.candidates.append(allocation.candidates[next])
                    joined.shares.append(allocation.shares[next])
                    next += 1
                }
                joined.candidates.append(Int(candidate))
                joined.shares.append(1)
            }
            joined.candidates.append(contentsOf: allocation.candidates[next...])
            joined.shares.append(contentsOf: allocation.shares[next...])
            return joined
        }
    }
}
