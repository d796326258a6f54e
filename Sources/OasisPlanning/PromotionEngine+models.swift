import OasisLedger
package import OasisMarket
package import OasisModelFiles
import OasisResponse
import OasisScoring
import Synchronization

/// Response models in the loop: watched, trained and judged off the request path, and used by the next plan.
extension PromotionEngine {
    /// What was found at the last look; nothing before the first, or where no models are kept.
    package var modelStatus: ModelStatus? { models.withLock { $0.wholeStatus } }

    /// When models were last trained; nothing before the first time.
    package func modelsTrainedAt() throws -> Timestamp? {
        try ledger.value(of: Self.modelsTrainedKey).flatMap { Timestamp($0) }
    }

    /// Looks at what was served lately: reads which versions are in use, how their predictions add up, and what is wrong.
    ///
    /// What corrects the live models from the next plan on comes from here.
    package func watchModels(at now: Timestamp) throws {
        guard settings.models != nil else { return }
        let registries = try registries()
        let features = features
        let watch = try ModelWatch(ledger, features: features, at: now)
        var serving = models.withLock { $0.serving }
        serving.load(from: registries, features)
        var status = watch.status(&serving)
        status.versions = try Self.versions(registries)
        status.trainedAt = try modelsTrainedAt()
        models.withLock { state in
            status.steps = state.status?.steps ?? []
            (state.serving, state.status) = (serving, status)
        }
    }

    /// Gives every outcome's models their turn (`ModelTurn`), then looks at them.
    ///
    /// Between two outcomes it asks `isStopping`, and leaves the rest for the next time.
    ///
    /// - Returns: what changed.
    @discardableResult
    package func trainModels(
        at now: Timestamp,
        isStopping: () -> Bool = { false }
    ) throws -> [ModelTurn.Step] {
        guard let settings = settings.models else { return [] }
        let start = now.advanced(bySeconds: -Double(settings.windowDays) * 86_400)
        let served = try ledger.servedPromotions(from: start, to: now, maximum: settings.promotionsMaximum)
        let campaigns = try ledger.campaignsByNumber()
        var steps: [ModelTurn.Step] = []
        for (outcome, registry) in try registries().sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard !isStopping() else { return steps }
            let training = PromotionTraining(
                of: outcome,
                served.promotions,
                campaigns: campaigns,
                features: features,
                at: now
            )
            let turn = ModelTurn(
                registry,
                canaryShare: settings.canaryShare,
                threads: settings.threads,
                at: now
            )
            steps += try turn.take(training)
        }
        try ledger.setValue(now.description, of: Self.modelsTrainedKey)
        let taken = steps
        models.withLock { state in
            var status = state.status ?? ModelStatus(lookedAt: now)
            status.steps = taken
            state.status = status
        }
        try watchModels(at: now)
        return steps
    }

    /// Makes the version of an outcome live that was live before, or none when there was none: counted rates hold then.
    ///
    /// - Returns: the version that is live now.
    /// - Throws: `InvalidTable` when no version is live.
    package func rollBackModel(
        of outcome: PromotedOutcome,
        reason: String,
        at now: Timestamp
    ) throws -> Int? {
        guard settings.models != nil, let registry = try registries()[outcome] else { return nil }
        let version = try registry.rollBack(time: now.description, reason: reason)
        try watchModels(at: now)
        return version
    }

    private static let modelsTrainedKey = "models-trained-at"

    private var features: PromotionFeatures { modelFeatures }

    private func registries() throws -> [PromotedOutcome: ModelRegistry] {
        guard let directory = settings.models?.directory else { return [:] }
        return try ModelRegistry.ofOutcomes(in: directory)
    }

    private static func versions(_ registries: [PromotedOutcome: ModelRegistry]) throws -> [ModelStatus.Version] {
        var versions: [ModelStatus.Version] = []
        for outcome in PromotedOutcome.allCases {
            guard let registry = registries[outcome], let stages = try? registry.stages() else { continue }
            for (stage, number) in [(ModelStage.live, stages.live), (.canary, stages.canary), (.shadow, stages.shadow)]
            {
                guard let number, let model = try? registry.model(number) else { continue }
                versions.append(
                    ModelStatus.Version(
                        outcome: outcome,
                        stage: stage,
                        version: number,
                        training: model.lineage.training,
                        rowCount: model.lineage.rowCount,
                        metrics: model.lineage.metrics
                    )
                )
            }
        }
        return versions
    }
}

extension ModelRegistry {
    /// The registries that are there; none is made.
    static func present(in directory: String) -> [PromotedOutcome: ModelRegistry] {
        var registries: [PromotedOutcome: ModelRegistry] = [:]
        for outcome in PromotedOutcome.allCases {
            registries[outcome] = ModelRegistry(existing: directory + "/" + outcome.rawValue)
        }
        return registries
    }

    /// A registry for each outcome, in a folder of its name.
    package static func ofOutcomes(in directory: String) throws -> [PromotedOutcome: ModelRegistry] {
        var registries: [PromotedOutcome: ModelRegistry] = [:]
        for outcome in PromotedOutcome.allCases {
            registries[outcome] = try ModelRegistry(directory: directory + "/" + outcome.rawValue)
        }
        return registries
    }
}

/// Models as planning uses them, and what is known of them.
struct ModelState: Sendable {
    var serving: ServingModels
    var status: ModelStatus?
    private var heldFindings: [ModelStatus.Finding] = []

    init(serving: ServingModels) {
        self.serving = serving
    }

    /// Takes note of how many rates of each model the last plan had to hold, of `count`.
    mutating func held(_ held: [PromotedOutcome: Int], of count: Int) {
        heldFindings = held.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { .init(subject: $0.key.rawValue, finding: .clamped(rates: $0.value, of: count)) }
    }

    /// What was found, with what the last plan found.
    var wholeStatus: ModelStatus? {
        guard var status else { return nil }
        status.findings += heldFindings
        return status
    }
}
