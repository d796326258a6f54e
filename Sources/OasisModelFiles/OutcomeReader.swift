internal import OasisLogFiles
internal import OasisMarket

/// Reads what a row says of its outcome.
struct OutcomeReader {
    let layout: TrainingTable.Layout
    let scanner: FieldScanner
    let labelPlace: Int
    let weightPlace: Int?
    let timePlace: Int?
    let surfacePlace: Int?

    init(_ layout: TrainingTable.Layout, _ scanner: FieldScanner) throws(InvalidTable) {
        self.layout = layout
        self.scanner = scanner
        labelPlace = try scanner.column(layout.label)
        weightPlace = try Self.place(layout.weight, scanner)
        timePlace = try Self.place(layout.time, scanner)
        surfacePlace = try Self.place(layout.surface, scanner)
    }

    private static func place(_ name: String?, _ scanner: FieldScanner) throws(InvalidTable) -> Int? {
        guard let name else { return nil }
        return try scanner.column(name)
    }

    func label() throws(InvalidTable) -> Float {
        let field = scanner.fields[labelPlace]
        guard let number = Self.number(field), (0...1).contains(number) else {
            throw scanner.fault(scanner.line, "\(layout.label) must be 0 to 1, but is \"\(field.shown)\"")
        }
        return Float(number)
    }

    func weight() throws(InvalidTable) -> Float {
        guard let weightPlace else { return 1 }
        let field = scanner.fields[weightPlace]
        guard let number = Self.number(field), number > 0, number <= 1e6 else {
            throw scanner.fault(
                scanner.line,
                "\(layout.weight ?? "weight") must be above 0 and at most 1e6, but is \"\(field.shown)\""
            )
        }
        return Float(number)
    }

    func time() throws(InvalidTable) -> Double? {
        guard let timePlace else { return nil }
        let field = scanner.fields[timePlace]
        if let seconds = Self.number(field) { return seconds }
        guard let text = field.text, let time = Timestamp(text) else {
            throw scanner.fault(
                scanner.line,
                "\(layout.time ?? "time") must be RFC 3339 or seconds since 1970, but is \"\(field.shown)\""
            )
        }
        return Double(time.milliseconds) / 1_000
    }

    func surface() throws(InvalidTable) -> String? {
        guard let surfacePlace else { return nil }
        guard let text = scanner.fields[surfacePlace].text else {
            throw scanner.fault(scanner.line, "\(layout.surface ?? "surface") must be UTF-8")
        }
        return text
    }

    private static func number(_ field: FieldScanner.Field) -> Double? {
        guard let start = field.baseAddress, let number = DecimalNumber.read(start, count: field.count) else {
            return nil
        }
        return number.isFinite ? number : nil
    }
}
