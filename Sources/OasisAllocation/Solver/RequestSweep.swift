/// One worker's sweep over a chunk: plain pointers and numbers alone, so that loops count no references.
struct RequestSweep<Number: PassNumber> {
    /// Sums over the chunk, weighted.
    struct Totals {
        /// Σ w · (sum of the top k positive u).
        var top = 0.0
        /// Σ w · u·x.
        var linear = 0.0
        /// Σ w · x².
        var square = 0.0
        /// Σ w · x.
        var delivered = 0.0
    }

    /// Sums over one request, not weighted.
    struct Use {
        var linear: Number
        var square: Number
        var delivered: Number
    }

    let columns: MarketView.Columns
    let attributes: UnsafeBufferPointer<MarketView.Attribute>
    let campaignPrice: UnsafePointer<Number>
    let cellPrice: UnsafePointer<Number>
    let smoothing: Number
    let campaignSums: UnsafeMutablePointer<Double>
    let cellSums: UnsafeMutablePointer<Double>
    /// Whether the first attribute is 1 throughout and priced by campaign, as delivery under caps is.
    let fusesFirst: Bool
    /// Reduced values of one request, in whole blocks.
    let reduced: UnsafeMutablePointer<Number>
    /// x of one request, by place.
    let shares: UnsafeMutablePointer<Number>
    /// Reaches of one request's candidates, for surveys.
    let reaches: UnsafeMutablePointer<Number>
    /// For `SlotProjection.threshold`.
    let spare: UnsafeMutablePointer<Number>
    let places: UnsafeMutablePointer<Int32>

    init(
        _ pass: DualPass<Number>,
        sums: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>),
        scratch: UnsafeMutablePointer<Number>,
        places: UnsafeMutablePointer<Int32>
    ) {
        columns = pass.market.columns
        attributes = pass.attributes
        campaignPrice = pass.campaignPrice
        cellPrice = pass.cellPrice
        smoothing = pass.smoothing
        campaignSums = sums.0
        cellSums = sums.1
        fusesFirst = attributes.first.map { $0.amount == nil && $0.usesCampaigns } ?? false
        let padded = paddedToBlocks(pass.market.longestRequest)
        reduced = scratch
        shares = reduced + padded
        reaches = shares + padded
        spare = reaches + padded
        self.places = places
        SlotProjection.prepare(spare)
    }

    @inline(__always)
    func run<Recorder: PassRecorder<Number>>(_ requests: Range<Int>, _ recorder: Recorder) -> Totals {
        var recorder = recorder
        var totals = Totals()
        recorder.begin()
        var request = requests.lowerBound
        while request < requests.upperBound {
            sweep(request, &totals, &recorder)
            request &+= 1
        }
        return totals
    }

    @inline(__always)
    private func sweep<Recorder: PassRecorder<Number>>(
        _ request: Int,
        _ totals: inout Totals,
        _ recorder: inout Recorder
    ) {
        let start = columns.start(request)
        let count = columns.end(request) &- start
        let slots = Int(columns.slots[request])
        let weight = columns.requestWeight(request)
        if slots == 0 || count == 0 || (weight == 0 && !Recorder.keepsWeightless) { return }
        let cell = columns.cellIndex(request)
        reduce(start: start, count: count, cell: cell)
        let threshold = SlotProjection.threshold(
            values: reduced,
            count: count,
            slots: slots,
            smoothing: smoothing,
            scratch: spare
        )
        let visit = RequestVisit(
            request: request,
            start: start,
            count: count,
            slots: slots,
            cell: cell,
            weight: weight,
            level: threshold.level,
            slotsBind: threshold.slotsBind,
            lastTaken: threshold.lastTaken
        )
        if !Recorder.addsUp {
            totals.top += Double(weight) * Double(threshold.topSum)
        } else if threshold.topSum > 0 {
            var selected = 0
            var use: Use
            if threshold.isIntegral {
                selected = collect(above: threshold.level, from: reduced, count: count) { shares[$0] = 1 }
                use = Use(linear: threshold.topSum, square: Number(slots), delivered: Number(slots))
            } else {
                use = share(level: threshold.level, count: count)
                selected = collect(above: 0, from: shares, count: count)
            }
            recorder.record(visit, selected: selected, use: &use, self)
            let weight = Double(weight)
            totals.top += weight * Double(threshold.topSum)
            totals.linear += weight * Double(use.linear)
            totals.square += weight * Double(use.square)
            totals.delivered += weight * Double(use.delivered)
            add(selected: selected, start: start, cell: cell, weight: weight, delivered: Double(use.delivered))
        }
        recorder.finish(visit, self)
    }

    /// x = clip((u − τ)/γ, 0, 1) into `shares`.
    @inline(__always)
    private func share(level: Number, count: Int) -> Use {
        let inverse = 1 / smoothing
        var linear = SIMD4<Number>.zero
        var square = SIMD4<Number>.zero
        var delivered = SIMD4<Number>.zero
        var place = 0
        while place < count {
            let value = reduced.block(place)
            let raw = (value - level) * inverse
            let share = Number.lesser(Number.greater(raw, .zero), SIMD4<Number>(repeating: 1))
            shares.setBlock(place, share)
            linear += value * share
            square += share * share
            delivered += share
            place &+= blockLength
        }
        return Use(linear: linear.total, square: square.total, delivered: delivered.total)
    }
}

/// What recorders learn about one request.
struct RequestVisit<Number> {
    let request: Int
    let start: Int
    let count: Int
    let slots: Int
    let cell: Int
    let weight: Float
    let level: Number
    let slotsBind: Bool
    /// The k-th largest reduced value; 0 when fewer than k are positive.
    let lastTaken: Number
}
