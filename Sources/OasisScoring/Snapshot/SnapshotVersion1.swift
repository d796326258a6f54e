import OasisMarket
import OasisResponse

/// Reads the first format, which was one stream of values; nothing writes it any more.
///
/// Header: magic 8, format version u32, number of sections u32, then for each section id u32, zero u32, offset u64,
/// length u64, checksum u64 (SipHash); then a checksum u64 of all of that.
enum SnapshotVersion1 {
    private static let sections: [SnapshotFile.Section] = [.identity, .policy, .cells, .campaigns]
    private static let entryBytes = 32
    private static let hash = StableHash(key0: 0x6f61_7369_735f_736e, key1: 0x6170_7368_6f74_0001)

    private static var headerBytes: Int { 16 + sections.count * entryBytes }

    /// Reads bytes whose version is known to be 1.
    static func decode(_ bytes: [UInt8]) throws(SnapshotFile.Fault) -> Snapshot {
        var readers: [ByteReader] = []
        for (section, range) in try sectionRanges(bytes) {
            readers.append(ByteReader(bytes[range], section: section.name))
        }
        var parts = SnapshotParts()
        try parts.readIdentity(&readers[0])
        try parts.readPolicy(&readers[1], format: 1)
        try parts.readCells(&readers[2])
        let campaigns = try readCampaigns(&readers[3])
        for reader in readers { try reader.requireEnd() }
        return try parts.snapshot(campaigns: campaigns)
    }

    private static func sectionRanges(
        _ bytes: [UInt8]
    ) throws(SnapshotFile.Fault) -> [(SnapshotFile.Section, Range<Int>)] {
        func fault(_ rule: String) -> SnapshotFile.Fault { SnapshotFile.Fault(section: "header", rule: rule) }
        guard bytes.count >= headerBytes + 8 else { throw fault("is cut short: \(bytes.count) bytes") }
        var reader = ByteReader(bytes[12..<headerBytes + 8], section: "header")
        guard try reader.take() as UInt32 == UInt32(sections.count) else {
            throw fault("must list \(sections.count) sections")
        }
        var ranges: [(SnapshotFile.Section, Range<Int>)] = []
        var expected = UInt64(headerBytes + 8)
        for (index, section) in sections.enumerated() {
            let (id, zero): (UInt32, UInt32) = (try reader.take(), try reader.take())
            let (offset, length): (UInt64, UInt64) = (try reader.take(), try reader.take())
            let sum: UInt64 = try reader.take()
            guard id == UInt32(index + 1), zero == 0, offset == expected, length <= UInt64(bytes.count) - offset else {
                throw SnapshotFile.Fault(section, "is not where the header says, or cut short")
            }
            let range = Int(offset)..<Int(offset + length)
            guard checksum(bytes[range]) == sum else {
                throw SnapshotFile.Fault(section, "does not match its checksum; the file is damaged")
            }
            ranges.append((section, range))
            expected = offset + length
        }
        guard try reader.take() as UInt64 == checksum(bytes[..<headerBytes]) else {
            throw fault("does not match its checksum; the file is damaged")
        }
        guard expected == UInt64(bytes.count) else {
            throw fault("must end with the last section, but \(bytes.count) bytes are there")
        }
        return ranges
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { hash.hash($0) }
    }

    private static func readCampaigns(_ reader: inout ByteReader) throws(SnapshotFile.Fault) -> [PricedCampaign] {
        var campaigns: [PricedCampaign] = []
        for _ in 0..<(try reader.take() as UInt32) { campaigns.append(try readCampaign(&reader)) }
        return campaigns
    }

    private static func readCampaign(_ reader: inout ByteReader) throws(SnapshotFile.Fault) -> PricedCampaign {
        let (number, id): (Int64, CampaignID) = (try reader.take(), try reader.name())
        let tracks: [TrackID] = try reader.names()
        let surfaces: [SurfaceID] = try reader.names()
        let markets: [MarketID] = try reader.names()
        let (start, end): (Int64, Int64) = (try reader.take(), try reader.take())
        let hasCap = try reader.flag()
        let commission = try reader.finite()
        let rates = ResponseRates(
            streamsPerPlay: try reader.finite(),
            savesPerStream: try reader.finite(),
            newListenersPerStream: try reader.finite()
        )
        return PricedCampaign(
            number: number,
            id: id,
            tracks: tracks,
            surfaces: surfaces,
            markets: markets,
            start: Timestamp(milliseconds: start),
            end: end == .max ? nil : Timestamp(milliseconds: end),
            hasCap: hasCap,
            commissionPerStream: commission,
            rates: rates,
            prices: try reader.vector()
        )
    }
}

extension SnapshotParts {
    func snapshot(campaigns: [PricedCampaign], rows: [PricedRow] = []) throws(SnapshotFile.Fault) -> Snapshot {
        guard let guardrails else { throw SnapshotFile.Fault(.policy, "must hold the guardrails") }
        return Snapshot(
            number: number,
            createdAt: createdAt,
            policyVersion: policyVersion,
            scale: scale,
            worths: worths,
            guardrails: guardrails,
            randomization: randomization,
            cells: cells,
            elsewherePrices: elsewherePrices,
            campaigns: campaigns,
            rows: rows
        )
    }
}
