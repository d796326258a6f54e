import OasisMarket
import OasisResponse

/// Lays a snapshot out and writes each section straight to its place.
struct SnapshotWriter {
    private let snapshot: Snapshot
    private let rows: [PricedRow]
    private var surfaceSets = ContextSets()
    private var marketSets = ContextSets()
    private var setsOfCampaign: [(surfaces: UInt32, markets: UInt32)] = []
    private var trackCount = 0
    private var trackNameWords = 0

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        // A row without a price explains nothing.
        rows = snapshot.rows.filter { $0.price != 0 }
        setsOfCampaign.reserveCapacity(snapshot.campaigns.count)
        for campaign in snapshot.campaigns {
            setsOfCampaign.append(
                (
                    surfaceSets.place(of: campaign.surfaces.map(\.text)),
                    marketSets.place(of: campaign.markets.map(\.text))
                )
            )
            trackCount += campaign.tracks.count
            for track in campaign.tracks { trackNameWords += Self.words(track) }
        }
        precondition(
            trackNameWords <= UInt32.max && snapshot.campaigns.count < UInt32.max,
            "a snapshot has room for 32 GiB of track names"
        )
    }

    func memory() -> SnapshotMemory {
        let sections = sections()
        var ranges: [(section: SnapshotFile.Section, range: Range<Int>)] = []
        var end = SectionTable.headerBytes(sections: sections.count)
        for (section, content) in sections {
            ranges.append((section, end..<(end + content.byteCount)))
            end = SectionTable.padded(end + content.byteCount)
        }
        return SnapshotMemory(count: end) { bytes in
            for ((_, content), (_, range)) in zip(sections, ranges) {
                if case .bytes(let body) = content { bytes[range].copyBytes(from: body) }
            }
            let places = Dictionary(ranges.map { ($0.section.rawValue, $0.range) }, uniquingKeysWith: { $1 })
            func part(_ section: SnapshotFile.Section) -> UnsafeMutableRawBufferPointer {
                UnsafeMutableRawBufferPointer(rebasing: bytes[places[section.rawValue] ?? 0..<0])
            }
            writeCampaigns(to: part(.campaigns))
            writeTracks(to: part(.tracks), names: part(.trackNames))
            writeTable(part(.trackGroups), part(.trackSlots), tracks: part(.tracks), names: part(.trackNames))
            surfaceSets.write(to: part(.surfaceSets))
            marketSets.write(to: part(.marketSets))
            writeSurfaceRates(to: part(.surfaceRateRecords))
            SectionTable.write(ranges, to: bytes)
        }
    }

    private enum Content {
        case bytes([UInt8])
        /// Written once its place is known.
        case later(Int)

        var byteCount: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .later(let count): count
            }
        }
    }

    private func sections() -> [(SnapshotFile.Section, Content)] {
        let groups = TrackTable.groupCount(tracks: trackCount)
        var sections: [(SnapshotFile.Section, Content)] = [
            (.identity, .bytes(Self.small { $0.appendIdentity(snapshot) })),
            (.policy, .bytes(Self.small { $0.appendPolicy(snapshot) })),
            (.cells, .bytes(Self.small { $0.appendCells(snapshot.cells) })),
            (
                .contexts,
                .bytes(
                    Self.small {
                        $0.append(surfaceSets.names)
                        $0.append(marketSets.names)
                    }
                )
            ),
            (.campaigns, .later(snapshot.campaigns.count * MemoryLayout<CampaignRecord>.stride)),
            (.campaignNames, .bytes(TextColumn.bytes(snapshot.campaigns.map(\.id.text)))),
            (.tracks, .later((trackCount + 1) * MemoryLayout<TrackRecord>.stride)),
            (.trackNames, .later(trackNameWords * 8)),
            (.trackGroups, .later(groups * 8)),
            (.trackSlots, .later(groups * TrackTable.slotsPerGroup * 4)),
            (.surfaceSets, .later(surfaceSets.byteCount)),
            (.marketSets, .later(marketSets.byteCount)),
        ]
        if !rows.isEmpty {
            let columns = RowColumns(rows)
            sections += [
                (.rows, .bytes(columns.records)),
                (.rowNames, .bytes(TextColumn.bytes(rows.map(\.name)))),
                (.rowMembers, .bytes(columns.members)),
            ]
        }
        if let rates = snapshot.surfaceRates {
            let count = rates.live.count + rates.canary.count
            sections += [
                (.surfaceRates, .bytes(Self.small { $0.append(rates) })),
                (.surfaceRateRecords, .later(count * MemoryLayout<SurfaceRateRecord>.stride)),
            ]
        }
        return sections
    }

    private static func small(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        write(&writer)
        return writer.bytes
    }

    private static func words(_ track: TrackID) -> Int { (track.text.utf8.count + 7) / 8 }

    private func writeCampaigns(to bytes: UnsafeMutableRawBufferPointer) {
        let records = bytes.bindMemory(to: CampaignRecord.self)
        var track = 0
        for (index, campaign) in snapshot.campaigns.enumerated() {
            records[index] = CampaignRecord(
                start: campaign.start.milliseconds,
                end: campaign.end?.milliseconds ?? .max,
                surfaceSet: setsOfCampaign[index].surfaces,
                marketSet: setsOfCampaign[index].markets,
                flags: CampaignRecord.flags(hasCap: campaign.hasCap, promotedShare: campaign.promotedShare),
                firstTrack: UInt32(track),
                number: campaign.number,
                artistHash: campaign.artistHash,
                commissionPerStream: campaign.commissionPerStream,
                streamsPerPlay: campaign.rates.streamsPerPlay,
                savesPerStream: campaign.rates.savesPerStream,
                newListenersPerStream: campaign.rates.newListenersPerStream,
                deliveryPrice: campaign.prices[.delivery],
                streamPrice: campaign.prices[.stream],
                savePrice: campaign.prices[.save],
                newListenerPrice: campaign.prices[.newListener],
                commissionPrice: campaign.prices[.commission],
                listenerLossPrice: campaign.prices[.listenerLoss]
            )
            track += campaign.tracks.count
        }
    }

    private func writeSurfaceRates(to bytes: UnsafeMutableRawBufferPointer) {
        guard let rates = snapshot.surfaceRates else { return }
        let records = bytes.bindMemory(to: SurfaceRateRecord.self)
        for (place, entry) in (rates.live + rates.canary).enumerated() { records[place] = SurfaceRateRecord(entry) }
    }

    private func writeTracks(to bytes: UnsafeMutableRawBufferPointer, names: UnsafeMutableRawBufferPointer) {
        let records = bytes.bindMemory(to: TrackRecord.self)
        var place = 0
        var word = 0
        for (index, campaign) in snapshot.campaigns.enumerated() {
            for track in campaign.tracks {
                var text = track.text
                let hash = text.withUTF8 { utf8 in
                    UnsafeMutableRawBufferPointer(rebasing: names[(word * 8)...]).copyBytes(from: utf8)
                    return StableHash.ofNames.hash(UnsafeRawBufferPointer(utf8))
                }
                records[place] = TrackRecord(hash: hash, name: UInt32(word), campaign: UInt32(index))
                place += 1
                word += Self.words(track)
            }
        }
        // The end of the last name.
        records[place] = TrackRecord(hash: 0, name: UInt32(word), campaign: 0)
    }

    private func writeTable(
        _ groups: UnsafeMutableRawBufferPointer,
        _ slots: UnsafeMutableRawBufferPointer,
        tracks: UnsafeMutableRawBufferPointer,
        names: UnsafeMutableRawBufferPointer
    ) {
        let words = groups.bindMemory(to: UInt64.self)
        guard let first = words.baseAddress, let slots = slots.bindMemory(to: UInt32.self).baseAddress,
            let records = tracks.bindMemory(to: TrackRecord.self).baseAddress,
            let names = names.baseAddress?.assumingMemoryBound(to: UInt64.self)
        else { return }
        let builder = TrackTableBuilder(
            groups: first,
            slots: slots,
            groupMask: words.count - 1,
            tracks: records,
            names: names
        )
        for track in 0..<trackCount { builder.insert(track) }
    }
}

