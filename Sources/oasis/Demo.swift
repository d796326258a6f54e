internal import Foundation
internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring
internal import OasisSimulation

/// One run of the demo: a real engine over a real ledger, and the day it lives.
struct Demo: Sendable {
    let comparison: MarketComparison
    let engine: PromotionEngine

    /// Registers the market in a new ledger in `folder`.
    init(_ comparison: MarketComparison, in folder: DemoFolder) throws {
        self.comparison = comparison
        let ledger = try Ledger(path: folder.path("oasis.sqlite"))
        try comparison.register(in: ledger)
        let key = withUnsafeBytes(of: comparison.market.seed.littleEndian) { Array($0) }
        engine = try PromotionEngine(
            ledger: ledger,
            settings: EngineSettings(
                node: "demo",
                snapshotDirectory: folder.path("snapshots"),
                // A key that anybody can guess: receipts of the demo prove nothing, but replay to the byte.
                receiptKeys: ReceiptKeys(current: ReceiptKey(id: 1, secret: key + key)),
                requestsPerDayPrior: Double(comparison.market.shape.requestsPerDay),
                drawKey: comparison.market.seed,
                // The market is planned every ten of its minutes, of which hundreds pass in one of ours.
                aging: SnapshotAging(freshSeconds: 1_200, frozenAfterSeconds: 7_200)
            ),
            usualDay: comparison.usualDay,
            now: comparison.market.day.start
        )
    }

    /// Lives the day every way.
    ///
    /// `onTime` hears the market's time while Oasis lives it.
    func run(onTime: (Timestamp) -> Void = { _ in }) throws -> [MarketComparison.Line] {
        let steps = 5
        let progress = ProgressLine("day", total: steps * comparison.traffic.count, unit: "requests")
        func begin(_ step: Int, _ name: String) { progress.show(step * comparison.traffic.count, name) }
        begin(0, "organic only")
        let organic = try comparison.organicOnly()
        begin(1, "fixed boost")
        let fixed = try comparison.fixedBoost()
        begin(2, "greedy until the cap")
        let greedy = try comparison.greedyUntilCap()
        let oasis = try comparison.oasis(engine) { done, now in
            onTime(now)
            progress.show(3 * comparison.traffic.count + done, "Oasis, \(now.description.dropFirst(11).prefix(5)) UTC")
        }
        begin(4, "proving what is possible")
        let bound = try comparison.provenBound(
            organic: organic,
            threads: ProcessInfo.processInfo.activeProcessorCount
        )
        progress.clear()
        return [organic, fixed, greedy, oasis, bound]
    }
}

/// Where the demo keeps its files: a folder that was asked for, or one that goes when it ends.
struct DemoFolder {
    private let url: URL
    private let isTemporary: Bool

    /// Uses `path`, which must not hold a ledger yet, or makes a temporary folder.
    init(path: String?) throws {
        isTemporary = path == nil
        url =
            path.map { URL(fileURLWithPath: $0, isDirectory: true) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("oasis-demo-\(UUID().uuidString)")
        let ledger = url.appendingPathComponent("oasis.sqlite").path
        if FileManager.default.fileExists(atPath: ledger) {
            throw DemoFailure(description: "\(ledger) exists already; name another folder with --data")
        }
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// For Ctrl-C: tidies up and ends the process as a shell expects it.
    func removeAndExit() -> Never {
        removeIfTemporary()
        exit(130)
    }

    func removeIfTemporary() {
        if isTemporary { try? FileManager.default.removeItem(at: url) }
    }
}

/// Why the demo could not run.
struct DemoFailure: Error, CustomStringConvertible {
    var description: String
}
