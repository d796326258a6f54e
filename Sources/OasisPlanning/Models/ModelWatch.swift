package import OasisLedger
package import OasisMarket
import OasisModelFiles
package import OasisResponse

/// Looks at what was served lately: how models' predictions add up, and whether signals are still what they were.
package struct ModelWatch {
    /// Days over which predictions are added up.
    static let checkedDays: Int32 = 7
    /// Seconds that are compared with the days before.
    static let recentSeconds = 86_400.0
    /// Promotions that are looked at, at most.
    static let promotionsMaximum = 50_000

    private let ledger: Ledger
    private let features: PromotionFeatures
    private let now: Timestamp
    private let promotions: [ServedPromotion]
    private let campaigns: [Int64: Campaign]
    private let requests: SignalHealth

    /// What there is to say of one outcome.
    package struct Look {
        /// How the live model's predictions add up, with what corrects them.
        package var checks: [(check: SurfaceCheck, correction: OnlineCorrection)]
        /// What is wrong.
        package var findings: [SignalFinding]
        /// What goes in.
        package var signals: ModelStatus.Signals
    }

    /// Reads the ledger.
    package init(_ ledger: Ledger, features: PromotionFeatures = PromotionFeatures(), at now: Timestamp) throws {
        self.ledger = ledger
        self.features = features
        self.now = now
        let start = now.advanced(bySeconds: -Double(Self.checkedDays) * 86_400)
        promotions = try ledger.servedPromotions(from: start, to: now, maximum: Self.promotionsMaximum).promotions
        campaigns = try ledger.campaignsByNumber()
        requests = try Self.requests(ledger, at: now)
    }

    /// What there is to say of an outcome, of which a model is live or not.
    package func look(at outcome: PromotedOutcome, live model: ResponseModel?) -> Look {
        let all = training(outcome, promotions)
        let checks = model.map { all.checks(of: $0, from: all.firstUnseen(by: [$0])) } ?? []
        let since = now.advanced(bySeconds: -Self.recentSeconds)
        let recent = training(outcome, promotions.filter { $0.issuedAt >= since })
        let earlier = training(outcome, promotions.filter { $0.issuedAt < since })
        let health = SignalHealth(
            recent.profile,
            against: earlier.profile,
            delays: (recent.trials.delays.medianSeconds, earlier.trials.delays.medianSeconds)
        )
        var findings = health.findings.filter { $0.isWrong(about: outcome) }
        for (check, _) in checks where check.isAlarm {
            let ratio = check.ratio ?? .infinity
            findings.append(.calibration(surface: check.surface.text, ratio: ratio, events: check.observed))
        }
        let signals = ModelStatus.Signals(
            subject: outcome.rawValue,
            measures: health.measures,
            labelDelaySeconds: recent.trials.delays.medianSeconds
        )
        return Look(checks: checks, findings: findings, signals: signals)
    }

    /// The whole of it, for models that serve.
    package func status(_ models: inout ServingModels) -> ModelStatus {
        var status = ModelStatus(lookedAt: now)
        for outcome in PromotedOutcome.allCases {
            let found = look(at: outcome, live: models.live[outcome]?.model)
            status.checks += found.checks.map(\.check)
            status.signals.append(found.signals)
            status.findings += found.findings.map { ModelStatus.Finding(subject: outcome.rawValue, finding: $0) }
            models.live[outcome]?.corrections = Dictionary(
                found.checks.map { ($0.check.surface, $0.correction) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        status.signals.append(ModelStatus.Signals(subject: Self.requests, measures: requests.measures))
        status.findings += requests.findings.filter { $0.isWrong(about: nil) }
            .map { ModelStatus.Finding(subject: Self.requests, finding: $0) }
        status.faults = models.faults
        return status
    }

    /// What a ledger says now, and the registries beside it, which need not be there.
    package static func status(
        _ ledger: Ledger,
        models directory: String,
        at now: Timestamp
    ) throws -> ModelStatus {
        let features = PromotionFeatures()
        var serving = ServingModels()
        serving.load(from: ModelRegistry.present(in: directory), features)
        return try ModelWatch(ledger, features: features, at: now).status(&serving)
    }

    private func training(_ outcome: PromotedOutcome, _ promotions: [ServedPromotion]) -> PromotionTraining {
        PromotionTraining(of: outcome, promotions, campaigns: campaigns, features: features, at: now)
    }

    /// What findings about what rankers send are filed under.
    package static let requests = "requests"

    private static func requests(_ ledger: Ledger, at now: Timestamp) throws -> SignalHealth {
        let since = now.advanced(bySeconds: -recentSeconds)
        var decisions: [Decision] = []
        for number in (now.day.number - checkedDays)...now.day.number {
            decisions += try ledger.decisions(day: Day(number: number))
        }
        return SignalHealth(
            RequestSignals.profile(decisions.filter { $0.decidedAt >= since }),
            against: RequestSignals.profile(decisions.filter { $0.decidedAt < since })
        )
    }
}

extension SignalFinding {
    /// Whether it says that something is wrong.
    ///
    /// A market that has just begun has few rows, which is not. And the more listeners have met an artist, the fewer are new:
    /// of new listeners only that none come any more is worth a word.
    fileprivate func isWrong(about outcome: PromotedOutcome?) -> Bool {
        switch self {
        case .fewRows: false
        case .labelRate(let rate, _, _): outcome != .newListener || rate == 0
        default: true
        }
    }
}

extension Ledger {
    /// Every campaign's document by its number.
    package func campaignsByNumber() throws(LedgerError) -> [Int64: Campaign] {
        Dictionary(try allCampaigns().map { ($0.number, $0.document) }, uniquingKeysWith: { first, _ in first })
    }
}
