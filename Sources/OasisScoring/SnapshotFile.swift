import OasisMarket

/// The snapshot as bytes: a versioned header, then sections, each with its own checksum.
///
/// Header: magic 8, format version u32, number of sections u32, then for each section id u32, zero u32, offset u64,
/// length u64, checksum u64; then a checksum u64 of all of that. Everything little-endian.
package enum SnapshotFile {
    /// A file that is no snapshot of ours, or no longer whole.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// The part at fault: `header`, or a section's name.
        package var section: String
        /// What must hold.
        package var rule: String

        /// One sentence for people.
        package var description: String { "snapshot section \(section): \(rule)" }
    }

    private enum Section: UInt32, CaseIterable {
        case identity = 1
        case policy = 2
        case cells = 3
        case campaigns = 4

        var name: String { "\(self)" }
    }

    private static let magic = Array("OASISNAP".utf8)
    private static let formatVersion: UInt32 = 1
    private static let entryBytes = 32
    private static let hash = StableHash(key0: 0x6f61_7369_735f_736e, key1: 0x6170_7368_6f74_0001)

    private static var headerBytes: Int { magic.count + 8 + Section.allCases.count * entryBytes }

    /// The snapshot's bytes; the same snapshot gives the same bytes.
    package static func encode(_ snapshot: Snapshot) -> [UInt8] {
        let bodies = Section.allCases.map { section in
            var writer = ByteWriter()
            write(section, of: snapshot, to: &writer)
            return writer.bytes
        }
        var header = ByteWriter()
        header.bytes = magic
        header.append(formatVersion)
        header.append(UInt32(bodies.count))
        var offset = UInt64(headerBytes + 8)
        for (section, body) in zip(Section.allCases, bodies) {
            header.append(section.rawValue)
            header.append(UInt32(0))
            header.append(offset)
            header.append(UInt64(body.count))
            header.append(checksum(body[...]))
            offset += UInt64(body.count)
        }
        header.append(checksum(header.bytes[...]))
        return bodies.reduce(header.bytes, +)
    }

    /// Reads bytes back, or names the section that does not hold.
    package static func decode(_ bytes: [UInt8]) throws(Fault) -> Snapshot {
        var sections: [ByteReader] = []
        for (section, range) in try sectionRanges(bytes) {
            sections.append(ByteReader(bytes[range], section: section.name))
        }
        var parts = SnapshotParts()
        try parts.readIdentity(&sections[0])
        try parts.readPolicy(&sections[1])
        try parts.readCells(&sections[2])
        try parts.readCampaigns(&sections[3])
        for section in sections { try section.requireEnd() }
        return try parts.snapshot()
    }

    private static func sectionRanges(_ bytes: [UInt8]) throws(Fault) -> [(Section, Range<Int>)] {
        guard bytes.count >= headerBytes + 8 else {
            throw Fault(section: "header", rule: "is cut short: \(bytes.count) bytes")
        }
        guard Array(bytes.prefix(magic.count)) == magic else {
            throw Fault(section: "header", rule: "does not start with OASISNAP; this is no snapshot")
        }
        var reader = ByteReader(bytes[magic.count..<headerBytes + 8], section: "header")
        let version: UInt32 = try reader.take()
        guard version == formatVersion else {
            throw Fault(section: "header", rule: "is of format \(version); this program reads format \(formatVersion)")
        }
        guard try reader.take() as UInt32 == UInt32(Section.allCases.count) else {
            throw Fault(section: "header", rule: "must list \(Section.allCases.count) sections")
        }
        var ranges: [(Section, Range<Int>)] = []
        var expected = UInt64(headerBytes + 8)
        for section in Section.allCases {
            let (id, zero): (UInt32, UInt32) = (try reader.take(), try reader.take())
            let (offset, length): (UInt64, UInt64) = (try reader.take(), try reader.take())
            let sum: UInt64 = try reader.take()
            guard id == section.rawValue, zero == 0, offset == expected, length <= UInt64(bytes.count) - offset else {
                throw Fault(section: section.name, rule: "is not where the header says, or cut short")
            }
            let range = Int(offset)..<Int(offset + length)
            guard checksum(bytes[range]) == sum else {
                throw Fault(section: section.name, rule: "does not match its checksum; the file is damaged")
            }
            ranges.append((section, range))
            expected = offset + length
        }
        guard try reader.take() as UInt64 == checksum(bytes[..<headerBytes]) else {
            throw Fault(section: "header", rule: "does not match its checksum; the file is damaged")
        }
        guard expected == UInt64(bytes.count) else {
            throw Fault(section: "header", rule: "must end with the last section, but \(bytes.count) bytes are there")
        }
        return ranges
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { hash.hash($0) }
    }

    private static func write(_ section: Section, of snapshot: Snapshot, to writer: inout ByteWriter) {
        switch section {
        case .identity: writer.appendIdentity(snapshot)
        case .policy: writer.appendPolicy(snapshot)
        case .cells: writer.appendCells(snapshot)
        case .campaigns: writer.appendCampaigns(snapshot)
        }
    }
}
