/// One solve from start to end.
///
/// Prices come from a sample first. Then surveys of the whole market alternate with descents on the shortlists they
/// make: a survey proves a bound, a descent finds better prices and a feasible allocation, and the solve ends when the
/// two are close enough.
final class SolverRun {
    let problem: AllocationProblem
    let options: SolverOptions
    let scales: ValueScales
    let effort: SolverEffort
    /// [0, penalty] for each row.
    let natural: PriceBox
    /// A survey is worth its pass when the estimated gap is below this part of the gap that is wanted.
    private(set) var closeEnough = Tuning.closeEnough
    /// Whether descents may leave candidates out.
    private(set) var usesShortlists: Bool
    /// Whether the solve began with prices that were given.
    let isWarm: Bool
    private(set) var stopped: Certificate.Status?
    private let whole: MarketLevel
    private let surveyor: Surveyor
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    private var best: BestAnswer
    private var nextCertificate = Tuning.passesBetweenCertificates

    init(_ problem: AllocationProblem, options: SolverOptions) {
        started = clock.now
        self.problem = problem
        self.options = options
        isWarm = options.startingPrices != nil
        scales = ValueScales(problem)
        effort = SolverEffort(candidateCount: problem.candidateCount)
        natural = PriceBox(problem.rows)
        whole = MarketLevel(.whole, problem, scales: scales, threads: options.threads, effort: effort)
        surveyor = Surveyor(whole, scales: scales, effort: effort)
        best = BestAnswer(problem)
        usesShortlists = problem.candidateCount >= Tuning.fewestShortlisted
        whole.newton.isCareful = !usesShortlists
    }

    func run() -> AllocationSolution {
        var position = startingPosition()
        var region = startingRegion(position)
        var expectedBound = Double.infinity
        var idleRounds = 0
        while true {
            if usesShortlists && isPatienceOver {
                usesShortlists = false
                whole.newton.isCareful = true
                closeEnough = Tuning.closeEnough
                position = nothing
            }
            let gapBefore = best.gap
            let (survey, surveyed) = survey(&position, &region, expecting: expectedBound)
            if best.gap <= options.targetGap { return solution(.optimal) }
            let round = Round(survey, from: position, region: region, run: self, whole: whole)
            if let surveyed {
                whole.newton.box = round.box
                position.prices = whole.newton.leap(from: surveyed, bandWidth: leapWidth(position))
            }
            if stopped != nil {
                if best.allocation.isEmpty { certify(round.parent, position) }
                return solution(stopped ?? .interrupted)
            }
            let end = Descent(self, parent: round.parent, box: round.box).run(from: position, in: region)
            if isProven { return solution(.optimal) }
            let stuck = region.adapt(to: end.position.prices, box: round.surveyed, in: natural)
            if stuck == 0 || end.estimatedGap <= options.targetGap || stopped != nil {
                let bound = certify(end.level, end.position)
                recordBound(bound, end, parent: round.parent)
                if best.gap <= options.targetGap { return solution(.optimal) }
            }
            if stuck == 0 {
                closeEnough *= 0.5
                let smallest = end.position.smoothing * Tuning.reachOfSmoothing
                region.reach = max(smallest, region.reach * Tuning.reachFactor)
                idleRounds = best.gap < 0.99 * gapBefore ? 0 : idleRounds + 1
            }
            if idleRounds >= Tuning.idleRounds { stopped = .gapNotReached }
            expectedBound = end.bound
            position = end.position
        }
    }

    /// Surveys the whole market; twice, when the first says that the last shortlist lacked candidates that matter at
    /// its own prices: then from where the bound was best, and looking further.
    private func survey(
        _ position: inout PricePosition,
        _ region: inout TrustRegion,
        expecting expectedBound: Double
    ) -> (survey: Survey, point: DualPoint?) {
        let first = survey(position, region)
        best.record(bound: first.survey.bound, at: position.prices)
        let missed = first.survey.bound - expectedBound
        let isMissed = missed > Tuning.missedShare * options.targetGap * abs(first.survey.bound)
        guard isMissed, best.gap > options.targetGap else { return first }
        region.reach *= Tuning.reachAfterMiss
        position.prices = best.prices
        return survey(position, region)
    }

    /// One survey; from prices that were given, what a step of Newton's needs comes with it.
    private func survey(_ position: PricePosition, _ region: TrustRegion) -> (survey: Survey, point: DualPoint?) {
        guard isWarm && usesShortlists else {
            let (prices, smoothing) = (position.prices, position.smoothing)
            return (surveyor.survey(prices, smoothing: smoothing, region: region, settles: isWarm), nil)
        }
        let found = surveyor.survey(position, region: region, bandWidth: leapWidth(position))
        return (found.survey, found.point)
    }

