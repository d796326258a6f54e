/// Turns a row's values into entries (slot, value), by the schema and by nothing else.
///
/// Training and serving both go through `forEachEntry`, so that what a model learned from is what it is asked about.
package struct FeatureEncoder: Sendable {
    /// Entries that a row may have; what a row has beyond them is left out, in training and in serving.
    package static let entriesMaximum = 1_024

    /// The schema.
    package let schema: FeatureSchema
    /// The columns that a row must have, in this order.
    package let columns: [Column]
    @usableFromInline let steps: [Step]
    /// Edges of each feature in buckets.
    @usableFromInline let edges: [[Double]]
    /// Steps whose tokens each cross combines.
    @usableFromInline let parts: [[Int]]
    @usableFromInline let shift: UInt64

    /// A column of the input.
    package struct Column: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// How its text is read.
        package let kind: ColumnKind
    }

    /// What is done for one feature: plain numbers alone, so that going over steps counts no references.
    @usableFromInline
    struct Step: Sendable {
        @usableFromInline let key: UInt64
        @usableFromInline let column: Int
        @usableFromInline let operation: Operation
        /// Which of `edges` or `parts`.
        @usableFromInline let detail: Int
    }

    @usableFromInline
    enum Operation: Sendable { case tokens, namedNumbers, linear, log, logit, buckets, cross }

    /// An encoder for a schema.
    package init(_ schema: FeatureSchema) {
        self.schema = schema
        var columns: [Column] = []
        for feature in schema.features {
            guard let kind = feature.form.columnKind else { continue }
            if !columns.contains(where: { $0.name == feature.column }) {
                columns.append(Column(name: feature.column, kind: kind))
            }
        }
        self.columns = columns
        shift = UInt64(64 - schema.hashBits)
        var (edges, parts) = ([[Double]](), [[Int]]())
        steps = schema.features.map { feature in
            if case .buckets(let own) = feature.form { edges.append(own) }
            if case .cross(let names) = feature.form {
                parts.append(names.compactMap { name in schema.features.firstIndex { $0.name == name } })
            }
            let operation = Self.operation(feature.form)
            return Step(
                key: FeatureHash.pair(FeatureHash.token(feature.name), UInt64(schema.seed)),
                column: columns.firstIndex { $0.name == feature.column } ?? 0,
                operation: operation,
                detail: operation == .cross ? parts.count - 1 : edges.count - 1
            )
        }
        self.edges = edges
        self.parts = parts
    }

    private static func operation(_ form: FeatureSchema.Form) -> Operation {
        switch form {
        case .categorical, .words: .tokens
        case .sparse: .namedNumbers
        case .numeric(.linear): .linear
        case .numeric(.log): .log
        case .numeric(.logit): .logit
        case .buckets: .buckets
        case .cross: .cross
        }
    }

    /// Slots that rows have.
    package var slotCount: Int { 1 << schema.hashBits }

    /// What places a feature's tokens in slots: for a reader that makes entries of named numbers without a row between.
    package func tokenPlacement(ofFeature index: Int) -> (key: UInt64, shift: UInt64) {
        (steps[index].key, shift)
    }

    /// Visits the entries of a row, feature after feature.
    ///
    /// - Precondition: the row has every column of `columns`.
    @inlinable
    package func forEachEntry(of row: FeatureRow, _ body: (_ slot: UInt32, _ value: Float) -> Void) {
        precondition(row.ends.count == columns.count, "A row must have the encoder's columns")
        var left = Self.entriesMaximum
        row.values.withUnsafeBufferPointer { values in
            row.ends.withUnsafeBufferPointer { ends in
                steps.withUnsafeBufferPointer { steps in
                    for step in steps { visit(step, values, ends, &left, body) }
                }
            }
        }
    }

    /// Σ weight · value over the entries of a row, in the order of `forEachEntry`.
    ///
    /// Features of one token, nearly all of them in serving, are added up here, where the sum stays in a register; the
    /// others go through `forEachEntry`'s own steps.
    ///
    /// - Precondition: the row has every column of `columns`, and there is a weight for each slot.
    @inlinable
    package func weightedSum(of row: FeatureRow, _ weights: UnsafeBufferPointer<Float>) -> Float {
        precondition(row.ends.count == columns.count, "A row must have the encoder's columns")
        precondition(weights.count == slotCount, "There must be a weight for each slot")
        var left = Self.entriesMaximum
        return row.values.withUnsafeBufferPointer { values in
            row.ends.withUnsafeBufferPointer { ends in
                steps.withUnsafeBufferPointer { steps in
                    var sum: Float = 0
                    for step in steps {
                        let start = step.column == 0 ? 0 : ends[step.column &- 1]
                        if step.operation == .tokens, ends[step.column] &- start == 1, left > 0 {
                            left &-= 1
                            sum += weights[Int(FeatureHash.slot(values[start].token, key: step.key, shift: shift))]
                        } else {
                            // Copies, so that only this path needs them in memory.
                            var (own, rest) = (sum, left)
                            visit(step, values, ends, &rest) { slot, value in own += weights[Int(slot)] * value }
                            (sum, left) = (own, rest)
                        }
                    }
                    return sum
                }
            }
        }
    }

    @inlinable
    func visit(
        _ step: Step,
        _ values: UnsafeBufferPointer<FeatureRow.Value>,
        _ ends: UnsafeBufferPointer<Int>,
        _ left: inout Int,
        _ body: (_ slot: UInt32, _ value: Float) -> Void
    ) {
        if step.operation == .cross {
            cross(parts[step.detail][...], FeatureHash.missing, step.key, values, ends, &left, body)
            return
        }
        let range = (step.column == 0 ? 0 : ends[step.column - 1])..<ends[step.column]
        guard !range.isEmpty else {
            emit(FeatureHash.missing, 1, step.key, &left, body)
            return
        }
        switch step.operation {
        case .tokens:
            for place in range { emit(values[place].token, 1, step.key, &left, body) }
        case .namedNumbers:
            for place in range {
                emit(values[place].token, Self.scaled(values[place].number, .linear), step.key, &left, body)
            }
        case .linear:
            emit(0, Self.scaled(values[range.lowerBound].number, .linear), step.key, &left, body)
        case .log:
            emit(0, Self.scaled(values[range.lowerBound].number, .log), step.key, &left, body)
        case .logit:
            emit(0, Self.scaled(values[range.lowerBound].number, .logit), step.key, &left, body)
        case .buckets:
            emit(Self.bucketToken(values[range.lowerBound].number, edges[step.detail]), 1, step.key, &left, body)
        case .cross:
            break
        }
    }

    @inlinable
    @inline(__always)
    func emit(
        _ token: UInt64,
        _ value: Float,
        _ key: UInt64,
        _ left: inout Int,
        _ body: (_ slot: UInt32, _ value: Float) -> Void
    ) {
        guard left > 0 else { return }
        left &-= 1
        body(FeatureHash.slot(token, key: key, shift: shift), value)
    }

    /// Combines every token of the first part with every combination of the others.
    @usableFromInline
    func cross(
        _ parts: ArraySlice<Int>,
        _ token: UInt64,
        _ key: UInt64,
        _ values: UnsafeBufferPointer<FeatureRow.Value>,
        _ ends: UnsafeBufferPointer<Int>,
        _ left: inout Int,
        _ body: (_ slot: UInt32, _ value: Float) -> Void
    ) {
        guard let part = parts.first else {
            emit(token, 1, key, &left, body)
            return
        }
        let step = steps[part]
        let range = (step.column == 0 ? 0 : ends[step.column - 1])..<ends[step.column]
        guard !range.isEmpty else {
            cross(parts.dropFirst(), FeatureHash.pair(token, FeatureHash.missing), key, values, ends, &left, body)
            return
        }
        for place in range where left > 0 {
            var own = values[place].token
            if step.operation == .buckets { own = Self.bucketToken(values[place].number, edges[step.detail]) }
            cross(parts.dropFirst(), FeatureHash.pair(token, own), key, values, ends, &left, body)
        }
    }

    @usableFromInline
    static func scaled(_ number: Double, _ scale: FeatureSchema.Scale) -> Float {
        switch scale {
        case .linear: return Float(min(max(number, -1e6), 1e6))
        case .log: return Float(logarithm(onePlus: max(number, 0)))
        case .logit:
            let held = min(max(number, 1e-6), 1 - 1e-6)
            return Float(logarithm(held) - logarithm(onePlus: -held))
        }
    }

    @usableFromInline
    static func bucketToken(_ number: Double, _ edges: [Double]) -> UInt64 {
        var (lower, upper) = (0, edges.count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if edges[middle] <= number { lower = middle + 1 } else { upper = middle }
        }
        // Clear of 0 and of what stands for a missing value.
        return UInt64(lower) + 2
    }

    /// Adds a row to rows in training.
    ///
    /// The label is 0, 1, or between for an outcome that is not certain yet; the weight, > 0, is how many rows this one
    /// stands for.
    @inlinable
    package func encode(_ row: FeatureRow, label: Float, weight: Float, into rows: inout EncodedRows) {
        forEachEntry(of: row) { slot, value in rows.append(slot: slot, value: value) }
        rows.endRow(label: label, weight: weight)
    }
}
