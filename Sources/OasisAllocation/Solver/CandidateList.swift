/// Candidates that a survey keeps, request by request.
final class CandidateList {
    /// A request that keeps candidates.
    struct Request {
        /// Counted from the chunk's first request.
        var request: UInt32
        /// Candidates of this request.
        var count: Int32
        /// Slots that settled candidates take.
        var settled: Int32
    }

    /// One chunk's part, growing as requests are added.
    struct Part {
        /// Counted from the chunk's first candidate, rising.
        var candidates: UnsafeMutablePointer<UInt32>
        var capacity: Int
        var count = 0
        var requests: UnsafeMutablePointer<Request>
        var requestCapacity: Int
        var requestCount = 0
        /// Candidates that are selected whole at all prices of the region, counted from the chunk's first, rising.
        var settled: UnsafeMutablePointer<UInt32>
        var settledCapacity: Int
        var settledCount = 0
        /// Σ w · value and Σ w over the settled.
        var settledValue = 0.0
        var settledWeight = 0.0
    }

    private let parts: Memory<Part>
    private let chunkCount: Int

    init(chunks: Chunks) {
        parts = Memory(capacity: chunks.count)
        chunkCount = chunks.count
        for chunk in 0..<chunks.count {
            parts.base[chunk] = Part(capacity: 1024)
        }
    }

    deinit {
        for chunk in 0..<chunkCount {
            parts.base[chunk].deallocate()
        }
    }

    /// Gives one chunk's memory back; for whoever has copied it.
    func empty(_ chunk: Int) {
        parts.base[chunk].deallocate()
        parts.base[chunk] = Part(capacity: 1)
    }

    /// Settled candidates in all chunks.
    var settledCount: Int { (0..<chunkCount).reduce(0) { $0 + parts.base[$1].settledCount } }

    func part(_ chunk: Int) -> UnsafeMutablePointer<Part> { parts.base + chunk }
}

extension CandidateList.Part {
    fileprivate init(capacity: Int) {
        self.init(
            candidates: .allocate(capacity: capacity),
            capacity: capacity,
            requests: .allocate(capacity: capacity),
            requestCapacity: capacity,
            settled: .allocate(capacity: capacity),
            settledCapacity: capacity
        )
    }

    fileprivate func deallocate() {
        candidates.deallocate()
        requests.deallocate()
        settled.deallocate()
    }
}

extension UnsafeMutablePointer where Pointee == CandidateList.Part {
    /// Makes room for one request of up to `length` candidates.
    @inline(__always)
    func reserve(_ length: Int) {
        if pointee.count &+ length > pointee.capacity {
            let capacity = Swift.max(pointee.count + length, pointee.capacity * 2)
            pointee.candidates = pointee.candidates.grown(pointee.count, to: capacity)
            pointee.capacity = capacity
        }
        if pointee.requestCount == pointee.requestCapacity {
            let capacity = pointee.requestCapacity * 2
            pointee.requests = pointee.requests.grown(pointee.requestCount, to: capacity)
            pointee.requestCapacity = capacity
        }
    }

    /// Makes room for so many more settled candidates.
    @inline(__always)
    func reserveSettled(_ length: Int) {
        if pointee.settledCount &+ length > pointee.settledCapacity {
            let capacity = Swift.max(pointee.settledCount + length, pointee.settledCapacity * 2)
            pointee.settled = pointee.settled.grown(pointee.settledCount, to: capacity)
            pointee.settledCapacity = capacity
        }
    }
}

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
    /// The first `count` elements in larger memory; frees this one.
    @inline(never)
    func grown(_ count: Int, to capacity: Int) -> UnsafeMutablePointer<Pointee> {
        let larger = UnsafeMutablePointer<Pointee>.allocate(capacity: capacity)
        larger.update(from: self, count: count)
        deallocate()
        return larger
    }
}
