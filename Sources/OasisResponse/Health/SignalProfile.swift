/// How the columns of some rows looked: shares of values, missing values and zeros, small and mergeable.
///
/// Texts are counted in 64 classes by hash, numbers in classes of a quarter of an octave. Two profiles are compared by
/// `SignalHealth`.
package struct SignalProfile: Hashable, Sendable {
    /// One column.
    package struct Column: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// Values seen, words counted one by one.
        package internal(set) var values = 0.0
        /// Rows without a value.
        package internal(set) var missing = 0.0
        /// Numbers that were exactly 0.
        package internal(set) var zeros = 0.0
        /// Whether its values are numbers.
        package internal(set) var isNumeric = false
        /// Values in each class, by its number.
        package internal(set) var classes: [Int: Double] = [:]

        /// A column that nothing was seen of yet, or as it was stored.
        package init(
            name: String,
            values: Double = 0,
            missing: Double = 0,
            zeros: Double = 0,
            isNumeric: Bool = false,
            classes: [Int: Double] = [:]
        ) {
            self.name = name
            self.values = values
            self.missing = missing
            self.zeros = zeros
            self.isNumeric = isNumeric
            self.classes = classes
        }
    }

    /// Classes of texts.
    static let textClasses = 64

    /// Rows.
    package private(set) var rows = 0.0
    /// Σ labels.
    package private(set) var events = 0.0
    /// The columns, as they were declared.
    package private(set) var columns: [Column]

    /// Nothing seen yet of these columns.
    package init(columns: [String]) {
        self.columns = columns.map { Column(name: $0) }
    }

    /// A profile as it was stored.
    package init(rows: Double, events: Double, columns: [Column]) {
        self.rows = rows
        self.events = events
        self.columns = columns
    }

    /// Counts a row without a value.
    package mutating func addMissing(column: Int) {
        columns[column].missing += 1
    }

    /// Counts a text's token.
    package mutating func add(token: UInt64, column: Int) {
        columns[column].values += 1
        columns[column].classes[Int(token >> 32) % Self.textClasses, default: 0] += 1
    }

    /// Counts a number.
    package mutating func add(number: Double, column: Int) {
        columns[column].isNumeric = true
        columns[column].values += 1
        if number == 0 { columns[column].zeros += 1 }
        columns[column].classes[Self.numberClass(number), default: 0] += 1
    }

    /// Counts a row and its label.
    package mutating func endRow(label: Double) {
        rows += 1
        events += label
    }

    /// The class of a number: rising with it, 4 to an octave, and 0 by itself.
    static func numberClass(_ number: Double) -> Int {
        guard number != 0, number.isFinite else { return 0 }
        let quarter = Int(((number.magnitude.significand - 1) * 4).rounded(.down))
        let magnitude = 4 * (Int(number.exponent) + 1_075) + quarter + 1
        return number < 0 ? -magnitude : magnitude
    }
}
