/// Appends the candidates that may be selected while reduced values move by no more than a reach.
struct ShortlistRecorder<Number: PassNumber>: PassRecorder {
    static var keepsWeightless: Bool { false }
    static var addsUp: Bool { false }

    private let part: UnsafeMutablePointer<CandidateList.Part>
    private let reach: ReachTables<Number>
    private let settled: (campaign: UnsafeMutablePointer<Double>, cell: UnsafeMutablePointer<Double>)?
    private let firstRequest: Int
    private let firstCandidate: Int

    init(_ record: ShortlistRecord<Number>, chunk: Range<Int>, market: MarketView) {
        part = record.part
        reach = record.reach
        settled = record.settled
        firstRequest = chunk.lowerBound
        firstCandidate = market.start(chunk.lowerBound)
    }

    @inline(__always)
    mutating func begin() {
        part.pointee.count = 0
        part.pointee.requestCount = 0
        part.pointee.settledCount = 0
        part.pointee.settledValue = 0
        part.pointee.settledWeight = 0
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
        // x(e) > 0 needs u(e) > 0 and u(e) > (k-th largest) − γ, and either side may move by its reach.
        let edge = max(0, visit.lastTaken - reach.largest - sweep.smoothing)
        var found = sweep.collect(above: edge - reach.largest, from: sweep.reduced, count: visit.count)
        if found == 0 { return }
        sweep.fillReaches(reach, visit, found: found)
        var taken = 0
        if visit.slots <= ShortlistLimits.slotsExamined {
            tighten(visit, found: &found, sweep)
            if settled != nil { taken = settle(visit, found: &found, sweep) }
        }
        if found == 0 { return }
        part.reserve(found)
        let candidates = part.pointee.candidates + part.pointee.count
        let first = Int32(truncatingIfNeeded: visit.start &- firstCandidate)
        for index in 0..<found { candidates[index] = UInt32(bitPattern: first &+ sweep.places[index]) }
        part.pointee.requests[part.pointee.requestCount] = CandidateList.Request(
            request: UInt32(truncatingIfNeeded: visit.request &- firstRequest),
            count: Int32(truncatingIfNeeded: found),
            settled: Int32(truncatingIfNeeded: taken)
        )
        part.pointee.requestCount &+= 1
        part.pointee.count &+= found
    }

    /// Leaves out what each candidate's own reach says cannot be selected; the first look took the largest for all.
    @inline(__always)
    private func tighten(_ visit: RequestVisit<Number>, found: inout Int, _ sweep: RequestSweep<Number>) {
        let (places, reduced, reaches) = (sweep.places, sweep.reduced, sweep.reaches)
        let lastTaken = largest(visit.slots, of: found, sweep) { reduced[Int(places[$0])] - reaches[$0] }
        let edge = max(0, lastTaken - sweep.smoothing)
        var kept = 0
        for index in 0..<found where reduced[Int(places[index])] + reaches[index] > edge {
            places[kept] = places[index]
            reaches[kept] = reaches[index]
            kept &+= 1
        }
        found = kept
    }

    /// Sets apart what is selected whole wherever prices go in the region; the others stay in `places`, or none when
    /// the settled fill the slots.
    ///
    /// τ is never above the (k+1)-th largest reduced value. So x(e) = 1 when u(e), fallen by its reach, is still γ above
    /// 0 and γ above what the (k+1)-th largest may rise to.
    ///
    /// - Returns: How many.
    @inline(__always)
    private func settle(_ visit: RequestVisit<Number>, found: inout Int, _ sweep: RequestSweep<Number>) -> Int {
        let (places, reduced, reaches) = (sweep.places, sweep.reduced, sweep.reaches)
        let runnerUp = largest(visit.slots &+ 1, of: found, sweep) { reduced[Int(places[$0])] + reaches[$0] }
        let edge = sweep.smoothing + max(0, runnerUp)
        part.reserveSettled(visit.slots)
        let settled = part.pointee.settled + part.pointee.settledCount
        var (kept, taken) = (0, 0)
        for index in 0..<found {
            let place = places[index]
            if reduced[Int(place)] - reaches[index] >= edge {
                settled[taken] = UInt32(bitPattern: place)
                taken &+= 1
            } else {
                places[kept] = place
                kept &+= 1
            }
        }
        if taken == 0 { return 0 }
        found = taken == visit.slots ? 0 : kept
        addUp(settled, count: taken, visit, sweep)
        part.pointee.settledCount &+= taken
        return taken
    }

