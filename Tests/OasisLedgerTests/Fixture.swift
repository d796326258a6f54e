import Foundation
import OasisLedger
import OasisMarket

/// A ledger in a folder of its own that goes away with it.
final class Fixture {
    let folder: URL
    var path: String { folder.appending(path: "ledger.sqlite").path() }
    private(set) var ledger: Ledger

    static let day = Day(year: 2026, month: 11, day: 22)
    static let noon = day.start.advanced(bySeconds: 43_200)
    static let radio = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
    static let autoplay = Cell(surface: SurfaceID(trusted: "autoplay"), market: MarketID(trusted: "SE"))

    init(maximumBytes: Int64? = nil, eventsInMemory: Int = 1 << 20) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        ledger = try Ledger(
            path: folder.appending(path: "ledger.sqlite").path(),
            maximumBytes: maximumBytes,
            eventsInMemory: eventsInMemory
        )
    }

    deinit {
        try? ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    func reopen(maximumBytes: Int64? = nil, eventsInMemory: Int = 1 << 20) throws {
        try ledger.close()
        ledger = try Ledger(path: path, maximumBytes: maximumBytes, eventsInMemory: eventsInMemory)
    }

    /// A market of `campaigns` campaigns `c0`, `c1`, … with tracks `t0`, `t1`, …; numbers in their order.
    func openMarket(
        campaigns: Int = 1,
        cap: Int? = nil,
        basis: CommissionRule.Basis = .context
    ) throws -> [Int64] {
        let at = Self.day.start.advanced(bySeconds: -10 * 86_400)
        try ledger.createLicensor(Self.licensor, actor: "ann", at: at)
        try ledger.applyPolicy(Self.policy(basis: basis), expectedVersion: 0, actor: "ann", at: at)
        return try (0..<campaigns)
            .map {
                try ledger.createCampaign(Self.campaign($0, cap: cap), actor: "ann", at: at).number
            }
    }

    static let licensor = Licensor(
        id: LicensorID(trusted: "label"),
        title: "Label",
        tier: TierID(trusted: "independent")
    )

    static func campaign(_ index: Int, cap: Int? = nil) -> Campaign {
        Campaign(
            id: CampaignID(trusted: "c\(index)"),
            title: "Song \(index)",
            song: SongID(trusted: "s\(index)"),
            tracks: [TrackID(trusted: "t\(index)")],
            artist: ArtistID(trusted: "a\(index)"),
            licensor: LicensorID(trusted: "label"),
            surfaces: [SurfaceID(trusted: "radio")],
            start: day.start.advanced(bySeconds: -5 * 86_400),
            commissionRate: BasisPoints(3_000),
            dailyCap: cap
        )
    }

    static func policy(basis: CommissionRule.Basis = .context, royalty: Int64 = 4_001, currency: String = "EUR")
        -> Policy
    {
        Policy(
            scale: "organic/1",
            objectives: [.stream: 0.1],
            rows: [],
            guardrails: Guardrails(
                maxBoost: 1,
                maxPromotedPerSlate: 2,
                minimumOrganicPercentile: 0,
                holdout: BasisPoints(100),
                holdoutSalt: "salt"
            ),
            guarantees: GuaranteeRule(penalty: 1, margin: 0.02),
            commission: CommissionRule(basis: basis, royaltyPerStream: Money(micros: royalty, currency: currency)),
            randomization: Randomization(smoothing: 0, explorationShare: 0)
        )
    }

    static func receipt(
        _ promotion: UInt64,
        campaign: Int64,
        listener: UInt64 = 7,
        issuedAt: Timestamp = noon,
        lease: Int64 = 0
    ) -> ReceiptFacts {
        ReceiptFacts(
            campaignNumber: campaign,
            trackHash: TrackID(trusted: "t0").stableHash,
            listenerHash: listener,
            cell: radio,
            issuedAt: issuedAt,
            propensity: 0.5,
            snapshot: .max,
            lease: lease,
            promotion: promotion
        )
    }

    static func promoted(
        _ kind: OutcomeKind,
        id: String,
        _ receipt: ReceiptFacts,
        after seconds: Double = 60,
        played: Int64? = nil,
        isNew: Bool? = nil
    ) -> Outcome {
        Outcome(
            source: "pzn",
            id: id,
            kind: kind,
            occurredAt: receipt.issuedAt.advanced(bySeconds: seconds),
            attribution: .promoted(receipt),
            playedMilliseconds: played,
            isNewToArtist: isNew
        )
    }

    static func organic(
        _ kind: OutcomeKind,
        id: String,
        track: String = "t0",
        listener: UInt64 = 7,
        cell: Cell = radio,
        at time: Timestamp = noon,
        played: Int64? = nil,
        isNew: Bool? = nil
    ) -> Outcome {
        Outcome(
            source: "pzn",
            id: id,
            kind: kind,
            occurredAt: time,
            attribution: .organic(track: TrackID(trusted: track), listenerHash: listener, cell: cell),
            playedMilliseconds: played,
            isNewToArtist: isNew
        )
    }
}

/// The error that `body` throws, so that its code can be looked at.
func refusal<Value>(_ body: () throws -> Value) -> LedgerError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? LedgerError
    }
}

let soon = Fixture.noon.advanced(bySeconds: 3_600)
let today = (from: Fixture.day, to: Fixture.day.next)
