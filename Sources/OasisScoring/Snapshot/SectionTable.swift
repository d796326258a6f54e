/// Where each section of a file lies.
///
/// Header: magic 8, format version u32, number of sections u32, length of the file u64, zero u64; for each section id
/// u32, flags u32 (1: may be passed over), offset u64, length u64, checksum u64; then a checksum u64 of all before it.
/// Header and sections begin at multiples of 64; a section's checksum covers the zeros that fill up to the next.
struct SectionTable {
    private static let fixedBytes = 32
    private static let entryBytes = 32
    private static let sectionsMaximum = 64
    private static let optionalFlag: UInt32 = 1

    private var ranges: [UInt32: Range<Int>] = [:]

    static func headerBytes(sections: Int) -> Int { padded(fixedBytes + sections * entryBytes + 8) }

    static func padded(_ count: Int) -> Int {
        (count + SnapshotMemory.alignment - 1) & ~(SnapshotMemory.alignment - 1)
    }

    /// The bytes of a section.
    func range(_ section: SnapshotFile.Section) throws(SnapshotFile.Fault) -> Range<Int> {
        if let range = ranges[section.rawValue] { return range }
        guard section.isOptional else { throw SnapshotFile.Fault(section, "is missing") }
        return 0..<0
    }

    /// Reads and checks a header, and the checksum of every section.
    init(checking bytes: UnsafeRawBufferPointer) throws(SnapshotFile.Fault) {
        func fault(_ rule: String) -> SnapshotFile.Fault { SnapshotFile.Fault(section: "header", rule: rule) }
        guard bytes.count >= Self.fixedBytes else { throw fault("is cut short: \(bytes.count) bytes") }
        let count = Int(bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        guard count <= Self.sectionsMaximum else {
            throw fault("lists \(count) sections; \(Self.sectionsMaximum) at most")
        }
        let end = Self.fixedBytes + count * Self.entryBytes
        let headerBytes = Self.headerBytes(sections: count)
        guard bytes.count >= headerBytes else { throw fault("is cut short: \(bytes.count) bytes") }
        let sum = SnapshotChecksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        guard bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self) == sum,
            bytes[(end + 8)..<headerBytes].allSatisfy({ $0 == 0 })
        else { throw fault("does not match its checksum; the file is damaged") }
        guard bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self) == UInt64(bytes.count) else {
            throw fault("does not name the file's length, \(bytes.count) bytes; the file is cut short or continued")
        }
        var expected = headerBytes
        for index in 0..<count {
            let entry = Self.fixedBytes + index * Self.entryBytes
            let range = try Self.section(bytes, entry: entry, at: expected)
            let id = bytes.loadUnaligned(fromByteOffset: entry, as: UInt32.self)
            guard ranges.updateValue(range, forKey: id) == nil else { throw fault("lists section \(id) twice") }
            expected = Self.padded(range.upperBound)
        }
        guard expected == bytes.count else { throw fault("must end with the last section") }
    }

    /// Checks one entry of the table and the section that it names.
    private static func section(
        _ bytes: UnsafeRawBufferPointer,
        entry: Int,
        at expected: Int
    ) throws(SnapshotFile.Fault) -> Range<Int> {
        let id = bytes.loadUnaligned(fromByteOffset: entry, as: UInt32.self)
        let flags = bytes.loadUnaligned(fromByteOffset: entry + 4, as: UInt32.self)
        let offset = bytes.loadUnaligned(fromByteOffset: entry + 8, as: UInt64.self)
        let length = bytes.loadUnaligned(fromByteOffset: entry + 16, as: UInt64.self)
        let sum = bytes.loadUnaligned(fromByteOffset: entry + 24, as: UInt64.self)
        let section = SnapshotFile.Section(rawValue: id)
        let name = section?.name ?? "\(id)"
        guard section != nil || flags & optionalFlag != 0 else {
            throw SnapshotFile.Fault(section: name, rule: "is not known to this program; a newer one wrote the file")
        }
        guard offset == UInt64(expected), length <= UInt64(bytes.count - expected),
            padded(expected + Int(length)) <= bytes.count
        else { throw SnapshotFile.Fault(section: name, rule: "is not where the header says, or cut short") }
        let range = expected..<(expected + Int(length))
        let extent = UnsafeRawBufferPointer(rebasing: bytes[expected..<padded(range.upperBound)])
        guard SnapshotChecksum.of(extent) == sum else {
            throw SnapshotFile.Fault(section: name, rule: "does not match its checksum; the file is damaged")
        }
        return range
    }

    /// The entries of a table that was checked.
    static func entries(of bytes: UnsafeRawBufferPointer) -> [MappedSnapshot.SectionEntry] {
        (0..<Int(bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)))
            .map { index in
                let entry = fixedBytes + index * entryBytes
                let id = bytes.loadUnaligned(fromByteOffset: entry, as: UInt32.self)
                return MappedSnapshot.SectionEntry(
                    name: SnapshotFile.Section(rawValue: id)?.name ?? "\(id)",
                    offset: Int(bytes.loadUnaligned(fromByteOffset: entry + 8, as: UInt64.self)),
                    byteCount: Int(bytes.loadUnaligned(fromByteOffset: entry + 16, as: UInt64.self)),
                    checksum: bytes.loadUnaligned(fromByteOffset: entry + 24, as: UInt64.self)
                )
            }
    }

    /// Writes the header of sections whose bytes are in place.
    static func write(
        _ sections: [(section: SnapshotFile.Section, range: Range<Int>)],
        to bytes: UnsafeMutableRawBufferPointer
    ) {
        var header = ByteWriter()
        header.bytes = SnapshotFile.magic
        header.append(SnapshotFile.formatVersion)
        header.append(UInt32(sections.count))
        header.append(UInt64(bytes.count))
        header.append(UInt64(0))
        for (section, range) in sections {
            let extent = bytes[range.lowerBound..<padded(range.upperBound)]
            header.append(section.rawValue)
            header.append(section.isOptional ? optionalFlag : 0)
            header.append(UInt64(range.lowerBound))
            header.append(UInt64(range.count))
            header.append(SnapshotChecksum.of(UnsafeRawBufferPointer(rebasing: extent)))
        }
        header.append(header.bytes.withUnsafeBytes { SnapshotChecksum.of($0) })
        bytes.copyBytes(from: header.bytes)
    }
}
