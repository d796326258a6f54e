import OasisMarket
import OasisResponse

// Writer and reader of each section stand side by side, so that they can be compared line by line.

extension ByteWriter {
    mutating func appendIdentity(_ snapshot: Snapshot) {
        append(snapshot.number)
        append(snapshot.createdAt.milliseconds)
        append(snapshot.policyVersion)
        append(snapshot.scale)
    }

    mutating func appendPolicy(_ snapshot: Snapshot) {
        append(snapshot.worths)
        append(snapshot.elsewherePrices)
        append(snapshot.guardrails.maxBoost)
        append(UInt32(snapshot.guardrails.maxPromotedPerSlate))
        append(snapshot.guardrails.minimumOrganicPercentile)
        append(UInt32(snapshot.guardrails.holdout.value))
        append(snapshot.guardrails.holdoutSalt)
        append(snapshot.guardrails.disabledSurfaces.map(\.text))
        append(UInt32(snapshot.guardrails.isPromotionStopped ? 1 : 0))
        append(snapshot.randomization.smoothing)
        append(snapshot.randomization.explorationShare)
    }

    mutating func appendCells(_ snapshot: Snapshot) {
        append(UInt32(snapshot.cells.count))
        for cell in snapshot.cells {
            append(cell.cell.surface.text)
            append(cell.cell.market.text)
            append(cell.prices)
        }
    }

    mutating func appendCampaigns(_ snapshot: Snapshot) {
        append(UInt32(snapshot.campaigns.count))
        for campaign in snapshot.campaigns {
            append(campaign.number)
            append(campaign.id.text)
            append(campaign.tracks.map(\.text))
            append(campaign.surfaces.map(\.text))
            append(campaign.markets.map(\.text))
            append(campaign.start.milliseconds)
            append(campaign.end?.milliseconds ?? .max)
            append(UInt32(campaign.hasCap ? 1 : 0))
            append(campaign.commissionPerStream)
            append(campaign.rates.streamsPerPlay)
            append(campaign.rates.savesPerStream)
            append(campaign.rates.newListenersPerStream)
            append(campaign.prices)
        }
    }

    private mutating func append(_ vector: AttributeVector) {
        for attribute in Attribute.allCases { append(vector[attribute]) }
    }
}

/// A snapshot while it is being read.
struct SnapshotParts {
    private var number: UInt64 = 0
    private var createdAt = Timestamp(milliseconds: 0)
    private var policyVersion: Int64 = 0
    private var scale = ""
    private var worths = AttributeVector()
    private var elsewherePrices = AttributeVector()
    private var guardrails: Guardrails?
    private var randomization = Randomization(smoothing: 0, explorationShare: 0)
    private var cells: [PricedCell] = []
    private var campaigns: [PricedCampaign] = []

    mutating func readIdentity(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        number = try reader.take()
        createdAt = Timestamp(milliseconds: try reader.take())
        policyVersion = try reader.take()
        scale = try reader.text()
    }

    mutating func readPolicy(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        worths = try reader.vector()
        elsewherePrices = try reader.vector()
        let maxBoost = try reader.finite()
        let maxPromotedPerSlate = Int(try reader.take() as UInt32)
        let percentile = try reader.finite()
        let holdout = BasisPoints(Int(try reader.take() as UInt32))
        let salt = try reader.text()
        let disabled: [SurfaceID] = try reader.names()
        guardrails = Guardrails(
            maxBoost: maxBoost,
            maxPromotedPerSlate: maxPromotedPerSlate,
            minimumOrganicPercentile: percentile,
            holdout: holdout,
            holdoutSalt: salt,
            disabledSurfaces: disabled,
            isPromotionStopped: try reader.flag()
        )
        randomization = Randomization(smoothing: try reader.finite(), explorationShare: try reader.finite())
    }

    mutating func readCells(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        for _ in 0..<(try reader.take() as UInt32) {
            let cell = Cell(surface: try reader.name(), market: try reader.name())
            cells.append(PricedCell(cell: cell, prices: try reader.vector()))
        }
    }

    mutating func readCampaigns(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        for _ in 0..<(try reader.take() as UInt32) {
            campaigns.append(try readCampaign(&reader))
        }
    }

    private func readCampaign(_ reader: inout ByteReader) throws(SnapshotFile.Fault) -> PricedCampaign {
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

    func snapshot() throws(SnapshotFile.Fault) -> Snapshot {
        guard let guardrails else {
            throw SnapshotFile.Fault(section: "policy", rule: "must hold the guardrails")
        }
        do throws(InvalidField) {
            try guardrails.validate()
            try randomization.validate()
        } catch {
            throw SnapshotFile.Fault(section: "policy", rule: error.description)
        }
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
            campaigns: campaigns
        )
    }
}

extension ByteReader {
    fileprivate mutating func flag() throws(SnapshotFile.Fault) -> Bool {
        let value: UInt32 = try take()
        guard value <= 1 else { throw fault("has a flag that is neither 0 nor 1") }
        return value == 1
    }

    fileprivate mutating func vector() throws(SnapshotFile.Fault) -> AttributeVector {
        var vector = AttributeVector()
        for attribute in Attribute.allCases { vector[attribute] = try finite() }
        return vector
    }

    fileprivate mutating func name<Kind>() throws(SnapshotFile.Fault) -> Identifier<Kind> {
        let text = try text()
        do throws(InvalidField) {
            return try Identifier(text)
        } catch {
            throw fault("has a bad name: \(error.rule)")
        }
    }

    fileprivate mutating func names<Kind>() throws(SnapshotFile.Fault) -> [Identifier<Kind>] {
        var names: [Identifier<Kind>] = []
        for _ in 0..<(try take() as UInt32) { names.append(try name()) }
        return names
    }
}
