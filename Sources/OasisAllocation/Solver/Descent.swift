/// Stages of falling γ on one level, from prices found elsewhere.
struct Descent {
    /// Where a descent ended, and on which level.
    struct End {
        var position: PricePosition
        var level: MarketLevel
        /// Gap that a certificate would about show.
        var estimatedGap: Double
        /// Bound of the level at these prices: that of the whole market, had nothing been left out.
        var bound: Double
    }

    private let run: SolverRun
    private let parent: MarketLevel
    private let box: PriceBox

    /// - Parameters:
    ///   - run: Whose options and limits hold.
    ///   - parent: The level to descend on.
    ///   - box: Where prices may go.
    init(_ run: SolverRun, parent: MarketLevel, box: PriceBox) {
        self.run = run
        self.parent = parent
        self.box = box
    }

    /// Descends on shortlists of the parent's candidates, made anew for each γ, until the gap is small enough to be
    /// worth a survey of the whole market, or prices want to leave the box.
    func run(from start: PricePosition, in region: TrustRegion) -> End {
        var shortening = Shortening(run, parent: parent, box: box)
        var region = region.scaled(to: 0)
        var position = start
        var previous: DualPoint?
        var selected = Double(parent.candidateCount)
        var repeats = 0
        if run.isWarm { selected = 0 }
        var isFirst = run.isWarm
        while true {
            region.reach = max(position.smoothing * Tuning.reachOfSmoothing, isFirst ? leapReach : smallestReach)
            isFirst = false
            let (level, stageBox) =
                repeats == Tuning.repeats
                ? (parent, box) : shortening.level(at: position, region: region, selected: selected)
            if run.isWarm { shortening = Shortening(run, parent: level, box: stageBox) }
            level.newton.box = stageBox
            position.prices = stageBox.clamp(position.prices)
            let point = polished(level, stage(level, position))
            position.prices = point.prices
            selected = selectedCount(point, of: run.isWarm ? level : parent)
            let stuck = region.adapt(to: point.prices, box: stageBox, in: box)
            let matters = run.isWarm ? edgeLoss(point, of: stageBox, within: box) > tolerable(point) : stuck > 0
            if isEnd(point) { return end(position, level, point) }
            run.certifyOnTheWay(level, position)
            if run.isProven { return end(position, level, point) }
            if matters && repeats < Tuning.repeats && isSmooth(point) {
                repeats += 1
                shortening = Shortening(run, parent: parent, box: box)
                previous = nil
                continue
            }
            repeats = 0
            position.smoothing *= Tuning.smoothingFactor
            position.prices = box.clamp(extrapolate(from: previous, over: point, to: position.smoothing))
            previous = point
        }
    }

    private func end(_ position: PricePosition, _ level: MarketLevel, _ point: DualPoint) -> End {
        End(position: position, level: level, estimatedGap: run.estimatedGap(point), bound: point.bound)
    }

    private func isEnd(_ point: DualPoint) -> Bool {
        let isClose = run.estimatedGap(point) <= run.closeEnough * run.options.targetGap
        return isToEnd || isSmallest(point.smoothing) || isHeldBack(point)
            || (isSmooth(point) && isClose)
    }

    /// Whether the run wants its passes for something else.
    private var isToEnd: Bool { run.stopped != nil || (run.usesShortlists && run.isPatienceOver) }

    private func isSmooth(_ point: DualPoint) -> Bool {
        point.smoothingLoss <= Tuning.lossShare * run.options.targetGap
    }

    private func isSmallest(_ smoothing: Double) -> Bool {
        smoothing <= Tuning.smallestSmoothing * run.scales.value
    }

    /// Descends on the parent alone until a point is good enough.
    func runStages(from start: PricePosition, until isEnough: (DualPoint) -> Bool) -> PricePosition {
        var position = start
        var previous: DualPoint?
        parent.newton.box = box
        while true {
            let point = stage(parent, position)
            position.prices = point.prices
            if run.stopped != nil || isEnough(point) || isSmallest(position.smoothing) { return position }
            position.smoothing *= Tuning.smoothingFactor
            position.prices = box.clamp(extrapolate(from: previous, over: point, to: position.smoothing))
            previous = point
        }
    }

    /// Steps at one γ until the rows' mismatch is small against it.
    private func stage(_ level: MarketLevel, _ position: PricePosition) -> DualPoint {
        let smoothing = position.smoothing
        var point = level.newton.begin(prices: position.prices, smoothing: smoothing)
        run.report(point)
        for _ in 0..<Tuning.stepsPerStage {
            if isToEnd { break }
            if level.newton.residual(point) <= Tuning.stageResidual * smoothing * max(point.delivered, 1e-9) { break }
            guard let next = level.newton.step(from: point) else { break }
            point = next
            run.report(point)
        }
        return point
    }

