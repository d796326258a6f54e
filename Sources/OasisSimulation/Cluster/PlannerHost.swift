import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring

/// The machine that plans and keeps the ledger: a real engine over a real file, which can end and come back.
struct PlannerHost {
    /// Nothing while it is down.
    private(set) var engine: PromotionEngine?
    /// How far its clock is from the market's time, in seconds.
    var clockOffset = 0.0

    private let folder: URL
    private let settings: EngineSettings
    private let usualDay: [Cell: [Double]]

    init(folder: String, settings: EngineSettings, usualDay: [Cell: [Double]]) {
        self.folder = URL(fileURLWithPath: folder, isDirectory: true)
        var settings = settings
        settings.snapshotDirectory = self.folder.appendingPathComponent("snapshots").path
        self.settings = settings
        self.usualDay = usualDay
    }

    private var ledgerPath: String { folder.appendingPathComponent("ledger.sqlite").path }

    func clock(at now: Timestamp) -> Timestamp { now.advanced(bySeconds: clockOffset) }

    /// Comes up; with `isDiskFull` onto a disk that holds what the ledger has and not a page more.
    mutating func start(at now: Timestamp, isDiskFull: Bool = false) throws {
        guard engine == nil else { return }
        let size = (try? FileManager.default.attributesOfItem(atPath: ledgerPath)[.size] as? Int64) ?? nil
        let ledger = try Ledger(path: ledgerPath, maximumBytes: isDiskFull ? size : nil)
        do {
            engine = try PromotionEngine(
                ledger: ledger,
                settings: settings,
                usualDay: usualDay,
                now: clock(at: now)
            )
        } catch {
            try? ledger.close()
            throw error
        }
    }

    /// Ends without a word: nothing is given back, nothing is remembered that was not on disk.
    mutating func crash() {
        try? engine?.ledger.close()
        engine = nil
    }

    /// Cuts the newest snapshot's file to half; only while it is down, since files in use are mapped.
    func tearNewestSnapshot() throws {
        let directory = URL(fileURLWithPath: settings.snapshotDirectory, isDirectory: true)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        guard let newest = names.filter({ $0.hasSuffix(".oasis") }).max() else { return }
        let file = directory.appendingPathComponent(newest)
        let bytes = try Data(contentsOf: file)
        try bytes.prefix(bytes.count / 2).write(to: file)
    }

    /// Loses every snapshot file, and what the ledger knows of their numbers; for sabotage while it is down.
    func forgetSnapshots() throws {
        try? FileManager.default.removeItem(atPath: settings.snapshotDirectory)
        let ledger = try Ledger(path: ledgerPath)
        try ledger.setValue(nil, of: SnapshotNumbers.key)
        try ledger.close()
    }
}
