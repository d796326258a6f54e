/// Makes an allocation feasible by giving up as little as possible.
///
/// Fractions go first: they are the candidates within γ of the edge, so giving them up costs about what the row's price
/// says. Whole selections are scaled only when the fractions of a scope do not suffice. A row with a share can get worse
/// when others give way, so rounds repeat; factors only ever lower x, and x = 0 keeps every hard row.
extension Certifier {
    private enum Limits {
        static let rounds = 40
    }

    /// Factors for the fractions of a selection and for the rest.
    typealias Cuts = (fractions: FactorTables, wholes: FactorTables)

    /// Scales the selection down until no hard row is violated; leaves its sums in `sums`.
    ///
    /// - Parameter first: Cuts to begin with; nil when none are known.
    /// - Returns: Nil when every hard row holds; else what the settled would have to give way too, which cannot be done
    ///   here.
    func repair(first: Cuts? = nil) -> Cuts? {
        let cuts: Cuts = (factors, FactorTables(folding: folding))
        sum(applying: first)
        for round in 0..<Limits.rounds {
            let haste = round < 4 ? 0 : 0.02 * Double(round)
            let (isNeeded, asksTooMuch) = plan(cuts, keeping: settled, haste: haste)
            if !isNeeded { return nil }
            if asksTooMuch || (settled != nil && round == Limits.rounds - 1) {
                _ = plan(cuts, keeping: nil, haste: haste)
                return cuts
            }
            sum(applying: cuts)
        }
        selection.clear()
        sum(applying: nil)
        return nil
    }

    /// Finds the factors of the next cut.
    ///
    /// - Returns: Whether any hard row makes one necessary, and whether what may be cut does not suffice.
    private func plan(_ cuts: Cuts, keeping kept: Settled?, haste: Double) -> (isNeeded: Bool, asksTooMuch: Bool) {
        let (campaign, cell) = sums.total(with: settled)
        let (fractionalCampaign, fractionalCell) = fractionalSums.total()
        cuts.fractions.reset()
        cuts.wholes.reset()
        var plan = RepairPlan(
            folding: folding,
            whole: (campaign, cell),
            fraction: (fractionalCampaign, fractionalCell),
            settled: kept,
            haste: haste
        )
        let isNeeded = plan.fill(fractions: cuts.fractions, wholes: cuts.wholes)
        return (isNeeded, plan.asksTooMuch)
    }

    /// Applies factors, if any, and sums amounts over the selection and over its fractional part.
    func sum(applying factors: Cuts?) {
        effort.sweep(selection.count, of: kind)
        chunks.run { _, chunk in
            sums.clear(chunk)
            fractionalSums.clear(chunk)
            sumChunk(chunk, factors: factors)
        }
    }

    private func sumChunk(_ chunk: Int, factors: Cuts?) {
        let byCampaign = sums.campaign(chunk)
        let byCell = sums.cell(chunk)
        let fractionalByCampaign = fractionalSums.campaign(chunk)
        let fractionalByCell = fractionalSums.cell(chunk)
        let fractionFactors = factors.map { ($0.fractions.campaign.base, $0.fractions.cell.base) }
        let wholeFactors = factors.map { ($0.wholes.campaign.base, $0.wholes.cell.base) }
        let part = selection.part(chunk)
        let firstRequest = chunks.range(chunk).lowerBound
        let firstCandidate = market.start(firstRequest)
        var entry = part.pointee.entries
        var value = 0.0
        for place in 0..<part.pointee.requestCount {
            let selected = part.pointee.requests[place]
            let request = firstRequest &+ Int(selected.request)
            let cell = market.cellIndex(request)
            let weight = Double(market.requestWeight(request))
            for _ in 0..<selected.count {
                defer { entry += 1 }
                var share = entry.pointee.share
                if share == 0 { continue }
                let candidate = firstCandidate &+ Int(entry.pointee.candidate)
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
                        share = max(0, Float(Double(share) * factor).nextDown)
                        entry.pointee.share = share
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
