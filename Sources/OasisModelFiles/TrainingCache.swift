package import OasisLogFiles
package import OasisResponse

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// The layout of encoded rows as a file, so that a text is parsed once; `docs/response.md` describes it.
///
/// All numbers are little-endian. A head, then blocks: a block's head, then its counts, labels, weights if any are not 1,
/// slots, and values if any are not 1.
private enum Layout {
    static let magic: UInt64 = 0x3165_6863_6163_736f
    static let headBytes = 16
    static let blockHeadBytes = 24
    static let hasValues: UInt32 = 1
    static let hasWeights: UInt32 = 2
    /// Twice what we write.
    static let entriesMaximum = 1 << 24

    static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

    /// Names the schema.
    static func key(_ encoder: FeatureEncoder) -> UInt64 { FeatureHash.token(encoder.schema.canonicalJSON) }
}

/// Writes blocks of rows to a file.
package final class TrainingCacheWriter {
    private let file: UnsafeMutablePointer<FILE>
    private let path: String
    private let temporary: String
    private var isWhole = true
    private var isDone = false
    private var payload: [UInt8] = []

    /// Starts a file; nobody sees it before `finish`.
    ///
    /// - Throws: `InvalidTable` when it cannot be written.
    package init(path: String, encoder: FeatureEncoder) throws(InvalidTable) {
        self.path = path
        temporary = path + ".partial"
        guard let file = fopen(temporary, "wb") else {
            throw InvalidTable(file: path, line: nil, rule: "could not be written: \(String(cString: strerror(errno)))")
        }
        self.file = file
        write([Layout.magic, Layout.key(encoder)])
    }

    deinit {
        guard !isDone else { return }
        fclose(file)
        unlink(temporary)
    }

    /// Writes rows as one block.
    package func append(_ rows: borrowing EncodedRows) {
        guard rows.rowCount > 0 else { return }
        payload.removeAll(keepingCapacity: true)
        var flags: UInt32 = 0
        let isOneHot = rows.isOneHot
        rows.withColumns { offsets, slots, values, labels, weights in
            let isWeighted = weights.contains { $0 != 1 }
            flags = (isOneHot ? 0 : Layout.hasValues) | (isWeighted ? Layout.hasWeights : 0)
            add(zip(offsets, offsets.dropFirst()).map { UInt16($1 - $0) })
            add(labels)
            if isWeighted { add(weights) }
            add(slots)
            if !isOneHot { add(values) }
        }
        let sizes = UInt64(rows.rowCount) | UInt64(flags) << 32
        let checksum = payload.withUnsafeBufferPointer { FeatureHash.token($0.baseAddress!, count: $0.count) }
        write([sizes, UInt64(rows.entryCount), checksum])
        isWhole = isWhole && fwrite(payload, 1, payload.count, file) == payload.count
    }

    /// Puts the file in its place.
    ///
    /// - Throws: `InvalidTable` when a write failed; then no file is there.
    package func finish() throws(InvalidTable) {
        isDone = true
        isWhole = fclose(file) == 0 && isWhole
        guard isWhole, rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw InvalidTable(file: path, line: nil, rule: "could not be written: \(reason)")
        }
    }

    private func write(_ words: [UInt64]) {
        isWhole = isWhole && fwrite(words.map(\.littleEndian), 8, words.count, file) == words.count
    }

    private func add<Number: BitwiseCopyable>(_ column: some Collection<Number>) {
        Array(column).withUnsafeBytes { payload.append(contentsOf: $0) }
        payload.append(contentsOf: repeatElement(0, count: Layout.padded(payload.count) - payload.count))
    }
}

