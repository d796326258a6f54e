package import OasisMarket
import OasisResponse

// Look-ups by campaign take a place, 0 ..< campaignCount.

extension MappedSnapshot {
    /// A campaign's number in the ledger.
    package func campaignNumber(_ place: Int) -> Int64 { record(place).number }

    /// A campaign's name.
    package func campaignID(_ place: Int) -> CampaignID { CampaignID(trusted: columns.campaignNames[place]) }

    /// Stable hash of a campaign's artist; 0 when it is not known.
    package func artistHash(_ place: Int) -> UInt64 { record(place).artistHash }

    /// Whether each promotion of a campaign needs a lease unit.
    package func hasCap(_ place: Int) -> Bool { record(place).hasCap }

    /// Requests in which a campaign may be promoted, as a share of those that it covers.
    package func promotedShare(_ place: Int) -> Double { 1 - Double(record(place).withheld) / 65_536 }

    /// P: prices of a campaign.
    package func prices(_ place: Int) -> AttributeVector {
        let record = record(place)
        var prices = AttributeVector()
        prices[.delivery] = record.deliveryPrice
        prices[.stream] = record.streamPrice
        prices[.save] = record.savePrice
        prices[.newListener] = record.newListenerPrice
        prices[.commission] = record.commissionPrice
        prices[.listenerLoss] = record.listenerLossPrice
        return prices
    }

    /// The place of the campaign that promotes a track.
    package func campaign(of track: TrackID) -> Int? {
        var text = track.text
        return text.withUTF8 { utf8 in
            let name = UnsafeRawBufferPointer(utf8)
            return columns.campaign(hash: StableHash.ofNames.hash(name), name: name).map { Int($0) }
        }
    }

    /// The place of the campaign that promotes a candidate.
    package func campaign(of candidate: Int, in columns: RequestColumns) -> Int? {
        self.columns.campaign(hash: columns.hash(candidate), name: columns.name(candidate)).map { Int($0) }
    }

    /// The place of a campaign; looks at all of them.
    package func campaign(named id: CampaignID) -> Int? {
        (0..<campaignCount).first { columns.campaignNames.utf8($0).elementsEqual(id.text.utf8) }
    }

    /// A campaign, read whole.
    package func campaign(_ place: Int) -> PricedCampaign {
        let record = record(place)
        return PricedCampaign(
            number: record.number,
            id: campaignID(place),
            tracks: columns.tracks(of: place).map { TrackID(trusted: trackName($0)) },
            surfaces: surfaceSets.members(of: record.surfaceSet).map { SurfaceID(trusted: $0) },
            markets: marketSets.members(of: record.marketSet).map { MarketID(trusted: $0) },
            start: Timestamp(milliseconds: record.start),
            end: record.end == .max ? nil : Timestamp(milliseconds: record.end),
            hasCap: record.hasCap,
            commissionPerStream: record.commissionPerStream,
            rates: ResponseRates(
                streamsPerPlay: record.streamsPerPlay,
                savesPerStream: record.savesPerStream,
                newListenersPerStream: record.newListenersPerStream
            ),
            prices: prices(place),
            artistHash: record.artistHash,
            promotedShare: promotedShare(place)
        )
    }

    /// The row at a place, 0 ..< rowCount.
    package func row(_ place: Int) -> PricedRow {
        let record = columns.rows[place]
        let first = Int(record.first)
        let scope: PricedRow.Scope =
            switch RowRecord.Scope(rawValue: record.scope) {
            case .campaign: .campaign(first)
            case .cell: .cell(first)
            case .campaigns: .campaigns((first..<(first + Int(record.count))).map { Int(columns.rowMembers[$0]) })
            case .all, nil: .all
            }
        return PricedRow(
            name: columns.rowNames[place],
            attribute: Attribute.allCases[Int(record.attribute)],
            scope: scope,
            price: record.price,
            share: record.share
        )
    }

    /// How many rows there are for explanations.
    package var rowCount: Int { columns.rowCount }

    /// All of it as the planner made it; surfaces and markets in the order of the file.
    package var value: Snapshot {
        Snapshot(
            number: number,
            createdAt: createdAt,
            policyVersion: policyVersion,
            scale: scale,
            worths: worths,
            guardrails: guardrails,
            randomization: randomization,
            experiments: experiments,
            cells: cells,
            elsewherePrices: elsewherePrices,
            campaigns: (0..<campaignCount).map { campaign($0) },
            rows: (0..<rowCount).map { row($0) },
            surfaceRates: surfaceRates?.value
        )
    }

    private func record(_ place: Int) -> CampaignRecord {
        precondition(place >= 0 && place < campaignCount, "no such campaign")
        return columns.campaigns[place]
    }

    func trackName(_ track: Int) -> String {
        let words = Int(columns.tracks[track].name)..<Int(columns.tracks[track + 1].name)
        let bytes = UnsafeRawBufferPointer(
            start: columns.trackNames + words.lowerBound,
            count: words.count * 8
        )
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
