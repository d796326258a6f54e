/// Why a table is not what it should be: in which file, on which line, and the rule it breaks.
package struct InvalidTable: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    package var file: String
    /// Its line, from 1; nothing for the whole file.
    ///
    /// Where a quoted field spans several lines, the one that the row starts on.
    package var line: Int?
    /// What must hold and what was found.
    package var rule: String

    /// Names file, line and rule.
    package init(file: String, line: Int?, rule: String) {
        self.file = file
        self.line = line
        self.rule = rule
    }

    /// One line for people.
    package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(rule)" }
}

/// Reads comma-separated values row by row, strictly as RFC 4180 has them.
///
/// A header first, every row as long as the header, fields with commas, quotes or line breaks in double quotes, inner
/// quotes doubled. A bare line feed also ends a row.
package struct CommaSeparatedReader {
    /// One row: its fields in the header's order, and where it starts.
    package struct Row {
        /// The fields.
        package var fields: [String]
        /// Its line, from 1.
        package var line: Int
    }

    /// The columns' names.
    package private(set) var header: [String] = []
    private let file: String
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1

    /// Opens a table and reads its header.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - file: What refusals call it.
    /// - Throws: `InvalidTable` for an empty table.
    package init(_ bytes: [UInt8], file: String) throws(InvalidTable) {
        self.bytes = bytes
        self.file = file
        guard let first = try fields() else { throw fault(1, "must start with a header, but is empty") }
        header = first.fields
        guard Set(header).count == header.count else { throw fault(1, "must not name a column twice") }
    }

    /// The place of a column.
    package func column(_ name: String) throws(InvalidTable) -> Int {
        guard let place = header.firstIndex(of: name) else { throw fault(1, "must have a column \"\(name)\"") }
        return place
    }

    /// The next row; nothing at the end.
    package mutating func next() throws(InvalidTable) -> Row? {
        guard let row = try fields() else { return nil }
        guard row.fields.count == header.count else {
            throw fault(row.line, "must have \(header.count) fields like the header, but has \(row.fields.count)")
        }
        return row
    }

    private mutating func fields() throws(InvalidTable) -> Row? {
        guard offset < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        fields.reserveCapacity(header.count)
        while true {
            let isQuoted = offset < bytes.count && bytes[offset] == UInt8(ascii: "\"")
            fields.append(isQuoted ? try quotedField(start) : try plainField(start))
            guard offset < bytes.count else { return Row(fields: fields, line: start) }
            switch bytes[offset] {
            case UInt8(ascii: ","):
                offset += 1
            default:
                try endLine(start)
                return Row(fields: fields, line: start)
            }
        }
    }

    private mutating func endLine(_ start: Int) throws(InvalidTable) {
        if bytes[offset] == UInt8(ascii: "\r") { offset += 1 }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") else {
            throw fault(start, "must have a comma or the line's end after each field")
        }
        offset += 1
        line += 1
    }

    private mutating func plainField(_ start: Int) throws(InvalidTable) -> String {
        let first = offset
        loop: while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break loop
            case UInt8(ascii: "\""): throw fault(start, "must have quotes inside quoted fields alone")
            default: offset += 1
            }
        }
        return try text(bytes[first..<offset], start)
    }

    private mutating func quotedField(_ start: Int) throws(InvalidTable) -> String {
        offset += 1
        var content: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                content.append(byte)
                continue
            }
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                return try text(content[...], start)
            }
            content.append(byte)
            offset += 1
        }
        throw fault(start, "must close the quotes that it opens")
    }

    private func text(_ slice: ArraySlice<UInt8>, _ line: Int) throws(InvalidTable) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw fault(line, "must be UTF-8") }
        return text
    }

    /// A refusal of this file.
    package func fault(_ line: Int?, _ rule: String) -> InvalidTable {
        InvalidTable(file: file, line: line, rule: rule)
    }
}
