package import OasisMarket
package import OasisPlanning
package import OasisScoring

/// Oasis itself: the real engine over a real ledger, in market time.
package struct OasisStrategy: PromotionStrategy {
    package let name = "Oasis"
    private let engine: PromotionEngine
    private let seed: UInt64
    private let replanMinutes: Int
    private let correctMinutes: Int
    private var minutes = 0
    /// Reports that are not due yet.
    private var pending: [OutcomeReport] = []
    private var receipts: [Int: [UInt8]] = [:]

    /// Re-solves every `replanMinutes` market minutes, and corrects prices every `correctMinutes` in between.
    package init(_ engine: PromotionEngine, seed: UInt64, replanMinutes: Int = 10, correctMinutes: Int = 5) {
        self.engine = engine
        self.seed = seed
        self.replanMinutes = replanMinutes
        self.correctMinutes = correctMinutes
    }

    package mutating func boosts(for request: ScoreRequest) -> [(index: Int, boost: Float)] {
        let reply = engine.score(request, at: request.time)
        receipts = Dictionary(reply.promotions.map { ($0.index, $0.receipt) }, uniquingKeysWith: { first, _ in first })
        return reply.promotions.map { ($0.index, $0.boost) }
    }

    package mutating func hear(
        _ plays: [ListenerBehaviour.Play],
        of request: ScoreRequest,
        organic: [Int]
    ) throws {
        pending += try PlayReports(source: "demo/\(seed)", request: request, receipts: receipts).reports(plays)
    }

    package mutating func minutePassed(_ now: Timestamp) throws {
        let due = pending.filter { $0.occurredAt <= now }
        if !due.isEmpty {
            pending.removeAll { $0.occurredAt <= now }
            _ = try engine.record(due.sorted { ($0.occurredAt, $0.id) < ($1.occurredAt, $1.id) }, at: now)
        }
        minutes += 1
        if minutes % replanMinutes == 0, minutes < 1_440 { _ = try engine.replan(at: now) }
        if minutes % replanMinutes != 0, minutes % correctMinutes == 0, minutes < 1_440 {
            try engine.correct(at: now)
        }
        if minutes < 1_440 { try engine.refillLeases(at: now) }
        try engine.flushGhosts(at: now)
    }
}
