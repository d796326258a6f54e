/// Appends plain values, little-endian.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Double) {
        append(value.bitPattern)
    }

    mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ texts: [String]) {
        append(UInt32(texts.count))
        for text in texts { append(text) }
    }
}

/// Takes plain values back, never past the end.
struct ByteReader {
    private var rest: ArraySlice<UInt8>
    private let section: String

    init(_ bytes: UnsafeRawBufferPointer, _ section: SnapshotFile.Section) {
        self.init(Array(bytes)[...], section: section.name)
    }

    init(_ bytes: ArraySlice<UInt8>, section: String) {
        rest = bytes
        self.section = section
    }

    mutating func take<Value: FixedWidthInteger>() throws(SnapshotFile.Fault) -> Value {
        let size = MemoryLayout<Value>.size
        guard rest.count >= size else { throw fault("ends in the middle of a value") }
        let value = rest.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(as: Value.self)) }
        rest = rest.dropFirst(size)
        return value
    }

    mutating func finite() throws(SnapshotFile.Fault) -> Double {
        let value = Double(bitPattern: try take())
        guard value.isFinite else { throw fault("has a number that is not finite") }
        return value
    }

    mutating func text() throws(SnapshotFile.Fault) -> String {
        let count = Int(try take() as UInt32)
        guard rest.count >= count else { throw fault("ends in the middle of a text") }
        guard let text = String(validating: rest.prefix(count), as: UTF8.self) else {
            throw fault("has a text that is not UTF-8")
        }
        rest = rest.dropFirst(count)
        return text
    }

    func requireEnd() throws(SnapshotFile.Fault) {
        guard rest.isEmpty else { throw fault("has \(rest.count) bytes too many") }
    }

    func fault(_ rule: String) -> SnapshotFile.Fault {
        SnapshotFile.Fault(section: section, rule: rule)
    }
}
