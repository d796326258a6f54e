import OasisMarket

extension MappedSections {
    func check(
        _ columns: SnapshotColumns,
        surfaceSetCount: Int,
        marketSetCount: Int
    ) throws(SnapshotFile.Fault) {
        func fault(_ campaign: Int, _ rule: String) -> SnapshotFile.Fault {
            SnapshotFile.Fault(.campaigns, "campaign \(campaign) \(rule)")
        }
        var track: UInt32 = 0
        for place in 0..<columns.campaignCount {
            let record = columns.campaigns[place]
            guard record.finiteness == 0 else { throw fault(place, "has a number that is not finite") }
            guard record.surfaceSet < surfaceSetCount, record.marketSet < marketSetCount else {
                throw fault(place, "names a set of surfaces or markets that is not there")
            }
            guard record.flags & ~CampaignRecord.flagsMask == 0 else { throw fault(place, "has an unknown flag") }
            guard record.firstTrack >= track, record.firstTrack <= columns.trackRecordCount else {
                throw fault(place, "begins at track \(record.firstTrack) of \(columns.trackRecordCount)")
            }
            guard record.number >= 0, record.number <= UInt32.max else {
                throw fault(place, "has the number \(record.number), which no receipt can carry")
            }
            track = record.firstTrack
        }
        guard columns.campaignCount > 0 ? columns.campaigns[0].firstTrack == 0 : columns.trackRecordCount == 0 else {
            throw SnapshotFile.Fault(.campaigns, "must begin with the first track")
        }
        for place in 0..<columns.campaignNames.count {
            let name = columns.campaignNames.utf8(place)
            guard (1...Named.Campaign.maximumLength).contains(name.count),
                name.allSatisfy({ CampaignID.isAllowed($0) })
            else { throw SnapshotFile.Fault(.campaignNames, "campaign \(place) has a bad name") }
        }
    }

    func checkNames(_ columns: SnapshotColumns, wordCount: Int) throws(SnapshotFile.Fault) {
        let (tracks, count) = (columns.tracks, columns.trackRecordCount)
        let wordsMaximum = UInt32((Named.Track.maximumLength + 7) / 8)
        // Added up and looked at once, so that a million tracks take a millisecond.
        var faults: UInt32 = 0
        let campaignCount = UInt32(columns.campaignCount)
        for track in 0..<count {
            let length = tracks[track + 1].name &- tracks[track].name
            faults |= (length &- 1 >= wordsMaximum ? 1 : 0) | (tracks[track].campaign >= campaignCount ? 2 : 0)
        }
        guard tracks[0].name == 0, Int(tracks[count].name) == wordCount, faults & 1 == 0 else {
            throw SnapshotFile.Fault(.tracks, "must name the tracks of trackNames in order, each at most 128 bytes")
        }
        guard faults & 2 == 0 else { throw SnapshotFile.Fault(.tracks, "names a campaign that is not there") }
        var bits: UInt64 = 0
        for word in 0..<wordCount { bits |= columns.trackNames[word] }
        guard bits & TrackTable.highest == 0 else {
            throw SnapshotFile.Fault(.trackNames, "must be letters, digits and . _ : - alone")
        }
    }

    func checkRows(_ columns: SnapshotColumns, cellCount: Int, memberCount: Int) throws(SnapshotFile.Fault) {
        for place in 0..<columns.rowCount {
            func fault(_ rule: String) -> SnapshotFile.Fault { SnapshotFile.Fault(.rows, "row \(place) \(rule)") }
            let row = columns.rows[place]
            guard row.price.isFinite, row.share.isFinite else { throw fault("has a number that is not finite") }
            guard Int(row.attribute) < Attribute.allCases.count, let scope = RowRecord.Scope(rawValue: row.scope) else {
                throw fault("has an unknown attribute or scope")
            }
            let isThere =
                switch scope {
                case .all: true
                case .campaign: Int(row.first) < columns.campaignCount
                case .cell: Int(row.first) < cellCount
                case .campaigns: Int(row.first) + Int(row.count) <= memberCount
                }
            guard isThere else { throw fault("names something that is not there") }
        }
        for place in 0..<memberCount where Int(columns.rowMembers[place]) >= columns.campaignCount {
            throw SnapshotFile.Fault(.rowMembers, "names campaign \(columns.rowMembers[place]), which is not there")
        }
    }
}
