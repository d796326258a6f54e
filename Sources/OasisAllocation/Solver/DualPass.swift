/// One sweep over all candidates at given prices: the smoothed dual, its gradient, the bound, and what is recorded.
struct DualPass<Number: PassNumber> {
    let market: MarketView
    let attributes: UnsafeBufferPointer<MarketView.Attribute>
    let campaignPrice: UnsafePointer<Number>
    let cellPrice: UnsafePointer<Number>
    /// γ > 0.
    let smoothing: Number
    /// Entries with u − τ in (−w, γ + w) go into the band; < 0 when there is none.
    let bandWidth: Number

    /// Numbers of scratch that one worker needs for requests of up to `longest` candidates.
    static func scratchSize(longest: Int) -> Int {
        3 * paddedToBlocks(longest) + SlotProjection.scratchSize(longest: longest)
    }

    /// Places of scratch that one worker needs.
    static func placesSize(longest: Int) -> Int { longest + 1 }

    /// Sweeps one chunk and overwrites its scalars; adds to its `sums`.
    ///
    /// - Parameters:
    ///   - requests: The chunk's requests.
    ///   - sums: The chunk's tables by campaign and by cell.
    ///   - scalars: The chunk's scalars, in the order of `FoldedSums.Scalar`.
    ///   - record: What is kept of each request; the chunk's own part.
    ///   - scratch: `scratchSize` numbers that belong to this worker.
    ///   - places: `placesSize` numbers that belong to this worker.
    func sweep(
        _ requests: Range<Int>,
        sums: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>),
        scalars: UnsafeMutablePointer<Double>,
        record: PassRecord<Number> = .nothing,
        scratch: UnsafeMutablePointer<Number>,
        places: UnsafeMutablePointer<Int32>
    ) {
        let sweep = RequestSweep(self, sums: sums, scratch: scratch, places: places)
        let totals =
            switch record {
            case .band(let part, let amountCount) where bandWidth >= 0:
                sweep.run(requests, BandRecorder(part: part, amountCount: amountCount, width: bandWidth))
            case .selection(let part):
                sweep.run(requests, SelectionRecorder(part: part, chunk: requests, market: market))
            case .shortlist(let record):
                sweep.run(requests, ShortlistRecorder(record, chunk: requests, market: market))
            case .bandAndShortlist(let part, let amountCount, let record):
                sweep.run(
                    requests,
                    StartRecorder(
                        band: BandRecorder(part: part, amountCount: amountCount, width: bandWidth),
                        shortlist: ShortlistRecorder(record, chunk: requests, market: market)
                    )
                )
            case .nothing, .band:
                sweep.run(requests, NoRecorder())
            }
        scalars[FoldedSums.Scalar.smoothed.rawValue] = totals.linear - Double(smoothing) / 2 * totals.square
        scalars[FoldedSums.Scalar.top.rawValue] = totals.top
        scalars[FoldedSums.Scalar.linear.rawValue] = totals.linear
        scalars[FoldedSums.Scalar.delivered.rawValue] = totals.delivered
    }
}

/// What a sweep keeps of each request beside the sums.
enum PassRecord<Number> {
    case nothing
    /// Entries near the edge of selection, for products with the Newton matrix.
    case band(UnsafeMutablePointer<Band.Part>, amountCount: Int)
    /// Entries that are selected, with shares that fit the slots exactly; sums are of these shares.
    case selection(UnsafeMutablePointer<Selection.Part>)
    /// Candidates that may be selected while reduced values move by no more than their reach. Nothing is added up but the
    /// top k, and apart from that what is settled.
    case shortlist(ShortlistRecord<Number>)
    /// The band and a shortlist, from one sweep that adds everything up.
    case bandAndShortlist(UnsafeMutablePointer<Band.Part>, amountCount: Int, ShortlistRecord<Number>)
}

/// Where a sweep puts one chunk's shortlist, and how far that looks.
struct ShortlistRecord<Number> {
    let part: UnsafeMutablePointer<CandidateList.Part>
    let reach: ReachTables<Number>
    /// Sums over what is settled, by campaign and by cell; nil when nothing is to be set apart.
    let settled: (campaign: UnsafeMutablePointer<Double>, cell: UnsafeMutablePointer<Double>)?
}
