import OasisMarket

// Writer and reader of each small section stand side by side, so that they can be compared line by line.

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
        append(snapshot.guardrails)
        append(snapshot.randomization.smoothing)
        append(snapshot.randomization.explorationShare)
        append(UInt32(snapshot.experiments.count))
        for layer in snapshot.experiments { append(layer) }
    }

    private mutating func append(_ guardrails: Guardrails) {
        append(guardrails.maxBoost)
        append(UInt32(guardrails.maxPromotedPerSlate))
        append(guardrails.minimumOrganicPercentile)
        append(UInt32(guardrails.holdout.value))
        append(guardrails.holdoutSalt)
        append(guardrails.disabledSurfaces.map(\.text))
        append(UInt32(guardrails.isPromotionStopped ? 1 : 0))
        append(UInt32(guardrails.minimumGap))
        append(UInt32(guardrails.frequency.count))
        for limit in guardrails.frequency {
            append(UInt32(limit.scope == .campaign ? 0 : 1))
            append(UInt32(limit.maximum))
            append(UInt32(limit.windowHours))
        }
        append(guardrails.shadowSurfaces.map(\.text))
        append(UInt32(guardrails.isShadow ? 1 : 0))
    }

    mutating func appendCells(_ cells: [PricedCell]) {
        append(UInt32(cells.count))
        for cell in cells {
            append(cell.cell.surface.text)
            append(cell.cell.market.text)
            append(cell.prices)
        }
    }

    mutating func append(_ rates: SurfaceRates) {
        append(rates.surfaces.map(\.text))
        append(UInt32(rates.canary.isEmpty ? 0 : 1))
        append(UInt32(rates.canaryListeners.share.value))
        append(rates.canaryListeners.salt)
    }

    private mutating func append(_ vector: AttributeVector) {
        for attribute in Attribute.allCases { append(vector[attribute]) }
    }
}

/// What the small sections hold.
struct SnapshotParts {
    var number: UInt64 = 0
    var createdAt = Timestamp(milliseconds: 0)
    var policyVersion: Int64 = 0
    var scale = ""
    var worths = AttributeVector()
    var elsewherePrices = AttributeVector()
    var guardrails: Guardrails?
    var randomization = Randomization(smoothing: 0, explorationShare: 0)
    var experiments: [ExperimentLayer] = []
    var cells: [PricedCell] = []
    var surfaces: [String] = []
    var markets: [String] = []
    var surfaceRates: SurfaceRatesHead?

    mutating func readIdentity(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        number = try reader.take()
        let milliseconds: Int64 = try reader.take()
        // Ages are differences, which must not overflow.
        guard milliseconds >= 0, milliseconds >> 48 == 0 else {
            throw reader.fault("says that it was made at \(milliseconds) ms, which is no time")
        }
        createdAt = Timestamp(milliseconds: milliseconds)
        policyVersion = try reader.take()
        scale = try reader.text()
        guard number < 1 << 48 else { throw reader.fault("has the number \(number), which no receipt can carry") }
    }

    /// Reads a policy; the first format knew no gap, no frequency, no shadow mode and no experiments.
    mutating func readPolicy(_ reader: inout ByteReader, format: UInt32) throws(SnapshotFile.Fault) {
        worths = try reader.vector()
        elsewherePrices = try reader.vector()
        var guardrails = try readFirstGuardrails(&reader)
        if format > 1 { try readLaterGuardrails(&reader, into: &guardrails) }
        randomization = Randomization(smoothing: try reader.finite(), explorationShare: try reader.finite())
        if format > 1 {
            for _ in 0..<(try reader.take() as UInt32) { experiments.append(try reader.layer()) }
        }
        do throws(InvalidField) {
            try guardrails.validate()
            try randomization.validate()
            try Policy.validate(experiments, within: guardrails)
        } catch {
            throw reader.fault(error.description)
        }
        self.guardrails = guardrails
    }

    private func readFirstGuardrails(_ reader: inout ByteReader) throws(SnapshotFile.Fault) -> Guardrails {
        let maxBoost = try reader.finite()
        let maxPromotedPerSlate = Int(try reader.take() as UInt32)
        let percentile = try reader.finite()
        let holdout = BasisPoints(Int(try reader.take() as UInt32))
        let salt = try reader.text()
        let disabled: [SurfaceID] = try reader.names()
        return Guardrails(
            maxBoost: maxBoost,
            maxPromotedPerSlate: maxPromotedPerSlate,
            minimumOrganicPercentile: percentile,
            holdout: holdout,
            holdoutSalt: salt,
            disabledSurfaces: disabled,
            isPromotionStopped: try reader.flag()
        )
    }

    private func readLaterGuardrails(
        _ reader: inout ByteReader,
        into guardrails: inout Guardrails
    ) throws(SnapshotFile.Fault) {
        guardrails.minimumGap = Int(try reader.take() as UInt32)
        for _ in 0..<(try reader.take() as UInt32) { guardrails.frequency.append(try reader.limit()) }
        guardrails.shadowSurfaces = try reader.names()
        guardrails.isShadow = try reader.flag()
    }

    mutating func readSurfaceRates(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        let surfaces: [SurfaceID] = try reader.names()
        let hasCanary = try reader.flag()
        let share = BasisPoints(Int(try reader.take() as UInt32))
        guard surfaces.count <= SurfaceRates.surfacesMaximum, share.value <= 10_000 else {
            throw reader.fault("must name at most \(SurfaceRates.surfacesMaximum) surfaces and a share of 10,000")
        }
        surfaceRates = SurfaceRatesHead(
            surfaces: surfaces,
            hasCanary: hasCanary,
            canaryListeners: .init(share: share, salt: try reader.text())
        )
    }

    mutating func readCells(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        for _ in 0..<(try reader.take() as UInt32) {
            let cell = Cell(surface: try reader.name(), market: try reader.name())
            cells.append(PricedCell(cell: cell, prices: try reader.vector()))
        }
    }

    mutating func readContexts(_ reader: inout ByteReader) throws(SnapshotFile.Fault) {
        let (surfaces, markets): ([SurfaceID], [MarketID]) = (try reader.names(), try reader.names())
        self.surfaces = surfaces.map(\.text)
        self.markets = markets.map(\.text)
    }
}

extension ByteReader {
    mutating func flag() throws(SnapshotFile.Fault) -> Bool {
        let value: UInt32 = try take()
        guard value <= 1 else { throw fault("has a flag that is neither 0 nor 1") }
        return value == 1
    }

    mutating func vector() throws(SnapshotFile.Fault) -> AttributeVector {
        var vector = AttributeVector()
        for attribute in Attribute.allCases { vector[attribute] = try finite() }
        return vector
    }

    mutating func name<Kind>() throws(SnapshotFile.Fault) -> Identifier<Kind> {
        let text = try text()
        do throws(InvalidField) {
            return try Identifier(text)
        } catch {
            throw fault("has a bad name: \(error.rule)")
        }
    }

    mutating func names<Kind>() throws(SnapshotFile.Fault) -> [Identifier<Kind>] {
        var names: [Identifier<Kind>] = []
        for _ in 0..<(try take() as UInt32) { names.append(try name()) }
        return names
    }
}
