/// The snapshot as a file: a versioned header with a table of sections, then the sections, each with its own checksum.
///
/// `docs/snapshot.md` describes every byte. Large sections are columns and records of fixed width that are used where
/// they lie; small ones are read once. Everything is little-endian.
package enum SnapshotFile {
    /// A file that is no snapshot of ours, or no longer whole.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// The part at fault: `file`, `header`, or a section's name.
        package var section: String
        /// What must hold.
        package var rule: String

        /// One sentence for people.
        package var description: String { "snapshot section \(section): \(rule)" }

        init(section: String, rule: String) {
            self.section = section
            self.rule = rule
        }

        init(_ section: Section, _ rule: String) {
            self.init(section: section.name, rule: rule)
        }
    }

    /// The parts of a file.
    ///
    /// Numbers are never used again.
    enum Section: UInt32, CaseIterable {
        case identity = 1
        case policy = 2
        case cells = 3
        case contexts = 4
        case campaigns = 5
        case campaignNames = 6
        case tracks = 7
        case trackNames = 8
        case trackGroups = 9
        case trackSlots = 10
        case surfaceSets = 11
        case marketSets = 12
        case rows = 13
        case rowNames = 14
        case rowMembers = 15
        case surfaceRates = 16
        case surfaceRateRecords = 17

        var name: String { "\(self)" }

        /// Whether a file may lack it, and a reader that does not know it may pass over it.
        var isOptional: Bool {
            switch self {
            case .rows, .rowNames, .rowMembers, .surfaceRates, .surfaceRateRecords: true
            default: false
            }
        }
    }

    static let magic = Array("OASISNAP".utf8)
    /// The format that is written; the one before is still read.
    package static let formatVersion: UInt32 = 2

    /// The snapshot's bytes in the present format; the same snapshot gives the same bytes.
    package static func encode(_ snapshot: Snapshot) -> SnapshotMemory {
        SnapshotWriter(snapshot).memory()
    }

    static func version(of bytes: UnsafeRawBufferPointer) throws(Fault) -> UInt32 {
        guard bytes.count >= magic.count + 4 else {
            throw Fault(section: "header", rule: "is cut short: \(bytes.count) bytes")
        }
        guard bytes.prefix(magic.count).elementsEqual(magic) else {
            throw Fault(section: "header", rule: "does not start with OASISNAP; this is no snapshot")
        }
        return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: magic.count, as: UInt32.self))
    }
}