    private func leapWidth(_ position: PricePosition) -> Double { Tuning.leapWidth * position.smoothing }

    /// Prices to begin with and the γ to begin at: given, or found on a sample, or none.
    private func startingPosition() -> PricePosition {
        if let prices = options.startingPrices {
            let part = Tuning.warmSmoothing * options.targetGap.squareRoot()
            let range = Tuning.warmSmoothingRange
            return PricePosition(
                prices: natural.clamp(prices),
                smoothing: scales.value * min(range.upperBound, max(range.lowerBound, part))
            )
        }
        let count = Int(Double(problem.requestCount) * options.sampleShare)
        guard isEnough(sampled: count) else { return nothing }
        let sample = sample(requests: count)
        let enough = max(Tuning.sampleLoss, Tuning.sampleLossOfGap * options.targetGap)
        return Descent(self, parent: sample, box: natural).runStages(from: nothing) { $0.smoothingLoss <= enough }
    }

    /// Whether shortlists have had their chance.
    var isPatienceOver: Bool { effort.passes > Tuning.shortlistPasses }

    private func isEnough(sampled count: Int) -> Bool {
        var slots = 0.0
        for request in problem.slots.unsafeElements { slots += Double(request) }
        slots *= options.sampleShare
        return count >= max(Tuning.fewestSampled, Tuning.fewestSampledOfCell * problem.cellCount)
            && slots >= Double(Tuning.fewestSlotsOfCampaign * problem.campaignCount)
    }

    /// No prices, and a γ at which they are found soon.
    private var nothing: PricePosition {
        PricePosition(
            prices: [Double](repeating: 0, count: problem.rows.count),
            smoothing: scales.value * Tuning.coldSmoothing
        )
    }

    /// How far prices may go from where the solve starts.
    private func startingRegion(_ position: PricePosition) -> TrustRegion {
        guard isWarm && usesShortlists else {
            let reach = isWarm ? Tuning.warmReach * scales.value : position.smoothing * Tuning.reachOfSmoothing
            return TrustRegion(reach: reach, rows: problem.rows, scales: scales)
        }
        let count = Int(Double(problem.requestCount) * Tuning.warmSample)
        let sample = sample(requests: max(count, min(problem.requestCount, Tuning.fewestWarmSampled)))
        return TrustRegion(
            reach: Tuning.warmReach * scales.value,
            DemandSample(sample, prices: position.prices, scales: scales, effort: effort),
            prices: position.prices,
            rows: problem.rows,
            scales: scales
        )
    }

    private func sample(requests count: Int) -> MarketLevel {
        MarketLevel(
            .sample,
            problem.sample(requests: count, seed: options.seed),
            scales: scales,
            threads: options.threads,
            effort: effort
        )
    }

    /// A level over some of the candidates.
    ///
    /// - Parameters:
    ///   - survey: What found them.
    ///   - parent: The level that was surveyed.
    ///   - center: The prices of the survey.
    ///   - region: How far it looked.
    /// - Returns: The level, which knows for which prices it answers.
    func level(_ survey: Survey, of parent: MarketLevel, center: [Double], region: TrustRegion) -> MarketLevel {
        MarketLevel(
            .shortlist,
            survey.shortlist.problem,
            origin: survey.shortlist.origin,
            settled: survey.settled,
            coverage: Coverage(of: parent, center: center, region: region, scales: scales),
            scales: scales,
            threads: options.threads,
            effort: effort
        )
    }

    /// Whether the gap that is wanted has been proven.
    var isProven: Bool { best.gap <= options.targetGap }

    /// Keeps what a long descent has found so far, so that one which runs out of passes leaves no less than a short one.
    func certifyOnTheWay(_ level: MarketLevel, _ position: PricePosition) {
        guard effort.passes >= nextCertificate else { return }
        nextCertificate = effort.passes + Tuning.passesBetweenCertificates
        let bound = certify(level, position)
        if level === whole { best.record(bound: bound, at: position.prices) }
    }

    /// Makes a feasible allocation of the selection at a position; returns the bound of the level there.
    @discardableResult
    private func certify(_ level: MarketLevel, _ position: PricePosition) -> Double {
        let certifier = Certifier(level, effort: effort)
        let point = level.evaluator.evaluate(
            position.prices,
            smoothing: position.smoothing,
            selection: certifier.selection
        )
        let enough = point.bound - options.targetGap * abs(point.bound)
        let negligible = Tuning.refillShare * options.targetGap * abs(point.bound)
        switch certifier.certify(prices: position.prices, negligible: negligible, enough: enough) {
        case .feasible(let outcome): record(outcome, certifier, origin: level.origin, position)
        case .asksTooMuch(let cuts):
            let onWhole = Certifier(whole, effort: effort)
            let outcome = onWhole.certify(
                certifier.allocation(origin: level.origin),
                cuts: cuts,
                prices: position.prices,
                negligible: negligible,
                enough: enough
            )
            record(outcome, onWhole, origin: nil, position)
        }
        return point.bound
    }

