/// Strings of a column: their bytes side by side.
struct StringColumn {
    /// The bytes of all strings.
    var bytes: [UInt8]
    /// Where strings begin, and where the last one ends: one more than there are strings.
    var offsets: [UInt32]
}

/// Columns read at once; each gives nothing, and takes no step, when the array is not what it reads.
extension JSONParser {
    /// Steps over an array of 1 to `countMaximum` numbers.
    package mutating func floats(countMaximum: Int) -> [Float]? {
        column(countMaximum) { cursor in cursor.float() }
    }

    /// Steps over an array of 1 to `countMaximum` truth values.
    mutating func bools(countMaximum: Int) -> [Bool]? {
        column(countMaximum) { cursor in cursor.bool() }
    }

    @inline(__always)
    private mutating func column<Element>(
        _ countMaximum: Int,
        _ read: (inout JSONColumnCursor) -> Element?
    ) -> [Element]? {
        var cursor = JSONColumnCursor(bytes: bytes, offset: offset)
        guard cursor.begin() else { return nil }
        var isWhole = false
        let column = [Element](unsafeUninitializedCapacity: capacity(countMaximum)) { column, count in
            isWhole = Self.fill(column, &count, from: &cursor, read)
        }
        guard isWhole else { return nil }
        offset = cursor.offset
        return column
    }

    /// No element takes less than two bytes.
    private func capacity(_ countMaximum: Int) -> Int { min(countMaximum, (bytes.count - offset) / 2) }

    @inline(__always)
    private static func fill<Element>(
        _ column: UnsafeMutableBufferPointer<Element>,
        _ count: inout Int,
        from cursor: inout JSONColumnCursor,
        _ read: (inout JSONColumnCursor) -> Element?
    ) -> Bool {
        while count < column.count {
            guard let element = read(&cursor) else { return false }
            column.initializeElement(at: count, to: element)
            count += 1
            switch cursor.separator() {
            case .comma: continue
            case .end: return true
            case .unusual: return false
            }
        }
        return false
    }

    /// Steps over an array of 1 to `countMaximum` strings, and copies what is between their quotes.
    ///
    /// Nothing is said of those bytes yet: a backslash or worse among them means that the strings are others than these,
    /// and that the array may end elsewhere.
    mutating func rawStrings(countMaximum: Int) -> StringColumn? {
        var cursor = JSONColumnCursor(bytes: bytes, offset: offset)
        guard cursor.begin() else { return nil }
        var offsets: [UInt32]?
        let capacity = capacity(countMaximum)
        // Room for eight bytes more, because they are copied in words.
        let strings = [UInt8](unsafeUninitializedCapacity: bytes.count - offset + 8) { strings, length in
            offsets = Self.copyStrings(to: strings, &length, from: &cursor, countMaximum: capacity)
        }
        guard let offsets else { return nil }
        offset = cursor.offset
        return StringColumn(bytes: strings, offsets: offsets)
    }

    @inline(__always)
    private static func copyStrings(
        to strings: UnsafeMutableBufferPointer<UInt8>,
        _ length: inout Int,
        from cursor: inout JSONColumnCursor,
        countMaximum: Int
    ) -> [UInt32]? {
        guard let base = strings.baseAddress.map({ UnsafeMutableRawPointer($0) }) else { return nil }
        var used = 0
        var isWhole = false
        let offsets = [UInt32](unsafeUninitializedCapacity: countMaximum + 1) { offsets, count in
            offsets.initializeElement(at: 0, to: 0)
            count = 1
            isWhole = fill(offsets, &count, from: &cursor) { cursor in
                guard let bytes = cursor.copyString(to: base + used) else { return nil }
                used += bytes
                return UInt32(truncatingIfNeeded: used)
            }
        }
        length = used
        return isWhole ? offsets : nil
    }
}
