import OasisAllocation
import Testing

@Suite("Frontiers")
struct FrontierTests {
    /// Hard rows are held to 1e-6 of a unit, and a unit may be worth several of value.
    private static let slack = 1e-5

    private func problem(_ seed: UInt64) throws -> AllocationProblem {
        try RandomMarket(seed: seed, requests: 40, campaigns: 6, families: .everything).problem()
    }

    /// The total loss budget, which costs all cells.
    private func lossRow(_ problem: AllocationProblem) throws -> Int {
        try #require(problem.rows.firstIndex { $0.attribute == 1 && $0.scope == .all })
    }

    private func trace(_ seed: UInt64, gap: Double = 1e-5) throws -> (AllocationProblem, Frontier) {
        let problem = try problem(seed)
        let row = try lossRow(problem)
        let path = FrontierPath(.bound(row: row), from: 0, to: 1.5 * problem.rows[row].bound, steps: 7)
        return (problem, try Frontier.trace(problem, along: path, options: SolverOptions(targetGap: gap)))
    }

    @Test("A path has even steps and exact ends")
    func positions() {
        let path = FrontierPath(.bound(row: 0), from: 0.1, to: 0.7, steps: 4)
        #expect(path.positions.count == 4)
        #expect(path.positions.first == 0.1)
        #expect(path.positions.last == 0.7)
        #expect(abs(path.positions[1] - 0.3) < 1e-12)
    }

    @Test("Each point is what an independent solve proves", arguments: UInt64(0)..<4)
    func independent(seed: UInt64) throws {
        let (problem, frontier) = try trace(seed)
        let row = try lossRow(problem)
        #expect(frontier.points.count == 7)
        for point in frontier.points {
            var rows = problem.rows
            rows[row].bound = point.position
            let alone = Reference(try problem.with(rows: rows))
            let optimum = alone.optimum()
            let slack = Self.slack * max(1, abs(optimum))
            #expect(point.certificate.feasibleValue <= optimum + slack)
            #expect(point.certificate.dualBound >= optimum - slack)
            #expect(point.certificate.status == .optimal)
        }
    }

    @Test("The proven curves hold between the points, too", arguments: UInt64(0)..<4)
    func between(seed: UInt64) throws {
        let (problem, frontier) = try trace(seed)
        let row = try lossRow(problem)
        let curve = FrontierCurve(frontier)
        let end = try #require(frontier.points.last).position
        for step in 0...12 {
            let position = end * Double(step) / 12
            var rows = problem.rows
            rows[row].bound = position
            let optimum = Reference(try problem.with(rows: rows)).optimum()
            let slack = Self.slack * max(1, abs(optimum))
            #expect(curve.lower(at: position) <= optimum + slack)
            #expect(curve.upper(at: position) >= optimum - slack)
        }
    }

