internal import Foundation
internal import OasisResponse

/// How good predictions were, for people and for programs.
struct QualityReport {
    let quality: PredictionQuality
    /// Log-loss of a constant that was known before, when there is one.
    let constantLogLoss: Double?

    init(_ quality: PredictionQuality, constantLogLoss: Double? = nil) {
        self.quality = quality
        self.constantLogLoss = constantLogLoss
    }

    func printTable(bins: Bool = false) {
        var pairs: [(name: String, value: String)] = [
            ("log-loss", String(format: "%.6f", quality.logLoss)),
            ("Brier", String(format: "%.6f", quality.brier)),
            ("AUC", quality.areaUnderCurve.map { String(format: "%.6f", $0) } ?? "– (one kind of outcome only)"),
            (
                "ECE",
                String(format: "%.6f (%d bins of equal mass)", quality.expectedCalibrationError, quality.bins.count)
            ),
            ("predicted / observed", ratio),
            ("rows, events", String(format: "%d, %.6g", quality.rowCount, quality.meanLabel * quality.weight)),
        ]
        if let constantLogLoss {
            pairs.insert(("log-loss of the constant", String(format: "%.6f", constantLogLoss)), at: 1)
        }
        Terminal.printPairs(pairs)
        guard bins else { return }
        print("")
        Terminal.printTable(
            [["weight", "predicted", "observed"]]
                + quality.bins.map { bin in
                    [bin.weight, bin.predicted, bin.observed].map { String(format: "%.6g", $0) }
                },
            leftAligned: []
        )
    }

    private var ratio: String {
        let number = quality.calibrationRatio.map { String(format: "%.4f", $0) } ?? "– (no events)"
        return number + (quality.isCalibrationAlarm ? "  ALARM: outside of 0.9 to 1.1" : "")
    }

    var document: Document {
        Document(
            rows: quality.rowCount,
            meanLabel: quality.meanLabel,
            meanPrediction: quality.meanPrediction,
            logLoss: quality.logLoss,
            constantLogLoss: constantLogLoss,
            areaUnderCurve: quality.areaUnderCurve,
            brier: quality.brier,
            expectedCalibrationError: quality.expectedCalibrationError,
            calibrationRatio: quality.calibrationRatio,
            isCalibrationAlarm: quality.isCalibrationAlarm
        )
    }

    struct Document: Encodable {
        var rows: Int
        var meanLabel, meanPrediction, logLoss: Double
        var constantLogLoss, areaUnderCurve: Double?
        var brier, expectedCalibrationError: Double
        var calibrationRatio: Double?
        var isCalibrationAlarm: Bool
    }
}
