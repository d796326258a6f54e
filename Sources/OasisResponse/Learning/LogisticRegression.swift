/// L2-penalised logistic regression, to the optimum: min Σ weight · log-loss + ‖w‖² / (2C), the bias not penalised.
///
/// Newton's method; each step is solved by conjugate gradients with a diagonal preconditioner, as exactly as the distance
/// to the optimum deserves, and cut until the objective falls enough. Sources: Nocedal and Wright, "Numerical
/// Optimization" (2006), chapter 7; Lin, Weng and Keerthi, "Trust region Newton method for large-scale logistic
/// regression" (JMLR 2008) for the products with the Hessian.
package struct LogisticRegression {
    /// What is optimised, and how far.
    package struct Options: Hashable, Sendable {
        /// C > 0: the larger, the less is shrunk.
        package var inversePenalty: Double
        /// Stop when the objective can fall by no more than this share of itself, by the Newton decrement.
        package var tolerance: Double
        /// Newton steps at most.
        package var stepsMaximum: Int
        /// Threads; the result does not depend on them.
        package var threads: Int

        /// Customary options.
        package init(inversePenalty: Double = 1, tolerance: Double = 1e-10, stepsMaximum: Int = 100, threads: Int = 1) {
            self.inversePenalty = inversePenalty
            self.tolerance = tolerance
            self.stepsMaximum = stepsMaximum
            self.threads = threads
        }
    }

    /// What was found.
    package struct Fit: Sendable {
        /// Slots with a weight, rising.
        package var slots: [UInt32]
        /// Their weights.
        package var weights: [Double]
        /// The weight of what every row has.
        package var bias: Double
        /// The objective there.
        package var objective: Double
        /// By how much it could still fall, by the last Newton decrement.
        package var remaining: Double
        /// Newton steps.
        package var steps: Int
        /// Products with the Hessian.
        package var products: Int
        /// Whether `remaining` is within the tolerance.
        package var isConverged: Bool
    }

    private let design: SparseDesign

    /// Prepares rows; `fit` may then be asked for several penalties.
    package init(_ rows: borrowing EncodedRows, range: Range<Int>? = nil, threads: Int = 1) {
        design = SparseDesign(rows, range ?? 0..<rows.rowCount, threads: threads)
    }

    /// How many different slots the rows have.
    package var slotCount: Int { design.columnCount }

    /// The optimum, from nothing or from a fit of the same rows.
    package func fit(_ options: Options, from start: Fit? = nil) -> Fit {
        var descent = NewtonDescent(design, options, from: start)
        descent.run()
        return descent.fit
    }
}

/// One descent.
///
/// Vectors have a place for each column and a last one for the bias.
private struct NewtonDescent {
    let design: SparseDesign
    let options: LogisticRegression.Options
    let size: Int
    var point: [Double]
    var margins: [Double]
    var objective = 0.0
    var gradient: [Double]
    var curvatures: [Double]
    var diagonal: [Double]
    var rowScratch: [Double]
    var steps = 0
    var products = 0
    var remaining = Double.infinity

    init(_ design: SparseDesign, _ options: LogisticRegression.Options, from start: LogisticRegression.Fit?) {
        self.design = design
        self.options = options
        size = design.columnCount + 1
        let zeros = [Double](repeating: 0, count: size)
        let rowZeros = [Double](repeating: 0, count: design.rowCount)
        point = start.map { $0.weights + [$0.bias] } ?? zeros
        precondition(point.count == size, "A start must be a fit of the same rows")
        margins = rowZeros
        gradient = zeros
        curvatures = rowZeros
        diagonal = zeros
        rowScratch = rowZeros
    }

    var fit: LogisticRegression.Fit {
        LogisticRegression.Fit(
            slots: design.slotOfColumn,
            weights: Array(point.dropLast()),
            bias: point[size - 1],
            objective: objective,
            remaining: remaining,
            steps: steps,
            products: products,
            isConverged: remaining <= options.tolerance * objective
        )
    }

