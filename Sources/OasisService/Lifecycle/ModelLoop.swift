internal import Logging
internal import NIOPosix
internal import OasisMarket
internal import OasisPlanning
internal import OasisResponse
internal import ServiceLifecycle

/// Keeps response models: looks at what was served every few minutes, and trains on the configured schedule.
///
/// It runs on a thread of its own at the lowest priority, so that neither requests nor plans wait for it. What fails is
/// logged and counted; the models before it stay in use, and it is tried again.
struct ModelLoop: Service {
    let engine: PromotionEngine
    let clock: MarketClock
    /// Seconds of market time between two turns of training; 0 trains never.
    let trainEverySeconds: Double
    let readiness: Readiness
    let metrics: ServiceMetrics
    let logger: Logger
    /// Seconds of the machine's clock between two looks.
    var everySeconds = 300.0

    func run() async throws {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look(on: pool)
                try? await Task.sleep(for: .seconds(everySeconds))
            }
        }
        try? await pool.shutdownGracefully()
    }

    private func look(on pool: NIOThreadPool) async {
        do {
            let steps = try await pool.runIfActive {
                ThreadPriority.giveWay()
                let now = clock.now
                guard try isDue(at: now) else {
                    try engine.watchModels(at: now)
                    return [ModelTurn.Step]()
                }
                return try engine.trainModels(at: now) { readiness.isStopping }
            }
            for step in steps {
                logger.info(
                    "model",
                    metadata: [
                        "outcome": "\(step.outcome.rawValue)", "version": "\(step.version)",
                        "stage": "\(step.stage.rawValue)", "reason": "\(step.reason)",
                    ]
                )
            }
        } catch is CancellationError {
            return
        } catch {
            metrics.trainingFailed()
            logger.error("models could not be looked after", metadata: ["error": "\(error)"])
        }
    }

    private func isDue(at now: Timestamp) throws -> Bool {
        guard trainEverySeconds > 0 else { return false }
        guard let last = try engine.modelsTrainedAt() else { return true }
        return abs(now.seconds(since: last)) >= trainEverySeconds
    }
}
