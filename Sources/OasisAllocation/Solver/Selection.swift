/// The candidates that a sweep selected, request by request: what a repair starts from.
final class Selection {
    /// One chunk's part, growing as requests are added.
    struct Part {
        var entries: UnsafeMutablePointer<Entry>
        var capacity: Int
        var count = 0
        /// Requests that have entries, in order.
        var requests: UnsafeMutablePointer<Request>
        var requestCapacity: Int
        var requestCount = 0
    }

    struct Entry {
        /// Counted from the chunk's first candidate.
        var candidate: UInt32
        /// x, in 0 … 1 and > 0.
        var share: Float
    }

    struct Request {
        /// Counted from the chunk's first request.
        var request: UInt32
        /// Entries of this request.
        var count: Int32
        /// Whether the slots are full, so that raising one candidate lowers another.
        var slotsBind: Bool
    }

    private let parts: Memory<Part>
    private let chunkCount: Int

    init(chunks: Chunks) {
        parts = Memory(capacity: chunks.count)
        chunkCount = chunks.count
        for chunk in 0..<chunks.count {
            let capacity = 1024
            parts.base[chunk] = Part(
                entries: .allocate(capacity: capacity),
                capacity: capacity,
                requests: .allocate(capacity: capacity),
                requestCapacity: capacity
            )
        }
    }

    deinit {
        for chunk in 0..<chunkCount {
            parts.base[chunk].entries.deallocate()
            parts.base[chunk].requests.deallocate()
        }
    }

    func part(_ chunk: Int) -> UnsafeMutablePointer<Part> { parts.base + chunk }

    /// Forgets every entry and keeps the room.
    func clear() {
        for chunk in 0..<chunkCount {
            parts.base[chunk].count = 0
            parts.base[chunk].requestCount = 0
        }
    }

    /// Entries in all chunks.
    var count: Int { (0..<chunkCount).reduce(0) { $0 + parts.base[$1].count } }
}

extension UnsafeMutablePointer where Pointee == Selection.Part {
    /// Makes room for one request of up to `length` entries.
    @inline(__always)
    func reserve(_ length: Int) {
        if pointee.count &+ length > pointee.capacity {
            let capacity = Swift.max(pointee.count + length, pointee.capacity * 2)
            pointee.entries = Self.grown(pointee.entries, count: pointee.count, to: capacity)
            pointee.capacity = capacity
        }
        if pointee.requestCount == pointee.requestCapacity {
            let capacity = pointee.requestCapacity * 2
            pointee.requests = Self.grown(pointee.requests, count: pointee.requestCount, to: capacity)
            pointee.requestCapacity = capacity
        }
    }

    @inline(never)
    private static func grown<Element: BitwiseCopyable>(
        _ elements: UnsafeMutablePointer<Element>,
        count: Int,
        to capacity: Int
    ) -> UnsafeMutablePointer<Element> {
        let grown = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        grown.update(from: elements, count: count)
        elements.deallocate()
        return grown
    }
}
