import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import OasisSimulation

/// A folder that goes away with its value.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A comparison of the small market, and its lines.
struct SmallDay {
    static let day = Day(year: 2026, month: 11, day: 20)

    let comparison: MarketComparison

    /// A day of the small market; with less traffic where a test needs only few requests.
    init(seed: UInt64, requestsPerDay: Int = MarketShape.small.requestsPerDay) {
        var shape = MarketShape.small
        shape.requestsPerDay = requestsPerDay
        comparison = MarketComparison(shape: shape, seed: seed, day: Self.day)
    }

    /// The day with Oasis, planned over `sampleSize` recent requests.
    func oasis(sampleSize: Int) throws -> MarketComparison.Line {
        try withEngine(sampleSize: sampleSize) { try comparison.oasis($0) { _, _ in } }
    }

    /// The day with Oasis, planned every `replanMinutes` alone, so that few solves are needed.
    func outcome(replanMinutes: Int) throws -> SimulatedDay.Outcome {
        try withEngine(sampleSize: 200) { engine in
            _ = try engine.replan(at: Self.day.start)
            try engine.refillLeases(at: Self.day.start)
            var strategy = OasisStrategy(engine, seed: comparison.market.seed, replanMinutes: replanMinutes)
            return try SimulatedDay(comparison.market, traffic: comparison.traffic).run(&strategy)
        }
    }

    /// An engine over a ledger of its own.
    private func withEngine<Value>(sampleSize: Int, _ body: (PromotionEngine) throws -> Value) throws -> Value {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.url.appending(path: "ledger.sqlite").path())
        try comparison.register(in: ledger)
        let engine = try PromotionEngine(
            ledger: ledger,
            settings: EngineSettings(
                node: "test",
                snapshotDirectory: folder.url.appending(path: "snapshots").path(),
                receiptKeys: ReceiptKeys(current: ReceiptKey(id: 1, secret: Array(1...32))),
                sampleSize: sampleSize,
                drawKey: 1
            ),
            usualDay: comparison.usualDay,
            now: Self.day.start
        )
        let value = try body(engine)
        try ledger.close()
        return value
    }
}
