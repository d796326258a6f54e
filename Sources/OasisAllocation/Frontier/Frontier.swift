/// What the market is worth along a path of bounds, proven at every point of it.
///
/// The optimum is a concave function of the bounds. So one dual solution bounds it from above along the whole path, by a
/// line whose slope is the rows' price, and two feasible allocations bound it from below everywhere between them.
public struct Frontier: Sendable {
    /// The market solved at one position.
    public struct Point: Hashable, Sendable {
        /// Where on the path.
        public var position: Double
        /// How the value changes with the position, at this point's prices: what one more unit buys, or costs if < 0.
        public var slope: Double
        /// Σ weight · amount · allocation by attribute.
        public var attributes: [Double]
        /// Left side of each row that moves.
        public var activities: [Double]
        /// The proof at this position.
        public var certificate: Certificate
    }

    /// What moved.
    public let path: FrontierPath
    /// Solved positions, in the path's order; fewer than the path has when a limit or the caller ended it.
    public let points: [Point]

    /// A frontier from points that were solved elsewhere.
    public init(path: FrontierPath, points: [Point]) {
        self.path = path
        self.points = points
    }

    /// Whether every position was solved to its end.
    public var isComplete: Bool {
        points.count == path.positions.count && points.allSatisfy { !$0.certificate.status.isCutShort }
    }

    /// Solves along a path, each position started from the prices of the one before.
    ///
    /// - Parameters:
    ///   - problem: The market; its rows but the moving ones stay as they are.
    ///   - path: Which bounds move, and through what.
    ///   - options: For each solve; the time limit is for all of them together. Allocations are never rounded, since no
    ///     mixture of whole ones would be whole.
    ///   - report: Called after every solve.
    /// - Returns: The points solved. A solve that was ended early counts when it has proven anything.
    /// - Throws: `InvalidProblem` when a bound on the path breaks a rule, before anything is solved.
    public static func trace(
        _ problem: AllocationProblem,
        along path: FrontierPath,
        options: SolverOptions = SolverOptions(),
        report: (Point) -> Void = { _ in }
    ) throws(InvalidProblem) -> Frontier {
        for position in path.positions { _ = try problem.with(rows: path.rows(of: problem, at: position)) }
        let clock = ContinuousClock()
        let started = clock.now
        var options = options
        options.isIntegral = false
        let limit = options.timeLimit
        var points: [Point] = []
        for position in path.positions {
            if let limit {
                let left = limit - (clock.now - started)
                guard left > .zero || points.isEmpty else { break }
                options.timeLimit = left
            }
            let step = try problem.with(rows: path.rows(of: problem, at: position))
            let solution = try AllocationSolver.solve(step, options: options)
            options.startingPrices = solution.prices
            let point = Point(solution, of: step, along: path, at: position, in: problem)
            if solution.certificate.relativeGap.isFinite {
                points.append(point)
                report(point)
            }
            if solution.certificate.status.isCutShort { break }
        }
        return Frontier(path: path, points: points)
    }
}

extension Frontier.Point {
    fileprivate init(
        _ solution: AllocationSolution,
        of step: AllocationProblem,
        along path: FrontierPath,
        at position: Double,
        in problem: AllocationProblem
    ) {
        let activity = AllocationActivity(step, allocation: solution.allocation)
        self.init(
            position: position,
            slope: path.slope(solution.prices, in: problem),
            attributes: activity.attributes,
            activities: path.movingRows.map { activity.rows[$0] },
            certificate: solution.certificate
        )
    }
}

extension Certificate.Status {
    /// Whether a limit or the caller ended the solve, rather than the solver.
    public var isCutShort: Bool { self == .timeLimit || self == .interrupted }
}
