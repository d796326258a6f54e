/// The candidates near the edge of selection, request by request: all that a product with the Newton matrix touches.
final class Band {
    /// One chunk's part, growing as requests are added.
    struct Part {
        /// Campaign of each entry.
        var campaign: UnsafeMutablePointer<Int32>
        /// Amounts of each entry, `amountCount` runs of `capacity`.
        var amount: UnsafeMutablePointer<Float>
        var capacity: Int
        var count = 0
        /// Requests that have entries.
        var requests: UnsafeMutablePointer<Request>
        var requestCapacity: Int
        var requestCount = 0
    }

    struct Request {
        var count: Int32
        var cell: Int32
        var weight: Float
        var slotsBind: Bool
    }

    /// Attributes with an amount column, in the order of the amount runs.
    let amountCount: Int
    private let parts: Memory<Part>

    init(amountCount: Int, chunks: Chunks) {
        self.amountCount = amountCount
        parts = Memory(capacity: chunks.count)
        for chunk in 0..<chunks.count {
            let capacity = 1024
            parts.base[chunk] = Part(
                campaign: .allocate(capacity: capacity),
                amount: .allocate(capacity: capacity * max(1, amountCount)),
                capacity: capacity,
                requests: .allocate(capacity: capacity),
                requestCapacity: capacity
            )
        }
        chunkCount = chunks.count
    }

    private let chunkCount: Int

    deinit {
        for chunk in 0..<chunkCount {
            parts.base[chunk].campaign.deallocate()
            parts.base[chunk].amount.deallocate()
            parts.base[chunk].requests.deallocate()
        }
    }

    func part(_ chunk: Int) -> UnsafeMutablePointer<Part> { parts.base + chunk }

    /// Entries in all chunks.
    var count: Int { (0..<chunkCount).reduce(0) { $0 + parts.base[$1].count } }
}

extension UnsafeMutablePointer where Pointee == Band.Part {
    /// Makes room for one request of up to `length` entries.
    @inline(__always)
    func reserve(_ length: Int, amountCount: Int) {
        if pointee.count &+ length > pointee.capacity { grow(to: pointee.count + length, amountCount: amountCount) }
        if pointee.requestCount == pointee.requestCapacity { growRequests() }
    }

    @inline(never)
    private func grow(to needed: Int, amountCount: Int) {
        let capacity = max(needed, pointee.capacity * 2)
        let campaign = UnsafeMutablePointer<Int32>.allocate(capacity: capacity)
        campaign.update(from: pointee.campaign, count: pointee.count)
        let amount = UnsafeMutablePointer<Float>.allocate(capacity: capacity * Swift.max(1, amountCount))
        for run in 0..<amountCount {
            (amount + run * capacity).update(from: pointee.amount + run * pointee.capacity, count: pointee.count)
        }
        pointee.campaign.deallocate()
        pointee.amount.deallocate()
        pointee.campaign = campaign
        pointee.amount = amount
        pointee.capacity = capacity
    }

    @inline(never)
    private func growRequests() {
        let capacity = pointee.requestCapacity * 2
        let requests = UnsafeMutablePointer<Band.Request>.allocate(capacity: capacity)
        requests.update(from: pointee.requests, count: pointee.requestCount)
        pointee.requests.deallocate()
        pointee.requests = requests
        pointee.requestCapacity = capacity
    }
}
