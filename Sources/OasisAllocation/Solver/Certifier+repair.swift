/// Makes an allocation feasible by giving up as little as possible.
///
/// Fractions go first: they are the candidates within γ of the edge, so giving them up costs about what the row's price
/// says. Whole selections are scaled only when the fractions of a scope do not suffice. A row with a share can get worse
/// when others give way, so rounds repeat; factors only ever lower x, and x = 0 keeps every hard row.
extension Certifier {
    private enum Limits {
        static let rounds = 40
        /// Aim this far inside, relative to the row's scale, so that rounding to Float stays inside too.
        static let margin = 1e-8
        /// Violations below this, relative, are left.
        static let tolerance = 1e-7
    }

    /// Scales `allocation` down until no hard row is violated.
    func repair() {
        let fractions = factors
        let wholes = FactorTables(folding: folding)
        sweepSums(applying: nil)
        for round in 0..<Limits.rounds {
            guard findFactors(fractions: fractions, wholes: wholes, haste: round < 4 ? 0 : 0.02 * Double(round)) else {
                return
            }
            sweepSums(applying: (fractions, wholes))
        }
        allocation.base.update(repeating: 0, count: market.candidateCount)
    }

    /// False when every hard row holds.
    private func findFactors(fractions: FactorTables, wholes: FactorTables, haste: Double) -> Bool {
        let (campaign, cell) = sums.total()
        let (fractionalCampaign, fractionalCell) = fractionalSums.total()
        let activity = activity(campaign, cell)
        fractions.reset()
        wholes.reset()
        var isViolated = false
        for (index, row) in folding.rows.enumerated() where row.isHard {
            let scale = max(abs(row.bound), folding.magnitude(row, campaign: campaign, cell: cell))
            let excess = activity[index] - row.bound
            guard excess > Limits.tolerance * scale else { continue }
            isViolated = true
            let toRemove = (excess + Limits.margin * scale) * (1 + haste)
            let each = 1 - row.share
            let whole = each * folding.scopeSum(row, campaign: campaign, cell: cell)
            let fraction = each * folding.scopeSum(row, campaign: fractionalCampaign, cell: fractionalCell)
            if fraction >= toRemove {
                fractions.limit(row, to: max(0, 1 - toRemove / fraction))
            } else {
                fractions.limit(row, to: 0)
                let rest = whole - fraction
                wholes.limit(row, to: rest > 0 ? max(0, 1 - (toRemove - fraction) / rest) : 0)
            }
        }
        return isViolated
    }

    /// Applies factors, if any, and sums amounts over the allocation and over its fractional part.
    func sweepSums(applying factors: (fractions: FactorTables, wholes: FactorTables)?) {
        passes += 1
        chunks.run { _, chunk in
            sums.clear(chunk)
            fractionalSums.clear(chunk)
            sumChunk(chunk, factors: factors)
        }
    }

    private func sumChunk(_ chunk: Int, factors: (fractions: FactorTables, wholes: FactorTables)?) {
        let byCampaign = sums.campaign(chunk)
        let byCell = sums.cell(chunk)
        let fractionalByCampaign = fractionalSums.campaign(chunk)
        let fractionalByCell = fractionalSums.cell(chunk)
        let chosen = allocation.base
        let fractionFactors = factors.map { ($0.fractions.campaign.base, $0.fractions.cell.base) }
        let wholeFactors = factors.map { ($0.wholes.campaign.base, $0.wholes.cell.base) }
        var value = 0.0
        for request in chunks.range(chunk) {
            let cell = market.cellIndex(request)
            let weight = Double(market.requestWeight(request))
            for candidate in market.start(request)..<market.end(request) {
                var share = chosen[candidate]
                if share == 0 { continue }
                let id = Int(market.campaign[candidate])
                if let fractionFactors, let wholeFactors {
                    let (campaignFactor, cellFactor) = share < 1 ? fractionFactors : wholeFactors
                    let factor = market.factor(
                        attributes,
                        candidate: candidate,
                        campaign: id,
                        cell: cell,
                        campaignFactor: campaignFactor,
                        cellFactor: cellFactor
                    )
                    if factor < 1 {
                        share = Float(Double(share) * factor)
                        chosen[candidate] = share
                    }
                }
                let weighted = weight * Double(share)
                value += weighted * Double(market.value[candidate])
                for attribute in attributes {
                    let amount = attribute.amount.map { weighted * Double($0[candidate]) } ?? weighted
                    let place = attribute.index &* market.campaignCount &+ id
                    let cellPlace = attribute.index &* market.cellCount &+ cell
                    byCampaign[place] += amount
                    byCell[cellPlace] += amount
                    if share < 1 {
                        fractionalByCampaign[place] += amount
                        fractionalByCell[cellPlace] += amount
                    }
                }
            }
        }
        sums.scalars(chunk)[FoldedSums.Scalar.linear.rawValue] = value
    }
}
