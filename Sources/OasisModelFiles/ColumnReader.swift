internal import OasisLogFiles
internal import OasisResponse

/// Fills rows from a scanner's fields, by the columns that an encoder reads.
struct ColumnReader {
    private let columns: [(column: FeatureEncoder.Column, place: Int)]

    init(_ encoder: FeatureEncoder, _ scanner: FieldScanner) throws(InvalidTable) {
        var columns: [(column: FeatureEncoder.Column, place: Int)] = []
        for column in encoder.columns { columns.append((column, try scanner.column(column.name))) }
        self.columns = columns
    }

    func fill(_ row: inout FeatureRow, _ scanner: FieldScanner, _ profile: inout SignalProfile) throws(InvalidTable) {
        row.removeAll()
        for (index, (column, place)) in columns.enumerated() {
            let field = scanner.fields[place]
            switch field.isEmpty ? nil : column.kind {
            case nil: profile.addMissing(column: index)
            case .text:
                let token = FeatureHash.token(field.baseAddress!, count: field.count)
                row.append(token: token)
                profile.add(token: token, column: index)
            case .words, .namedNumbers:
                try addWords(field, column, &row, scanner, &profile, index)
            case .number:
                let number = try number(field, column.name, scanner)
                row.append(number: number)
                profile.add(number: number, column: index)
            }
            row.endColumn()
        }
    }

    private func addWords(
        _ field: FieldScanner.Field,
        _ column: FeatureEncoder.Column,
        _ row: inout FeatureRow,
        _ scanner: FieldScanner,
        _ profile: inout SignalProfile,
        _ index: Int
    ) throws(InvalidTable) {
        for word in field.split(separator: UInt8(ascii: " ")) {
            var name = FieldScanner.Field(rebasing: word)
            var number = 1.0
            if column.kind == .namedNumbers, let colon = name.lastIndex(of: UInt8(ascii: ":")) {
                number = try self.number(FieldScanner.Field(rebasing: name[(colon + 1)...]), column.name, scanner)
                name = FieldScanner.Field(rebasing: name[..<colon])
            }
            let token = FeatureHash.token(name.baseAddress!, count: name.count)
            row.append(token: token, number: number)
            profile.add(token: token, column: index)
        }
    }

    private func number(
        _ field: FieldScanner.Field,
        _ column: String,
        _ scanner: FieldScanner
    ) throws(InvalidTable) -> Double {
        guard let start = field.baseAddress, let number = DecimalNumber.read(start, count: field.count),
            number.isFinite
        else {
            throw scanner.fault(scanner.line, "\(column) must be a finite number, but is \"\(field.shown)\"")
        }
        return number
    }
}
