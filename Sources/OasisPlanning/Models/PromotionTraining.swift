package import OasisLedger
package import OasisMarket
package import OasisResponse

/// Trials of one outcome as rows, to train a model on the earlier ones and to judge models on the later ones.
package struct PromotionTraining: ~Copyable {
    /// The share of trials that is kept back, the latest.
    package static let testShare = 0.2

    /// All promotions that were played, trials or not.
    let played: [ServedPromotion]
    /// The trials.
    package let trials: PromotionTrials
    /// What they looked like.
    package let profile: SignalProfile
    private let features: PromotionFeatures
    private var rows = EncodedRows()
    private let surfaces: [String]

    /// Encodes trials.
    ///
    /// - Parameters:
    ///   - outcome: which outcome.
    ///   - promotions: in the order of their issue.
    ///   - campaigns: documents by number.
    ///   - features: what is read of a promotion.
    ///   - now: when it is looked at.
    package init(
        of outcome: PromotedOutcome,
        _ promotions: [ServedPromotion],
        campaigns: [Int64: Campaign],
        features: PromotionFeatures = PromotionFeatures(),
        at now: Timestamp
    ) {
        let trials = PromotionTrials(of: outcome, promotions, at: now)
        var profile: SignalProfile? = SignalProfile(columns: PromotionFeatures.profiled)
        var known: [Int64: PromotionFeatures.Promoted] = [:]
        var row = FeatureRow()
        for place in 0..<trials.count {
            let promotion = trials.promotions[place]
            let number = promotion.campaignNumber
            let promoted = known[number] ?? .init(number: number, campaigns[number])
            known[number] = promoted
            features.fill(&row, promoted, .init(promotion.cell, at: promotion.issuedAt), &profile)
            let label = trials.label(place)
            features.encoder.encode(row, label: Float(label), weight: Float(trials.seen[place]), into: &rows)
            profile?.endRow(label: label)
        }
        played = promotions
        self.trials = trials
        self.features = features
        self.profile = profile ?? SignalProfile(columns: [])
        surfaces = trials.promotions.map(\.cell.surface.text)
    }

    /// How many trials a model is trained on.
    package var trainedCount: Int { trials.count - Int(Double(trials.count) * Self.testShare) }

    /// A model of the earlier trials, with how it did on the later ones in its lineage.
    package func train(threads: Int) -> (model: ResponseModel, learned: BatchTraining, test: PredictionQuality?) {
        let count = trainedCount
        let learned = BatchTraining(
            rows,
            count: count,
            surfaces: surfaces,
            slotCount: features.encoder.slotCount,
            threads: threads
        )
        var model = ResponseModel(
            schema: features.encoder.schema,
            linear: learned.linear,
            calibration: learned.calibration,
            lineage: ResponseModel.Lineage(
                outcome: trials.outcome.rawValue,
                training: learned.training,
                rowCount: count,
                events: rows.meanLabel(0..<count) * rows.weightColumn[..<count].reduce(0) { $0 + Double($1) },
                windowSeconds: window,
                profile: profile
            )
        )
        let test = count < trials.count ? quality(of: model, from: count) : nil
        model.lineage.metrics = test?.metrics ?? [:]
        model.lineage.metrics["trainedUntilSeconds"] = count > 0 ? Self.seconds(trials.promotions[count - 1]) : 0
        model.lineage.metrics["labelDelayMedianSeconds"] = trials.delays.medianSeconds
        if let fit = learned.fit { model.lineage.metrics["objective"] = fit.objective }
        if let rates = ratesQuality(from: count) { model.lineage.metrics["testRatesLogLoss"] = rates.logLoss }
        return (model, learned, test)
    }

    /// The first trial that was issued after every one that these models learned from.
    package func firstUnseen(by models: [ResponseModel]) -> Int {
        let until = models.compactMap { $0.lineage.metrics["trainedUntilSeconds"] }.max() ?? 0
        return trials.promotions.firstIndex { Self.seconds($0) > until } ?? trials.count
    }

    /// How a model does on the trials from `start` on; nothing for one that reads other features.
    package func quality(of model: ResponseModel, from start: Int) -> PredictionQuality? {
        predictions(of: model).map { quality($0, start) }
    }

    /// How shrunk rates of the trials before `start` do on those from there on; nothing without any before.
    package func ratesQuality(from start: Int) -> PredictionQuality? {
        guard start > 0, start < trials.count else { return nil }
        let rates = HierarchicalRates(trials.counts(start), fallbackRate: trials.rate)
        let predictions = trials.promotions.map { rates.rate(.init($0.campaignNumber, $0.cell)) }
        return quality(predictions, start)
    }

    private func quality(_ predictions: [Double], _ start: Int) -> PredictionQuality {
        PredictionQuality(
            predictions: Array(predictions[start...]),
            labels: Array(rows.labelColumn[start...]),
            weights: Array(rows.weightColumn[start...])
        )
    }

    /// Each trial's prediction by a model; nothing for one that reads other features.
    package func predictions(of model: ResponseModel) -> [Double]? {
        model.schema == features.encoder.schema ? model.probabilities(of: rows, surfaces: surfaces) : nil
    }

    private var window: [Double]? {
        guard let first = trials.promotions.first, let last = trials.promotions.last else { return nil }
        return [Self.seconds(first), Self.seconds(last)]
    }

    private static func seconds(_ promotion: ServedPromotion) -> Double {
        Double(promotion.issuedAt.milliseconds) / 1_000
    }
}
