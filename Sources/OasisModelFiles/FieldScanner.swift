package import OasisLogFiles

/// Reads comma-separated values field by field where they lie, without a text for each.
///
/// The same strict RFC 4180 as `CommaSeparatedReader`: a header, every row as long as the header, fields with commas,
/// quotes or line breaks in double quotes.
package final class FieldScanner {
    /// One field's bytes, good until the next row is read.
    package typealias Field = UnsafeBufferPointer<UInt8>

    /// The columns' names.
    package let header: [String]
    /// The fields of the row read last.
    package private(set) var fields: [Field] = []
    /// The line on which it starts, from 1.
    package private(set) var line = 1
    private let source: MappedBytes
    private let file: String
    private let start: UnsafePointer<UInt8>
    private let count: Int
    private var offset = 0
    private var nextLine = 2
    /// Fields of this row that had doubled quotes, without them; given back before the next row.
    private var unquoted: [UnsafeMutablePointer<UInt8>] = []

    /// Opens a file and reads its header.
    ///
    /// - Throws: `InvalidTable`, naming file, line and rule.
    package init(path: String) throws(InvalidTable) {
        source = try MappedBytes(path)
        file = path
        count = source.bytes.count
        start = source.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        while offset < count, start[offset] != UInt8(ascii: "\n") { offset += 1 }
        header = try CommaSeparatedReader(Array(UnsafeBufferPointer(start: start, count: offset)), file: path).header
        offset = min(count, offset + 1)
        fields.reserveCapacity(header.count)
    }

    deinit { forget() }

    /// The place of a column.
    package func column(_ name: String) throws(InvalidTable) -> Int {
        guard let place = header.firstIndex(of: name) else { throw fault(1, "must have a column \"\(name)\"") }
        return place
    }

    /// A refusal of this file.
    package func fault(_ line: Int?, _ rule: String) -> InvalidTable {
        InvalidTable(file: file, line: line, rule: rule)
    }

    /// Reads the next row into `fields`; false at the end.
    package func nextRow() throws(InvalidTable) -> Bool {
        guard offset < count else { return false }
        line = nextLine
        forget()
        fields.removeAll(keepingCapacity: true)
        repeat { fields.append(try nextField()) } while try isFollowedByAnother()
        guard fields.count == header.count else {
            throw fault(line, "must have \(header.count) fields like the header, but has \(fields.count)")
        }
        return true
    }

    private func forget() {
        for memory in unquoted { memory.deallocate() }
        unquoted.removeAll(keepingCapacity: true)
    }

    /// Steps over the comma or the line's end behind a field.
    private func isFollowedByAnother() throws(InvalidTable) -> Bool {
        guard offset < count else { return false }
        if start[offset] == UInt8(ascii: ",") {
            offset += 1
            return true
        }
        if start[offset] == UInt8(ascii: "\r") { offset += 1 }
        guard offset < count, start[offset] == UInt8(ascii: "\n") else {
            throw fault(line, "must have a comma or the line's end after each field")
        }
        offset += 1
        nextLine += 1
        return false
    }

    private func nextField() throws(InvalidTable) -> Field {
        if offset < count, start[offset] == UInt8(ascii: "\"") { return try quotedField() }
        let first = offset
        while offset < count {
            let byte = start[offset]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
            guard byte != UInt8(ascii: "\"") else { throw fault(line, "must have quotes inside quoted fields alone") }
            offset += 1
        }
        return Field(start: start + first, count: offset - first)
    }

    private func quotedField() throws(InvalidTable) -> Field {
        let first = offset + 1
        var place = first
        var doubled = 0
        while true {
            guard place < count else { throw fault(line, "must close the quotes that it opens") }
            if start[place] == UInt8(ascii: "\n") { nextLine += 1 }
            if start[place] == UInt8(ascii: "\"") {
                guard place + 1 < count, start[place + 1] == UInt8(ascii: "\"") else { break }
                doubled += 1
                place += 1
            }
            place += 1
        }
        offset = place + 1
        let content = Field(start: start + first, count: place - first)
        return doubled == 0 ? content : withoutDoubledQuotes(content, count: content.count - doubled)
    }

    private func withoutDoubledQuotes(_ content: Field, count: Int) -> Field {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        unquoted.append(memory)
        var place = 0
        for target in 0..<count {
            memory[target] = content[place]
            place += content[place] == UInt8(ascii: "\"") ? 2 : 1
        }
        return Field(start: memory, count: count)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The bytes as text; nothing when they are not UTF-8.
    var text: String? { String(validating: self, as: UTF8.self) }

    /// What a refusal shows of it.
    var shown: String { String(decoding: prefix(40), as: UTF8.self) }
}
