import OasisLedger
package import OasisMarket
package import OasisModelFiles
package import OasisResponse
import OasisScoring

/// One turn of one outcome's models: who waits is judged, and goes up or goes; when nobody waits, a new one is trained.
///
/// A version begins as shadow, is a canary from a later turn on, and live from one later still. Each step asks for trials
/// that none of the compared models learned from, and is taken when the version is no worse there than the live one, or,
/// where none is live, than the shrunk rates that it would replace (`PromotionRule`). A canary must also not have its own
/// listeners skip more or stream less than all others.
package struct ModelTurn: Sendable {
    /// What happened to a version.
    package struct Step: Hashable, Sendable {
        /// Which outcome's.
        package var outcome: PromotedOutcome
        /// Which version.
        package var version: Int
        /// The stage it has now.
        package var stage: ModelStage
        /// Why: the numbers.
        package var reason: String
    }

    /// Trials that a model needs to learn from.
    package static let trialsMinimum = 1_000

    let registry: ModelRegistry
    let canaryShare: BasisPoints
    let threads: Int
    let now: Timestamp

    /// A turn of the models in a registry.
    package init(_ registry: ModelRegistry, canaryShare: BasisPoints, threads: Int, at now: Timestamp) {
        self.registry = registry
        self.canaryShare = canaryShare
        self.threads = threads
        self.now = now
    }

    /// Takes the turn.
    ///
    /// - Throws: `InvalidTable` when the registry cannot be read or written.
    package func take(_ training: borrowing PromotionTraining) throws -> [Step] {
        var steps: [Step] = []
        let before = try registry.stages()
        if let canary = before.canary, let step = try judge(canary, .canary, training) { steps.append(step) }
        if let shadow = before.shadow, try registry.stages().canary == nil,
            let step = try judge(shadow, .shadow, training)
        {
            steps.append(step)
        }
        guard try registry.stages().shadow == nil, training.trials.count >= Self.trialsMinimum else { return steps }
        let trained = training.train(threads: threads)
        let version = try registry.add(trained.model)
        let test = trained.test.map { "log-loss \(rounded($0.logLoss)) on \($0.rowCount) later trials" } ?? "no test"
        let reason = "trained: \(trained.model.lineage.training), \(test)"
        steps.append(try put(version, on: .shadow, because: reason, training))
        return steps
    }

    /// What becomes of a version that waits; nothing while there is too little to say.
    private func judge(
        _ version: Int,
        _ stage: ModelStage,
        _ training: borrowing PromotionTraining
    ) throws -> Step? {
        let model = try registry.model(version)
        let live = try registry.stages().live.map { try registry.model($0) }
        let start = training.firstUnseen(by: [model] + (live.map { [$0] } ?? []))
        guard let own = training.quality(of: model, from: start) else {
            return try put(version, on: .archived, because: "it reads features that are no longer declared", training)
        }
        let rule = PromotionRule()
        guard own.rowCount >= rule.rowsMinimum else { return nil }
        let other = live.flatMap { training.quality(of: $0, from: start) } ?? training.ratesQuality(from: start)
        var objections = rule.objections(to: own, live: other)
        if stage == .canary {
            guard let found = try canaryObjections(version, training) else { return nil }
            objections += found
        }
        guard objections.isEmpty, let next = stage.next else {
            return try put(version, on: .archived, because: objections.joined(separator: "; "), training)
        }
        let compared = other.map { "\(live == nil ? "rates" : "live") \(rounded($0.logLoss))" } ?? "nothing live"
        let reason = "log-loss \(rounded(own.logLoss)) on \(own.rowCount) later trials, \(compared)"
        return try put(version, on: next, because: reason, training)
    }

    /// What the canary's own listeners say against it; nothing while there are too few.
    private func canaryObjections(
        _ version: Int,
        _ training: borrowing PromotionTraining
    ) throws -> [String]? {
        guard canaryShare.value > 0 else { return [] }
        let began = try registry.stages().changes.last { $0.version == version && $0.to == ModelStage.canary.rawValue }
        let since = began.flatMap { Timestamp($0.time) } ?? now
        let canary = SurfaceRates.CanaryListeners(share: canaryShare, salt: SurfaceRates.canarySalt)
        var objections: [String] = []
        for (outcome, isGood) in [(PromotedOutcome.streamed, true), (.skipped, false)] {
            var contrast = CanaryContrast()
            for promotion in training.played where promotion.issuedAt >= since {
                let hasOutcome = outcome.happenedAfterSeconds(promotion) != nil
                contrast.add(isCanary: canary.contains(promotion.listenerHash), hasOutcome: hasOutcome)
            }
            guard contrast.hasEnough else { return nil }
            if (isGood ? -contrast.rise : contrast.rise) > CanaryContrast.standardErrors {
                objections.append(
                    "its listeners have \(outcome.rawValue) \(isGood ? "less" : "more") often than others "
                        + "(\(rounded(abs(contrast.rise))) standard errors)"
                )
            }
        }
        return objections
    }

    private func put(
        _ version: Int,
        on stage: ModelStage,
        because reason: String,
        _ training: borrowing PromotionTraining
    ) throws -> Step {
        try registry.put(version, on: stage, time: now.description, reason: reason)
        return Step(outcome: training.trials.outcome, version: version, stage: stage, reason: reason)
    }

    private func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
}
