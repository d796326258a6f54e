/// Candidates that a survey keeps, request by request.
final class CandidateList {
    /// A request that keeps candidates.
    struct Request {
        /// Counted from the chunk's first request.
        var request: UInt32
        /// Candidates of this request.
        var count: Int32
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
    }

    private let parts: Memory<Part>
    private let chunkCount: Int

    init(chunks: Chunks) {
        parts = Memory(capacity: chunks.count)
        chunkCount = chunks.count
        for chunk in 0..<chunks.count {
            let capacity = 1024
            parts.base[chunk] = Part(
                candidates: .allocate(capacity: capacity),
                capacity: capacity,
                requests: .allocate(capacity: capacity),
                requestCapacity: capacity
            )
        }
    }

    deinit {
        for chunk in 0..<chunkCount {
            parts.base[chunk].candidates.deallocate()
            parts.base[chunk].requests.deallocate()
        }
    }

    /// Gives one chunk's memory back; for whoever has copied it.
    func empty(_ chunk: Int) {
        let part = parts.base[chunk]
        part.candidates.deallocate()
        part.requests.deallocate()
        parts.base[chunk] = Part(
            candidates: .allocate(capacity: 1),
            capacity: 1,
            requests: .allocate(capacity: 1),
            requestCapacity: 1
        )
    }

    func part(_ chunk: Int) -> UnsafeMutablePointer<Part> { parts.base + chunk }
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
