/// Turns what a pass selected into a proof: a feasible allocation with its exact value, to hold against the bound.
///
/// Everything is computed in double precision on the very numbers that are handed out, and over the selected candidates
/// alone wherever the others do not matter.
final class Certifier {
    struct Outcome {
        /// Value of the allocation, penalties paid.
        var value: Double
        /// Worst violation of a hard row, relative to max(|bound|, Σ|a x|, 1).
        var maxRelativeViolation: Double
        /// A·x of the allocation, in each row's own sense.
        var activity: [Double]
    }

    let market: MarketView
    let folding: RowFolding
    let chunks: Chunks
    let attributes: UnsafeBufferPointer<MarketView.Attribute>
    /// The allocation in the making; a pass fills it, repair lowers it, refill adds to it.
    private(set) var selection: Selection
    /// What refill would add, and the merge of both.
    let additions: Selection
    private var merged: Selection
    /// Sums over the allocation, and over its fractional part.
    let sums: FoldedSums
    let fractionalSums: FoldedSums
    let campaignPrice: Memory<Double>
    let cellPrice: Memory<Double>
    let scratch: [Memory<Double>]
    let factors: FactorTables
    /// 0 where a full row forbids any raise, 1 elsewhere.
    let open: FactorTables
    let kind: MarketLevel.Kind
    /// Selected whole beside the selection; cannot be lowered here.
    let settled: Settled?
    let effort: SolverEffort

    init(_ level: MarketLevel, effort: SolverEffort) {
        kind = level.kind
        settled = level.settled
        market = level.market
        folding = level.evaluator.folding
        chunks = level.chunks
        attributes = level.evaluator.attributes
        self.effort = effort
        selection = Selection(chunks: chunks)
        additions = Selection(chunks: chunks)
        merged = Selection(chunks: chunks)
        sums = FoldedSums(folding: folding, chunks: chunks)
        fractionalSums = FoldedSums(folding: folding, chunks: chunks)
        campaignPrice = Memory(capacity: folding.campaignTableSize)
        cellPrice = Memory(capacity: folding.cellTableSize)
        let longest = level.market.longestRequest
        scratch = (0..<level.chunks.threads).map { _ in Memory(capacity: 3 * longest + 2) }
        factors = FactorTables(folding: folding)
        open = FactorTables(folding: folding)
    }

    /// What came of an attempt to make a selection feasible.
    enum Attempt {
        case feasible(Outcome)
        /// What is settled would have to give way by these cuts too: only the whole market can do that.
        case asksTooMuch(Cuts)
    }

    /// Makes the selection of the latest pass, which was at `prices`, feasible, and fills what that leaves free unless
    /// it is worth less than `negligible`; once the value is `enough`, it fills no more.
    func certify(prices: [Double], negligible: Double, enough: Double) -> Attempt {
        fold(prices)
        if let cuts = repair() { return .asksTooMuch(cuts) }
        refill(prices: prices, negligible: negligible, enough: enough)
        return .feasible(evaluate())
    }

    /// Makes an allocation of this level's candidates feasible, and fills the slots of those that had to go.
    ///
    /// - Parameters:
    ///   - allocation: What to begin with.
    ///   - cuts: What of it is known to be too much.
    ///   - prices: Those at which it was selected.
    ///   - negligible: As in the other `certify`.
    ///   - enough: As there.
    /// - Returns: What came of it.
    func certify(
        _ allocation: SparseAllocation,
        cuts: Cuts,
        prices: [Double],
        negligible: Double,
        enough: Double
    ) -> Outcome {
        fold(prices)
        select(allocation)
        let touched = drop(cuts.wholes)
        let left = repair(first: cuts)
        assert(left == nil, "without anything settled, everything can be cut")
        refill(prices: prices, negligible: negligible, enough: enough, within: touched)
        return evaluate()
    }

    private func fold(_ prices: [Double]) {
        prices.withUnsafeBufferPointer { prices in
            folding.fold(
                prices: prices.baseAddress ?? UnsafePointer(Memory<Double>.nowhere),
                campaign: campaignPrice.base,
                cell: cellPrice.base
            )
        }
    }

    /// Value, penalties and violations of an allocation of this level's candidates, in rising order.
    func outcome(of allocation: SparseAllocation) -> Outcome {
        select(allocation)
        sum(applying: nil)
        return evaluate()
    }

    /// Makes an allocation of this level's candidates, in rising order, the selection.
    private func select(_ allocation: SparseAllocation) {
        var next = 0
        for chunk in 0..<chunks.count {
            let range = chunks.range(chunk)
            next = selection.part(chunk).fill(from: allocation, at: next, requests: range, market: market)
        }
    }

    /// Value, penalties and violations of the allocation; expects `sums` to be up to date.
    func evaluate() -> Outcome {
        let (campaign, cell) = sums.total(with: settled)
        let activity = activity(campaign, cell)
        var value = sums.scalar(.linear) + (settled?.value ?? 0)
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
        return Outcome(value: value, maxRelativeViolation: worst, activity: activity)
    }

    func activity(_ campaign: UnsafePointer<Double>, _ cell: UnsafePointer<Double>) -> [Double] {
        [Double](unsafeUninitializedCapacity: folding.rows.count) { buffer, count in
            if let base = buffer.baseAddress { folding.unfold(campaign: campaign, cell: cell, into: base) }
            count = folding.rows.count
        }
    }

    /// Joins the additions to the selection.
    func join() {
        let (selection, additions, merged) = (selection, additions, merged)
        chunks.run { _, chunk in merged.part(chunk).join(selection.part(chunk), additions.part(chunk)) }
        swap(&self.selection, &self.merged)
    }

    /// The allocation as candidates of the whole problem with x > 0.
    func allocation(origin: Memory<UInt32>?) -> SparseAllocation {
        var allocation = SparseAllocation()
        allocation.candidates.reserveCapacity(selection.count)
        allocation.shares.reserveCapacity(selection.count)
        for chunk in 0..<chunks.count {
            let part = selection.part(chunk)
            let first = market.start(chunks.range(chunk).lowerBound)
            for index in 0..<part.pointee.count {
                let entry = part.pointee.entries[index]
                let candidate = first + Int(entry.candidate)
                allocation.candidates.append(origin.map { Int($0.base[candidate]) } ?? candidate)
                allocation.shares.append(entry.share)
            }
        }
        return settled?.joined(to: allocation) ?? allocation
    }
}

/// The candidates of a problem with x > 0.
struct SparseAllocation {
    var candidates: [Int] = []
    var shares: [Float] = []

    var isEmpty: Bool { candidates.isEmpty }

    /// One number per candidate of a problem with `count` of them.
    func dense(count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            buffer.update(repeating: 0)
            for (candidate, share) in zip(candidates, shares) { buffer[candidate] = share }
            initialized = count
        }
    }
}