/// Reads what `TrainingCacheWriter` wrote, refusing what it did not.
package final class TrainingCacheReader {
    private let source: MappedBytes
    private let file: String
    private let slotCount: Int
    private var offset = Layout.headBytes
    private var block = 0

    /// Opens a file that was written with this encoder's schema.
    ///
    /// - Throws: `InvalidTable` otherwise.
    package init(path: String, encoder: FeatureEncoder) throws(InvalidTable) {
        source = try MappedBytes(path)
        file = path
        slotCount = encoder.slotCount
        guard source.bytes.count >= Layout.headBytes, word(at: 0) == Layout.magic else {
            throw InvalidTable(file: path, line: nil, rule: "must be a training cache")
        }
        guard word(at: 8) == Layout.key(encoder) else {
            throw InvalidTable(file: path, line: nil, rule: "must be of the schema in use; remove it to write it anew")
        }
    }

    /// Whether there is more to read.
    package var isAtEnd: Bool { offset >= source.bytes.count }

    /// Adds the next block's rows.
    ///
    /// - Throws: `InvalidTable` for a block that is cut short, damaged, or has slots or labels out of range.
    package func read(into rows: inout EncodedRows) throws(InvalidTable) {
        let bytes = source.bytes
        block += 1
        guard offset + Layout.blockHeadBytes <= bytes.count else { throw fault("must not be cut short") }
        let sizes = word(at: offset)
        let (rowCount, flags) = (Int(sizes & 0xffff_ffff), UInt32(sizes >> 32))
        let (entries, checksum) = (word(at: offset + 8), word(at: offset + 16))
        guard rowCount > 0, rowCount <= Layout.entriesMaximum, entries <= UInt64(Layout.entriesMaximum), flags <= 3
        else {
            throw fault("must have a head that we write")
        }
        let parts = Parts(rowCount: rowCount, entries: Int(entries), flags: flags)
        let start = offset + Layout.blockHeadBytes
        guard start + parts.byteCount <= bytes.count else { throw fault("must not be cut short") }
        let payload = bytes.baseAddress! + start
        guard FeatureHash.token(payload.assumingMemoryBound(to: UInt8.self), count: parts.byteCount) == checksum else {
            throw fault("must have the checksum of its head")
        }
        try check(parts, payload)
        rows.append(
            counts: UnsafeBufferPointer(start: payload.assumingMemoryBound(to: UInt16.self), count: rowCount),
            slots: payload + parts.slots,
            values: parts.values.map { payload + $0 },
            entryCount: parts.entries,
            labels: payload + parts.labels,
            weights: parts.weights.map { payload + $0 }
        )
        offset = start + parts.byteCount
    }

    private func check(_ parts: Parts, _ payload: UnsafeRawPointer) throws(InvalidTable) {
        let counts = UnsafeBufferPointer(start: payload.assumingMemoryBound(to: UInt16.self), count: parts.rowCount)
        guard counts.reduce(0, { $0 + Int($1) }) == parts.entries else { throw fault("must have counts that add up") }
        var largest: UInt32 = 0
        let slots = (payload + parts.slots).assumingMemoryBound(to: UInt32.self)
        for place in 0..<parts.entries { largest = max(largest, slots[place]) }
        guard parts.entries == 0 || largest < slotCount else { throw fault("must have slots below \(slotCount)") }
        try checkNumbers(payload + parts.labels, parts.rowCount) { $0 >= 0 && $0 <= 1 }
        if let weights = parts.weights { try checkNumbers(payload + weights, parts.rowCount) { $0 > 0 && $0 <= 1e6 } }
        if let values = parts.values { try checkNumbers(payload + values, parts.entries) { abs($0) <= 1e6 } }
    }

    private func checkNumbers(
        _ start: UnsafeRawPointer,
        _ count: Int,
        _ holds: (Float) -> Bool
    ) throws(InvalidTable) {
        let numbers = start.assumingMemoryBound(to: Float.self)
        var areGood = true
        for place in 0..<count where !holds(numbers[place]) { areGood = false }
        guard areGood else { throw fault("must have labels, weights and values in range") }
    }

    private func word(at place: Int) -> UInt64 {
        UInt64(littleEndian: source.bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    private func fault(_ rule: String) -> InvalidTable {
        InvalidTable(file: file, line: nil, rule: "block \(block) \(rule)")
    }
}

/// Where a block's columns are, each starting on a multiple of eight bytes.
private struct Parts {
    let rowCount: Int
    let entries: Int
    let labels: Int
    let weights: Int?
    let slots: Int
    let values: Int?
    let byteCount: Int

    init(rowCount: Int, entries: Int, flags: UInt32) {
        self.rowCount = rowCount
        self.entries = entries
        var end = Layout.padded(rowCount * 2)
        func place(_ bytes: Int) -> Int {
            defer { end += Layout.padded(bytes) }
            return end
        }
        labels = place(rowCount * 4)
        weights = flags & Layout.hasWeights != 0 ? place(rowCount * 4) : nil
        slots = place(entries * 4)
        values = flags & Layout.hasValues != 0 ? place(entries * 4) : nil
        byteCount = end
    }
}
