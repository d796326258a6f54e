import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

/// A folder that goes away with its value.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "planning-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appending(path: name).path() }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A small market: campaigns `c0` … with tracks `t0` …, of licensors `major` and `indie`.
enum Market {
    static let day = Day(year: 2026, month: 11, day: 22)
    static let noon = day.start.advanced(bySeconds: 43_200)
    static let radio = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
    static let mix = Cell(surface: SurfaceID(trusted: "mix"), market: MarketID(trusted: "US"))
    static let keys = ReceiptKeys(current: ReceiptKey(id: 1, secret: Array(1...32)))

    static let licensors = ["major", "independent"]
        .map {
            Licensor(id: LicensorID(trusted: $0), title: $0, tier: TierID(trusted: $0))
        }

    static let policy = Policy(
        scale: "test/1",
        objectives: [.stream: 0.3],
        rows: [],
        guardrails: Guardrails(
            maxBoost: 1,
            maxPromotedPerSlate: 2,
            minimumOrganicPercentile: 0,
            holdout: BasisPoints(500),
            holdoutSalt: "salt"
        ),
        guarantees: GuaranteeRule(penalty: 0.5, margin: 0.1),
        commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
        randomization: Randomization(smoothing: 0.01, explorationShare: 0.05)
    )

    static func campaign(_ index: Int, cap: Int? = nil, guarantee: Int? = nil) -> Campaign {
        Campaign(
            id: CampaignID(trusted: "c\(index)"),
            title: "Song \(index)",
            song: SongID(trusted: "s\(index)"),
            tracks: [TrackID(trusted: "t\(index)")],
            artist: ArtistID(trusted: "a\(index)"),
            licensor: licensors[index % 2].id,
            start: day.start.advanced(bySeconds: -86_400),
            commissionRate: BasisPoints(3_000),
            dailyCap: cap,
            dailyGuarantee: guarantee
        )
    }

    static func documents(_ campaigns: [Campaign], policy: Policy = policy) -> MarketDocuments {
        MarketDocuments(
            policy: policy,
            policyVersion: 1,
            campaigns: campaigns.enumerated().map { .init(number: Int64($0 + 1), campaign: $1) },
            licensors: licensors
        )
    }

    /// A request of 12 candidates for a slate of 4: `opted` of them opted in, all with random scores.
    static func request(
        _ index: Int,
        at time: Timestamp,
        opted: Int = 4,
        slots: Int = 2,
        _ random: inout SeededGenerator
    ) throws -> ScoreRequest {
        var names = (0..<opted).map { "t\($0)" } + (opted..<12).map { "other-\($0)" }
        names.shuffle(using: &random)
        return try ScoreRequest(
            id: RequestID("request-\(index)"),
            listener: ListenerID("listener-\(random.index(below: 200))"),
            cell: random.uniform() < 0.7 ? radio : mix,
            time: time,
            scale: "test/1",
            slateSize: 4,
            promotableSlots: slots,
            tracks: names.map { TrackID(trusted: $0) },
            organicScores: names.map { _ in Float(random.uniform()) },
            streamProbabilities: names.map { _ in Float(random.uniform()) }
        )
    }
}

/// An engine over a real ledger in a folder of its own.
final class Node {
    let folder: Folder
    private(set) var ledger: Ledger
    private(set) var engine: PromotionEngine
    private let adjust: (inout EngineSettings) -> Void

    init(
        campaigns: [Campaign],
        policy: Policy? = Market.policy,
        now: Timestamp = Market.day.start,
        adjust: @escaping (inout EngineSettings) -> Void = { _ in }
    ) throws {
        self.adjust = adjust
        folder = try Folder()
        ledger = try Ledger(path: folder.path("ledger.sqlite"))
        let before = Market.day.start.advanced(bySeconds: -10 * 86_400)
        for licensor in Market.licensors { try ledger.createLicensor(licensor, actor: "ann", at: before) }
        for campaign in campaigns { try ledger.createCampaign(campaign, actor: "ann", at: before) }
        if let policy { try ledger.applyPolicy(policy, expectedVersion: 0, actor: "ann", at: before) }
        engine = try Self.engine(ledger, folder, now, adjust)
    }

    /// The process dies and another one starts over the same files: nothing is handed back.
    func restart(at now: Timestamp) throws {
        try ledger.close()
        ledger = try Ledger(path: folder.path("ledger.sqlite"))
        engine = try Self.engine(ledger, folder, now, adjust)
    }

    /// The number that the ledger gave a campaign.
    func number(of campaign: String) throws -> Int64 {
        try #require(try ledger.campaign(CampaignID(trusted: campaign))).number
    }

    deinit { try? ledger.close() }

    private static func engine(
        _ ledger: Ledger,
        _ folder: Folder,
        _ now: Timestamp,
        _ adjust: (inout EngineSettings) -> Void
    ) throws -> PromotionEngine {
        var settings = EngineSettings(
            node: "node-1",
            snapshotDirectory: folder.path("snapshots"),
            receiptKeys: Market.keys,
            sampleSize: 400,
            requestsPerDayPrior: 2_000,
            drawKey: 5,
            frequencyListenersMaximum: 1_000
        )
        adjust(&settings)
        return try PromotionEngine(ledger: ledger, settings: settings, now: now)
    }
}
