import OasisMarket

/// Sections whose checksums hold, on their way to columns: every place they name is checked, so that nothing that reads
/// them later has to.
struct MappedSections {
    private let bytes: UnsafeRawBufferPointer
    private let table: SectionTable

    init(_ bytes: UnsafeRawBufferPointer, _ table: SectionTable) {
        self.bytes = bytes
        self.table = table
    }

    /// Reads the small sections.
    func parts() throws(SnapshotFile.Fault) -> SnapshotParts {
        var parts = SnapshotParts()
        var reader = ByteReader(try part(.identity), .identity)
        try parts.readIdentity(&reader)
        try reader.requireEnd()
        reader = ByteReader(try part(.policy), .policy)
        try parts.readPolicy(&reader, format: SnapshotFile.formatVersion)
        try reader.requireEnd()
        reader = ByteReader(try part(.cells), .cells)
        try parts.readCells(&reader)
        try reader.requireEnd()
        reader = ByteReader(try part(.contexts), .contexts)
        try parts.readContexts(&reader)
        try reader.requireEnd()
        let rates = try part(.surfaceRates)
        if !rates.isEmpty {
            reader = ByteReader(rates, .surfaceRates)
            try parts.readSurfaceRates(&reader)
            try reader.requireEnd()
        }
        return parts
    }

    func contextSets(
        _ section: SnapshotFile.Section,
        _ names: [String]
    ) throws(SnapshotFile.Fault) -> MappedContextSets {
        guard let sets = MappedContextSets(names: names, bytes: try part(section)) else {
            throw SnapshotFile.Fault(section, "must begin with the set of all, for \(names.count) names")
        }
        return sets
    }

    func columns(
        surfaceSetCount: Int,
        marketSetCount: Int,
        cellCount: Int
    ) throws(SnapshotFile.Fault) -> SnapshotColumns {
        let (campaigns, campaignCount) = try records(.campaigns, of: CampaignRecord.self)
        let (tracks, trackCount) = try records(.tracks, of: TrackRecord.self)
        guard trackCount > 0 else { throw SnapshotFile.Fault(.tracks, "must end with the end of the last name") }
        let (names, wordCount) = try records(.trackNames, of: UInt64.self)
        let columns = SnapshotColumns(
            campaigns: campaigns,
            campaignCount: campaignCount,
            tracks: tracks,
            trackRecordCount: trackCount - 1,
            trackNames: names,
            table: try trackTable(trackCount: trackCount - 1),
            campaignNames: try texts(.campaignNames, count: campaignCount),
            rows: try records(.rows, of: RowRecord.self).0,
            rowCount: try records(.rows, of: RowRecord.self).1,
            rowNames: try texts(.rowNames, count: try records(.rows, of: RowRecord.self).1),
            rowMembers: try records(.rowMembers, of: UInt32.self).0
        )
        try check(columns, surfaceSetCount: surfaceSetCount, marketSetCount: marketSetCount)
        try checkNames(columns, wordCount: wordCount)
        try checkRows(columns, cellCount: cellCount, memberCount: try records(.rowMembers, of: UInt32.self).1)
        return columns
    }

    /// Rates by surface, each of them a rate; nothing where the file has none.
    func surfaceRates(
        _ head: SurfaceRatesHead?,
        campaignCount: Int
    ) throws(SnapshotFile.Fault) -> MappedSurfaceRates? {
        let (records, count) = try records(.surfaceRateRecords, of: SurfaceRateRecord.self)
        let expected = head.map { $0.surfaces.count * campaignCount * ($0.hasCanary ? 2 : 1) } ?? 0
        guard count == expected else {
            throw SnapshotFile.Fault(.surfaceRateRecords, "must hold \(expected) records, but holds \(count)")
        }
        for place in 0..<count where !records[place].isValid {
            throw SnapshotFile.Fault(.surfaceRateRecords, "record \(place) must hold rates from 0 to 1")
        }
        return head.map { MappedSurfaceRates($0, campaignCount: campaignCount, records) }
    }

    private func part(_ section: SnapshotFile.Section) throws(SnapshotFile.Fault) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[try table.range(section)])
    }

    /// A section as records, from an aligned place on.
    private func records<Record: BitwiseCopyable>(
        _ section: SnapshotFile.Section,
        of type: Record.Type
    ) throws(SnapshotFile.Fault) -> (UnsafePointer<Record>, Int) {
        let part = try part(section)
        guard part.count % MemoryLayout<Record>.stride == 0 else {
            throw SnapshotFile.Fault(section, "must be whole records of \(MemoryLayout<Record>.stride) bytes")
        }
        // An empty section is never read; any aligned place will do.
        let start = part.count > 0 ? part.baseAddress : bytes.baseAddress
        guard let start else { throw SnapshotFile.Fault(section, "is missing") }
        return (start.assumingMemoryBound(to: type), part.count / MemoryLayout<Record>.stride)
    }

    private func trackTable(trackCount: Int) throws(SnapshotFile.Fault) -> TrackTable {
        let (groups, groupCount) = try records(.trackGroups, of: UInt64.self)
        let (slots, slotCount) = try records(.trackSlots, of: UInt32.self)
        guard groupCount > 0, groupCount & (groupCount - 1) == 0 else {
            throw SnapshotFile.Fault(.trackGroups, "must be a power of two of words")
        }
        guard slotCount == groupCount * TrackTable.slotsPerGroup else {
            throw SnapshotFile.Fault(.trackSlots, "must hold eight slots for each group")
        }
        var largest: UInt32 = 0
        for slot in 0..<slotCount { largest = max(largest, slots[slot]) }
        guard largest < max(trackCount, 1) else {
            throw SnapshotFile.Fault(.trackSlots, "names track \(largest) of \(trackCount)")
        }
        guard trackCount > 0 || groupCount == 1 && groups[0] == 0 else {
            throw SnapshotFile.Fault(.trackGroups, "must be empty without tracks")
        }
        return TrackTable(groups: groups, slots: slots, groupMask: groupCount - 1)
    }

    private func texts(_ section: SnapshotFile.Section, count: Int) throws(SnapshotFile.Fault) -> MappedTexts {
        let part = try part(section)
        let headBytes = 4 * (count + 1)
        guard let start = part.baseAddress, part.count >= headBytes else {
            guard count == 0, part.isEmpty else { throw SnapshotFile.Fault(section, "must hold \(count) texts") }
            let nowhere = try records(.identity, of: UInt8.self).0
            return MappedTexts(
                ends: UnsafeRawPointer(nowhere).assumingMemoryBound(to: UInt32.self),
                count: 0,
                bytes: nowhere
            )
        }
        let ends = start.assumingMemoryBound(to: UInt32.self)
        let bytes = (start + headBytes).assumingMemoryBound(to: UInt8.self)
        guard ends[0] == 0, Int(ends[count]) == part.count - headBytes else {
            throw SnapshotFile.Fault(section, "must end with its last text")
        }
        for place in 0..<count where ends[place] > ends[place + 1] {
            throw SnapshotFile.Fault(section, "text \(place) must not end before it begins")
        }
        return MappedTexts(ends: ends, count: count, bytes: bytes)
    }
}
