/// A problem over some of another's candidates, with the requests that have any.
///
/// Leaving candidates out is choosing x = 0 for them, so what is feasible here is feasible there.
struct Shortlist {
    let problem: AllocationProblem
    /// Index of each candidate in the whole problem.
    let origin: Memory<UInt32>

    /// - Parameters:
    ///   - found: What a survey of the level keeps.
    ///   - level: The level that was surveyed.
    init(_ found: CandidateList, of level: MarketLevel) {
        let starts = Starts(found, chunks: level.chunks)
        let source = level.problem
        let places = Memory<UInt32>(uninitialized: starts.candidateCount)
        let requests = Memory<Int>(uninitialized: starts.requestCount)
        let slots = Memory<Int32>(uninitialized: starts.requestCount)
        let offsets = Memory<Int64>(uninitialized: starts.requestCount + 1)
        offsets.base[0] = 0
        level.chunks.run { _, chunk in
            let part = found.part(chunk).pointee
            let first = level.chunks.range(chunk).lowerBound
            let firstCandidate = UInt32(truncatingIfNeeded: level.market.start(first))
            let to = places.base + starts.candidate[chunk]
            for index in 0..<part.count { to[index] = firstCandidate &+ part.candidates[index] }
            var request = starts.request[chunk]
            var end = Int64(starts.candidate[chunk])
            for index in 0..<part.requestCount {
                requests.base[request] = first &+ Int(part.requests[index].request)
                slots.base[request] = source.slots.base[requests.base[request]] &- part.requests[index].settled
                end += Int64(part.requests[index].count)
                request += 1
                offsets.base[request] = end
            }
            found.empty(chunk)
        }
        let gather = Gather(level: level, starts: starts, places: places, requests: requests)
        problem = AllocationProblem(
            partOf: source,
            offsets: Column(offsets, count: starts.requestCount + 1),
            slots: Column(slots, count: starts.requestCount),
            weight: source.weight.map(gather.byRequest),
            cell: source.cell.map(gather.byRequest),
            campaign: gather.byCandidate(source.campaign),
            value: gather.byCandidate(source.value),
            attributes: source.attributes.map { attribute in
                AllocationProblem.AttributeColumn(attribute.name, attribute.amount.map(gather.byCandidate))
            }
        )
        if let origin = level.origin {
            for index in 0..<starts.candidateCount { places.base[index] = origin.base[Int(places.base[index])] }
        }
        origin = places
    }
}

/// Where each chunk's part of a shortlist begins.
private struct Starts {
    var candidate: [Int] = []
    var request: [Int] = []
    var candidateCount = 0
    var requestCount = 0

    init(_ found: CandidateList, chunks: Chunks) {
        for chunk in 0..<chunks.count {
            candidate.append(candidateCount)
            request.append(requestCount)
            candidateCount += found.part(chunk).pointee.count
            requestCount += found.part(chunk).pointee.requestCount
        }
    }

    func candidates(_ chunk: Int) -> Range<Int> {
        candidate[chunk]..<(chunk + 1 < candidate.count ? candidate[chunk + 1] : candidateCount)
    }
}

/// Copies the kept elements of columns, chunk by chunk.
private struct Gather {
    let level: MarketLevel
    let starts: Starts
    let places: Memory<UInt32>
    let requests: Memory<Int>

    func byRequest<Element>(_ column: Column<Element>) -> Column<Element> {
        let memory = Memory<Element>(uninitialized: starts.requestCount)
        for index in 0..<starts.requestCount { memory.base[index] = column.base[requests.base[index]] }
        return Column(memory, count: starts.requestCount)
    }

    func byCandidate<Element>(_ column: Column<Element>) -> Column<Element> {
        let memory = Memory<Element>(uninitialized: starts.candidateCount)
        level.chunks.run { _, chunk in
            let (to, from, places) = (memory.base, column.base, places.base)
            for index in starts.candidates(chunk) { to[index] = from[Int(places[index])] }
        }
        return Column(memory, count: starts.candidateCount)
    }
}
