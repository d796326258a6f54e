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
    @usableFromInline let shift: UInt64

    /// A column of the input.
    package struct Column: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// How its text is read.
        package let kind: ColumnKind
    }

    @usableFromInline
    struct Step: Sendable {
        @usableFromInline let key: UInt64
        @usableFromInline let column: Int
        @usableFromInline let operation: Operation
    }

    @usableFromInline
    enum Operation: Sendable {
        case tokens
        case namedNumbers
        case number(FeatureSchema.Scale)
        case buckets([Double])
        /// Steps whose tokens are combined.
        case cross([Int])
    }

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
        steps = schema.features.map { feature in
            Step(
                key: FeatureHash.pair(FeatureHash.token(feature.name), UInt64(schema.seed)),
                column: columns.firstIndex { $0.name == feature.column } ?? 0,
                operation: Self.operation(feature.form, in: schema)
            )
        }
    }

    private static func operation(_ form: FeatureSchema.Form, in schema: FeatureSchema) -> Operation {
        switch form {
        case .categorical, .words: .tokens
        case .sparse: .namedNumbers
        case .numeric(let scale): .number(scale)
        case .buckets(let edges): .buckets(edges)
        case .cross(let parts): .cross(parts.compactMap { part in schema.features.firstIndex { $0.name == part } })
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
                for step in steps {
                    visit(step, values, ends, &left, body)
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
        if case .cross(let parts) = step.operation {
            cross(parts[...], FeatureHash.missing, step.key, values, ends, &left, body)
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
            for place in range { emit(values[place].token, Float(values[place].number), step.key, &left, body) }
        case .number(let scale):
            emit(0, Self.scaled(values[range.lowerBound].number, scale), step.key, &left, body)
        case .buckets(let edges):
            emit(Self.bucketToken(values[range.lowerBound].number, edges), 1, step.key, &left, body)
        case .cross:
            break
        }
    }

    @inlinable
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
            if case .buckets(let edges) = step.operation { own = Self.bucketToken(values[place].number, edges) }
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
    /// - Parameters:
    ///   - label: 0, 1, or between for an outcome that is not certain yet.
    ///   - weight: how many rows this one stands for, > 0.
    @inlinable
    package func encode(_ row: FeatureRow, label: Float, weight: Float, into rows: inout EncodedRows) {
        forEachEntry(of: row) { slot, value in rows.append(slot: slot, value: value) }
        rows.endRow(label: label, weight: weight)
    }
}
