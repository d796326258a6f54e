internal import OasisLogFiles
internal import OasisModelFiles
internal import OasisResponse

/// A model from a CSV table: read, split by time, learn, choose, judge.
struct TableTraining {
    private let asked: TrainCommand
    private let encoder: FeatureEncoder

    init(_ asked: TrainCommand) throws {
        self.asked = asked
        encoder = FeatureEncoder(try SchemaFile.read(asked.schema ?? ""))
    }

    func report() throws -> TrainReport {
        let table = try TrainingTable(csv: asked.data, layout: asked.columns.layout, encoder: encoder)
        let count = table.rows.rowCount
        let trained = count - Int(Double(count) * asked.testShare)
        var learned: Learned
        switch asked.method {
        case .batch: learned = try batch(table, trained)
        case .online: learned = online(table, trained)
        }
        learned.details.rowCount = count
        learned.details.trainedCount = trained
        learned.details.slotCount = table.rows.distinctSlotCount
        var model = ResponseModel(
            schema: encoder.schema,
            linear: learned.linear,
            calibration: learned.calibration,
            lineage: lineage(table, trained, learned)
        )
        if trained < count {
            let predictions = model.probabilities(of: table.rows, surfaces: table.surfaceNames)
            let labels = table.rows.labelColumn
            let weights = table.rows.weightColumn
            learned.details.test = PredictionQuality(
                predictions: Array(predictions[trained...]),
                labels: Array(labels[trained...]),
                weights: Array(weights[trained...])
            )
            learned.details.constantLogLoss =
                PredictionQuality(
                    predictions: [Double](
                        repeating: ProgressiveChoice.shrunkMean(table.rows, 0..<trained),
                        count: count - trained
                    ),
                    labels: Array(labels[trained...]),
                    weights: Array(weights[trained...])
                )
                .logLoss
        }
        model.lineage.metrics = learned.details.metrics
        return TrainReport(model: model, details: learned.details)
    }

    /// What learning gave.
    private struct Learned {
        var linear: LinearModel
        var calibration: SurfaceCalibration?
        var training: String
        var details: TrainReport.Details
    }

    private func batch(_ table: borrowing TrainingTable, _ trained: Int) throws -> Learned {
        let learned = BatchTraining(
            table.rows,
            count: trained,
            surfaces: table.surfaceNames,
            slotCount: encoder.slotCount,
            inversePenalty: try asked.inversePenalty(),
            threads: asked.threads
        )
        var details = TrainReport.Details()
        details.choice = learned.choice
        details.fit = learned.fit
        details.penalty = learned.inversePenalty
        return Learned(
            linear: learned.linear,
            calibration: learned.calibration,
            training: learned.training,
            details: details
        )
    }

    private func online(_ table: borrowing TrainingTable, _ trained: Int) -> Learned {
        var learner = FollowTheRegularizedLeader(slotCount: encoder.slotCount, rates: asked.online.rates)
        learner.learn(from: table.rows, range: 0..<trained / 2)
        let half = learner.progress
        learner.learn(from: table.rows, range: trained / 2..<trained)
        var details = TrainReport.Details()
        details.progress = learner.progress
        let isBetter = learner.progress.since(half).beatsConstant
        for _ in 1..<asked.online.epochs { learner.learn(from: table.rows, range: 0..<trained) }
        guard isBetter else {
            let mean = ProgressiveChoice.shrunkMean(table.rows, 0..<trained)
            return Learned(linear: LinearModel(constant: mean), training: "constant", details: details)
        }
        return Learned(
            linear: LinearModel(bias: learner.bias, weights: learner.weights),
            training: asked.online.text,
            details: details
        )
    }

    private func lineage(
        _ table: borrowing TrainingTable,
        _ trained: Int,
        _ learned: Learned
    ) -> ResponseModel.Lineage {
        ResponseModel.Lineage(
            outcome: asked.columns.label ?? "",
            training: learned.training,
            rowCount: trained,
            events: table.rows.meanLabel(0..<trained) * Double(trained),
            windowSeconds: table.window.map { [$0.lowerBound, $0.upperBound] },
            profile: table.profile
        )
    }
}
