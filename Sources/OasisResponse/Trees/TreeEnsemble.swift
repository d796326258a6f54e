/// Gradient-boosted trees as LightGBM writes them as text, predicted here.
///
/// `TreeEnsemble(text:)` reads and checks; predicting cannot fail. Every step is LightGBM's own, in the same order of
/// additions: source of the semantics is LightGBM's documentation of its model format and parameters (missing values,
/// default directions, categorical bit sets).
package struct TreeEnsemble: Hashable, Sendable {
    /// What becomes of the sum over trees.
    package enum Output: Hashable, Sendable {
        /// 1 / (1 + e^(−σ·sum)): `binary` with its sigmoid, or `cross_entropy` with σ = 1.
        case probability(sigmoid: Double)
        /// The sum itself: regression.
        case sum
    }

    /// One tree: inner nodes by number, leaves by ~number.
    package struct Tree: Hashable, Sendable {
        var nodes: [Node]
        var leaves: [Double]
        /// Words of the categorical splits' bit sets.
        var bits: [UInt32]
    }

    /// One split.
    struct Node: Hashable, Sendable {
        var feature: Int32
        /// An inner node, or the bitwise complement of a leaf.
        var left: Int32
        var right: Int32
        var decision: Decision
        /// Goes left when not above it; for a categorical split unused.
        var threshold: Double
        /// Words of the bit set of categories that go left.
        var bits: Range<Int32>
    }

    /// How a split decides, and what it takes for a missing value.
    struct Decision: Hashable, Sendable {
        enum Missing: Int, Sendable { case none, zero, notANumber }

        var isCategorical: Bool
        var defaultsLeft: Bool
        var missing: Missing
    }

    /// The features that rows have, in order.
    package let features: [String]
    /// Trees, in the order in which they are added.
    package let trees: [Tree]
    /// What becomes of their sum.
    package let output: Output
    /// Whether predictions come from the sum over the number of trees (random forests).
    package let isAverage: Bool

    /// The sum over trees, before anything becomes of it; LightGBM's `raw_score`.
    ///
    /// - Precondition: as many values as `features`. NaN is missing; a category is its number.
    package func rawScore(_ values: [Double]) -> Double {
        precondition(values.count == features.count, "A row must have a value for each feature")
        var sum = 0.0
        values.withUnsafeBufferPointer { values in
            for tree in trees { sum += tree.leaf(values) }
        }
        return sum
    }

    /// The prediction: a probability, or the sum for regression.
    package func prediction(_ values: [Double]) -> Double {
        let raw = rawScore(values) / (isAverage ? Double(trees.count) : 1)
        switch output {
        case .probability(let sigmoid): return 1 / (1 + exponential(-sigmoid * raw))
        case .sum: return raw
        }
    }
}

extension TreeEnsemble.Tree {
    /// The value of the leaf into which a row falls.
    fileprivate func leaf(_ values: UnsafeBufferPointer<Double>) -> Double {
        guard !nodes.isEmpty else { return leaves[0] }
        var place: Int32 = 0
        while place >= 0 {
            let node = nodes[Int(place)]
            place = goesLeft(node, values[Int(node.feature)]) ? node.left : node.right
        }
        return leaves[Int(~place)]
    }

    private func goesLeft(_ node: TreeEnsemble.Node, _ value: Double) -> Bool {
        node.decision.isCategorical ? categoryGoesLeft(node, value) : numberGoesLeft(node, value)
    }

    private func numberGoesLeft(_ node: TreeEnsemble.Node, _ value: Double) -> Bool {
        var value = value
        if value.isNaN, node.decision.missing != .notANumber { value = 0 }
        let isMissing =
            (node.decision.missing == .zero && abs(value) <= TreeEnsemble.zeroThreshold)
            || (node.decision.missing == .notANumber && value.isNaN)
        return isMissing ? node.decision.defaultsLeft : value <= node.threshold
    }

    private func categoryGoesLeft(_ node: TreeEnsemble.Node, _ value: Double) -> Bool {
        let isMissing = value.isNaN
        guard !isMissing || node.decision.missing != .notANumber else { return false }
        // Toward zero, as LightGBM makes categories of numbers; what no 32 bits hold is in no set.
        let number = isMissing ? 0 : value.rounded(.towardZero)
        guard number >= 0, number < 2_147_483_648 else { return false }
        let category = Int(number)
        let word = Int(node.bits.lowerBound) + category / 32
        return word < Int(node.bits.upperBound) && bits[word] >> UInt32(category % 32) & 1 == 1
    }
}

extension TreeEnsemble {
    /// What LightGBM takes for zero.
    static let zeroThreshold = Double(Float(1e-35))
}
