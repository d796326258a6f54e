internal import Logging
internal import NIOPosix
internal import OasisLedger
internal import OasisMarket
internal import ServiceLifecycle

/// Keeps the ledger's file bounded: once on each of the market's days, what is final and old enough is compacted.
///
/// Runs on a thread of its own, in short transactions between those of events. What fails is logged, because statements
/// are right either way, and tried again on the next day.
struct CompactionLoop: Service {
    let ledger: Ledger
    let clock: MarketClock
    /// Days that raw outcomes are kept for.
    let keptDays: Int
    let logger: Logger
    /// Seconds of the machine's clock between two looks at the calendar.
    var everySeconds = 60.0

    func run() async throws {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        await cancelWhenGracefulShutdown {
            var compacted: Day?
            while !Task.isCancelled {
                let now = clock.now
                if compacted != now.day {
                    compacted = now.day
                    await compact(at: now, on: pool)
                }
                try? await Task.sleep(for: .seconds(everySeconds))
            }
        }
        try? await pool.shutdownGracefully()
    }

    private func compact(at now: Timestamp, on pool: NIOThreadPool) async {
        do {
            let compaction = try await pool.runIfActive {
                ThreadPriority.giveWay()
                return try ledger.compact(keptDays: keptDays, at: now)
            }
            guard let last = compaction.days.last else { return }
            logger.info(
                "compacted",
                metadata: ["through": "\(last)", "outcomes": "\(compaction.outcomes)"]
            )
        } catch is CancellationError {
            return
        } catch {
            logger.error("compaction failed", metadata: ["error": "\(error)"])
        }
    }
}
