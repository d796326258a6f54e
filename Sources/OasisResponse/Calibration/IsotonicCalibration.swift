/// A rising curve from predicted to observed rates.
///
/// Pool adjacent violators (Barlow et al., "Statistical Inference under Order Restrictions", 1972); between the blocks'
/// means the curve is a straight line, beyond the outer ones it is flat. Rates stay half an event away from 0 and 1, so
/// that no outcome is called impossible.
package struct IsotonicCalibration: Hashable, Sendable {
    /// Mean prediction of each block, rising.
    package let predicted: [Double]
    /// The rate of each block, not falling.
    package let observed: [Double]

    /// A curve as it was stored; both rise, as many of each, at least one.
    package init?(predicted: [Double], observed: [Double]) {
        let areProbabilities = (predicted + observed).allSatisfy { (0...1).contains($0) }
        guard !predicted.isEmpty, predicted.count == observed.count, areProbabilities,
            zip(predicted, predicted.dropFirst()).allSatisfy({ $0 < $1 }),
            zip(observed, observed.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        self.predicted = predicted
        self.observed = observed
    }

    /// Fits the curve to rows; nothing without rows.
    package init?(predictions: [Double], labels: [Float], weights: [Float]) {
        precondition(predictions.count == labels.count && labels.count == weights.count, "Columns must have one length")
        guard !predictions.isEmpty else { return nil }
        let order = predictions.indices.sorted {
            predictions[$0] != predictions[$1] ? predictions[$0] < predictions[$1] : $0 < $1
        }
        var blocks: [Block] = []
        for row in order {
            let weight = Double(weights[row])
            let own = Block(weight: weight, predicted: weight * predictions[row], events: weight * Double(labels[row]))
            // Equal predictions are one point, whatever came of them.
            if let last = blocks.last, last.lastPrediction == predictions[row] {
                blocks[blocks.count - 1].add(own)
            } else {
                blocks.append(own)
            }
            blocks[blocks.count - 1].lastPrediction = predictions[row]
            Self.pool(&blocks)
        }
        let total = blocks.reduce(0) { $0 + $1.weight }
        let margin = min(0.5 / total, 0.5)
        predicted = blocks.map { $0.predicted / $0.weight }
        observed = blocks.map { min(max($0.rate, margin), 1 - margin) }
    }

    /// The calibrated probability.
    package func callAsFunction(_ prediction: Double) -> Double {
        var (lower, upper) = (0, predicted.count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if predicted[middle] <= prediction { lower = middle + 1 } else { upper = middle }
        }
        guard lower > 0 else { return observed[0] }
        guard lower < predicted.count else { return observed[predicted.count - 1] }
        let share = (prediction - predicted[lower - 1]) / (predicted[lower] - predicted[lower - 1])
        return observed[lower - 1] + share * (observed[lower] - observed[lower - 1])
    }

    private struct Block {
        var weight: Double
        var predicted: Double
        var events: Double
        var lastPrediction = -1.0

        var rate: Double { events / weight }

        init(weight: Double, predicted: Double, events: Double) {
            self.weight = weight
            self.predicted = predicted
            self.events = events
        }

        mutating func add(_ other: Block) {
            weight += other.weight
            predicted += other.predicted
            events += other.events
        }
    }

    /// Joins the last blocks until rates rise.
    private static func pool(_ blocks: inout [Block]) {
        while blocks.count > 1, blocks[blocks.count - 2].rate >= blocks[blocks.count - 1].rate {
            let last = blocks.removeLast()
            blocks[blocks.count - 1].add(last)
            blocks[blocks.count - 1].lastPrediction = last.lastPrediction
        }
    }
}
