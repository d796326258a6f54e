/// One sweep over all candidates at given prices: the smoothed dual, its gradient, the bound, and the band.
struct DualPass<Number: BinaryFloatingPoint> {
    let market: MarketView
    let attributes: UnsafeBufferPointer<MarketView.Attribute>
    let campaignPrice: UnsafePointer<Number>
    let cellPrice: UnsafePointer<Number>
    /// γ > 0.
    let smoothing: Number
    /// Entries with u − τ in (−w, γ + w) go into the band.
    let bandWidth: Number

    /// Numbers of scratch that one worker needs for requests of up to `longest` candidates.
    static func scratchSize(longest: Int) -> Int { 4 * longest + 8 }

    /// Sweeps one chunk; `sums` and `part` belong to that chunk, `scratch` and `places` to this worker.
    func sweep(
        _ requests: Range<Int>,
        sums: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>),
        scalars: UnsafeMutablePointer<Double>,
        part: UnsafeMutablePointer<Band.Part>,
        amountCount: Int,
        scratch: UnsafeMutablePointer<Number>,
        places: UnsafeMutablePointer<Int32>
    ) {
        let longest = market.longestRequest
        let reduced = scratch
        let positive = reduced + longest
        let near = positive + longest
        let selection = near + longest
        let bandPlaces = places + longest
        let inverse = 1 / smoothing
        let edge = -bandWidth
        var smoothed = 0.0
        var top = 0.0
        var linear = 0.0
        var delivered = 0.0
        part.pointee.count = 0
        part.pointee.requestCount = 0

        for request in requests {
            let slots = Int(market.slots[request])
            let start = market.start(request)
            let count = market.end(request) &- start
            let weight = market.requestWeight(request)
            if slots == 0 || count == 0 || weight == 0 { continue }
            market.reduce(
                request,
                attributes,
                campaignPrice: campaignPrice,
                cellPrice: cellPrice,
                into: reduced
            )

            // Compact twice without branching: what may be selected, and what may be in the band.
            var positiveCount = 0
            var nearCount = 0
            for place in 0..<count {
                let value = reduced[place]
                positive[positiveCount] = value
                positiveCount &+= value > 0 ? 1 : 0
                near[nearCount] = value
                places[nearCount] = Int32(truncatingIfNeeded: place)
                nearCount &+= value > edge ? 1 : 0
            }
            if nearCount == 0 { continue }
            let threshold = SlotProjection.threshold(
                positive: positive,
                count: positiveCount,
                slots: slots,
                smoothing: smoothing,
                scratch: selection
            )

            let level = threshold.level
            let low = level - bandWidth
            let high = level + smoothing + bandWidth
            let cell = market.cellIndex(request)
            let campaign = market.campaign + start
            part.reserve(nearCount, amountCount: amountCount)
            let bandCampaign = part.pointee.campaign + part.pointee.count
            var bandCount = 0
            var requestLinear: Number = 0
            var requestSquare: Number = 0
            var requestDelivered: Number = 0
            for index in 0..<nearCount {
                let value = near[index]
                let place = Int(places[index])
                let raw = (value - level) * inverse
                let share = raw < 0 ? 0 : raw > 1 ? 1 : raw
                selection[index] = share
                requestLinear += value * share
                requestSquare += share * share
                requestDelivered += share
                bandCampaign[bandCount] = campaign[place]
                bandPlaces[bandCount] = places[index]
                bandCount &+= value > low && value < high ? 1 : 0
            }
            smoothed += Double(weight) * Double(requestLinear - smoothing / 2 * requestSquare)
            linear += Double(weight) * Double(requestLinear)
            top += Double(weight) * Double(threshold.topSum)
            delivered += Double(weight) * Double(requestDelivered)
            if requestDelivered > 0 {
                addSums(
                    sums,
                    selection: selection,
                    places: places,
                    count: nearCount,
                    start: start,
                    cell: cell,
                    weight: Number(weight),
                    delivered: requestDelivered
                )
            }
            // A single entry under binding slots has nothing to trade with: its row of the matrix is zero.
            if bandCount > (threshold.slotsBind ? 1 : 0) {
                addAmounts(part, places: bandPlaces, count: bandCount, start: start)
                part.pointee.requests[part.pointee.requestCount] = Band.Request(
                    count: Int32(truncatingIfNeeded: bandCount),
                    cell: Int32(truncatingIfNeeded: cell),
                    weight: weight,
                    slotsBind: threshold.slotsBind
                )
                part.pointee.requestCount &+= 1
                part.pointee.count &+= bandCount
            }
        }
        scalars[FoldedSums.Scalar.smoothed.rawValue] = smoothed
        scalars[FoldedSums.Scalar.top.rawValue] = top
        scalars[FoldedSums.Scalar.linear.rawValue] = linear
        scalars[FoldedSums.Scalar.delivered.rawValue] = delivered
    }

    @inline(__always)
    private func addSums(
        _ sums: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>),
        selection: UnsafePointer<Number>,
        places: UnsafePointer<Int32>,
        count: Int,
        start: Int,
        cell: Int,
        weight: Number,
        delivered: Number
    ) {
        let campaign = market.campaign + start
        for attribute in attributes {
            let byCampaign = sums.0 + attribute.index &* market.campaignCount
            let byCell = sums.1 + attribute.index &* market.cellCount + cell
            if let amount = attribute.amount {
                let amount = amount + start
                var total = 0.0
                for index in 0..<count where selection[index] > 0 {
                    let place = Int(places[index])
                    let amount = Double(weight * selection[index] * Number(amount[place]))
                    if attribute.usesCampaigns { byCampaign[Int(campaign[place])] += amount }
                    total += amount
                }
                byCell.pointee += total
            } else {
                if attribute.usesCampaigns {
                    for index in 0..<count where selection[index] > 0 {
                        byCampaign[Int(campaign[Int(places[index])])] += Double(weight * selection[index])
                    }
                }
                byCell.pointee += Double(weight * delivered)
            }
        }
    }

    @inline(__always)
    private func addAmounts(
        _ part: UnsafeMutablePointer<Band.Part>,
        places: UnsafePointer<Int32>,
        count: Int,
        start: Int
    ) {
        var run = part.pointee.amount + part.pointee.count
        for attribute in attributes {
            guard let amount = attribute.amount else { continue }
            for index in 0..<count { run[index] = amount[start &+ Int(places[index])] }
            run += part.pointee.capacity
        }
    }
}