    /// The largest number but so many less one; no number at all when there are fewer.
    @inline(__always)
    private func largest(
        _ rank: Int,
        of count: Int,
        _ sweep: RequestSweep<Number>,
        _ number: (_ index: Int) -> Number
    ) -> Number {
        if count < rank { return -.greatestFiniteMagnitude }
        let ranked = sweep.shares
        for index in 0..<count {
            let number = number(index)
            var place = index
            if place >= rank {
                if number <= ranked[rank &- 1] { continue }
                place = rank &- 1
            }
            while place > 0 && ranked[place &- 1] < number {
                ranked[place] = ranked[place &- 1]
                place &-= 1
            }
            ranked[place] = number
        }
        return ranked[rank &- 1]
    }

    /// Adds settled places up, and makes them candidates of the chunk.
    @inline(__always)
    private func addUp(
        _ settled: UnsafeMutablePointer<UInt32>,
        count: Int,
        _ visit: RequestVisit<Number>,
        _ sweep: RequestSweep<Number>
    ) {
        guard let sums = self.settled else { return }
        let columns = sweep.columns
        let weight = Double(visit.weight)
        for index in 0..<count {
            let candidate = visit.start &+ Int(settled[index])
            let id = Int(columns.campaign[candidate])
            for attribute in sweep.attributes {
                let amount = attribute.amount.map { weight * Double($0[candidate]) } ?? weight
                if attribute.usesCampaigns {
                    sums.campaign[attribute.index &* columns.campaignCount &+ id] += amount
                }
                sums.cell[attribute.index &* columns.cellCount &+ visit.cell] += amount
            }
            part.pointee.settledValue += weight * Double(columns.value[candidate])
            settled[index] = UInt32(truncatingIfNeeded: candidate &- firstCandidate)
        }
        part.pointee.settledWeight += weight * Double(count)
    }
}

/// Records a band and a shortlist in one sweep.
struct StartRecorder<Number: PassNumber>: PassRecorder {
    static var keepsWeightless: Bool { false }

    var band: BandRecorder<Number>
    var shortlist: ShortlistRecorder<Number>

    @inline(__always)
    mutating func begin() {
        band.begin()
        shortlist.begin()
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
        band.finish(visit, sweep)
        shortlist.finish(visit, sweep)
    }
}

/// Reaches as a sweep looks them up.
struct ReachTables<Number> {
    let campaign: UnsafePointer<Number>
    let cell: UnsafePointer<Number>
    /// No candidate has a larger one.
    let largest: Number
}

extension RequestSweep {
    /// Reaches of the places found into `reaches`, in their order.
    @inline(__always)
    func fillReaches(_ tables: ReachTables<Number>, _ visit: RequestVisit<Number>, found: Int) {
        for index in 0..<found { reaches[index] = 0 }
        let campaign = columns.campaign + visit.start
        for attribute in attributes {
            let byCampaign = tables.campaign + attribute.index &* columns.campaignCount
            let everywhere = tables.cell[attribute.index &* columns.cellCount &+ visit.cell]
            if let amount = attribute.amount {
                let amount = amount + visit.start
                for index in 0..<found {
                    let place = Int(places[index])
                    reaches[index] += abs(Number(amount[place])) * (byCampaign[Int(campaign[place])] + everywhere)
                }
            } else {
                for index in 0..<found { reaches[index] += byCampaign[Int(campaign[Int(places[index])])] + everywhere }
            }
        }
    }
}

private enum ShortlistLimits {
    /// Requests with more slots keep all that the first look finds: ranking takes time in proportion to slots.
    static let slotsExamined = 16
}
