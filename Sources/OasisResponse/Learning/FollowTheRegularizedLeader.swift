/// Online logistic regression: one pass over rows in order, each predicted before it is learned from.
///
/// FTRL-Proximal with a learning rate for each coordinate, L1 and L2. Source: McMahan et al., "Ad Click Prediction: a
/// View from the Trenches" (KDD 2013), algorithm 1. Deterministic: the same rows in the same order give the same bits.
package struct FollowTheRegularizedLeader: ~Copyable {
    /// How fast it learns, and how much it shrinks.
    package struct Rates: Hashable, Sendable {
        /// Learning rate of a coordinate that has seen nothing, α > 0.
        package var alpha: Double
        /// Squared gradients that a coordinate is taken to have seen, β ≥ 0; not both 0 with what it has seen.
        package var beta: Double
        /// L1 penalty of a coordinate, ≥ 0: below it a weight is exactly 0.
        package var l1: Double
        /// L2 penalty of a coordinate, ≥ 0.
        package var l2: Double

        /// The field's customary rates unless others are given.
        package init(alpha: Double = 0.05, beta: Double = 1, l1: Double = 0, l2: Double = 1) {
            self.alpha = alpha
            self.beta = beta
            self.l1 = l1
            self.l2 = l2
        }
    }

    /// Log-losses of rows before they were learned from.
    package struct Progress: Hashable, Sendable {
        /// Σ weight of the rows so far.
        package var weight = 0.0
        /// Σ weight · log-loss of the model.
        package var loss = 0.0
        /// Σ weight · log-loss of the mean label of the rows before.
        package var constantLoss = 0.0
        /// Σ weight · (log-loss of that mean − log-loss of the model)².
        package var squaredGain = 0.0
        /// Σ weight · label.
        package var labels = 0.0

        /// Nothing yet.
        package init() {}
    }

    /// One coordinate: Σ gradients less what the proximal terms take back, root of Σ gradients², and the weight.
    ///
    /// Sixteen bytes, so that none lies across two cache lines.
    @usableFromInline
    struct Coordinate {
        @usableFromInline var residue: Float = 0
        @usableFromInline var root: Float = 0
        @usableFromInline var weight: Float = 0
        @usableFromInline var unused: Float = 0
    }

    /// Margins are held to ±this, so that one row cannot say more than e^50.
    package static let marginMaximum = 50.0

    /// The rates.
    package let rates: Rates
    /// What has been seen.
    package private(set) var progress = Progress()
    /// The weight of what every row has.
    package private(set) var bias = 0.0
    private var biasResidue = 0.0
    private var biasRoot = 0.0
    private let coordinates: UnsafeMutablePointer<Coordinate>
    private let slotCount: Int

    /// A learner that knows nothing, for rows with `slotCount` slots.
    package init(slotCount: Int, rates: Rates) {
        self.rates = rates
        self.slotCount = slotCount
        coordinates = .allocate(capacity: slotCount)
        coordinates.initialize(repeating: Coordinate(), count: slotCount)
    }

    deinit { coordinates.deallocate() }

    /// The weights by slot.
    package var weights: [Float] { (0..<slotCount).map { coordinates[$0].weight } }

    /// Learns from rows, in order; from all of them unless a range is given.
    ///
    /// - Precondition: slots are below `slotCount`, as an encoder with as many makes them.
    package mutating func learn(from rows: borrowing EncodedRows, range: Range<Int>? = nil) {
        let range = range ?? 0..<rows.rowCount
        precondition(range.upperBound <= rows.rowCount, "A range must be one of rows")
        if rows.isOneHot {
            learn(rows, range, OneHot())
        } else {
            learn(rows, range, Valued(values: UnsafePointer(rows.values)))
        }
    }

    @inline(__always)
    private mutating func learn(_ rows: borrowing EncodedRows, _ range: Range<Int>, _ values: some EntryValues) {
        let (offsets, slots) = (rows.offsets, rows.slots)
        let inverseAlpha = Float(1 / rates.alpha)
        let (base, l1) = (Float(rates.beta / rates.alpha + rates.l2), Float(rates.l1))
        for row in range {
            let (start, end) = (offsets[row], offsets[row &+ 1])
            var sum: Float = 0
            var place = start
            while place < end {
                precondition(slots[place] < slotCount, "A slot must be one of the table")
                sum += coordinates[Int(slots[place])].weight * values[place]
                place &+= 1
            }
            let margin = min(max(bias + Double(sum), -Self.marginMaximum), Self.marginMaximum)
            let (label, weight) = (Double(rows.labels[row]), Double(rows.weights[row]))
            let error = weight * (logistic(margin) - label)
            record(margin: margin, label: label, weight: weight)
            learnBias(error)
            let gradient = Float(error)
            place = start
            while place < end {
                update(&coordinates[Int(slots[place])], gradient * values[place], inverseAlpha, base, l1)
                place &+= 1
            }
        }
    }

    @inline(__always)
    private func update(
        _ coordinate: inout Coordinate,
        _ gradient: Float,
        _ inverseAlpha: Float,
        _ base: Float,
        _ l1: Float
    ) {
        let root = (coordinate.root * coordinate.root + gradient * gradient).squareRoot()
        let residue =
            coordinate.residue + gradient - (root - coordinate.root) * inverseAlpha * coordinate.weight
        coordinate.root = root
        coordinate.residue = residue
        let excess = abs(residue) - l1
        coordinate.weight = excess <= 0 ? 0 : (residue < 0 ? excess : -excess) / (base + root * inverseAlpha)
    }

    private mutating func learnBias(_ gradient: Double) {
        let root = (biasRoot * biasRoot + gradient * gradient).squareRoot()
        biasResidue += gradient - (root - biasRoot) / rates.alpha * bias
        biasRoot = root
        // What every row has is not shrunk: a model that learns nothing else is the mean label.
        let scale = (rates.beta + root) / rates.alpha
        bias = scale > 0 ? -biasResidue / scale : 0
    }

    @inline(__always)
    private mutating func record(margin: Double, label: Double, weight: Double) {
        let mean = (progress.labels + 0.5) / (progress.weight + 1)
        let loss = logLoss(margin: margin, label: label)
        let constantLoss = -label * logarithm(mean) - (1 - label) * logarithm(onePlus: -mean)
        let gain = constantLoss - loss
        progress.loss += weight * loss
        progress.constantLoss += weight * constantLoss
        progress.squaredGain += weight * gain * gain
        progress.weight += weight
        progress.labels += weight * label
    }
}

