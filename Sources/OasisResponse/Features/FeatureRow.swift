/// One row's values, column after column as `FeatureEncoder.columns` has them; made once and filled again and again.
///
/// A column may have no value (it is missing), one, or several (words).
package struct FeatureRow: Sendable {
    /// A token, a number, or both.
    @usableFromInline
    struct Value: Sendable {
        @usableFromInline var token: UInt64
        @usableFromInline var number: Double

        @inlinable
        init(token: UInt64, number: Double) {
            self.token = token
            self.number = number
        }
    }

    @usableFromInline var values: [Value] = []
    @usableFromInline var ends: [Int] = []

    /// An empty row.
    package init() {}

    /// Forgets all values and keeps the memory.
    @inlinable
    package mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Adds a token by its hash, with its number where the column holds named numbers.
    @inlinable
    package mutating func append(token: UInt64, number: Double = 1) {
        values.append(Value(token: token, number: number))
    }

    /// Adds a text's token; an empty text is a missing one.
    package mutating func append(_ text: String) {
        if !text.isEmpty { append(token: FeatureHash.token(text)) }
    }

    /// Adds a number; what is not finite is missing.
    @inlinable
    package mutating func append(number: Double) {
        if number.isFinite { values.append(Value(token: FeatureHash.missing, number: number)) }
    }

    /// Ends the column whose values were added.
    @inlinable
    package mutating func endColumn() {
        ends.append(values.count)
    }

    /// How many columns have ended.
    package var columnCount: Int { ends.count }
}
