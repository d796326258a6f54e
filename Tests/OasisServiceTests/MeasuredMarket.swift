import Foundation
import OasisLedger
import OasisMarket

/// A ledger with one campaign, of which everybody knows what promotion did.
///
/// Of its listeners every fourth is held out. With a promotion 3 of 4 stream the song, without one 1 of 4; every listener
/// promoted to who streams saves it, too.
final class MeasuredMarket {
    let folder: URL
    let ledger: Ledger
    let campaign: Stored<Campaign>

    static let start = Timestamp(milliseconds: 1_790_000_000_000)
    static let now = start.advanced(bySeconds: 10 * 86_400)
    static let radio = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
    static let search = Cell(surface: SurfaceID(trusted: "search"), market: MarketID(trusted: "DE"))
    private static let track = TrackID(trusted: "track-1")

    /// Before the campaign, somebody streams the song once on each of `earlierDays` days.
    init(listeners: Int, holdout: BasisPoints = BasisPoints(2_500), earlierDays: Int = 0) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "measured-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        ledger = try Ledger(path: folder.appending(path: "oasis.sqlite").path())
        let opened = Self.start.advanced(bySeconds: -40 * 86_400)
        let licensor = Licensor(
            id: LicensorID(trusted: "label"),
            title: "The Label",
            tier: TierID(trusted: "independent")
        )
        try ledger.createLicensor(licensor, actor: "ann", at: opened)
        try ledger.applyPolicy(Self.policy(holdout), expectedVersion: 0, actor: "ann", at: opened)
        campaign = try ledger.createCampaign(Self.campaign, actor: "ann", at: opened)
        for day in (0..<earlierDays).reversed() {
            let time = Self.start.advanced(bySeconds: -86_400 * Double(day + 1))
            // Names that no listener of the campaign's has.
            try ledger.record([organic(1_000_000 + UInt64(day), after: time)], at: time.advanced(bySeconds: 3_600))
        }
        try live(listeners)
    }

    deinit {
        try? ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    private static let campaign = Campaign(
        id: CampaignID(trusted: "campaign-1"),
        title: "A <Song>",
        song: SongID(trusted: "song-1"),
        tracks: [track],
        artist: ArtistID(trusted: "artist-1"),
        licensor: LicensorID(trusted: "label"),
        surfaces: [radio.surface],
        start: start,
        commissionRate: BasisPoints(3_000)
    )

    private static func policy(_ holdout: BasisPoints) -> Policy {
        Policy(
            scale: "organic/1",
            objectives: [.stream: 0.1],
            rows: [],
            guardrails: Guardrails(
                maxBoost: 1,
                maxPromotedPerSlate: 2,
                minimumOrganicPercentile: 0,
                holdout: holdout,
                holdoutSalt: "salt"
            ),
            guarantees: GuaranteeRule(penalty: 1, margin: 0.02),
            commission: CommissionRule(basis: .context, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
            randomization: Randomization(smoothing: 0, explorationShare: 0)
        )
    }

    private func live(_ listeners: Int) throws {
        var ghosts: [Ghost] = []
        // By the day in which it happened: what is told much later is taken in no more.
        var outcomes = Array(repeating: [Outcome](), count: 8)
        for listener in 0..<UInt64(listeners) {
            let day = Int(listener / 16 % 8)
            let decided = Self.start.advanced(bySeconds: Double(day) * 86_400)
            if listener % 4 == 0 {
                ghosts.append(ghost(listener, decided))
                if listener % 16 == 0 { outcomes[day].append(organic(listener, after: decided)) }
            } else {
                outcomes[day] += promoted(listener, decided, isStreamed: listener / 4 % 4 != 0)
            }
        }
        try ledger.appendGhosts(ghosts, keepingDays: 35, at: Self.now)
        for (day, batch) in outcomes.enumerated() {
            _ = try ledger.record(batch, at: Self.start.advanced(bySeconds: Double(day) * 86_400 + 3_600))
        }
    }

    private func ghost(_ listener: UInt64, _ decided: Timestamp) -> Ghost {
        Ghost(
            kind: .holdout,
            decidedAt: decided,
            requestHash: listener,
            listenerHash: listener,
            campaignNumber: campaign.number,
            trackHash: Self.track.stableHash,
            cell: Self.radio,
            experimentArms: "",
            boost: 0.1,
            propensity: 0.5,
            snapshot: 1,
            keptShare: 1
        )
    }

    private func organic(_ listener: UInt64, after decided: Timestamp) -> Outcome {
        Outcome(
            source: "player",
            id: "organic-\(listener)",
            kind: .streamed,
            occurredAt: decided.advanced(bySeconds: 600),
            attribution: .organic(track: Self.track, listenerHash: listener, cell: Self.radio),
            playedMilliseconds: 60_000
        )
    }

    private func promoted(_ listener: UInt64, _ decided: Timestamp, isStreamed: Bool) -> [Outcome] {
        let receipt = ReceiptFacts(
            campaignNumber: campaign.number,
            trackHash: Self.track.stableHash,
            listenerHash: listener,
            cell: Self.radio,
            issuedAt: decided,
            propensity: 0.5,
            snapshot: 1,
            lease: 0,
            promotion: listener
        )
        let kinds: [OutcomeKind] = isStreamed ? [.shown, .streamed, .saved] : [.shown, .skipped]
        return kinds.enumerated()
            .map { place, kind in
                Outcome(
                    source: "player",
                    id: "\(kind)-\(listener)",
                    kind: kind,
                    occurredAt: decided.advanced(bySeconds: 60 * Double(place + 1)),
                    attribution: .promoted(receipt),
                    playedMilliseconds: kind == .streamed ? 60_000 : nil
                )
            }
    }
}