/// The values of entries: a protocol for the compiler alone, which makes one loop for each.
private protocol EntryValues {
    subscript(place: Int) -> Float { get }
}

private struct OneHot: EntryValues {
    subscript(place: Int) -> Float { 1 }
}

private struct Valued: EntryValues {
    let values: UnsafePointer<Float>
    subscript(place: Int) -> Float { values[place] }
}

extension FollowTheRegularizedLeader.Progress {
    /// What was seen since an earlier moment.
    package func since(_ earlier: Self) -> Self {
        var difference = self
        difference.weight -= earlier.weight
        difference.loss -= earlier.loss
        difference.constantLoss -= earlier.constantLoss
        difference.squaredGain -= earlier.squaredGain
        difference.labels -= earlier.labels
        return difference
    }

    /// Mean log-loss; 0 of nothing.
    package var meanLoss: Double { weight > 0 ? loss / weight : 0 }

    /// Mean log-loss of the mean label.
    package var meanConstantLoss: Double { weight > 0 ? constantLoss / weight : 0 }

    /// Whether the model is better than the mean label by more than two standard errors of the difference.
    package var beatsConstant: Bool {
        guard weight > 1 else { return false }
        let mean = (constantLoss - loss) / weight
        let variance = max(0, squaredGain / weight - mean * mean)
        return mean > 2 * (variance / weight).squareRoot()
    }
}
