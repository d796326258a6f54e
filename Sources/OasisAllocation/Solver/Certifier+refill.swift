/// Gives freed slots to candidates whose rows have room.
///
/// One sweep over the requests with room notes what they would take; every scope then gets what its rows can spare in
/// proportion, so the result does not depend on the order of requests and no row is overdrawn. Rows with a penalty count
/// at their price.
extension Certifier {
    private enum Limits {
        static let rounds = 3
        /// A round that gains less than this part of what is negligible is the last.
        static let gain = 0.2
        /// Slots left below this are not worth a visit.
        static let room = 1e-5
        /// Rows stay this far inside, relative to their scale.
        static let margin = 1e-8
    }

    /// Raises the selection where slots and rows allow, while the slack of priced rows is worth more than `negligible`;
    /// expects `sums` to hold its sums, and renews them.
    ///
    /// - Parameters:
    ///   - prices: Those of the selection.
    ///   - negligible: Slack that is worth less is left.
    ///   - enough: With this value no second round is needed.
    ///   - touched: The only requests to look at; nil for all.
    func refill(prices: [Double], negligible: Double, enough: Double, within touched: Memory<Bool>? = nil) {
        let elasticCampaign = Memory<Double>(capacity: folding.campaignTableSize)
        let elasticCell = Memory<Double>(capacity: folding.cellTableSize)
        var before = -Double.infinity
        for round in 0..<Limits.rounds {
            let (campaign, cell) = sums.total(with: settled)
            let value = evaluate().value
            if value - before <= Limits.gain * negligible || (round > 0 && value >= enough) { return }
            before = value
            let activity = activity(campaign, cell)
            let slack = slack(activity, prices: prices, campaign: campaign, cell: cell)
            let worth = zip(slack, prices).reduce(0.0) { $1.0 < .infinity ? $0 + $1.0 * $1.1 : $0 }
            if worth <= negligible { return }
            foldElastic(prices, activity: activity, campaign: elasticCampaign, cell: elasticCell)
            openScopes(slack)
            let elastic = (UnsafePointer(elasticCampaign.base), UnsafePointer(elasticCell.base))
            proposeRaises(worthAt: elastic, within: touched)
            let (wantedCampaign, wantedCell) = sums.total()
            for (index, row) in folding.rows.enumerated() where slack[index] < .infinity {
                let wanted = (1 - row.share) * folding.scopeSum(row, campaign: wantedCampaign, cell: wantedCell)
                if wanted > slack[index] { factors.limit(row, to: max(0, slack[index] / wanted)) }
            }
            let isAnything = additions.count > 0
            if isAnything {
                chunks.run { _, chunk in scaleRaises(chunk) }
                join()
            }
            sum(applying: nil)
            if !isAnything { return }
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

    private func proposeRaises(
        worthAt elastic: (UnsafePointer<Double>, UnsafePointer<Double>),
        within touched: Memory<Bool>?
    ) {
        let scratch = scratch.map { $0.base }
        let touched = touched.map { UnsafePointer($0.base) }
        let visits = Memory<Int>(capacity: chunks.count)
        chunks.run { worker, chunk in
            sums.clear(chunk)
            visits.base[chunk] = proposeRaises(chunk, worthAt: elastic, within: touched, scratch: scratch[worker])
        }
        effort.sweep((0..<chunks.count).reduce(0) { $0 + visits.base[$1] }, of: kind)
    }

    /// Candidates visited.
    private func proposeRaises(
        _ chunk: Int,
        worthAt elastic: (UnsafePointer<Double>, UnsafePointer<Double>),
        within touched: UnsafePointer<Bool>?,
        scratch: UnsafeMutablePointer<Double>
    ) -> Int {
        let reduced = scratch
        let worth = reduced + market.longestRequest
        let chosen = worth + market.longestRequest
        let part = selection.part(chunk)
        let raises = additions.part(chunk)
        raises.pointee.count = 0
        raises.pointee.requestCount = 0
        let range = chunks.range(chunk)
        let firstCandidate = market.start(range.lowerBound)
        var entry = part.pointee.entries
        var place = 0
        var visits = 0
        for request in range {
            let start = market.start(request)
            let count = market.end(request) &- start
            let slots = Double(market.slots[request])
            var taken = 0
            var used = 0.0
            let entries = entry
            if place < part.pointee.requestCount,
                Int(part.pointee.requests[place].request) == request &- range.lowerBound
            {
                taken = Int(part.pointee.requests[place].count)
                for index in 0..<taken { used += Double(entries[index].share) }
                entry += taken
                place &+= 1
            }
            var room = min(slots, Double(count)) - used
            if room < Limits.room || touched.map({ !$0[request] }) ?? false { continue }
            visits &+= count
            guard hasOpenCandidate(request, start: start, count: count) else { continue }
            for place in 0..<count { chosen[place] = 0 }
            for index in 0..<taken {
                chosen[Int(entries[index].candidate) &+ firstCandidate &- start] = Double(entries[index].share)
            }
            market.reduce(
                request,
                attributes,
                campaignPrice: UnsafePointer(campaignPrice.base),
                cellPrice: UnsafePointer(cellPrice.base),
                into: reduced
            )
            market.reduce(request, attributes, campaignPrice: elastic.0, cellPrice: elastic.1, into: worth)
            visits &+= 2 &* count
            raises.reserve(count)
            var raised = 0
            while room >= Limits.room,
                let best = best(request, start: start, count: count, reduced: reduced, worth: worth, chosen: chosen)
            {
                let raise = min(room, 1 - chosen[best])
                room -= raise
                raises.pointee.entries[raises.pointee.count &+ raised] = Selection.Entry(
                    candidate: UInt32(truncatingIfNeeded: start &+ best &- firstCandidate),
                    share: Float(raise).nextDown
                )
                raised &+= 1
                addWanted(raise, candidate: start &+ best, request: request, chunk: chunk)
                // Visited: out of the race in this sweep.
                worth[best] = 0
            }
            if raised > 0 {
                raises.pointee.requests[raises.pointee.requestCount] = Selection.Request(
                    request: UInt32(truncatingIfNeeded: request &- range.lowerBound),
                    count: Int32(truncatingIfNeeded: raised),
                    slotsBind: false
                )
                raises.pointee.requestCount &+= 1
                raises.pointee.count &+= raised
            }
        }
        return visits
    }

    @inline(__always)
    private func isOpen(_ candidate: Int, cell: Int) -> Bool {
        market.factor(
            attributes,
            candidate: candidate,
            campaign: Int(market.campaign[candidate]),
            cell: cell,
            campaignFactor: UnsafePointer(open.campaign.base),
            cellFactor: UnsafePointer(open.cell.base)
        ) > 0
    }

    private func hasOpenCandidate(_ request: Int, start: Int, count: Int) -> Bool {
        let cell = market.cellIndex(request)
        for candidate in start..<(start &+ count) where isOpen(candidate, cell: cell) { return true }
        return false
    }

    /// The open candidate with the highest reduced value among those still worth something.
    @inline(__always)
    private func best(
        _ request: Int,
        start: Int,
        count: Int,
        reduced: UnsafePointer<Double>,
        worth: UnsafePointer<Double>,
        chosen: UnsafePointer<Double>
    ) -> Int? {
        var best = -1
        let cell = market.cellIndex(request)
        for place in 0..<count where worth[place] > 0 && chosen[place] < 1 {
            if best >= 0 && reduced[place] <= reduced[best] { continue }
            if isOpen(start &+ place, cell: cell) { best = place }
        }
        return best < 0 ? nil : best
    }

    private func addWanted(_ raise: Double, candidate: Int, request: Int, chunk: Int) {
        let cell = market.cellIndex(request)
        let id = Int(market.campaign[candidate])
        let weighted = Double(market.requestWeight(request)) * raise
        for attribute in attributes {
            let amount = attribute.amount.map { weighted * Double(max(0, $0[candidate])) } ?? weighted
            sums.campaign(chunk)[attribute.index &* market.campaignCount &+ id] += amount
            sums.cell(chunk)[attribute.index &* market.cellCount &+ cell] += amount
        }
    }

    private func scaleRaises(_ chunk: Int) {
        let raises = additions.part(chunk)
        let firstRequest = chunks.range(chunk).lowerBound
        let firstCandidate = market.start(firstRequest)
        var entry = raises.pointee.entries
        for place in 0..<raises.pointee.requestCount {
            let cell = market.cellIndex(firstRequest &+ Int(raises.pointee.requests[place].request))
            for _ in 0..<raises.pointee.requests[place].count {
                let candidate = firstCandidate &+ Int(entry.pointee.candidate)
                let factor = market.factor(
                    attributes,
                    candidate: candidate,
                    campaign: Int(market.campaign[candidate]),
                    cell: cell,
                    campaignFactor: UnsafePointer(factors.campaign.base),
                    cellFactor: UnsafePointer(factors.cell.base)
                )
                entry.pointee.share = max(0, Float(Double(entry.pointee.share) * factor).nextDown)
                entry += 1
            }
        }
    }
}
