/// Makes an allocation feasible by giving up as little as possible.
///
/// Fractions go first: they are the candidates within γ of the edge, so giving them up costs about what the row's price
/// says. Whole selections are scaled only when the fractions of a scope do not suffice. A row with a share can get worse
/// when others give way, so rounds repeat; factors only ever lower x, and x = 0 keeps every hard row.
extension Certifier {
    private enum Limits {
        static let rounds = 40
    }

    /// Scales the selection down until no hard row is violated; leaves its sums in `sums`.
    ///
    /// - Returns: False when the settled would have to give way, which cannot be done here.
    func repair() -> Bool {
        let fractions = factors
        let wholes = FactorTables(folding: folding)
        sum(applying: nil)
        for round in 0..<Limits.rounds {
            let haste = round < 4 ? 0 : 0.02 * Double(round)
            let plan = plan(fractions: fractions, wholes: wholes, haste: haste)
            if !plan.isNeeded { return true }
            if plan.asksTooMuch { return false }
            sum(applying: (fractions, wholes))
        }
        if settled != nil { return false }
        selection.clear()
        sum(applying: nil)
        return true
    }

    /// Finds the factors of the next cut.
    ///
    /// - Returns: Whether any hard row makes one necessary, and whether what may be cut does not suffice.
    private func plan(
        fractions: FactorTables,
        wholes: FactorTables,
        haste: Double
    ) -> (isNeeded: Bool, asksTooMuch: Bool) {
        let (campaign, cell) = sums.total(with: settled)
        let (fractionalCampaign, fractionalCell) = fractionalSums.total()
        fractions.reset()
        wholes.reset()
        var plan = RepairPlan(
            folding: folding,
            whole: (campaign, cell),
            fraction: (fractionalCampaign, fractionalCell),
            settled: settled,
            haste: haste
        )
        let isNeeded = plan.fill(fractions: fractions, wholes: wholes)
        return (isNeeded, plan.asksTooMuch)
    }

    /// Applies factors, if any, and sums amounts over the selection and over its fractional part.
    func sum(applying factors: (fractions: FactorTables, wholes: FactorTables)?) {
        effort.sweep(selection.count, of: kind)
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