    /// More steps at a γ that is small enough already, until mismatch costs little against the gap that is wanted.
    private func polished(_ level: MarketLevel, _ start: DualPoint) -> DualPoint {
        var point = start
        guard isSmooth(start), run.usesShortlists else { return start }
        for _ in 0..<Tuning.polishingSteps {
            let enough = Tuning.residualShare * run.options.targetGap * abs(point.bound)
            if isToEnd || level.newton.residual(point) <= enough { break }
            guard let next = level.newton.step(from: point) else { break }
            point = next
            run.report(point)
        }
        return point
    }

    /// Where the prices go as γ falls: they move in proportion to it while the fractional candidates stay the same.
    private func extrapolate(from previous: DualPoint?, over point: DualPoint, to smoothing: Double) -> [Double] {
        guard let previous else { return point.prices }
        let part = (point.smoothing - smoothing) / (previous.smoothing - point.smoothing)
        return point.prices.indices.map { row in
            point.prices[row] + part * (point.prices[row] - previous.prices[row])
        }
    }

    /// About how many of a level's own candidates a point selects.
    private func selectedCount(_ point: DualPoint, of level: MarketLevel) -> Double {
        (point.delivered - (level.settled?.weight ?? 0)) / level.meanWeight
    }

    /// Reach of the first shortlist around prices that a survey's step led to.
    private var leapReach: Double { Tuning.leapReach * run.scales.value }

    private var smallestReach: Double { run.isWarm ? Tuning.warmStageReach * run.scales.value : 0 }

    /// What mismatch may cost that prices at an edge leave behind.
    private func tolerable(_ point: DualPoint) -> Double {
        Tuning.edgeShare * run.options.targetGap * abs(point.bound)
    }

    /// What the mismatch of rows is worth whose prices are held by an edge of `inner` that is none of `outer`.
    private func edgeLoss(_ point: DualPoint, of inner: PriceBox, within outer: PriceBox) -> Double {
        run.problem.rows.indices.reduce(0.0) { loss, row in
            let price = point.prices[row]
            let isLow = price <= inner.lowest[row] && inner.lowest[row] > outer.lowest[row]
            let isHigh = price >= inner.highest[row] && inner.highest[row] < outer.highest[row]
            guard isLow && point.gradient[row] > 0 || isHigh && point.gradient[row] < 0 else { return loss }
            let scale = run.scales.price[run.problem.rows[row].attribute]
            return loss + max(price, min(scale, run.problem.rows[row].penalty)) * abs(point.gradient[row])
        }
    }

    /// Whether the descent needs more room than its box gives.
    private func isHeldBack(_ point: DualPoint) -> Bool {
        run.isWarm ? edgeLoss(point, of: box, within: run.natural) > tolerable(point) : isAtEdge(point.prices)
    }

    /// Whether some price came to an edge of the box that is no natural one.
    private func isAtEdge(_ prices: [Double]) -> Bool {
        prices.indices.contains { row in
            (prices[row] <= box.lowest[row] && box.lowest[row] > run.natural.lowest[row])
                || (prices[row] >= box.highest[row] && box.highest[row] < run.natural.highest[row])
        }
    }
}

/// Makes shortlists of a parent's candidates for the stages of a descent.
private struct Shortening {
    private let run: SolverRun
    private let parent: MarketLevel
    private let box: PriceBox
    private let surveyor: Surveyor

    init(_ run: SolverRun, parent: MarketLevel, box: PriceBox) {
        self.run = run
        self.parent = parent
        self.box = box
        surveyor = Surveyor(parent, scales: run.scales, effort: run.effort)
    }

    /// A level to stage on, and where prices may go there: a shortlist if it is likely to be, and is, much shorter.
    ///
    /// - Parameters:
    ///   - position: Where the stage begins.
    ///   - region: How far prices may go on a shortlist.
    ///   - selected: Candidates selected last: no shortlist is shorter.
    /// - Returns: The level, and the box of the stage.
    func level(at position: PricePosition, region: TrustRegion, selected: Double) -> (MarketLevel, PriceBox) {
        let isTooEarly = position.smoothing >= Tuning.shortlistBelow * run.scales.value || !run.usesShortlists
        let isTooFull = selected > Tuning.fullEnough * Double(parent.candidateCount)
        if isTooEarly || isTooFull { return (parent, box) }
        let survey = surveyor.survey(
            position.prices,
            smoothing: position.smoothing,
            region: region,
            settles: run.isWarm
        )
        let kept = Double(survey.shortlist.problem.candidateCount)
        guard kept < Tuning.shortEnough * Double(parent.candidateCount) else { return (parent, box) }
        let level = run.level(survey, of: parent, center: position.prices, region: region)
        let stretch = run.isWarm ? Tuning.warmStageStretch : 1
        return (level, region.box(around: position.prices, in: box, stretch: stretch))
    }
}
