internal import Dispatch
internal import Synchronization

/// Work cut into fixed parts, so that sums are added in the same order whatever the number of threads.
struct Parallel: Sendable {
    /// 1 or more.
    let threads: Int
    private let partCount = 64

    /// Runs `body` over parts of 0 ..< `count`; bodies write only to what belongs to their own part.
    func forEach(_ count: Int, _ body: (_ part: Int, _ range: Range<Int>) -> Void) {
        let parts = count < 4_096 ? 1 : partCount
        guard threads > 1, parts > 1 else {
            for part in 0..<parts { body(part, count * part / parts..<count * (part + 1) / parts) }
            return
        }
        withoutActuallyEscaping(body) { body in
            // Shared by the threads without harm: bodies write only to memory of their own part, and
            // concurrentPerform returns after the last of them.
            nonisolated(unsafe) let body = body
            let next = Atomic<Int>(0)
            DispatchQueue.concurrentPerform(iterations: threads) { _ in
                while true {
                    let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard part < parts else { return }
                    body(part, count * part / parts..<count * (part + 1) / parts)
                }
            }
        }
    }

    /// Σ of what `body` gives for parts of 0 ..< `count`, added in order of the parts.
    func sum(_ count: Int, _ body: (_ range: Range<Int>) -> Double) -> Double {
        var sums = [Double](repeating: 0, count: partCount)
        sums.withUnsafeMutableBufferPointer { sums in
            // Each part writes its own place.
            nonisolated(unsafe) let sums = sums
            forEach(count) { part, range in sums[part] = body(range) }
        }
        return sums.reduce(0, +)
    }
}
