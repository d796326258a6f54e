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

    init(seed: UInt64) {
        comparison = MarketComparison(shape: .small, seed: seed, day: Self.day)
    }

    /// The day with Oasis, over a ledger of its own.
    func oasis() throws -> MarketComparison.Line {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.url.appending(path: "ledger.sqlite").path())
        try comparison.register(in: ledger)
        let engine = try PromotionEngine(
            ledger: ledger,
            settings: EngineSettings(
                node: "test",
                snapshotDirectory: folder.url.appending(path: "snapshots").path(),
                receiptKeys: ReceiptKeys(current: ReceiptKey(id: 1, secret: Array(1...32))),
                sampleSize: 500,
                requestsPerDayPrior: 3_000,
                drawKey: 1
            ),
            usualDay: comparison.usualDay,
            now: Self.day.start
        )
        let line = try comparison.oasis(engine) { _, _ in }
        try ledger.close()
        return line
    }
}
