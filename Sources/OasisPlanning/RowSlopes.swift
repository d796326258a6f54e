import OasisAllocation

/// How sharply what a row counts answers to its price, and how far that holds.
package struct RowSlope: Hashable, Sendable {
    /// How much less is used at a price that is higher by one, ≥ 0.
    package var slope: Double
    /// Change of the price beyond which nothing is known; 0 where nothing lies near the margin.
    package var reach: Double
}

/// How sharply what rows count answers to their prices, estimated from the candidates near the margin.
///
/// A candidate is promoted when its reduced value is above what it has to beat: the best one left out, or nothing. Of the
/// candidates within `width` of that margin, a price that is higher by δ moves the part δ / (2 · width), if they lie evenly.
struct RowSlopes {
    /// How far from the margin is near, as a share of the mean of what is above it.
    private static let widthShare = 0.5
    /// Fewer candidates than these have no mean worth trusting.
    private static let countLeast = 8

    private let width: Double
    /// Slopes by attribute, then campaign or cell; a last attribute counts candidates alone.
    private let byCampaign: [Double]
    private let byCell: [Double]

    init(of problem: AllocationProblem, at tables: PriceTables) {
        let margins = Self.margins(of: problem, at: tables)
        let width = Self.width(of: margins, (0..<problem.candidateCount).map { problem.value[$0] })
        let amounts = problem.attributes.map(\.amount) + [nil]
        var byCampaign = [Double](repeating: 0, count: tables.campaignCount * amounts.count)
        var byCell = [Double](repeating: 0, count: tables.cellCount * amounts.count)
        for request in 0..<problem.requestCount {
            let density = Double(problem.weight?[request] ?? 1) / (2 * width)
            let cell = Int(problem.cell?[request] ?? 0)
            for candidate in Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            where abs(Double(margins[candidate])) < width {
                for (attribute, column) in amounts.enumerated() {
                    let amount = Double(column?[candidate] ?? 1)
                    let slope = density * amount * amount
                    byCampaign[attribute * tables.campaignCount + Int(problem.campaign[candidate])] += slope
                    byCell[attribute * tables.cellCount + cell] += slope
                }
            }
        }
        (self.width, self.byCampaign, self.byCell) = (width, byCampaign, byCell)
    }

    /// How far from the margin is near.
    ///
    /// Where next to nothing is above the margin (a cap of fewer units than one sampled request stands for), that little
    /// says nothing of how far values lie apart, and the values themselves have to.
    private static func width(of margins: [Float], _ values: [Float]) -> Double {
        for candidates in [margins.filter { $0 > 0 }, values.filter { $0 > 0 }] where candidates.count >= countLeast {
            return max(widthShare * candidates.reduce(0) { $0 + Double($1) } / Double(candidates.count), 1e-9)
        }
        return 1e-9
    }

    /// One slope for each row: of a share, (1 − share)² of what is in its scope and share² of what is not.
    func of(_ folding: RowFolding) -> [RowSlope] {
        let slopes = sums(folding, folding.rows)
        var counted = folding.rows
        for index in counted.indices { counted[index].attribute = folding.attributeCount }
        return zip(slopes, sums(folding, counted))
            .map { slope, count in
                RowSlope(slope: slope, reach: slope > 0 ? width * (count / slope).squareRoot() : 0)
            }
    }

    private func sums(_ folding: RowFolding, _ rows: [AllocationRow]) -> [Double] {
        var plain = rows
        for index in plain.indices { plain[index].share = 0 }
        let scopes = RowFolding(
            rows: plain,
            sets: folding.sets,
            attributeCount: folding.attributeCount + 1,
            campaignCount: folding.campaignCount,
            cellCount: folding.cellCount
        )
        let totals = (0...folding.attributeCount)
            .map { byCell[($0 * folding.cellCount)..<(($0 + 1) * folding.cellCount)].reduce(0, +) }
        return zip(rows, scopes.unfolded(campaign: byCampaign, cell: byCell))
            .map { row, inside in
                let outside = max(0, totals[row.attribute] - inside)
                return inside * (1 - row.share) * (1 - row.share) + outside * row.share * row.share
            }
    }

    /// By how much each candidate is better than what it has to beat; negative when it loses.
    private static func margins(of problem: AllocationProblem, at tables: PriceTables) -> [Float] {
        var margins = [Float](repeating: 0, count: problem.candidateCount)
        var reduced: [Double] = []
        for request in 0..<problem.requestCount {
            let cell = Int(problem.cell?[request] ?? 0)
            let range = Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            reduced.removeAll(keepingCapacity: true)
            for candidate in range {
                var value = Double(problem.value[candidate])
                for (attribute, column) in problem.attributes.enumerated() {
                    value -=
                        Double(column.amount?[candidate] ?? 1)
                        * tables.price(attribute: attribute, campaign: Int(problem.campaign[candidate]), cell: cell)
                }
                reduced.append(value)
            }
            let ranked = reduced.sorted(by: >)
            let slots = min(Int(problem.slots[request]), ranked.count)
            let lastIn = slots > 0 ? max(0, ranked[slots - 1]) : .infinity
            let firstOut = slots < ranked.count ? max(0, ranked[slots]) : 0
            for (place, value) in reduced.enumerated() {
                margins[range.lowerBound + place] = Float(value - (value >= lastIn ? firstOut : lastIn))
            }
        }
        return margins
    }
}
