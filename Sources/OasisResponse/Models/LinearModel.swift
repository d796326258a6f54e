/// A logistic model over hashed features: a bias and a weight for each slot.
package struct LinearModel: Hashable, Sendable {
    /// Log-odds of a row without entries.
    package let bias: Double
    /// A weight for each slot of the schema; none at all for the constant.
    package let weights: [Float]

    /// A model with weights for `slotCount` slots, or none.
    package init(bias: Double, weights: [Float]) {
        self.bias = bias
        self.weights = weights
    }

    /// The model of a fit, for rows with `slotCount` slots.
    package init(_ fit: LogisticRegression.Fit, slotCount: Int) {
        var weights = [Float](repeating: 0, count: slotCount)
        for (slot, weight) in zip(fit.slots, fit.weights) { weights[Int(slot)] = Float(weight) }
        self.init(bias: fit.bias, weights: weights)
    }

    /// The same probability for everything, held to [1e-9, 1 − 1e-9].
    package init(constant probability: Double) {
        self.init(bias: logit(probability), weights: [])
    }

    /// Whether it says the same of everything.
    package var isConstant: Bool { weights.isEmpty }

    /// Slots with a weight.
    package var nonZeroCount: Int { weights.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }

    /// Log-odds of a row in serving.
    ///
    /// - Precondition: the encoder is that of the schema the model was trained with.
    @inlinable
    package func margin(of row: FeatureRow, encoder: FeatureEncoder) -> Double {
        guard !weights.isEmpty else { return bias }
        return bias + Double(weights.withUnsafeBufferPointer { encoder.weightedSum(of: row, $0) })
    }

    /// Log-odds of rows that were encoded.
    package func margins(of rows: borrowing EncodedRows, range: Range<Int>? = nil) -> [Double] {
        let range = range ?? 0..<rows.rowCount
        precondition(range.upperBound <= rows.rowCount, "A range must be one of rows")
        guard !weights.isEmpty else { return [Double](repeating: bias, count: range.count) }
        let (offsets, slots, values) = (rows.offsets, rows.slots, rows.values)
        return weights.withUnsafeBufferPointer { weights in
            range.map { row in
                var sum: Float = 0
                for place in offsets[row]..<offsets[row + 1] { sum += weights[Int(slots[place])] * values[place] }
                return bias + Double(sum)
            }
        }
    }
}
