extension AllocationProblem {
    /// A seeded sample of the requests, each standing for as many as were left out around it.
    ///
    /// One request is drawn from each of equally long runs, so that a sample of requests in time order covers the day
    /// evenly. Rows stay as they are, because the weights grow instead.
    ///
    /// - Parameters:
    ///   - count: Requests to draw, 1 … number of requests.
    ///   - seed: The same seed draws the same requests.
    /// - Returns: A problem over copies of the drawn columns.
    package func sample(requests count: Int, seed: UInt64) -> AllocationProblem {
        let drawn = drawRequests(count, seed: seed)
        let scale = Float(Double(requestCount) / Double(max(count, 1)))
        var candidates = 0
        for request in drawn { candidates += Int(offsets[request + 1] - offsets[request]) }
        let sampledOffsets = Memory<Int64>(capacity: drawn.count + 1)
        for (place, request) in drawn.enumerated() {
            sampledOffsets.base[place + 1] = sampledOffsets.base[place] + offsets[request + 1] - offsets[request]
        }
        func byRequest<Element>(_ column: Column<Element>) -> Column<Element> {
            let memory = Memory<Element>(capacity: drawn.count)
            for (place, request) in drawn.enumerated() { memory.base[place] = column[request] }
            return Column(memory, count: drawn.count)
        }
        func byCandidate<Element>(_ column: Column<Element>) -> Column<Element> {
            let memory = Memory<Element>(capacity: candidates)
            for (place, request) in drawn.enumerated() {
                (memory.base + Int(sampledOffsets.base[place]))
                    .update(
                        from: column.base + Int(offsets[request]),
                        count: Int(offsets[request + 1] - offsets[request])
                    )
            }
            return Column(memory, count: candidates)
        }
        let weights = Memory<Float>(capacity: drawn.count)
        for (place, request) in drawn.enumerated() { weights.base[place] = (weight?[request] ?? 1) * scale }
        return AllocationProblem(
            partOf: self,
            offsets: Column(sampledOffsets, count: drawn.count + 1),
            slots: byRequest(slots),
            weight: Column(weights, count: drawn.count),
            cell: cell.map(byRequest),
            campaign: byCandidate(campaign),
            value: byCandidate(value),
            attributes: attributes.map { AttributeColumn($0.name, $0.amount.map(byCandidate)) }
        )
    }

    private func drawRequests(_ count: Int, seed: UInt64) -> [Int] {
        let run = Double(requestCount) / Double(max(count, 1))
        return (0..<min(count, requestCount))
            .map { place in
                let uniform = Double(mixed(seed &+ UInt64(place)) >> 11) * 0x1p-53
                return min(requestCount - 1, Int((Double(place) + uniform) * run))
            }
    }
}

/// SplitMix64's output function (Steele, Lea and Flood 2014): a well mixed word for every counter.
private func mixed(_ counter: UInt64) -> UInt64 {
    var word = counter &* 0x9e37_79b9_7f4a_7c15
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
}
