/// Damped semismooth Newton steps on the smoothed dual, with prices kept in [0, penalty].
///
/// Rows at a face of the box whose gradient points out of it are held; the rest move along a conjugate-gradient
/// solution, shortened until the dual falls enough (Armijo).
final class SemismoothNewton {
    /// Constants of the method, measured on the five row families.
    enum Tuning {
        static let armijo = 1e-4
        /// A step that is too long is cut to between these parts of itself.
        static let shortestCut = 0.05
        static let longestCut = 0.6
        /// Step lengths tried along one direction.
        static let trials = 4
        /// Directions tried from one point, each more cautious.
        static let attempts = 5
        static let mostCaution = 1e6
        /// In single precision, a step that promises to lower the dual by less than this part of it, and did not, says
        /// that there is nothing left to find.
        static let singleNoise = 1e-7
        /// The first steps of a stage keep the damping; when they did not suffice, a row that hardly bends needs less.
        static let steadySteps = 6
        static let leastCaution = 1e-3
        static let cautionAfterFailure = 3.0
        static let cautionAfterCut = 2.0
        /// Band widths, as multiples of γ or of the width before.
        static let widestBand = 4.0
        static let narrowestBand = 1.0 / 16
        static let bandAfterFullStep = 0.5
        static let bandAfterCut = 2.0
        static let bandAfterFailure = 4.0
        static let conjugateIterations = 40
        /// Coarse, because the next pass bends the matrix more than a finer solution would gain.
        static let conjugateTolerance = 0.1
        /// After as many steps in a stage the matrix must be ill-conditioned: each step asks for a fifth of the residual
        /// that the one before asked for.
        static let coarseSteps = 4
        static let toleranceFactor = 0.2
        static let smallestTolerance = 1e-3
        /// Levenberg damping as a part of the diagonal.
        static let dampingOfDiagonal = 0.01
        /// Levenberg damping as a multiple of (row scale / price scale).
        static let dampingOfBound = 0.1
    }

    let evaluator: DualEvaluator
    let system: NewtonSystem
    private let conjugateGradient: ConjugateGradient
    private let rowCount: Int
    private let diagonal: Memory<Double>
    private let damping: Memory<Double>
    private let right: Memory<Double>
    private let isFree: Memory<Bool>
    private let direction: Memory<Double>
    /// Where prices may go.
    var box: PriceBox
    /// Double precision and fine directions throughout, for markets that coarse steps do not settle.
    var isCareful = false {
        didSet { evaluator.isCareful = isCareful }
    }
    /// Value per unit of each row's attribute: the scale of its price.
    let priceScale: [Double]
    private(set) var bandWidth = 0.0
    /// Multiplies the damping; 1 while full steps succeed.
    private var caution = 1.0
    private var stepsInStage = 0
    /// Slope of the dual along the latest direction, ≤ 0.
    private var promise = 0.0
    private var leastCaution: Double { stepsInStage > Tuning.steadySteps ? Tuning.leastCaution : 1 }

    init(evaluator: DualEvaluator, priceScale: [Double], effort: SolverEffort) {
        self.evaluator = evaluator
        self.priceScale = priceScale
        rowCount = evaluator.folding.rows.count
        box = PriceBox(evaluator.folding.rows)
        system = NewtonSystem(
            folding: evaluator.folding,
            chunks: evaluator.chunks,
            band: evaluator.band,
            attributes: evaluator.attributes,
            longestRequest: evaluator.market.longestRequest,
            effort: effort
        )
        conjugateGradient = ConjugateGradient(count: rowCount)
        diagonal = Memory(capacity: rowCount)
        damping = Memory(capacity: rowCount)
        right = Memory(capacity: rowCount)
        isFree = Memory(capacity: rowCount)
        direction = Memory(capacity: rowCount)
    }

    /// A first point of a stage.
    func begin(prices: [Double], smoothing: Double) -> DualPoint {
        bandWidth = smoothing
        caution = 1
        stepsInStage = 0
        return evaluator.evaluate(prices, smoothing: smoothing, bandWidth: bandWidth)
    }

    /// Price-weighted distance from optimality at this γ, in units of value: what the rows' mismatch is worth.
    func residual(_ point: DualPoint) -> Double {
        var sum = 0.0
        for (index, row) in evaluator.folding.rows.enumerated() {
            let price = point.prices[index]
            let gradient = point.gradient[index]
            if price <= box.lowest[index] && gradient >= 0 { continue }
            if price >= box.highest[index] && gradient <= 0 { continue }
            sum += max(price, min(priceScale[index], row.penalty)) * abs(gradient)
        }
        return sum
    }

