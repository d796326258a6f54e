package import OasisLogFiles

/// Columns of numbers with an outcome each, as trees read them: an empty field is NaN.
package struct NumericTable: Sendable {
    /// Labels, 0 to 1.
    package private(set) var labels: [Float] = []
    /// Weights, > 0.
    package private(set) var weights: [Float] = []
    private var values: [Double] = []
    private let columnCount: Int

    /// How many rows there are.
    package var rowCount: Int { labels.count }

    /// The numbers of a row, in the order of the columns that were asked for.
    package func row(_ index: Int) -> [Double] {
        Array(values[index * columnCount..<(index + 1) * columnCount])
    }

    /// Reads some columns of a CSV file.
    ///
    /// - Throws: `InvalidTable`, naming file, line and rule.
    package init(csv path: String, layout: TrainingTable.Layout, columns: [String]) throws(InvalidTable) {
        let scanner = try FieldScanner(path: path)
        let outcome = try OutcomeReader(layout, scanner)
        var places: [Int] = []
        for column in columns { places.append(try scanner.column(column)) }
        columnCount = columns.count
        while try scanner.nextRow() {
            labels.append(try outcome.label())
            weights.append(try outcome.weight())
            for (column, place) in zip(columns, places) {
                let field = scanner.fields[place]
                guard let start = field.baseAddress, !field.isEmpty else {
                    values.append(.nan)
                    continue
                }
                guard let number = DecimalNumber.read(start, count: field.count) else {
                    throw scanner.fault(scanner.line, "\(column) must be a number, but is \"\(field.shown)\"")
                }
                values.append(number)
            }
        }
        guard rowCount > 0 else { throw scanner.fault(nil, "must have at least one row") }
    }
}
