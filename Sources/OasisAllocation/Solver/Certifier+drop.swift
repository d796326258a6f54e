/// Takes whole candidates from campaigns that have too many, those first that are missed least.
///
/// Scaling all of a campaign's candidates alike would lose their mean value; the least of them are worth little more than
/// what takes their place.
extension Certifier {
    /// One selected candidate that may have to go.
    private struct Leaving {
        let chunk: Int
        let entry: Int
        let request: Int
        /// What is lost for each unit of the attribute.
        let loss: Double
        /// w · amount.
        let amount: Double
    }

    /// Carries out the cuts of whole candidates by campaign, and takes them out of `wholes`; expects folded prices.
    ///
    /// - Returns: Which requests lost a candidate.
    func drop(_ wholes: FactorTables) -> Memory<Bool> {
        let touched = Memory<Bool>(capacity: market.requestCount)
        for attribute in attributes where attribute.usesCampaigns {
            let factors = wholes.campaign.base + attribute.index * market.campaignCount
            var leaving = candidates(of: attribute, where: factors)
            for id in 0..<market.campaignCount where factors[id] < 1 {
                let left = leaving[id, default: []].sorted { ($0.loss, $0.request) < ($1.loss, $1.request) }
                leaving[id] = nil
                take((1 - factors[id]) * left.reduce(0) { $0 + $1.amount }, from: left, touched)
                factors[id] = 1
            }
        }
        return touched
    }

    private func take(_ amount: Double, from leaving: [Leaving], _ touched: Memory<Bool>) {
        var rest = amount
        for each in leaving {
            if rest <= 0 { return }
            let entry = selection.part(each.chunk).pointee.entries + each.entry
            entry.pointee.share = rest >= each.amount ? 0 : max(0, Float(1 - rest / each.amount).nextDown)
            touched.base[each.request] = true
            rest -= each.amount
        }
    }

    /// Whole candidates of the campaigns that must give some, with what losing each costs.
    private func candidates(
        of attribute: MarketView.Attribute,
        where factors: UnsafePointer<Double>
    ) -> [Int: [Leaving]] {
        var leaving: [Int: [Leaving]] = [:]
        var visits = 0
        for chunk in 0..<chunks.count {
            let part = selection.part(chunk).pointee
            let firstRequest = chunks.range(chunk).lowerBound
            let firstCandidate = market.start(firstRequest)
            var next = 0
            for place in 0..<part.requestCount {
                let request = firstRequest + Int(part.requests[place].request)
                let entries = next..<(next + Int(part.requests[place].count))
                next = entries.upperBound
                let isCut = entries.contains { entry in
                    let candidate = firstCandidate + Int(part.entries[entry].candidate)
                    return part.entries[entry].share == 1 && factors[Int(market.campaign[candidate])] < 1
                }
                guard isCut else { continue }
                let reduced = scratch[0].base
                market.reduce(
                    request,
                    attributes,
                    campaignPrice: UnsafePointer(campaignPrice.base),
                    cellPrice: UnsafePointer(cellPrice.base),
                    into: reduced
                )
                visits += market.end(request) - market.start(request)
                add(request, chunk, entries, reduced, attribute, factors, to: &leaving)
            }
        }
        effort.sweep(visits, of: kind)
        return leaving
    }

    private func add(
        _ request: Int,
        _ chunk: Int,
        _ entries: Range<Int>,
        _ reduced: UnsafeMutablePointer<Double>,
        _ attribute: MarketView.Attribute,
        _ factors: UnsafePointer<Double>,
        to leaving: inout [Int: [Leaving]]
    ) {
        let selected = selection.part(chunk).pointee.entries
        let firstCandidate = market.start(chunks.range(chunk).lowerBound)
        let start = market.start(request)
        var own: [Double] = []
        for entry in entries {
            let place = firstCandidate + Int(selected[entry].candidate) - start
            own.append(reduced[place])
            // Out of the race for the place that becomes free.
            reduced[place] = 0
        }
        var successor = 0.0
        for place in 0..<(market.end(request) - start) { successor = max(successor, reduced[place]) }
        let weight = Double(market.requestWeight(request))
        for (index, entry) in entries.enumerated() where selected[entry].share == 1 {
            let candidate = firstCandidate + Int(selected[entry].candidate)
            let id = Int(market.campaign[candidate])
            let amount = Double(attribute.amount?[candidate] ?? 1)
            guard factors[id] < 1, amount > 0, weight > 0 else { continue }
            leaving[id, default: []]
                .append(
                    Leaving(
                        chunk: chunk,
                        entry: entry,
                        request: request,
                        loss: (own[index] - successor) / amount,
                        amount: weight * amount
                    )
                )
        }
    }
}
