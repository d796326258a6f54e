/// Which part of the traffic a model's predictions are used for.
package enum ModelStage: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Kept, and used for nothing.
    case archived
    /// Predicts beside the live one; nothing depends on it.
    case shadow
    /// Used for a small part of the traffic.
    case canary
    /// Used for everything else.
    case live

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: ModelStage, right: ModelStage) -> Bool { left.rank < right.rank }

    /// The stage after this one; nothing after live.
    package var next: ModelStage? {
        switch self {
        case .archived: .shadow
        case .shadow: .canary
        case .canary: .live
        case .live: nil
        }
    }
}

/// When a model may go up a stage: no worse than the live one on the same rows, by numbers that guard listeners.
package struct PromotionRule: Hashable, Sendable {
    /// Rows that must have been compared.
    package var rowsMinimum = 1_000
    /// How much the log-loss may be above the live model's, relative.
    package var logLossRise = 0.001
    /// How much the calibration error may be above the live model's.
    package var calibrationErrorRise = 0.002
    /// How many times what chance gives a calibration error may be, whatever the live model's.
    package var calibrationErrorChances = 1.5

    /// The usual rule.
    package init() {}

    /// Why a model may not go up; empty when it may.
    ///
    /// Both are judged on the same rows, from which neither learned; `live` is nothing when no model is live.
    package func objections(to candidate: PredictionQuality, live: PredictionQuality?) -> [String] {
        var objections: [String] = []
        if candidate.rowCount < rowsMinimum {
            objections.append("\(candidate.rowCount) rows are too few; \(rowsMinimum) are needed")
        }
        if candidate.isCalibrationAlarm {
            let ratio = candidate.calibrationRatio.map { "\(rounded($0))" } ?? "without events"
            objections.append(
                "predictions over outcomes are \(ratio), outside of \(PredictionQuality.calibrationRange)"
            )
        }
        guard let live else { return objections }
        if candidate.rowCount != live.rowCount { objections.append("it was not compared on the live model's rows") }
        if candidate.logLoss > live.logLoss * (1 + logLossRise) {
            objections.append(
                "log-loss \(rounded(candidate.logLoss)) is worse than the live model's \(rounded(live.logLoss))"
            )
        }
        let byChance = calibrationErrorChances * candidate.calibrationErrorByChance
        let allowed = max(live.expectedCalibrationError + calibrationErrorRise, byChance)
        if candidate.expectedCalibrationError > allowed {
            let (own, other) = (candidate.expectedCalibrationError, live.expectedCalibrationError)
            objections.append("calibration error \(rounded(own)) is worse than the live model's \(rounded(other))")
        }
        return objections
    }

    private func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
}
