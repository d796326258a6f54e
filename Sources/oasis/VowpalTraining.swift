internal import Foundation
internal import OasisLogFiles
internal import OasisModelFiles
internal import OasisResponse

/// A model from a text in Vowpal Wabbit's layout, learned from while it is read.
struct VowpalTraining {
    private let asked: TrainCommand
    private let encoder: FeatureEncoder

    init(_ asked: TrainCommand) throws {
        self.asked = asked
        encoder = FeatureEncoder(try FeatureSchema.namedNumbers(hashBits: asked.online.hashBits))
    }

    func report() throws -> TrainReport {
        var details = TrainReport.Details()
        var learner = FollowTheRegularizedLeader(slotCount: encoder.slotCount, rates: asked.online.rates)
        let clock = ContinuousClock()
        let start = clock.now
        for epoch in 0..<asked.online.epochs {
            details.rowCount = try learn(&learner)
            if epoch == 0 { details.progress = learner.progress }
        }
        let progress = learner.progress
        details.learnSeconds = (clock.now - start) / .seconds(1)
        details.trainedCount = details.rowCount
        guard details.rowCount > 0 else {
            throw InvalidTable(file: asked.data, line: nil, rule: "must have at least one row")
        }
        let isBetter = details.progress?.beatsConstant ?? false
        let mean = (progress.labels + 0.5) / (progress.weight + 1)
        var model = ResponseModel(
            schema: encoder.schema,
            linear: isBetter
                ? LinearModel(bias: learner.bias, weights: learner.weights) : LinearModel(constant: mean),
            calibration: nil,
            lineage: ResponseModel.Lineage(
                outcome: "label",
                training: isBetter ? asked.online.text : "constant",
                rowCount: details.rowCount,
                events: progress.labels / Double(asked.online.epochs)
            )
        )
        if let test = asked.test { try judge(model, on: test, mean: mean, &details) }
        model.lineage.metrics = details.metrics
        return TrainReport(model: model, details: details)
    }

    /// One pass, from the cache when it is there.
    private func learn(_ learner: inout FollowTheRegularizedLeader) throws -> Int {
        guard let cache = asked.online.cache else {
            return try OnlineTraining.learn(&learner, from: .vowpal(try VowpalText(path: asked.data, encoder: encoder)))
        }
        if FileManager.default.fileExists(atPath: cache) {
            let reader = try TrainingCacheReader(path: cache, encoder: encoder)
            return try OnlineTraining.learn(&learner, from: .cache(reader))
        }
        let text = try VowpalText(path: asked.data, encoder: encoder)
        let writer = try TrainingCacheWriter(path: cache, encoder: encoder)
        let count = try OnlineTraining.learn(&learner, from: .vowpal(text), cache: writer)
        try writer.finish()
        return count
    }

    private func judge(
        _ model: ResponseModel,
        on path: String,
        mean: Double,
        _ details: inout TrainReport.Details
    ) throws {
        let text = try VowpalText(path: path, encoder: encoder)
        var rows = EncodedRows()
        try text.read(into: &rows, entries: .max)
        let (labels, weights) = (rows.labelColumn, rows.weightColumn)
        details.test = PredictionQuality(
            predictions: model.probabilities(of: rows),
            labels: labels,
            weights: weights
        )
        details.constantLogLoss =
            PredictionQuality(
                predictions: [Double](repeating: mean, count: rows.rowCount),
                labels: labels,
                weights: weights
            )
            .logLoss
    }
}
