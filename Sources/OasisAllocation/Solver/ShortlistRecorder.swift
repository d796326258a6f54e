/// Appends the candidates that may be selected while reduced values move by no more than a reach.
struct ShortlistRecorder<Number: PassNumber>: PassRecorder {
    static var keepsWeightless: Bool { false }
    static var addsUp: Bool { false }

    let part: UnsafeMutablePointer<CandidateList.Part>
    let reach: Number
    /// Reach of each campaign's candidates, ≥ `reach`; nil when all have the same.
    let campaignReach: UnsafePointer<Number>?
    /// Whether candidates that are selected whole at all prices of the region are set apart.
    let settles: Bool
    let firstRequest: Int
    let firstCandidate: Int

    init(
        part: UnsafeMutablePointer<CandidateList.Part>,
        reach: Number,
        campaignReach: UnsafePointer<Number>?,
        settles: Bool,
        chunk: Range<Int>,
        market: MarketView
    ) {
        self.part = part
        self.reach = reach
        self.campaignReach = campaignReach
        self.settles = settles
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
        let edge = max(0, visit.lastTaken - reach - sweep.smoothing)
        if let campaignReach {
            sweep.raise(by: campaignReach, start: visit.start, count: visit.count)
        }
        let level = campaignReach == nil ? edge - reach : edge
        var found = sweep.collect(above: level, from: sweep.reduced, count: visit.count)
        if found == 0 { return }
        let settled = settles ? settle(visit, found: &found, sweep) : 0
        if found == 0 { return }
        part.reserve(found)
        let candidates = part.pointee.candidates + part.pointee.count
        let first = Int32(truncatingIfNeeded: visit.start &- firstCandidate)
        for index in 0..<found { candidates[index] = UInt32(bitPattern: first &+ sweep.places[index]) }
        part.pointee.requests[part.pointee.requestCount] = CandidateList.Request(
            request: UInt32(truncatingIfNeeded: visit.request &- firstRequest),
            count: Int32(truncatingIfNeeded: found),
            settled: Int32(truncatingIfNeeded: settled)
        )
        part.pointee.requestCount &+= 1
        part.pointee.count &+= found
    }

    /// Sets apart what is selected whole wherever prices go in the region; the others stay in `places`, or none when
    /// the settled fill the slots.
    ///
    /// τ is never above the (k+1)-th largest reduced value. So x(e) = 1 when u(e), fallen by the reach, is still γ above
    /// 0 and γ above what the (k+1)-th largest may rise to.
    ///
    /// - Returns: How many.
    @inline(__always)
    private func settle(_ visit: RequestVisit<Number>, found: inout Int, _ sweep: RequestSweep<Number>) -> Int {
        if visit.slots > ShortlistLimits.slotsSettled { return 0 }
        let (places, reduced) = (sweep.places, sweep.reduced)
        let campaign = sweep.columns.campaign + visit.start
        // With reaches by campaign, reduced values have been raised by them already.
        let rise = campaignReach == nil ? reach : 0
        let edge = sweep.smoothing + max(0, runnerUp(visit, found: found, sweep) + rise)
        part.reserveSettled(visit.slots)
        let settled = part.pointee.settled + part.pointee.settledCount
        var (kept, taken) = (0, 0)
        for index in 0..<found {
            let place = places[index]
            let raised = campaignReach.map { $0[Int(campaign[Int(place)])] } ?? 0
            if reduced[Int(place)] - raised - reach >= edge {
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

    /// The (k+1)-th largest of what was found; no value at all when there are fewer.
    @inline(__always)
    private func runnerUp(_ visit: RequestVisit<Number>, found: Int, _ sweep: RequestSweep<Number>) -> Number {
        if found <= visit.slots { return -.greatestFiniteMagnitude }
        let largest = sweep.shares
        for index in 0..<found {
            let value = sweep.reduced[Int(sweep.places[index])]
            var place = min(index, visit.slots &+ 1)
            if place > visit.slots {
                if value <= largest[visit.slots] { continue }
                place = visit.slots
            }
            while place > 0 && largest[place &- 1] < value {
                largest[place] = largest[place &- 1]
                place &-= 1
            }
            largest[place] = value
        }
        return largest[visit.slots]
    }

    /// Adds settled places up, and makes them candidates of the chunk.
    @inline(__always)
    private func addUp(
        _ settled: UnsafeMutablePointer<UInt32>,
        count: Int,
        _ visit: RequestVisit<Number>,
        _ sweep: RequestSweep<Number>
    ) {
        let columns = sweep.columns
        let weight = Double(visit.weight)
        for index in 0..<count {
            let candidate = visit.start &+ Int(settled[index])
            let id = Int(columns.campaign[candidate])
            for attribute in sweep.attributes {
                let amount = attribute.amount.map { weight * Double($0[candidate]) } ?? weight
                if attribute.usesCampaigns {
                    sweep.campaignSums[attribute.index &* columns.campaignCount &+ id] += amount
                }
                sweep.cellSums[attribute.index &* columns.cellCount &+ visit.cell] += amount
            }
            part.pointee.settledValue += weight * Double(columns.value[candidate])
            settled[index] = UInt32(truncatingIfNeeded: candidate &- firstCandidate)
        }
        part.pointee.settledWeight += weight * Double(count)
    }
}

private enum ShortlistLimits {
    /// Requests with more slots keep all that they have: finding what is settled takes time in proportion to them.
    static let slotsSettled = 16
}