    private func record(
        _ outcome: Certifier.Outcome,
        _ certifier: Certifier,
        origin: Memory<UInt32>?,
        _ position: PricePosition
    ) {
        if outcome.value > best.value || best.allocation.isEmpty {
            best.record(outcome, certifier.allocation(origin: origin), smoothing: position.smoothing)
        }
    }

    /// Keeps the bound at a descent's end, or at the nearest prices for which a shortlist can say it.
    private func recordBound(_ bound: Double, _ end: Descent.End, parent: MarketLevel) {
        if end.level.answers(for: end.position.prices) { best.record(bound: bound, at: end.position.prices) }
        for level in end.level === parent ? [parent] : [end.level, parent] where !isProven {
            let prices = level.nearest(to: end.position.prices)
            if level === end.level && prices == end.position.prices || !level.answers(for: prices) { continue }
            let bound = Surveyor(level, scales: scales, effort: effort)
                .bound(prices, smoothing: end.position.smoothing)
            best.record(bound: bound, at: prices)
        }
    }

    /// Rounds the best allocation to whole candidates; the gap then includes what that costs.
    private func makeWhole() {
        var rounding = IntegralRounding(problem, prices: best.prices)
        let allocation = rounding.round(best.allocation)
        best.record(Certifier(whole, effort: effort).outcome(of: allocation), allocation, smoothing: best.smoothing)
    }

    /// Tells whoever watches, and notes when it is time to stop.
    func report(_ point: DualPoint) {
        if let progress = options.progress {
            let isWanted = progress(
                SolverProgress(
                    passes: effort.passes,
                    smoothing: point.smoothing,
                    bound: point.bound,
                    estimate: estimate(point),
                    certifiedGap: best.gap
                )
            )
            if !isWanted { stopped = .interrupted }
        }
        if let limit = options.timeLimit, clock.now - started > limit { stopped = .timeLimit }
        if effort.passes >= Double(options.maximumPasses) { stopped = .gapNotReached }
    }

    /// Gap that a certificate at this point would about show.
    func estimatedGap(_ point: DualPoint) -> Double {
        (point.bound - estimate(point)) / max(abs(point.bound), 1e-9)
    }

    private func estimate(_ point: DualPoint) -> Double {
        var value = point.value
        for (index, row) in problem.rows.enumerated() {
            let violation = row.violation(activity: point.activity[index])
            value -= violation * (row.isHard ? 1.5 * point.prices[index] : row.penalty)
        }
        return value
    }

    private func solution(_ ending: Certificate.Status) -> AllocationSolution {
        if options.isIntegral { makeWhole() }
        let status = ending == .optimal && best.gap > options.targetGap ? .gapNotReached : ending
        return AllocationSolution(
            prices: best.prices,
            allocation: best.allocation.dense(count: problem.candidateCount),
            certificate: Certificate(
                status: status,
                dualBound: best.bound,
                feasibleValue: best.value,
                relativeGap: best.gap,
                maxRelativeViolation: best.violation,
                passes: effort.passes,
                samplePasses: effort.samplePasses,
                conjugateGradientPasses: effort.conjugateGradientPasses,
                seconds: (clock.now - started) / .seconds(1)
            ),
            smoothing: best.smoothing,
            shortfalls: best.shortfalls(problem.rows)
        )
    }
}

/// Prices and the γ they belong to.
struct PricePosition {
    var prices: [Double]
    var smoothing: Double
}

/// What one round descends on, and how far its prices may go.
private struct Round {
    let parent: MarketLevel
    /// Where prices may go.
    let box: PriceBox
    /// Where the parent answers for them.
    let surveyed: PriceBox

    init(_ survey: Survey, from position: PricePosition, region: TrustRegion, run: SolverRun, whole: MarketLevel) {
        let kept = Double(survey.shortlist.problem.candidateCount)
        let isWhole = kept > Tuning.shortEnough * Double(run.problem.candidateCount) || !run.usesShortlists
        parent = isWhole ? whole : run.level(survey, of: whole, center: position.prices, region: region)
        // Prices that were given may be far off for a few rows: they may go where the shortlist cannot answer for them,
        // since what it selects there is feasible all the same, and the bound is taken at the nearest prices.
        let stretch = run.isWarm ? Tuning.warmStretch : 1
        surveyed = isWhole ? run.natural : region.box(around: position.prices, in: run.natural)
        box = isWhole ? run.natural : region.box(around: position.prices, in: run.natural, stretch: stretch)
    }
}