    @Test("Both proven curves are concave, and the upper one is never below the lower one", arguments: UInt64(0)..<4)
    func concave(seed: UInt64) throws {
        let curve = FrontierCurve(try trace(seed).1)
        for corners in [curve.upper, curve.lower] {
            let slopes = zip(corners, corners.dropFirst()).map { ($1.value - $0.value) / ($1.position - $0.position) }
            for (before, after) in zip(slopes, slopes.dropFirst()) { #expect(after <= before + 1e-7) }
        }
        for corner in curve.lower { #expect(curve.upper(at: corner.position) >= corner.value - 1e-9) }
        for corner in curve.upper { #expect(curve.lower(at: corner.position) <= corner.value + 1e-9) }
    }

    @Test("The price is the slope between neighbours, within what is proven", arguments: UInt64(0)..<4)
    func slopes(seed: UInt64) throws {
        let points = try trace(seed).1.points
        #expect(points.allSatisfy { $0.slope >= 0 })
        #expect(try #require(points.first).slope > 0)
        for (left, right) in zip(points, points.dropFirst()) {
            let length = right.position - left.position
            // The optimum is concave, so its slope between two points lies between the prices at them.
            let least = (right.certificate.feasibleValue - left.certificate.dualBound) / length
            let most = (right.certificate.dualBound - left.certificate.feasibleValue) / length
            #expect(least <= left.slope + 1e-9)
            #expect(most >= right.slope - 1e-9)
        }
    }

    @Test("A promise costs: its slope is negative, or nothing")
    func promise() throws {
        let problem = try problem(3)
        let row = try #require(problem.rows.firstIndex { $0.sense == .atLeast && $0.share == 0 })
        let path = FrontierPath(.bound(row: row), from: 0, to: 40, steps: 5)
        let points = try Frontier.trace(problem, along: path).points
        #expect(points.allSatisfy { $0.slope <= 0 })
        #expect(try #require(points.last).slope < 0)
        #expect(try #require(points.last).certificate.dualBound < points[0].certificate.feasibleValue)
    }

    @Test("Rows that move together are priced by the percent")
    func percent() throws {
        let problem = try problem(2)
        let rows = problem.rows.indices.filter { if case .cell = problem.rows[$0].scope { true } else { false } }
        #expect(rows.count == 2)
        let path = FrontierPath(.percent(rows: rows), from: 10, to: 190, steps: 7)
        let frontier = try Frontier.trace(problem, along: path, options: SolverOptions(targetGap: 1e-5))
        #expect(path.currentPosition(in: problem) == 100)
        let curve = FrontierCurve(frontier)
        let now = Reference(problem).optimum()
        #expect(curve.lower(at: 100) <= now + 1e-6)
        #expect(curve.upper(at: 100) >= now - 1e-6)
        for (left, right) in zip(frontier.points, frontier.points.dropFirst()) {
            let rise = right.certificate.feasibleValue - left.certificate.dualBound
            #expect(rise <= left.slope * (right.position - left.position) + 1e-9)
        }
    }

    @Test("Going down the path proves the same curve as going up")
    func direction() throws {
        let (problem, up) = try trace(1)
        let path = FrontierPath(up.path.measure, positions: up.path.positions.reversed())
        let down = try Frontier.trace(problem, along: path, options: SolverOptions(targetGap: 1e-5))
        let (rising, falling) = (FrontierCurve(up), FrontierCurve(down))
        for position in path.positions {
            #expect(rising.lower(at: position) <= falling.upper(at: position) + 1e-9)
            #expect(falling.lower(at: position) <= rising.upper(at: position) + 1e-9)
        }
    }

    @Test("A bound that breaks a rule is refused before anything is solved")
    func refused() throws {
        let problem = try problem(0)
        let row = try #require(problem.rows.firstIndex { $0.isHard })
        let path = FrontierPath(.bound(row: row), from: 2, to: -1, steps: 3)
        var reported = 0
        #expect(throws: InvalidProblem.self) {
            try Frontier.trace(problem, along: path) { _ in reported += 1 }
        }
        #expect(reported == 0)
    }

    @Test("A caller who stops it gets the points so far")
    func stopped() throws {
        let problem = try problem(0)
        let row = try lossRow(problem)
        let path = FrontierPath(.bound(row: row), from: 0, to: 10, steps: 5)
        let flag = StopFlag()
        var options = SolverOptions()
        options.progress = { _ in !flag.isRaised }
        let frontier = try Frontier.trace(problem, along: path, options: options) { point in
            if point.position >= 2.5 { flag.raise() }
        }
        #expect(!frontier.isComplete)
        #expect((2...3).contains(frontier.points.count))
        for point in frontier.points { #expect(point.certificate.dualBound >= point.certificate.feasibleValue - 1e-9) }
    }

    @Test("One point makes a curve of one corner, and none makes an empty one")
    func degenerate() throws {
        let (_, frontier) = try trace(0)
        let one = Frontier(path: frontier.path, points: Array(frontier.points.prefix(1)))
        #expect(FrontierCurve(one).lower.count == 1)
        #expect(FrontierCurve(one).upper.count == 1)
        #expect(FrontierCurve(Frontier(path: frontier.path, points: [])).upper.isEmpty)
    }
}
