import OasisLedger
import OasisMarket
import OasisResponse
import OasisScoring

/// Response rates of campaigns, everywhere and by surface: a model's where one is live, else what the ledger counted.
///
/// Counted rates are those of campaign, surface and market, each shrunk toward the level above it (`HierarchicalRates`), so
/// that a campaign nobody has heard takes those of all campaigns. A model's prediction is held within `modelFactor` times
/// the counted rate: a model that says anything else is broken, not clever.
struct LearnedRates {
    /// Days that are looked back on.
    static let windowDays: Int32 = 28
    /// What is assumed of a song nobody has heard.
    static let fallback = ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.03, newListenersPerStream: 0.3)
    /// How far a model's rate may be from the counted one, either way.
    static let modelFactor = 5.0
    /// Markets of a surface over which a model's rates are averaged, those with the most traffic.
    static let marketsMaximum = 8
    /// Rates that a snapshot holds at most; of a larger market every campaign has one rate for all surfaces.
    static let ratesMaximum = 2_000_000

    private struct Place: Hashable {
        var campaign: Int64
        var cell: Cell
    }

    private let streams: HierarchicalRates
    private let saves: HierarchicalRates
    private let newListeners: HierarchicalRates

    /// Counts what the ledger tallied.
    init(_ tallies: [TallyRow]) {
        var byPlace: [Place: TallyCounts] = [:]
        for row in tallies where row.campaignNumber != 0 {
            byPlace[Place(campaign: row.campaignNumber, cell: row.cell), default: TallyCounts()] += row.counts
        }
        let counts = byPlace.map { (key: HierarchicalRates.Key($0.campaign, $0.cell), counts: $1) }
        func rates(_ successes: KeyPath<TallyCounts, Int>, _ trials: KeyPath<TallyCounts, Int>, _ fallback: Double)
            -> HierarchicalRates
        {
            // Events arrive in any order, so that for a moment there may be more successes than trials.
            let heard = counts.map { entry in
                let count = EmpiricalBayes.Count(
                    successes: Double(min(entry.counts[keyPath: successes], entry.counts[keyPath: trials])),
                    trials: Double(entry.counts[keyPath: trials])
                )
                return (entry.key, count)
            }
            return HierarchicalRates(Dictionary(heard) { first, _ in first }, fallbackRate: fallback)
        }
        streams = rates(\.streams, \.shown, Self.fallback.streamsPerPlay)
        saves = rates(\.saved, \.streams, Self.fallback.savesPerStream)
        newListeners = rates(\.newListeners, \.streams, Self.fallback.newListenersPerStream)
    }

    /// The counted rates of a campaign, on a surface or everywhere.
    func rates(_ campaignNumber: Int64, on surface: SurfaceID? = nil) -> ResponseRates {
        let key = HierarchicalRates.Key(campaign: "\(campaignNumber)", surface: surface?.text)
        return ResponseRates(
            streamsPerPlay: streams.rate(key),
            savesPerStream: saves.rate(key),
            newListenersPerStream: newListeners.rate(key)
        )
    }

    /// Rates by surface of the campaigns of a plan; nothing without traffic, or for more than a snapshot holds.
    ///
    /// - Parameters:
    ///   - documents: the campaigns, in the order of the plan's entrants.
    ///   - traffic: requests by cell.
    ///   - models: what predicts now.
    ///   - now: when.
    /// - Returns: rates for the snapshot, and how many of each live model's had to be held.
    func bySurface(
        _ documents: MarketDocuments,
        traffic: [Cell: Double],
        _ models: ServingModels,
        at now: Timestamp
    ) -> (rates: SurfaceRates, held: [PromotedOutcome: Int])? {
        let surfaces = Set(traffic.keys.map(\.surface)).sorted()
        let count = surfaces.count * documents.campaigns.count * (models.canary.isEmpty ? 1 : 2)
        guard count > 0, count <= Self.ratesMaximum, surfaces.count <= SurfaceRates.surfacesMaximum else { return nil }
        let counted = surfaces.flatMap { surface in
            documents.campaigns.map { self.rates($0.number, on: surface) }
        }
        var mixes = surfaces.map { surface in MarketMix(of: surface, traffic, maximum: Self.marketsMaximum) }
        for place in mixes.indices { mixes[place].prepare(at: now) }
        func arm(_ stage: ModelStage) -> (rates: [ResponseRates], held: [PromotedOutcome: Int]) {
            var (rates, held) = (counted, [PromotedOutcome: Int]())
            for model in models.predictors(stage) {
                held[model.outcome] = model.predict(documents, mixes, replacing: &rates, counted: counted)
            }
            return (rates, held)
        }
        let live = arm(.live)
        let rates = SurfaceRates(
            surfaces: surfaces,
            live: live.rates,
            canary: models.canary.isEmpty ? [] : arm(.canary).rates,
            canaryListeners: .init(share: models.canaryShare, salt: SurfaceRates.canarySalt)
        )
        return (rates, live.held.filter { $0.value > 0 })
    }
}

/// In which markets a surface's requests come from.
struct MarketMix {
    /// Cells with their share of the surface's traffic, the largest first.
    let cells: [(cell: Cell, share: Double)]
    private(set) var contexts: [PromotionFeatures.Context] = []

    init(of surface: SurfaceID, _ traffic: [Cell: Double], maximum: Int) {
        let own = traffic.filter { $0.key.surface == surface }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(maximum)
        let total = max(own.reduce(0) { $0 + $1.value }, .leastNormalMagnitude)
        cells = own.map { ($0.key, $0.value / total) }
    }

    mutating func prepare(at now: Timestamp) {
        contexts = cells.map { PromotionFeatures.Context($0.cell, at: now) }
    }
}
