/// What a sweep does with each request beside adding it up; one specialised sweep for each.
protocol PassRecorder<Number> {
    associatedtype Number: PassNumber

    /// Whether requests of weight 0 matter.
    static var keepsWeightless: Bool { get }
    /// Whether shares and sums are wanted; without them only the sum of the top k is found.
    static var addsUp: Bool { get }

    mutating func begin()

    /// After shares of the `selected` places are known, before they are added up; may lower shares and `use`.
    mutating func record(
        _ visit: RequestVisit<Number>,
        selected: Int,
        use: inout RequestSweep<Number>.Use,
        _ sweep: RequestSweep<Number>
    )

    /// After everything else, also where nothing was selected.
    mutating func finish(_ visit: RequestVisit<Number>, _ sweep: RequestSweep<Number>)
}

extension PassRecorder {
    static var addsUp: Bool { true }
}

/// Sums and scalars alone.
struct NoRecorder<Number: PassNumber>: PassRecorder {
    static var keepsWeightless: Bool { false }

    @inline(__always) mutating func begin() {}
    @inline(__always)
    mutating func record(
        _ visit: RequestVisit<Number>,
        selected: Int,
        use: inout RequestSweep<Number>.Use,
        _ sweep: RequestSweep<Number>
    ) {}
    @inline(__always) mutating func finish(_ visit: RequestVisit<Number>, _ sweep: RequestSweep<Number>) {}
}

/// Appends what is near the edge of selection to a band.
struct BandRecorder<Number: PassNumber>: PassRecorder {
    static var keepsWeightless: Bool { false }

    let part: UnsafeMutablePointer<Band.Part>
    let amountCount: Int
    let width: Number

    @inline(__always)
    mutating func begin() {
        part.pointee.count = 0
        part.pointee.requestCount = 0
    }

    @inline(__always)
    mutating func record(
        _ visit: RequestVisit<Number>,
        selected: Int,
        use: inout RequestSweep<Number>.Use,
        _ sweep: RequestSweep<Number>
    ) {}

    @inline(__always)
    mutating func finish(_ visit: RequestVisit<Number>, _ sweep: RequestSweep<Number>) {
        let places = sweep.places
        let high = visit.level + sweep.smoothing + width
        let near = sweep.collect(above: visit.level - width, from: sweep.reduced, count: visit.count)
        var count = 0
        for index in 0..<near {
            let place = places[index]
            places[count] = place
            count &+= sweep.reduced[Int(place)] < high ? 1 : 0
        }
        // A single entry under binding slots has nothing to trade with: its row of the matrix is zero.
        if count <= (visit.slotsBind ? 1 : 0) { return }
        part.reserve(count, amountCount: amountCount)
        let campaign = sweep.columns.campaign + visit.start
        let bandCampaign = part.pointee.campaign + part.pointee.count
        for index in 0..<count { bandCampaign[index] = campaign[Int(places[index])] }
        var run = part.pointee.amount + part.pointee.count
        for attribute in sweep.attributes {
            guard let amount = attribute.amount else { continue }
            for index in 0..<count { run[index] = amount[visit.start &+ Int(places[index])] }
            run += part.pointee.capacity
        }
        part.pointee.requests[part.pointee.requestCount] = Band.Request(
            count: Int32(truncatingIfNeeded: count),
            cell: Int32(truncatingIfNeeded: visit.cell),
            weight: visit.weight,
            slotsBind: visit.slotsBind
        )
        part.pointee.requestCount &+= 1
        part.pointee.count &+= count
    }
}

/// Appends what is selected, rounded so that it fits the slots exactly.
struct SelectionRecorder<Number: PassNumber>: PassRecorder {
    static var keepsWeightless: Bool { true }

    let part: UnsafeMutablePointer<Selection.Part>
    let firstRequest: Int
    let firstCandidate: Int

    init(part: UnsafeMutablePointer<Selection.Part>, chunk: Range<Int>, market: MarketView) {
        self.part = part
        firstRequest = chunk.lowerBound
        firstCandidate = market.start(chunk.lowerBound)
    }

    @inline(__always)
    mutating func begin() {
        part.pointee.count = 0
        part.pointee.requestCount = 0
    }

    @inline(__always)
    mutating func record(
        _ visit: RequestVisit<Number>,
        selected: Int,
        use: inout RequestSweep<Number>.Use,
        _ sweep: RequestSweep<Number>
    ) {
        part.reserve(selected)
        let entries = part.pointee.entries + part.pointee.count
        var used = 0.0
        for index in 0..<selected {
            let place = Int(sweep.places[index])
            let share = Float(sweep.shares[place])
            entries[index] = Selection.Entry(
                candidate: UInt32(truncatingIfNeeded: visit.start &- firstCandidate &+ place),
                share: share
            )
            used += Double(share)
        }
        if used > Double(visit.slots) { fit(entries, count: selected, slots: Double(visit.slots), used: used) }
        use = RequestSweep<Number>.Use(linear: 0, square: 0, delivered: 0)
        for index in 0..<selected {
            let place = Int(sweep.places[index])
            let share = Number(entries[index].share)
            sweep.shares[place] = share
            use.linear += sweep.reduced[place] * share
            use.square += share * share
            use.delivered += share
        }
        part.pointee.requests[part.pointee.requestCount] = Selection.Request(
            request: UInt32(truncatingIfNeeded: visit.request &- firstRequest),
            count: Int32(truncatingIfNeeded: selected),
            slotsBind: visit.slotsBind
        )
        part.pointee.requestCount &+= 1
        part.pointee.count &+= selected
    }

    @inline(__always) mutating func finish(_ visit: RequestVisit<Number>, _ sweep: RequestSweep<Number>) {}

    /// Takes what rounding put over the slots from the largest share.
    @inline(never)
    private func fit(_ entries: UnsafeMutablePointer<Selection.Entry>, count: Int, slots: Double, used: Double) {
        var used = used
        var rounds = 0
        while used > slots && rounds < 64 {
            var largest = 0
            for index in 1..<max(1, count) where entries[index].share > entries[largest].share { largest = index }
            entries[largest].share = max(0, Float(Double(entries[largest].share) - (used - slots)).nextDown)
            used = 0
            for index in 0..<count { used += Double(entries[index].share) }
            rounds += 1
        }
    }
}