    mutating func run() {
        design.margins(of: point, into: &margins)
        objective = objective(at: margins, penalty: penalty(point))
        while steps < options.stepsMaximum {
            differentiate()
            let direction = newtonDirection()
            let slope = dot(gradient, direction)
            remaining = -slope / 2
            guard remaining > options.tolerance * objective else { return }
            guard advance(along: direction, slope: slope) else { return }
            steps += 1
        }
    }

    /// Gradient, curvatures of rows and the Hessian's diagonal at the point.
    private mutating func differentiate() {
        for row in 0..<design.rowCount {
            let probability = logistic(margins[row])
            rowScratch[row] = design.weights[row] * (probability - design.labels[row])
            curvatures[row] = design.weights[row] * probability * (1 - probability)
        }
        design.columnSums(of: rowScratch, into: &gradient)
        for column in 0..<size - 1 { gradient[column] += point[column] / options.inversePenalty }
        design.columnSums(of: curvatures, squared: true, into: &diagonal)
        for column in 0..<size - 1 { diagonal[column] += 1 / options.inversePenalty }
        diagonal[size - 1] = max(diagonal[size - 1], 1e-12)
    }

    /// Solves H d = −g by conjugate gradients.
    private mutating func newtonDirection() -> [Double] {
        var direction = [Double](repeating: 0, count: size)
        var residual = gradient.map { -$0 }
        var scaled = zip(residual, diagonal).map { $0 / $1 }
        var search = scaled
        var size2 = dot(residual, scaled)
        let first = size2
        // The closer to the optimum, the more exactly: quadratic convergence in the end.
        let wanted = min(0.01, first / max(objective, 1e-300)) * first
        var curved = [Double](repeating: 0, count: size)
        for _ in 0..<min(500, size) where size2 > 1e-30 * first && size2 > wanted {
            hessianProduct(search, into: &curved)
            let curvature = dot(search, curved)
            guard curvature > 0 else { break }
            let step = size2 / curvature
            for place in 0..<size {
                direction[place] += step * search[place]
                residual[place] -= step * curved[place]
                scaled[place] = residual[place] / diagonal[place]
            }
            let next = dot(residual, scaled)
            let ratio = next / size2
            size2 = next
            for place in 0..<size { search[place] = scaled[place] + ratio * search[place] }
        }
        return direction
    }

    private mutating func hessianProduct(_ vector: [Double], into result: inout [Double]) {
        products += 1
        design.margins(of: vector, into: &rowScratch)
        for row in 0..<design.rowCount { rowScratch[row] *= curvatures[row] }
        design.columnSums(of: rowScratch, into: &result)
        for column in 0..<size - 1 { result[column] += vector[column] / options.inversePenalty }
    }

    /// Goes along a direction as far as the objective falls in proportion; whether it went at all.
    private mutating func advance(along direction: [Double], slope: Double) -> Bool {
        var change = rowScratch
        design.margins(of: direction, into: &change)
        var length = 1.0
        for _ in 0..<40 {
            let candidate = zip(point, direction).map { $0 + length * $1 }
            let moved = zip(margins, change).map { $0 + length * $1 }
            let value = objective(at: moved, penalty: penalty(candidate))
            if value <= objective + 1e-4 * length * slope {
                (point, margins, objective) = (candidate, moved, value)
                return true
            }
            length /= 2
        }
        return false
    }

    private func objective(at margins: [Double], penalty: Double) -> Double {
        penalty
            + design.sum { row in
                design.weights[row] * logLoss(margin: margins[row], label: design.labels[row])
            }
    }

    private func penalty(_ point: [Double]) -> Double {
        point.dropLast().reduce(0) { $0 + $1 * $1 } / (2 * options.inversePenalty)
    }

    private func dot(_ one: [Double], _ other: [Double]) -> Double {
        var sum = 0.0
        for place in one.indices { sum += one[place] * other[place] }
        return sum
    }
}
