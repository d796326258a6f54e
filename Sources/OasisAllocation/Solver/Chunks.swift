import Dispatch
import Synchronization

/// A fixed division of the requests, so that sums are added in the same order whatever the number of threads.
struct Chunks {
    let requestCount: Int
    let count: Int
    let threads: Int

    /// About a thousand requests a chunk, at most 64 chunks: enough to balance threads, few enough that adding up the
    /// chunks' tables of `tableSize` numbers costs little, in time and in memory.
    init(requestCount: Int, tableSize: Int, threads: Int) {
        self.requestCount = requestCount
        let affordable = (1 << 23) / max(1, tableSize)
        count = max(1, min(64, requestCount / 1024, affordable))
        self.threads = max(1, min(threads, count))
    }

    func range(_ chunk: Int) -> Range<Int> {
        (requestCount * chunk / count)..<(requestCount * (chunk + 1) / count)
    }

    /// Runs `body(worker, chunk)` once for each chunk; one worker runs on one thread at a time.
    ///
    /// Bodies write only to memory that belongs to their chunk or their worker.
    func run(_ body: (_ worker: Int, _ chunk: Int) -> Void) {
        guard threads > 1 else {
            for chunk in 0..<count { body(0, chunk) }
            return
        }
        withoutActuallyEscaping(body) { body in
            // Shared by the threads without harm: bodies write only to memory of their own chunk or worker, and
            // concurrentPerform returns after the last of them.
            nonisolated(unsafe) let body = body
            let next = Atomic<Int>(0)
            DispatchQueue.concurrentPerform(iterations: threads) { worker in
                while true {
                    let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard chunk < count else { return }
                    body(worker, chunk)
                }
            }
        }
    }
}
