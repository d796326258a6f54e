extension UnsafeMutablePointer where Pointee == Selection.Part {
    /// Becomes the union of two lists in request order; a candidate in both gets the sum, rounded down and at most 1.
    func join(_ first: Self, _ second: Self) {
        pointee.count = 0
        pointee.requestCount = 0
        var left = Cursor(first.pointee)
        var right = Cursor(second.pointee)
        while left.request != .max || right.request != .max {
            let request = Swift.min(left.request, right.request)
            let fromLeft = left.request == request ? left.entries : 0
            let fromRight = right.request == request ? right.entries : 0
            reserve(fromLeft + fromRight)
            let slotsBind = left.request == request ? left.slotsBind : false
            let joined = pointee.entries + pointee.count
            joined.update(from: first.pointee.entries + left.entry, count: fromLeft)
            var count = fromLeft
            for index in 0..<fromRight {
                let addition = second.pointee.entries[right.entry + index]
                if let place = (0..<fromLeft).first(where: { joined[$0].candidate == addition.candidate }) {
                    let sum = Float(Double(joined[place].share) + Double(addition.share)).nextDown
                    joined[place].share = Swift.min(1, Swift.max(joined[place].share, sum))
                } else {
                    joined[count] = addition
                    count += 1
                }
            }
            pointee.requests[pointee.requestCount] = Selection.Request(
                request: request,
                count: Int32(count),
                slotsBind: slotsBind
            )
            pointee.requestCount += 1
            pointee.count += count
            if fromLeft > 0 { left.advance(first.pointee) }
            if fromRight > 0 { right.advance(second.pointee) }
        }
    }
}

extension UnsafeMutablePointer where Pointee == Selection.Part {
    /// Takes the entries of a chunk's requests from an allocation, from `start` on; returns where the next chunk's begin.
    func fill(from allocation: SparseAllocation, at start: Int, requests: Range<Int>, market: MarketView) -> Int {
        pointee.count = 0
        pointee.requestCount = 0
        var next = start
        let first = market.start(requests.lowerBound)
        for request in requests {
            let end = market.end(request)
            reserve(end - market.start(request))
            var count = 0
            while next < allocation.candidates.count, allocation.candidates[next] < end {
                pointee.entries[pointee.count + count] = Selection.Entry(
                    candidate: UInt32(truncatingIfNeeded: allocation.candidates[next] - first),
                    share: allocation.shares[next]
                )
                count += 1
                next += 1
            }
            if count == 0 { continue }
            pointee.requests[pointee.requestCount] = Selection.Request(
                request: UInt32(truncatingIfNeeded: request - requests.lowerBound),
                count: Int32(truncatingIfNeeded: count),
                slotsBind: false
            )
            pointee.requestCount += 1
            pointee.count += count
        }
        return next
    }
}

/// A place in a list of requests; `.max` is its end.
private struct Cursor {
    var place = 0
    var entry = 0
    var request = UInt32.max
    var entries = 0
    var slotsBind = false

    init(_ part: Selection.Part) { read(part) }

    mutating func advance(_ part: Selection.Part) {
        entry += entries
        place += 1
        read(part)
    }

    private mutating func read(_ part: Selection.Part) {
        guard place < part.requestCount else {
            request = .max
            return
        }
        request = part.requests[place].request
        entries = Int(part.requests[place].count)
        slotsBind = part.requests[place].slotsBind
    }
}
