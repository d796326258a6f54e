import OasisLogFiles
package import OasisMarket
import OasisModelFiles
package import OasisResponse
import OasisScoring

/// The models that predict now, with what they are off by on each surface.
package struct ServingModels: Sendable {
    /// One version in use.
    package struct Predictor: Sendable {
        /// The outcome.
        package let outcome: PromotedOutcome
        /// Its version.
        package let version: Int
        /// The model.
        package let model: ResponseModel
        /// What corrects it, by surface.
        package var corrections: [SurfaceID: OnlineCorrection] = [:]
        let features: PromotionFeatures
    }

    /// Versions that are live, by outcome.
    package internal(set) var live: [PromotedOutcome: Predictor] = [:]
    /// Versions that are canaries, by outcome.
    package internal(set) var canary: [PromotedOutcome: Predictor] = [:]
    /// Share of listeners that canaries have.
    package let canaryShare: BasisPoints
    /// Why versions that should be in use are not.
    package internal(set) var faults: [String] = []

    /// No models.
    package init(canaryShare: BasisPoints = BasisPoints(0)) {
        self.canaryShare = canaryShare
    }

    /// Reads what registries have live and as canaries; what is loaded already is kept with its corrections.
    ///
    /// A version that cannot be read or that reads other features is left out, and counted rates hold: a broken model costs
    /// its predictions, never a plan.
    mutating func load(from registries: [PromotedOutcome: ModelRegistry], _ features: PromotionFeatures) {
        faults = []
        for (outcome, registry) in registries.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            do throws(InvalidTable) {
                let stages = try registry.stages()
                live[outcome] = try Self.predictor(stages.live, outcome, registry, features, loaded: live[outcome])
                canary[outcome] = try Self.predictor(
                    stages.canary,
                    outcome,
                    registry,
                    features,
                    loaded: canary[outcome]
                )
            } catch {
                (live[outcome], canary[outcome]) = (nil, nil)
                faults.append("\(outcome.rawValue): \(error)")
            }
        }
    }

    private static func predictor(
        _ version: Int?,
        _ outcome: PromotedOutcome,
        _ registry: ModelRegistry,
        _ features: PromotionFeatures,
        loaded: Predictor?
    ) throws(InvalidTable) -> Predictor? {
        guard let version else { return nil }
        if let loaded, loaded.version == version { return loaded }
        let model = try registry.model(version)
        guard model.schema == features.encoder.schema, model.lineage.outcome == outcome.rawValue else {
            throw InvalidTable(
                file: registry.path(version),
                line: nil,
                rule: "must be a model of \(outcome.rawValue) that reads the features of this program"
            )
        }
        return Predictor(outcome: outcome, version: version, model: model, features: features)
    }

    /// Who predicts for a stage's listeners: the canary's own where there is one, else the live one.
    func predictors(_ stage: ModelStage) -> [Predictor] {
        PromotedOutcome.allCases.compactMap { stage == .canary ? canary[$0] ?? live[$0] : live[$0] }
    }
}

extension ServingModels.Predictor {
    /// The rate that the model is about, in place; skips have no amount in the market.
    private var rate: WritableKeyPath<ResponseRates, Double>? {
        switch outcome {
        case .streamed: \.streamsPerPlay
        case .saved: \.savesPerStream
        case .newListener: \.newListenersPerStream
        case .skipped: nil
        }
    }

    /// Puts predictions in place of counted rates, campaign by campaign on each surface; says how many had to be held.
    func predict(
        _ documents: MarketDocuments,
        _ mixes: [MarketMix],
        replacing rates: inout [ResponseRates],
        counted: [ResponseRates]
    ) -> Int {
        guard let rate else { return 0 }
        var heldCount = 0
        let entries = documents.campaigns
        let promoted = entries.map { PromotionFeatures.Promoted(number: $0.number, $0.campaign) }
        var row = FeatureRow()
        var noProfile: SignalProfile?
        for (surface, mix) in mixes.enumerated() {
            let correction = mix.cells.first.flatMap { corrections[$0.cell.surface] }
            let name = mix.cells.first?.cell.surface.text
            for (place, entry) in entries.enumerated() {
                var (sum, weight) = (0.0, 0.0)
                for ((cell, share), context) in zip(mix.cells, mix.contexts) where entry.campaign.covers(cell) {
                    features.fill(&row, promoted[place], context, &noProfile)
                    sum += share * model.probability(of: row, surface: name, encoder: features.encoder)
                    weight += share
                }
                guard weight > 0 else { continue }
                let predicted = correction.map { $0(sum / weight) } ?? sum / weight
                let index = surface * entries.count + place
                let held = Self.held(predicted, near: counted[index][keyPath: rate])
                heldCount += held == predicted ? 0 : 1
                rates[index][keyPath: rate] = held
            }
        }
        return heldCount
    }

    /// A prediction as far as it can be true; the counted rate for what is no number.
    static func held(_ predicted: Double, near counted: Double) -> Double {
        guard predicted.isFinite else { return counted }
        let factor = LearnedRates.modelFactor
        return min(max(predicted, counted / factor), min(1, counted * factor))
    }
}