/// Texts side by side: count + 1 offsets u32, then the bytes.
enum TextColumn {
    static func bytes(_ texts: [String]) -> [UInt8] {
        var writer = ByteWriter()
        writer.bytes.reserveCapacity(texts.reduce(4) { $0 + 4 + $1.utf8.count })
        var end: UInt32 = 0
        writer.append(end)
        for text in texts {
            end += UInt32(text.utf8.count)
            writer.append(end)
        }
        for text in texts { writer.bytes.append(contentsOf: text.utf8) }
        return writer.bytes
    }
}

/// Rows as records, and the members of their sets.
private struct RowColumns {
    var records: [UInt8] = []
    var members: [UInt8] = []

    init(_ rows: [PricedRow]) {
        var (records, members) = (ByteWriter(), ByteWriter())
        var memberCount: UInt32 = 0
        for row in rows {
            var (scope, first, count) = (RowRecord.Scope.all, UInt32(0), UInt32(0))
            switch row.scope {
            case .all: break
            case .campaign(let campaign): (scope, first) = (.campaign, UInt32(campaign))
            case .cell(let cell): (scope, first) = (.cell, UInt32(cell))
            case .campaigns(let campaigns):
                (scope, first, count) = (.campaigns, memberCount, UInt32(campaigns.count))
                for campaign in campaigns { members.append(UInt32(campaign)) }
                memberCount += count
            }
            records.append(row.price)
            records.append(row.share)
            for word in [UInt32(row.attribute.position), scope.rawValue, first, count] { records.append(word) }
        }
        (self.records, self.members) = (records.bytes, members.bytes)
    }
}
