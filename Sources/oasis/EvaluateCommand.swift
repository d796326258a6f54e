internal import ArgumentParser
internal import OasisLogFiles
internal import OasisMeasurement

/// `oasis evaluate`: what another policy would have brought, from the log of the one that ran.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Say what another policy would have brought, from a log, or why the log cannot say.",
        discussion: """
            Looks at the health of the log first. Where it cannot support an answer, there is none, and the reasons are \
            given. Intervals end where rewards end.

              What a uniform choice would have brought, from the log of a Thompson sampler:
                oasis evaluate --open-bandit open-bandit/bts/men --policy uniform

              The average choice of the sampler's log beside it, from the log of a uniform choice:
                oasis evaluate --open-bandit open-bandit/random/men --policy bts

              A policy of your own, three estimators, resampled intervals:
                oasis evaluate --open-bandit open-bandit/random/men --policy mine.json \\
                  --estimators snips,dr-clip:10,dros:slope --interval bootstrap

            Estimators: ips, snips, dm, dr, sndr, and with a parameter or with slope, mse or mse-direct to choose one \
            ips-clip, dr-clip, switch-dr, dros, sg-ips, sg-dr; or all. Which to use when: docs/evaluation.md.

              A day of our own under a smaller boost, and under a policy's guardrails and other prices:
                oasis evaluate --data oasis-data --day 2026-11-23 --boost-cap 0.05
                oasis evaluate --data oasis-data --day 2026-11-23 --policy next.json --prices other.oasis

            FILE is JSON: for each action a list with its probability at each position, [[0.7, 0.5, 0.2], ...]; or an \
            object with several such tables by name, of which FILE#NAME picks one.

            Exit codes: 0 done, 1 failed, 2 usage, 3 log or policy refused, or the log does not support an answer.
            """
    )

    @Option(help: ArgumentHelp("A folder of the Open Bandit Dataset.", valueName: "dir"))
    var openBandit: String?

    @OptionGroup(title: "Oasis's own log") var own: LedgerQuestion

    @Option(
        help: ArgumentHelp(
            "The policy in question: uniform, bts or a file; of Oasis's own log, a policy document.",
            valueName: "policy"
        )
    )
    var policy: String?

    @Option(help: ArgumentHelp("Whom to ask, separated by commas, or all.", valueName: "names"))
    var estimators: String?

    @Option(help: "What intervals rest on: normal, bootstrap, always-valid (for ips alone), or all beside each other.")
    var interval = IntervalKind.normal

    @Option(help: "Confidence of the intervals.")
    var confidence = 0.95

    @Option(help: ArgumentHelp("Means to resample for bootstrap intervals.", valueName: "count"))
    var resamples = 1_000

    @Option(help: ArgumentHelp("Folds for fitting the model of rewards; 1 fits on all rows.", valueName: "count"))
    var folds = 3

    @Option(help: "Seed of folds and resamples.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "For always-valid intervals: the least that the logging policy gives to anything.",
            valueName: "probability"
        )
    )
    var propensityFloor: Double?

    @Flag(help: "Answer even where the log does not support it.")
    var naive = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        guard confidence >= 0.5, confidence < 1 else {
            throw ValidationError("--confidence must be 0.5 or more and below 1, such as 0.95.")
        }
        guard (2...100_000).contains(resamples) else { throw ValidationError("--resamples must be 2 to 100000.") }
        guard (1...100).contains(folds) else { throw ValidationError("--folds must be 1 to 100.") }
        if let propensityFloor {
            guard propensityFloor >= LoggedFeedback.propensityMinimum, propensityFloor <= 1 else {
                throw ValidationError("--propensity-floor must be above 0 and at most 1, such as 0.001.")
            }
        }
        _ = try choices()
        guard (openBandit != nil) != own.isAsked else {
            throw ValidationError("Name one log: --open-bandit DIR, or --ledger FILE or --data DIR.")
        }
        if own.isAsked {
            try own.check(policy: policy)
        } else {
            guard policy != nil else { throw ValidationError("--policy must be given with --open-bandit.") }
            try own.checkUnused()
        }
    }

    func run() throws {
        guard let openBandit, let policy else { return try runOnLedger() }
        let asked = try choices()
        let (log, evaluations) = try refusing {
            let log = try OpenBanditEvaluation(directory: openBandit, policy: policy)
            let model = try log.model(folds: folds, seed: seed)
            let bound = log.weightBound(propensityFloor: propensityFloor)
            let evaluations = try interval.kinds.map { kind in
                let question = Evaluation.Question(
                    estimators: asked,
                    interval: kind.method(resamples: resamples, seed: seed, weightBound: bound),
                    confidence: confidence,
                    isNaive: naive
                )
                return try Evaluation(question, of: log.feedback, under: log.policy, model: model)
            }
            return (log, evaluations)
        }
        let evaluation = evaluations[0]
        let report = EvaluateReport(evaluations, of: log, asked: self)
        try json ? report.printJSON() : report.printTable()
        try refuse(evaluation.isRefused)
    }

    private func runOnLedger() throws {
        var question = PromotionEvaluation.Question()
        question.confidence = confidence
        question.resamples = resamples
        question.seed = seed
        question.propensityFloor = propensityFloor
        question.isNaive = naive
        let (day, evaluation) = try refusing {
            let day = try LedgerEvaluation(own, policy: policy)
            return (day, PromotionEvaluation(question, of: day.feedback))
        }
        let report = LedgerEvaluationReport(evaluation, of: day, question)
        try json ? report.printJSON() : report.printTable()
        try refuse(evaluation.isRefused)
    }

    private func refuse(_ isRefused: Bool) throws {
        guard isRefused, !naive else { return }
        Terminal.complain("evaluate", "refused: the log does not support an answer; --naive gives the numbers")
        throw ExitCode(3)
    }

    private func choices() throws -> [EstimatorChoice] {
        guard let estimators else { return EstimatorChoice.usual }
        guard estimators != "all" else { return EstimatorChoice.all }
        do {
            let names = estimators.split(separator: ",", omittingEmptySubsequences: false)
            return try names.map { try EstimatorChoice($0) }
        } catch {
            throw ValidationError("--estimators: \(error).")
        }
    }

    private func refusing<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            Terminal.complain("evaluate", "refused: \(error)")
            throw ExitCode(3)
        }
    }
}

extension EvaluateCommand {
    /// What intervals can rest on, as it is typed.
    enum IntervalKind: String, CaseIterable, ExpressibleByArgument {
        case normal
        case bootstrap
        case alwaysValid = "always-valid"
        case all

        /// The kinds that it names.
        var kinds: [IntervalKind] { self == .all ? [.normal, .bootstrap, .alwaysValid] : [self] }

        func method(resamples: Int, seed: UInt64, weightBound: Double) -> Interval.Method {
            switch self {
            case .normal, .all: .normal
            case .bootstrap: .bootstrap(resamples: resamples, seed: seed)
            case .alwaysValid: .alwaysValid(weightBound: weightBound)
            }
        }
    }
}