    /// Where a full step leads from a point that was evaluated with a band of this width; nobody looks whether it is
    /// better there.
    func leap(from point: DualPoint, bandWidth: Double) -> [Double] {
        caution = 1
        stepsInStage = 1
        findDirection(point, scale: 1 / (point.smoothing + 2 * bandWidth))
        return box.clamp(point.prices.indices.map { point.prices[$0] + direction.base[$0] })
    }

    /// One step at the point's γ; nil when no step, however damped, lowers the dual.
    func step(from point: DualPoint) -> DualPoint? {
        stepsInStage += 1
        for attempt in 0..<Tuning.attempts {
            if attempt > 0 {
                // The matrix said too little about where the dual turns: look wider, trust it less.
                caution = min(Tuning.mostCaution, caution * Tuning.cautionAfterFailure)
                bandWidth = min(bandWidth * Tuning.bandAfterFailure, Tuning.widestBand * point.smoothing)
                _ = evaluator.evaluate(point.prices, smoothing: point.smoothing, bandWidth: bandWidth)
            }
            if let next = search(from: point) { return next }
            if evaluator.isSingle && abs(promise) <= Tuning.singleNoise * abs(point.dual) { return nil }
        }
        return nil
    }

    private func search(from point: DualPoint) -> DualPoint? {
        let usedWidth = bandWidth
        findDirection(point, scale: 1 / (point.smoothing + 2 * usedWidth))
        var length = 1.0
        for trial in 0..<Tuning.trials {
            var prices = point.prices
            var slope = 0.0
            for row in 0..<rowCount {
                prices[row] = min(box.highest[row], max(box.lowest[row], prices[row] + length * direction.base[row]))
                slope += point.gradient[row] * (prices[row] - point.prices[row])
            }
            if trial == 0 { promise = slope }
            // The band of the next step depends on how this one goes: narrower after a full step, wider after a cut.
            bandWidth =
                trial == 0
                ? max(usedWidth * Tuning.bandAfterFullStep, point.smoothing * Tuning.narrowestBand)
                : min(usedWidth * Tuning.bandAfterCut, Tuning.widestBand * point.smoothing)
            let next = evaluator.evaluate(prices, smoothing: point.smoothing, bandWidth: bandWidth)
            // Float sums wobble; a step as good as the wobble is taken.
            let wobble = 1e-9 * abs(point.dual)
            if next.dual <= point.dual + Tuning.armijo * slope + wobble {
                caution =
                    trial == 0
                    ? max(leastCaution, caution / 3) : min(Tuning.mostCaution, caution * Tuning.cautionAfterCut)
                return next
            }
            // The dual is convex, so the slopes at both ends say where between them it turns.
            var slopeThere = 0.0
            for row in 0..<rowCount {
                slopeThere += next.gradient[row] * (prices[row] - point.prices[row])
            }
            let turn = slopeThere > 0 && slope < 0 ? slope / (slope - slopeThere) : 0.5
            length *= min(Tuning.longestCut, max(Tuning.shortestCut, turn))
        }
        return nil
    }

    private var conjugateTolerance: Double {
        if isCareful { return Tuning.smallestTolerance }
        var tolerance = Tuning.conjugateTolerance
        for _ in 0..<max(0, stepsInStage - Tuning.coarseSteps) { tolerance *= Tuning.toleranceFactor }
        return max(Tuning.smallestTolerance, tolerance)
    }

    private func findDirection(_ point: DualPoint, scale: Double) {
        let rows = evaluator.folding.rows
        system.diagonal(scale: scale, into: diagonal.base)
        for (index, row) in rows.enumerated() {
            let price = point.prices[index]
            let gradient = point.gradient[index]
            let size = max(abs(row.bound), abs(point.activity[index]))
            damping.base[index] = max(
                caution
                    * (Tuning.dampingOfDiagonal * diagonal.base[index]
                        + Tuning.dampingOfBound * size / priceScale[index]),
                1e-12 / priceScale[index]
            )
            right.base[index] = -gradient
            // Held: at a face, or so near that a step of its own would cross it.
            let alone = price - gradient / (diagonal.base[index] + damping.base[index])
            let isHeld = (gradient > 0 && alone <= box.lowest[index]) || (gradient < 0 && alone >= box.highest[index])
            isFree.base[index] = !isHeld
        }
        conjugateGradient.solve(
            right: right.base,
            isFree: isFree.base,
            diagonal: diagonal.base,
            damping: damping.base,
            iterations: Tuning.conjugateIterations,
            tolerance: conjugateTolerance,
            solution: direction.base
        ) { input, output in
            system.multiply(input, scale: scale, into: output)
        }
        for index in rows.indices where !isFree.base[index] {
            let face = right.base[index] > 0 ? box.highest[index] : box.lowest[index]
            direction.base[index] = face - point.prices[index]
        }
    }
}
