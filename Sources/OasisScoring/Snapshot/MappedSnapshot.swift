package import OasisMarket
import OasisResponse

/// A snapshot as the scorer reads it: checked once when it is opened, then used where its bytes lie.
// Sendable because every pointer points into `memory`, whose bytes nobody writes to and which lives as long as this does.
package final class MappedSnapshot: @unchecked Sendable {
    /// Grows with each snapshot.
    package let number: UInt64
    /// When it was made.
    package let createdAt: Timestamp
    /// Version of the policy inside.
    package let policyVersion: Int64
    /// The organic score's scale.
    package let scale: String
    /// Worth of each attribute.
    package let worths: AttributeVector
    /// Limits applied after pricing, as the file has them.
    package let guardrails: Guardrails
    /// How promotions are drawn.
    package let randomization: Randomization
    /// What is tried on some listeners, as the file has it.
    package let experiments: [ExperimentLayer]
    /// Every priced cell.
    package let cells: [PricedCell]
    /// Prices of cells that are not listed.
    package let elsewherePrices: AttributeVector
    /// Tracks that some campaign promotes.
    package let trackCount: Int
    /// The format of the file it was opened from.
    package let formatVersion: UInt32

    let columns: SnapshotColumns
    let surfaceRates: MappedSurfaceRates?
    let surfaceSets: MappedContextSets
    let marketSets: MappedContextSets
    let memory: SnapshotMemory
    private let placeOfCell: [Cell: Int]

    /// Maps a file and checks it.
    ///
    /// A file of the previous format is read whole and kept in memory.
    package convenience init(path: String) throws(SnapshotFile.Fault) {
        try self.init(SnapshotMemory(mapping: path))
    }

    /// Checks bytes, of which a copy is kept.
    package convenience init(copying bytes: [UInt8]) throws(SnapshotFile.Fault) {
        try self.init(bytes.withUnsafeBytes { SnapshotMemory(copying: $0) })
    }

    /// Checks bytes of either format.
    package convenience init(_ memory: SnapshotMemory) throws(SnapshotFile.Fault) {
        let version = try SnapshotFile.version(of: memory.bytes)
        switch version {
        case SnapshotFile.formatVersion: try self.init(memory, writtenAs: version)
        case 1:
            let snapshot = try SnapshotVersion1.decode(memory.copy)
            try self.init(SnapshotFile.encode(snapshot), writtenAs: version)
        default:
            let rule = "is of format \(version); this program reads format \(SnapshotFile.formatVersion) and format 1"
            throw SnapshotFile.Fault(section: "header", rule: rule)
        }
    }

    /// A snapshot that this process made of checked documents; its numbers must be finite.
    package convenience init(_ snapshot: Snapshot) {
        do throws(SnapshotFile.Fault) {
            try self.init(SnapshotFile.encode(snapshot))
        } catch {
            preconditionFailure("a snapshot of checked documents breaks a rule: \(error)")
        }
    }

    private init(_ memory: SnapshotMemory, writtenAs version: UInt32) throws(SnapshotFile.Fault) {
        let sections = MappedSections(memory.bytes, try SectionTable(checking: memory.bytes))
        let parts = try sections.parts()
        guard let guardrails = parts.guardrails else { throw SnapshotFile.Fault(.policy, "must hold the guardrails") }
        self.memory = memory
        formatVersion = version
        number = parts.number
        createdAt = parts.createdAt
        policyVersion = parts.policyVersion
        scale = parts.scale
        worths = parts.worths
        self.guardrails = guardrails
        randomization = parts.randomization
        experiments = parts.experiments
        cells = parts.cells
        elsewherePrices = parts.elsewherePrices
        placeOfCell = Dictionary(
            parts.cells.enumerated().map { ($1.cell, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        surfaceSets = try sections.contextSets(.surfaceSets, parts.surfaces)
        marketSets = try sections.contextSets(.marketSets, parts.markets)
        columns = try sections.columns(
            surfaceSetCount: surfaceSets.setCount,
            marketSetCount: marketSets.setCount,
            cellCount: parts.cells.count
        )
        surfaceRates = try sections.surfaceRates(parts.surfaceRates, campaignCount: columns.campaignCount)
        trackCount = columns.distinctTrackCount
    }

    /// A section as the file's table has it.
    package struct SectionEntry: Hashable, Sendable {
        /// What it is called; a number when this program does not know it.
        package var name: String
        /// Where it begins.
        package var offset: Int
        /// How long it is.
        package var byteCount: Int
        /// What its bytes add up to.
        package var checksum: UInt64
    }

    /// The sections in the order of the file.
    package var sections: [SectionEntry] { withExtendedLifetime(memory) { SectionTable.entries(of: memory.bytes) } }

    /// Bytes that are mapped, or held when the file is of the format before.
    package var byteCount: Int { memory.bytes.count }

    /// Looks every track up by its own name, which opening a file does not do for a million.
    package func verifyTracks() throws(SnapshotFile.Fault) {
        var isFound = true
        for track in 0..<columns.trackRecordCount where isFound {
            let name = trackName(track)
            isFound =
                campaign(of: TrackID(trusted: name)) != nil
                && TrackID(trusted: name).stableHash == columns.tracks[track].hash
        }
        if !isFound { throw SnapshotFile.Fault(.trackSlots, "must find each track by its name") }
    }

    /// How many campaigns may run before the next snapshot.
    package var campaignCount: Int { columns.campaignCount }

    /// The place of a cell in `cells`; nothing for one that is priced as elsewhere.
    package func place(of cell: Cell) -> Int? { placeOfCell[cell] }

    /// Q: prices in a cell, listed or not.
    package func prices(in cell: Cell) -> AttributeVector {
        placeOfCell[cell].map { cells[$0].prices } ?? elsewherePrices
    }
}

/// The columns of a snapshot, as pointers into bytes that somebody else keeps alive.
struct SnapshotColumns {
    var campaigns: UnsafePointer<CampaignRecord>
    var campaignCount: Int
    /// One more than there are tracks: the last says where the last name ends.
    var tracks: UnsafePointer<TrackRecord>
    var trackRecordCount: Int
    /// Track names, each filled up with zeros to whole words.
    var trackNames: UnsafePointer<UInt64>
    var table: TrackTable
    var campaignNames: MappedTexts
    var rows: UnsafePointer<RowRecord>
    var rowCount: Int
    var rowNames: MappedTexts
    var rowMembers: UnsafePointer<UInt32>

    var distinctTrackCount: Int {
        (0...table.groupMask).reduce(0) { $0 + (table.groups[$1] & TrackTable.highest).nonzeroBitCount }
    }

    /// Places of a campaign's tracks.
    func tracks(of campaign: Int) -> Range<Int> {
        let first = Int(campaigns[campaign].firstTrack)
        return first..<(campaign + 1 < campaignCount ? Int(campaigns[campaign + 1].firstTrack) : trackRecordCount)
    }

    /// The campaign that promotes a track; by hash alone when there is no name.
    @inline(__always)
    func campaign(hash: UInt64, name: UnsafeRawBufferPointer?) -> UInt32? {
        let tags = TrackTable.tags(hash)
        var place = TrackTable.group(hash) & table.groupMask
        // No table is full, but its checksum alone says so: never more steps than there are groups.
        for _ in 0...table.groupMask {
            let group = table.groups[place]
            var matches = TrackTable.matches(group, tags)
            while matches != 0 {
                let slot = place &* TrackTable.slotsPerGroup &+ matches.trailingZeroBitCount / 8
                let track = Int(truncatingIfNeeded: table.slots[slot])
                if tracks[track].hash == hash, name.map({ isName($0, of: track, at: Int(tracks[track].name)) }) ?? true
                {
                    return tracks[track].campaign
                }
                matches &= matches &- 1
            }
            if !TrackTable.isFull(group) { return nil }
            place = (place &+ 1) & table.groupMask
        }
        return nil
    }

    /// Whether a track is called so, whose name begins at the word `first`.
    ///
    /// Names never contain the zeros that fill them up.
    @inline(__always)
    func isName(_ name: UnsafeRawBufferPointer, of track: Int, at first: Int) -> Bool {
        let wordCount = Int(truncatingIfNeeded: tracks[track &+ 1].name) &- first
        guard (name.count &+ 7) &>> 3 == wordCount, let start = name.baseAddress else { return false }
        let words = trackNames + first
        let whole = name.count &>> 3
        var difference: UInt64 = 0
        for word in 0..<whole {
            difference |= start.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self) ^ words[word]
        }
        guard whole < wordCount else { return difference == 0 }
        var rest: UInt64 = 0
        if whole > 0 {
            // The last eight bytes overlap what was compared; shifting leaves the others.
            let last = start.loadUnaligned(fromByteOffset: name.count &- 8, as: UInt64.self)
            rest = last >> UInt64(truncatingIfNeeded: 64 &- 8 &* (name.count & 7))
        } else {
            for place in 0..<name.count {
                rest |= UInt64(start.load(fromByteOffset: place, as: UInt8.self)) << UInt64(8 &* place)
            }
        }
        return difference | (rest ^ words[whole]) == 0
    }
}

/// Texts side by side where they lie.
struct MappedTexts {
    let ends: UnsafePointer<UInt32>
    let count: Int
    let bytes: UnsafePointer<UInt8>

    subscript(place: Int) -> String {
        String(decoding: utf8(place), as: UTF8.self)
    }

    func utf8(_ place: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + Int(ends[place]), count: Int(ends[place + 1] - ends[place]))
    }
}
