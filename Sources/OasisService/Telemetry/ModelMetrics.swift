internal import OasisMarket
internal import OasisPlanning
internal import OasisResponse

/// What is known of response models and of what goes into them.
struct ModelMetrics: Sendable {
    private let registry: PrometheusRegistry
    private let failures: CounterCell

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
        Self.declare(in: registry)
        failures = registry.counter("oasis_model_failures_total")
    }

    private static func declare(in registry: PrometheusRegistry) {
        registry.describe("oasis_model_version", .gauge, "Version of a model by outcome and stage; 0 for none.")
        registry.describe("oasis_model_trained_time_seconds", .gauge, "Market time of the last training.")
        registry.describe("oasis_model_failures_total", .counter, "Times models could not be trained or looked at.")
        registry.describe("oasis_model_faults", .gauge, "Versions that should be in use and cannot be.")
        registry.describe(
            "oasis_model_calibration_ratio",
            .gauge,
            "The live model's predictions over outcomes that are due, by surface, since it learned."
        )
        registry.describe(
            "oasis_model_calibration_alarm",
            .gauge,
            "1 where that ratio is outside of 0.9 to 1.1, and by more than chance."
        )
        registry.describe("oasis_model_correction", .gauge, "What the live model's odds are multiplied by, by surface.")
        registry.describe("oasis_signal_psi", .gauge, "Population stability index: the last day against those before.")
        registry.describe("oasis_signal_missing_share", .gauge, "Share of rows of the last day without a value.")
        registry.describe("oasis_signal_zero_share", .gauge, "Share of values of the last day that are 0.")
        registry.describe("oasis_label_delay_seconds", .gauge, "Seconds after which half of the outcomes are heard of.")
        registry.describe("oasis_signal_findings", .gauge, "What is wrong with signals now, by kind.")
    }

    func trainingFailed() { failures.increment(by: Int64(1)) }

    /// Every kind of finding, so that one that is over goes back to 0.
    private static let codes = [
        "feature-drift", "feature-missing", "feature-zeros", "label-rate", "label-delay", "calibration",
        "model-clamped",
    ]

    func look(at status: ModelStatus) {
        for outcome in PromotedOutcome.allCases {
            for stage in [ModelStage.shadow, .canary, .live] {
                let version = status.versions.first { $0.outcome == outcome && $0.stage == stage }?.version ?? 0
                registry.gauge("oasis_model_version", [("outcome", outcome.rawValue), ("stage", stage.rawValue)])
                    .set(Double(version))
            }
        }
        if let trainedAt = status.trainedAt {
            registry.gauge("oasis_model_trained_time_seconds").set(Double(trainedAt.milliseconds) / 1_000)
        }
        registry.gauge("oasis_model_faults").set(Double(status.faults.count))
        for check in status.checks {
            let labels = [("outcome", check.outcome.rawValue), ("surface", check.surface.text)]
            if let ratio = check.ratio { registry.gauge("oasis_model_calibration_ratio", labels).set(ratio) }
            registry.gauge("oasis_model_calibration_alarm", labels).set(Double(check.isAlarm ? 1 : 0))
            registry.gauge("oasis_model_correction", labels).set(check.correction)
        }
        look(at: status.signals)
        for subject in PromotedOutcome.allCases.map(\.rawValue) + [ModelWatch.requests] {
            for code in Self.codes {
                let count = status.findings.count { $0.subject == subject && $0.finding.code == code }
                registry.gauge("oasis_signal_findings", [("subject", subject), ("finding", code)]).set(Double(count))
            }
        }
    }

    private func look(at signals: [ModelStatus.Signals]) {
        for signal in signals {
            for measure in signal.measures {
                let labels = [("subject", signal.subject), ("column", measure.column)]
                registry.gauge("oasis_signal_psi", labels).set(measure.stabilityIndex)
                registry.gauge("oasis_signal_missing_share", labels).set(measure.missingShare)
                registry.gauge("oasis_signal_zero_share", labels).set(measure.zeroShare)
            }
            if let seconds = signal.labelDelaySeconds {
                registry.gauge("oasis_label_delay_seconds", [("outcome", signal.subject)]).set(seconds)
            }
        }
    }
}
