import OasisLedger
import OasisMarket

/// Plays of a market and what listeners did with them, drawn from a seed, in batches.
///
/// A quarter of the plays is promoted; of the others one in ten is of a campaign's track. Each play is reported as shown,
/// then as streamed or skipped, and now and then as saved, added or followed.
struct EventTraffic {
    /// How large the market is, and how its events are named.
    struct Shape {
        var campaigns = 1_000
        var listeners = 200_000
        var eventsPerDay = 1_000_000
        var hasRandomIDs = true
    }

    static let firstDay = Day(year: 2026, month: 11, day: 2)
    private static let surfaces = ["radio", "autoplay", "mix"].map { SurfaceID(trusted: $0) }
    private static let markets = ["DE", "SE", "US", "BR", "JP"].map { MarketID(trusted: $0) }

    private let shape: Shape
    private let numbers: [Int64]
    private let tracks: [TrackID]
    private var random: SeededGenerator
    private var events = 0
    private var waiting: [Outcome] = []

    /// Opens a market in a new ledger and draws its traffic from `seed`.
    init(_ shape: Shape, in ledger: Ledger, seed: UInt64) throws {
        self.shape = shape
        random = SeededGenerator(seed: seed)
        tracks = (0..<shape.campaigns).map { TrackID(trusted: "spotify:track:\($0)") }
        let at = Self.firstDay.start.advanced(bySeconds: -86_400)
        let label = Licensor(id: try LicensorID("label"), title: "Label", tier: try TierID("independent"))
        try ledger.createLicensor(label, actor: "benchmark", at: at)
        try ledger.applyPolicy(Self.policy, expectedVersion: 0, actor: "benchmark", at: at)
        var numbers: [Int64] = []
        for (index, track) in tracks.enumerated() {
            let campaign = Campaign(
                id: CampaignID(trusted: "campaign-\(index)"),
                title: "Campaign \(index)",
                song: SongID(trusted: "song-\(index)"),
                tracks: [track],
                artist: ArtistID(trusted: "artist-\(index)"),
                licensor: label.id,
                start: at,
                commissionRate: BasisPoints(3_000)
            )
            numbers.append(try ledger.createCampaign(campaign, actor: "benchmark", at: at).number)
        }
        self.numbers = numbers
    }

    /// The next `count` events and when they arrive.
    mutating func batch(_ count: Int) -> (outcomes: [Outcome], now: Timestamp) {
        while waiting.count < count { play() }
        let outcomes = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        return (outcomes, now.advanced(bySeconds: 60))
    }

    private var now: Timestamp {
        Self.firstDay.start.advanced(bySeconds: 86_400 * Double(events) / Double(shape.eventsPerDay))
    }

    private mutating func play() {
        let listener = random.next() % UInt64(shape.listeners)
        let cell = Cell(
            surface: Self.surfaces[random.index(below: Self.surfaces.count)],
            market: Self.markets[random.index(below: Self.markets.count)]
        )
        let index = random.index(below: shape.campaigns)
        let attribution: Outcome.Attribution
        if random.index(below: 4) == 0 {
            attribution = .promoted(
                ReceiptFacts(
                    campaignNumber: numbers[index],
                    trackHash: tracks[index].stableHash,
                    listenerHash: listener,
                    cell: cell,
                    issuedAt: now,
                    propensity: 0.5,
                    snapshot: 1,
                    lease: 0,
                    promotion: random.next()
                )
            )
        } else {
            let track =
                random.index(below: 10) == 0 ? tracks[index] : TrackID(trusted: "track-\(random.index(below: 50_000))")
            attribution = .organic(track: track, listenerHash: listener, cell: cell)
        }
        report(.shown, attribution)
        if random.index(below: 10) < 7 {
            report(.streamed, attribution, played: Int64(random.index(below: 240_000)))
        } else {
            report(.skipped, attribution)
        }
        switch random.index(below: 100) {
        case 0..<4: report(.saved, attribution)
        case 4..<6: report(.added, attribution)
        case 6: report(.followed, attribution)
        default: break
        }
    }

    private mutating func report(_ kind: OutcomeKind, _ attribution: Outcome.Attribution, played: Int64? = nil) {
        events += 1
        waiting.append(
            Outcome(
                source: "player",
                id: shape.hasRandomIDs ? randomID() : "event-\(events)",
                kind: kind,
                occurredAt: now,
                attribution: attribution,
                playedMilliseconds: played
            )
        )
    }

    /// A UUID as producers write it.
    private mutating func randomID() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var (high, low) = (random.next(), random.next())
        return String(unsafeUninitializedCapacity: 36) { text in
            for place in 0..<36 {
                if place == 8 || place == 13 || place == 18 || place == 23 {
                    text[place] = UInt8(ascii: "-")
                } else {
                    text[place] = digits[Int(high & 15)]
                    high = high >> 4 | low << 60
                    low >>= 4
                }
            }
            return 36
        }
    }

    private static let policy = Policy(
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
        commission: CommissionRule(basis: .context, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
        randomization: Randomization(smoothing: 0, explorationShare: 0)
    )
}
