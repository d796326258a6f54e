package import OasisMarket

/// Which features a model sees, declared once and used by training and serving alike.
///
/// Every feature reads one column and becomes entries (slot, value) of a sparse row with 2^`hashBits` slots.
package struct FeatureSchema: Hashable, Sendable {
    /// One declared feature.
    package struct Feature: Hashable, Sendable {
        /// Its name, once in a schema.
        package var name: String
        /// The column that it reads; crosses read those of their parts.
        package var column: String
        /// What becomes of the column's value.
        package var form: Form

        /// A feature that reads the column of its own name unless another is given.
        package init(_ name: String, _ form: Form, column: String? = nil) {
            self.name = name
            self.form = form
            self.column = column ?? name
        }
    }

    /// What becomes of a column's value.
    package enum Form: Hashable, Sendable {
        /// A text: one entry of value 1.
        case categorical
        /// Words between spaces: an entry of value 1 each.
        case words
        /// Named numbers between spaces, `name:value` or `name` for 1, held to ±1e6: an entry each.
        case sparse
        /// A number: one entry with the scaled number.
        case numeric(Scale)
        /// A number: one entry of value 1 for the bucket that it falls into; edges rise, and an edge opens its bucket.
        case buckets([Double])
        /// Every combination of the entries of two or more features (categorical, words or buckets): value 1 each.
        case cross([String])
    }

    /// How a number is scaled.
    package enum Scale: String, Hashable, Sendable, CaseIterable {
        /// As it is, held to ±1e6.
        case linear
        /// ln(1 + x), with negative numbers taken as 0.
        case log
        /// ln(p / (1 − p)), with p held to [1e-6, 1 − 1e-6].
        case logit
    }

    /// Slots are 2^this; 8 to 24.
    package static let hashBitsRange = 8...24
    /// How many features a schema may declare.
    package static let featuresMaximum = 256

    /// Slots are 2^this.
    package let hashBits: Int
    /// Another seed spreads tokens over slots differently, for when two important ones share one.
    package let seed: UInt32
    /// In the order in which they were declared.
    package let features: [Feature]

    /// Checks a declaration.
    ///
    /// - Throws: `InvalidField`, naming field and rule.
    package init(features: [Feature], hashBits: Int = 20, seed: UInt32 = 0) throws(InvalidField) {
        self.hashBits = hashBits
        self.seed = seed
        self.features = features
        try require(Self.hashBitsRange.contains(hashBits), "hashBits", "must be 8 to 24, but is \(hashBits)")
        try require(
            (1...Self.featuresMaximum).contains(features.count),
            "features",
            "must be 1 to \(Self.featuresMaximum), but are \(features.count)"
        )
        for (index, feature) in features.enumerated() {
            do { try check(feature, at: index) } catch { throw error.inside("features[\(index)]") }
        }
        try checkColumns()
    }

    private func check(_ feature: Feature, at index: Int) throws(InvalidField) {
        for (field, text) in [("name", feature.name), ("column", feature.column)] {
            try require((1...64).contains(text.utf8.count), field, "must have 1 to 64 bytes")
        }
        try require(!features[..<index].contains { $0.name == feature.name }, "name", "must not be declared twice")
        switch feature.form {
        case .buckets(let edges):
            try require((1...1_000).contains(edges.count), "edges", "must be 1 to 1000, but are \(edges.count)")
            try require(edges.allSatisfy(\.isFinite), "edges", "must be finite")
            try require(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }, "edges", "must rise")
        case .cross(let parts):
            try require((2...4).contains(parts.count), "of", "must name 2 to 4 features, but names \(parts.count)")
            for part in parts {
                let declared = features[..<index].first { $0.name == part }
                try require(
                    declared?.form.canBeCrossed == true,
                    "of",
                    "\"\(part)\" must be declared above, as \(Self.crossable)"
                )
            }
        case .categorical, .words, .sparse, .numeric:
            break
        }
    }

    private static let crossable = "categorical, words or buckets"

    /// A column is read either as text or as a number.
    private func checkColumns() throws(InvalidField) {
        var kinds: [String: ColumnKind] = [:]
        for (index, feature) in features.enumerated() {
            guard let kind = feature.form.columnKind else { continue }
            let known = kinds.updateValue(kind, forKey: feature.column) ?? kind
            try require(known == kind, "features[\(index)].column", "\"\(feature.column)\" is read as \(known) above")
        }
    }

    /// The schema of text in Vowpal Wabbit's layout: whatever its lines name.
    package static func namedNumbers(hashBits: Int) throws(InvalidField) -> FeatureSchema {
        try FeatureSchema(features: [Feature("features", .sparse)], hashBits: hashBits)
    }
}

/// How a column's text is read.
package enum ColumnKind: String, Hashable, Sendable, CustomStringConvertible {
    case text
    case words
    case namedNumbers
    case number

    package var description: String {
        switch self {
        case .text: "a text"
        case .words: "words"
        case .namedNumbers: "named numbers"
        case .number: "a number"
        }
    }
}

extension FeatureSchema.Form {
    /// How its column is read; nothing for a cross.
    package var columnKind: ColumnKind? {
        switch self {
        case .categorical: .text
        case .words: .words
        case .sparse: .namedNumbers
        case .numeric, .buckets: .number
        case .cross: nil
        }
    }

    var canBeCrossed: Bool {
        switch self {
        case .categorical, .words, .buckets: true
        case .sparse, .numeric, .cross: false
        }
    }
}
