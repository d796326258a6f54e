internal import Foundation
internal import OasisResponse

/// What `oasis train` says.
struct TrainReport {
    /// What learning and judging gave.
    struct Details {
        var rowCount = 0
        var trainedCount = 0
        var slotCount: Int?
        var choice: [ProgressiveChoice.Outcome] = []
        var penalty: Double?
        var fit: LogisticRegression.Fit?
        var progress: FollowTheRegularizedLeader.Progress?
        var learnSeconds: Double?
        var test: PredictionQuality?
        /// Log-loss of the training rows' mean label on the test.
        var constantLogLoss: Double?
        /// From a ledger: log-loss of shrunk rates of campaign, surface and market on the test.
        var ratesLogLoss: Double?
        /// From a ledger: seconds after which half of the outcomes are heard of.
        var labelDelayMedianSeconds: Double?
        /// From a ledger: share of its promotions that were read.
        var sampledShare: Double?

        /// What a model's lineage keeps.
        var metrics: [String: Double] {
            var metrics: [String: Double] = [:]
            if let fit { metrics["objective"] = fit.objective }
            if let progress { metrics["progressiveLogLoss"] = progress.meanLoss }
            if let constantLogLoss { metrics["testConstantLogLoss"] = constantLogLoss }
            return metrics.merging(test?.metrics ?? [:]) { own, _ in own }
        }
    }

    var model: ResponseModel
    var details: Details
    /// Its version, when it was added to a registry.
    var version: Int?

    func printTable() throws {
        var pairs: [(name: String, value: String)] = [
            ("model", model.lineage.training + (model.linear.isConstant ? " (nothing better was found)" : "")),
            ("rows", "\(details.trainedCount) learned from, \(details.rowCount - details.trainedCount) kept back"),
        ]
        if let slots = details.slotCount {
            pairs.append(("features", "\(slots) of \(1 << model.schema.hashBits) slots"))
        }
        if let fit = details.fit {
            pairs.append(("objective", String(format: "%.8f", fit.objective)))
            pairs.append(("could fall by", String(format: "%.1e at most, after %d steps", fit.remaining, fit.steps)))
            if !fit.isConverged { pairs.append(("", "not at the optimum yet")) }
        }
        if let progress = details.progress {
            let text = String(format: "%.6f (constant %.6f)", progress.meanLoss, progress.meanConstantLoss)
            pairs.append(("before learning", "log-loss " + text))
        }
        if let seconds = details.learnSeconds {
            let speed = Double(details.rowCount) / max(seconds, 1e-9)
            pairs.append(("learned in", String(format: "%.3f s, %.0f rows/s", seconds, speed)))
        }
        if let calibration = model.calibration {
            pairs.append(("calibrated", "isotonic, \(calibration.bySurface.count) surfaces of their own"))
        }
        if let delay = details.labelDelayMedianSeconds {
            pairs.append(("half of the labels", String(format: "within %.0f s", delay)))
        }
        if let share = details.sampledShare, share < 1 {
            pairs.append(("sampled", String(format: "%.3f of all promotions", share)))
        }
        if let loss = details.ratesLogLoss {
            pairs.append(("log-loss of shrunk rates", String(format: "%.6f on the rows kept back", loss)))
        }
        if let version { pairs.append(("version", "\(version)")) }
        Terminal.printPairs(pairs)
        printChoice()
        if let test = details.test {
            print("\nOn the rows kept back:")
            QualityReport(test, constantLogLoss: details.constantLogLoss).printTable()
        }
    }

    private func printChoice() {
        guard !details.choice.isEmpty else { return }
        print("\nLog-loss on later rows, by C:")
        Terminal.printTable(
            [["C", "log-loss", "better than constant", "± 1 s.e."]]
                + details.choice.map { outcome in
                    [
                        outcome.inversePenalty.map { "\($0)" } ?? "constant",
                        String(format: "%.6f", outcome.logLoss),
                        String(format: "%.6f", details.choice[0].logLoss - outcome.logLoss),
                        String(format: "%.6f", outcome.gainError),
                    ]
                }
        )
    }

    func printJSON() throws {
        try Terminal.printJSON(
            Document(
                training: model.lineage.training,
                isConstant: model.linear.isConstant,
                schemaHash: model.schema.hash,
                rows: details.rowCount,
                trainedRows: details.trainedCount,
                features: details.slotCount,
                objective: details.fit?.objective,
                objectiveRemaining: details.fit?.remaining,
                isConverged: details.fit?.isConverged,
                progressiveLogLoss: details.progress?.meanLoss,
                ratesLogLoss: details.ratesLogLoss,
                labelDelayMedianSeconds: details.labelDelayMedianSeconds,
                learnSeconds: details.learnSeconds,
                isCalibrated: model.calibration != nil,
                version: version,
                choice: details.choice.map { .init(inversePenalty: $0.inversePenalty, logLoss: $0.logLoss) },
                test: details.test.map { QualityReport($0, constantLogLoss: details.constantLogLoss).document }
            )
        )
    }

    private struct Document: Encodable {
        struct Choice: Encodable {
            var inversePenalty: Double?
            var logLoss: Double
        }

        var training: String
        var isConstant: Bool
        var schemaHash: String
        var rows, trainedRows: Int
        var features: Int?
        var objective, objectiveRemaining: Double?
        var isConverged: Bool?
        var progressiveLogLoss, ratesLogLoss, labelDelayMedianSeconds, learnSeconds: Double?
        var isCalibrated: Bool
        var version: Int?
        var choice: [Choice]
        var test: QualityReport.Document?
    }
}
