package import OasisLogFiles
package import OasisResponse

/// Reads rows in Vowpal Wabbit's text layout, block by block: `LABEL [WEIGHT] ['TAG]|NAMESPACE NAME[:VALUE] … |…`.
///
/// Labels are -1, 0 or 1; a namespace's own weight (`|name:2`) multiplies its values. Every name becomes an entry of the
/// one feature of `FeatureSchema.namedNumbers`.
package final class VowpalText {
    private let source: MappedBytes
    private let file: String
    private let start: UnsafePointer<UInt8>
    private let count: Int
    private var offset = 0
    private var line = 0
    private let key: UInt64
    private let shift: UInt64

    /// Opens a file.
    ///
    /// - Throws: `InvalidTable` when it cannot be read.
    package init(path: String, encoder: FeatureEncoder) throws(InvalidTable) {
        source = try MappedBytes(path)
        file = path
        count = source.bytes.count
        start = source.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        (key, shift) = encoder.tokenPlacement(ofFeature: 0)
    }

    /// Whether there is more to read.
    package var isAtEnd: Bool { offset >= count }

    /// Adds rows until `entries` entries are reached, or the file's end.
    ///
    /// - Throws: `InvalidTable`, naming the line and the rule.
    package func read(into rows: inout EncodedRows, entries: Int) throws(InvalidTable) {
        while offset < count, rows.entryCount < entries { try readLine(into: &rows) }
    }

    private func readLine(into rows: inout EncodedRows) throws(InvalidTable) {
        line += 1
        var cursor = Cursor(start: start, offset: offset, end: lineEnd())
        offset = cursor.end + 1
        cursor.skipSpaces()
        guard !cursor.isAtEnd else { return }
        let (label, weight) = try outcome(&cursor)
        let first = rows.entryCount
        while !cursor.isAtEnd {
            cursor.offset += 1
            try readNamespace(&cursor, &rows)
        }
        guard rows.entryCount - first <= FeatureEncoder.entriesMaximum else {
            throw fault("must have at most \(FeatureEncoder.entriesMaximum) features a row")
        }
        rows.endRow(label: label, weight: weight)
    }

    /// The offset of this line's feed, or of the carriage return before it.
    private func lineEnd() -> Int {
        var end = offset
        while end < count, start[end] != UInt8(ascii: "\n") { end &+= 1 }
        return end
    }

    private func outcome(_ cursor: inout Cursor) throws(InvalidTable) -> (label: Float, weight: Float) {
        var (label, weight): (Double?, Double?) = (nil, nil)
        while !cursor.isAtEnd, cursor.byte != UInt8(ascii: "|") {
            let word = cursor.word()
            let isTag =
                start[word.lowerBound] == UInt8(ascii: "'") || (!cursor.isAtEnd && cursor.byte == UInt8(ascii: "|"))
            let number = DecimalNumber.read(start + word.lowerBound, count: word.count)
            if label == nil, let number {
                label = number
            } else if weight == nil, let number, !isTag {
                weight = number
            } else if !isTag {
                throw fault("must start with a label, a weight if any, and |, but has \"\(shown(word))\"")
            }
            cursor.skipSpaces()
        }
        guard !cursor.isAtEnd else { throw fault("must have | before its features") }
        guard let label, label == 1 || label == 0 || label == -1 else { throw fault("must have a label -1, 0 or 1") }
        let held = weight ?? 1
        guard held > 0, held <= 1e6 else { throw fault("must have a weight above 0 and at most 1e6") }
        return (label == 1 ? 1 : 0, Float(held))
    }

    private func readNamespace(_ cursor: inout Cursor, _ rows: inout EncodedRows) throws(InvalidTable) {
        var namespace: UInt64 = 0
        var scale: Float = 1
        if !cursor.isAtEnd, cursor.byte != UInt8(ascii: " "), cursor.byte != UInt8(ascii: "|") {
            let (name, value) = try named(&cursor)
            namespace = FeatureHash.token(start + name.lowerBound, count: name.count)
            scale = value
        }
        cursor.skipSpaces()
        while !cursor.isAtEnd, cursor.byte != UInt8(ascii: "|") {
            let (name, value) = try named(&cursor)
            let own = FeatureHash.token(start + name.lowerBound, count: name.count)
            let token = FeatureHash.pair(own, namespace)
            rows.append(
                slot: FeatureHash.slot(token, key: key, shift: shift),
                value: min(max(value * scale, -1e6), 1e6)
            )
            cursor.skipSpaces()
        }
    }

    /// A name, and the number behind its colon or 1.
    @inline(__always)
    private func named(_ cursor: inout Cursor) throws(InvalidTable) -> (name: Range<Int>, value: Float) {
        let first = cursor.offset
        var place = first
        while place < cursor.end, start[place] > UInt8(ascii: " "), start[place] != UInt8(ascii: "|"),
            start[place] != UInt8(ascii: ":")
        {
            place &+= 1
        }
        cursor.offset = place
        guard place < cursor.end, start[place] == UInt8(ascii: ":") else { return (first..<place, 1) }
        cursor.offset = place + 1
        let word = cursor.word()
        guard let number = DecimalNumber.read(start + word.lowerBound, count: word.count), abs(number) <= 1e6 else {
            throw fault("must have a number behind each colon, at most 1e6, but has \"\(shown(word))\"")
        }
        return (first..<place, Float(number))
    }

    private func shown(_ range: Range<Int>) -> String {
        UnsafeBufferPointer(start: start + range.lowerBound, count: range.count).shown
    }

    private func fault(_ rule: String) -> InvalidTable { InvalidTable(file: file, line: line, rule: rule) }
}

/// A place within one line.
private struct Cursor {
    let start: UnsafePointer<UInt8>
    var offset: Int
    let end: Int

    var isAtEnd: Bool { offset >= end }
    var byte: UInt8 { start[offset] }

    @inline(__always)
    mutating func skipSpaces() {
        while offset < end, start[offset] <= UInt8(ascii: " ") { offset &+= 1 }
    }

    /// What comes until a space or a bar.
    mutating func word() -> Range<Int> {
        let first = offset
        while offset < end, start[offset] > UInt8(ascii: " "), start[offset] != UInt8(ascii: "|") { offset &+= 1 }
        return first..<offset
    }
}
