/// By how much each scope must give way, worked out on sums alone, before any candidate is touched.
///
/// Rows over campaigns meet in the sums by campaign: lowering one campaign changes what a share of the total allows the
/// others. So those rows are visited again and again, each time on sums that know of the cuts before, until none is
/// violated. Rows over cells are cut once; what that does to the others, the next round sees.
struct RepairPlan {
    private enum Limits {
        static let visits = 30
        /// Aim this far inside, relative to the row's scale, so that rounding of sums stays inside too.
        static let margin = 2e-9
        /// Violations below this, relative, are left.
        static let tolerance = 1e-9
    }

    private let folding: RowFolding
    /// Sums by campaign of whole selections and of fractions, lowered as cuts are planned.
    private var wholeCampaign: [Double]
    private var fractionCampaign: [Double]
    private let allCell: UnsafePointer<Double>
    private let allCampaign: UnsafePointer<Double>
    private let fractionCell: UnsafePointer<Double>
    /// Sums that cannot be lowered.
    private let settled: Settled?
    private let haste: Double
    /// Whether some row cannot be kept without lowering what is settled.
    private(set) var asksTooMuch = false

    /// - Parameters:
    ///   - folding: The rows.
    ///   - whole: Sums over the whole selection and all that is settled, by campaign and by cell.
    ///   - fraction: Sums over its fractions.
    ///   - settled: What is part of the sums and cannot be lowered.
    ///   - haste: Cut by this part more than needed.
    init(
        folding: RowFolding,
        whole: (campaign: UnsafePointer<Double>, cell: UnsafePointer<Double>),
        fraction: (campaign: UnsafePointer<Double>, cell: UnsafePointer<Double>),
        settled: Settled?,
        haste: Double
    ) {
        self.folding = folding
        self.haste = haste
        self.settled = settled
        allCampaign = whole.campaign
        allCell = whole.cell
        fractionCell = fraction.cell
        let size = folding.campaignTableSize
        fractionCampaign = Array(UnsafeBufferPointer(start: fraction.campaign, count: size))
        wholeCampaign = (0..<size)
            .map {
                whole.campaign[$0] - fraction.campaign[$0] - (settled?.campaign.base[$0] ?? 0)
            }
    }

    /// Lowers factors until the rows would hold; false when they hold as they are.
    mutating func fill(fractions: FactorTables, wholes: FactorTables) -> Bool {
        var isViolated = false
        for row in folding.rows where row.isHard {
            if case .cell = row.scope, cut(cellRow: row, fractions, wholes) { isViolated = true }
        }
        for _ in 0..<Limits.visits {
            var isCut = false
            var totals = (0..<folding.attributeCount).map(total)
            for row in folding.rows where row.isHard {
                if case .cell = row.scope { continue }
                if cut(row, total: &totals[row.attribute], fractions, wholes) { isCut = true }
            }
            if !isCut { break }
            isViolated = true
        }
        return isViolated
    }

    private func total(_ attribute: Int) -> Double {
        let first = attribute * folding.campaignCount
        return (first..<(first + folding.campaignCount))
            .reduce(0.0) { $0 + wholeCampaign[$1] + fractionCampaign[$1] + fixed($1) }
    }

    private func fixed(_ place: Int) -> Double { settled?.campaign.base[place] ?? 0 }

    private mutating func cut(
        _ row: AllocationRow,
        total: inout Double,
        _ fractions: FactorTables,
        _ wholes: FactorTables
    ) -> Bool {
        let (whole, fraction, fixed) = scopeSums(row)
        let inScope = whole + fraction + fixed
        let excess = inScope - row.share * total - row.bound
        let scale = max(abs(row.bound), (1 - row.share) * abs(inScope) + row.share * abs(total - inScope))
        guard excess > Limits.tolerance * scale else { return false }
        // Of the scope's own sum; what is cut is missing from the total too.
        let toRemove = (excess + Limits.margin * scale) * (1 + haste) / max(1 - row.share, 1e-12)
        let (fractionFactor, wholeFactor) = factors(toRemove, whole: whole, fraction: fraction)
        lower(row, fraction: fractionFactor, whole: wholeFactor, fractions, wholes)
        total -= fraction * (1 - fractionFactor) + whole * (1 - wholeFactor)
        return true
    }

    private mutating func cut(cellRow row: AllocationRow, _ fractions: FactorTables, _ wholes: FactorTables) -> Bool {
        let inScope = folding.scopeSum(row, campaign: allCampaign, cell: allCell)
        let cells = allCell + row.attribute * folding.cellCount
        let total = row.share == 0 ? 0 : (0..<folding.cellCount).reduce(0.0) { $0 + cells[$1] }
        let excess = inScope - row.share * total - row.bound
        let scale = max(abs(row.bound), (1 - row.share) * abs(inScope) + row.share * abs(total - inScope))
        guard excess > Limits.tolerance * scale else { return false }
        let toRemove = (excess + Limits.margin * scale) * (1 + haste) / max(1 - row.share, 1e-12)
        let fraction = folding.scopeSum(row, campaign: allCampaign, cell: fractionCell)
        let fixed = settled.map { folding.scopeSum(row, campaign: $0.campaign.base, cell: $0.cell.base) } ?? 0
        let (fractionFactor, wholeFactor) = factors(toRemove, whole: inScope - fraction - fixed, fraction: fraction)
        fractions.limit(row, to: fractionFactor)
        wholes.limit(row, to: wholeFactor)
        return true
    }

    /// Fractions give way first, whole selections only when those do not suffice.
    private mutating func factors(
        _ toRemove: Double,
        whole: Double,
        fraction: Double
    ) -> (fraction: Double, whole: Double) {
        if settled != nil && toRemove > max(0, fraction) + max(0, whole) { asksTooMuch = true }
        if fraction >= toRemove { return (max(0, 1 - toRemove / fraction), 1) }
        return (0, whole > 0 ? max(0, 1 - (toRemove - max(0, fraction)) / whole) : 0)
    }

    private func scopeSums(_ row: AllocationRow) -> (whole: Double, fraction: Double, fixed: Double) {
        let first = row.attribute * folding.campaignCount
        func sums(_ places: some Sequence<Int>) -> (whole: Double, fraction: Double, fixed: Double) {
            places.reduce(into: (whole: 0.0, fraction: 0.0, fixed: 0.0)) { sums, place in
                sums.whole += wholeCampaign[place]
                sums.fraction += fractionCampaign[place]
                sums.fixed += fixed(place)
            }
        }
        switch row.scope {
        case .campaign(let id): return sums(CollectionOfOne(first + id))
        case .set(let id): return sums(folding.sets.members(id).lazy.map { first + Int($0) })
        case .all, .cell: return sums(first..<(first + folding.campaignCount))
        }
    }

    /// Multiplies the factors of everything in a row's scope, and the sums with them.
    private mutating func lower(
        _ row: AllocationRow,
        fraction: Double,
        whole: Double,
        _ fractions: FactorTables,
        _ wholes: FactorTables
    ) {
        let first = row.attribute * folding.campaignCount
        func scaleCampaign(_ id: Int) {
            fractionCampaign[first + id] *= fraction
            wholeCampaign[first + id] *= whole
            fractions.campaign.base[first + id] *= fraction
            wholes.campaign.base[first + id] *= whole
        }
        switch row.scope {
        case .campaign(let id): scaleCampaign(id)
        case .set(let id): for member in folding.sets.members(id) { scaleCampaign(Int(member)) }
        case .all, .cell: for id in 0..<folding.campaignCount { scaleCampaign(id) }
        }
    }
}
