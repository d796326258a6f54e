/// Passes over a problem at prices of one's choosing, outside of any solve: for measuring and for testing them.
package final class PassInspection {
    /// What a pass computes in.
    package enum Precision: CaseIterable, Sendable {
        case single
        case double
    }

    /// What a pass does beside adding up.
    package enum Recording {
        case nothing
        /// Entries with u − τ in (−width, γ + width), width ≥ 0.
        case band(width: Double)
        case selection
    }

    /// A band entry, with its request's facts.
    package struct BandEntry: Hashable {
        package let campaign: Int32
        package let amounts: [Float]
        package let cell: Int32
        package let weight: Float
        package let slotsBind: Bool
    }

    /// A selected candidate, counted over the whole problem.
    package struct Selected: Hashable {
        package let request: Int
        package let candidate: Int
        package let share: Float
        package let slotsBind: Bool
    }

    /// Σ w · max(u·x − γ/2 x²), Σ w · (top k positive u), Σ w · u·x and Σ w · x of the latest pass.
    package private(set) var scalars: (smoothed: Double, top: Double, linear: Double, delivered: Double) = (0, 0, 0, 0)
    /// Sums of the latest pass, attribute by attribute and campaign by campaign.
    package private(set) var campaignSums: UnsafeBufferPointer<Double>
    /// Sums of the latest pass, attribute by attribute and cell by cell.
    package private(set) var cellSums: UnsafeBufferPointer<Double>

    let market: MarketView
    let folding: RowFolding
    let amounts: [ClosedRange<Double>]
    let chunks: Chunks
    let sums: FoldedSums
    private let band: Band
    private let selection: Selection
    private let single: PassWorkspace<Float>
    let double: PassWorkspace<Double>
    private let attributes: UnsafeMutableBufferPointer<MarketView.Attribute>

    /// Prepares passes over `problem` on so many threads; its rows say which attributes are priced and how.
    package init(_ problem: AllocationProblem, threads: Int) {
        let folding = RowFolding(problem)
        let market = MarketView(problem, folding: folding)
        self.market = market
        self.folding = folding
        amounts = ValueScales(problem).amounts
        chunks = Chunks(
            requestCount: problem.requestCount,
            tableSize: folding.campaignTableSize + folding.cellTableSize,
            threads: threads
        )
        sums = FoldedSums(folding: folding, chunks: chunks)
        band = Band(amountCount: market.attributes.count { $0.amount != nil }, chunks: chunks)
        selection = Selection(chunks: chunks)
        attributes = .allocate(capacity: market.attributes.count)
        _ = attributes.initialize(from: market.attributes)
        single = PassWorkspace(market: market, folding: folding, threads: chunks.threads)
        double = PassWorkspace(market: market, folding: folding, threads: chunks.threads)
        campaignSums = UnsafeBufferPointer(start: nil, count: 0)
        cellSums = campaignSums
    }

    deinit { attributes.deallocate() }

    /// Sets the folded prices: attribute by attribute, by campaign and by cell.
    package func setPrices(campaign: [Double], cell: [Double]) {
        single.setPrices(campaign: campaign, cell: cell)
        double.setPrices(campaign: campaign, cell: cell)
    }

    /// One pass at γ = `smoothing`.
    package func run(_ precision: Precision, smoothing: Double, recording: Recording = .nothing) {
        switch precision {
        case .single: run(single, smoothing: Float(smoothing), recording: recording)
        case .double: run(double, smoothing: smoothing, recording: recording)
        }
        let (campaign, cell) = sums.total()
        campaignSums = UnsafeBufferPointer(start: campaign, count: sums.campaignSize)
        cellSums = UnsafeBufferPointer(start: cell, count: sums.cellSize)
        scalars = (sums.scalar(.smoothed), sums.scalar(.top), sums.scalar(.linear), sums.scalar(.delivered))
    }

    private func run<Number: PassNumber>(_ workspace: PassWorkspace<Number>, smoothing: Number, recording: Recording) {
        let width: Number = if case .band(let width) = recording { Number(width) } else { -1 }
        sweep(workspace, smoothing: smoothing, bandWidth: width) { chunk in
            switch recording {
            case .nothing: .nothing
            case .band: .band(band.part(chunk), amountCount: band.amountCount)
            case .selection: .selection(selection.part(chunk))
            }
        }
    }

    /// One pass that records as it is told.
    func sweep<Number: PassNumber>(
        _ workspace: PassWorkspace<Number>,
        smoothing: Number,
        bandWidth: Number,
        record: (_ chunk: Int) -> PassRecord<Number>
    ) {
        let pass = DualPass<Number>(
            market: market,
            attributes: UnsafeBufferPointer(attributes),
            campaignPrice: UnsafePointer(workspace.campaignPrice.base),
            cellPrice: UnsafePointer(workspace.cellPrice.base),
            smoothing: smoothing,
            bandWidth: bandWidth
        )
        let records = (0..<chunks.count).map(record)
        chunks.run { worker, chunk in
            sums.clear(chunk)
            pass.sweep(
                chunks.range(chunk),
                sums: (sums.campaign(chunk), sums.cell(chunk)),
                scalars: sums.scalars(chunk),
                record: records[chunk],
                scratch: workspace.scratch[worker].base,
                places: workspace.places[worker].base
            )
        }
    }

    /// The band of the latest pass that recorded one, in order.
    package func bandEntries() -> [BandEntry] {
        (0..<chunks.count)
            .flatMap { chunk in
                let part = band.part(chunk).pointee
                var next = 0
                return (0..<part.requestCount)
                    .flatMap { index in
                        let request = part.requests[index]
                        return (0..<Int(request.count))
                            .map { _ in
                                let amounts = (0..<band.amountCount).map { part.amount[$0 * part.capacity + next] }
                                defer { next += 1 }
                                return BandEntry(
                                    campaign: part.campaign[next],
                                    amounts: amounts,
                                    cell: request.cell,
                                    weight: request.weight,
                                    slotsBind: request.slotsBind
                                )
                            }
                    }
            }
    }

    /// The selection of the latest pass that recorded one, in order.
    package func selected() -> [Selected] {
        (0..<chunks.count)
            .flatMap { chunk in
                let part = selection.part(chunk).pointee
                let first = chunks.range(chunk).lowerBound
                var next = 0
                return (0..<part.requestCount)
                    .flatMap { index in
                        let request = part.requests[index]
                        return (0..<Int(request.count))
                            .map { _ in
                                defer { next += 1 }
                                return Selected(
                                    request: first + Int(request.request),
                                    candidate: market.start(first) + Int(part.entries[next].candidate),
                                    share: part.entries[next].share,
                                    slotsBind: request.slotsBind
                                )
                            }
                    }
            }
    }
}
