package import OasisLogFiles
package import OasisResponse

/// A table of outcomes as rows to learn from: a label each, and what was known before.
package struct TrainingTable: ~Copyable {
    /// Which columns mean what.
    package struct Layout: Hashable, Sendable {
        /// The outcome: 0, 1, or a number between for one that is not certain yet.
        package var label: String
        /// How many rows a row stands for, > 0; every row 1 without it.
        package var weight: String?
        /// When: RFC 3339 or seconds since 1970; rows must not go back in time.
        package var time: String?
        /// The surface, for calibration.
        package var surface: String?

        /// Names columns.
        package init(label: String, weight: String? = nil, time: String? = nil, surface: String? = nil) {
            self.label = label
            self.weight = weight
            self.time = time
            self.surface = surface
        }
    }

    /// The most surfaces that are told apart.
    package static let surfacesMaximum = 1_000

    /// The rows.
    package var rows = EncodedRows()
    /// How each column looked.
    package var profile: SignalProfile
    /// Seconds since 1970 of the first and the last row; nothing without a time column.
    package var window: ClosedRange<Double>?
    /// The surfaces that occur, in order of appearance; empty without such a column.
    package var surfaces: [String] = []
    /// Which of `surfaces` each row is of; empty without such a column.
    package var surfaceOfRow: [Int] = []

    /// Reads a CSV file that has each column that the encoder reads; other columns are ignored.
    ///
    /// - Throws: `InvalidTable`, naming file, line and rule.
    package init(csv path: String, layout: Layout, encoder: FeatureEncoder) throws(InvalidTable) {
        profile = SignalProfile(columns: encoder.columns.map(\.name))
        let scanner = try FieldScanner(path: path)
        let outcome = try OutcomeReader(layout, scanner)
        let columns = try ColumnReader(encoder, scanner)
        var numbers: [String: Int] = [:]
        var row = FeatureRow()
        while try scanner.nextRow() {
            let (label, weight) = (try outcome.label(), try outcome.weight())
            try columns.fill(&row, scanner, &profile)
            encoder.encode(row, label: label, weight: weight, into: &rows)
            profile.endRow(label: Double(label))
            if let time = try outcome.time() {
                guard time >= window?.upperBound ?? time else {
                    throw scanner.fault(scanner.line, "\(layout.time ?? "time") must not be before the row above")
                }
                window = (window?.lowerBound ?? time)...time
            }
            if let surface = try outcome.surface() {
                let number = numbers[surface] ?? surfaces.count
                guard number < Self.surfacesMaximum else {
                    throw scanner.fault(scanner.line, "must have at most \(Self.surfacesMaximum) surfaces")
                }
                if number == surfaces.count {
                    numbers[surface] = number
                    surfaces.append(surface)
                }
                surfaceOfRow.append(number)
            }
        }
        guard rows.rowCount > 0 else { throw scanner.fault(nil, "must have at least one row") }
    }

    /// The name of each row's surface; nothing without such a column.
    package var surfaceNames: [String]? { surfaces.isEmpty ? nil : surfaceOfRow.map { surfaces[$0] } }
}
