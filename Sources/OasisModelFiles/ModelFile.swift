internal import Foundation
package import OasisLogFiles
package import OasisMarket
package import OasisResponse

/// A trained model as one file: a head, a document in JSON, then slots and weights that are not 0.
///
/// All numbers are little-endian; `docs/response.md` has the layout. A file is written whole or not at all, and refused
/// when a byte of it is not what was written.
package enum ModelFile {
    private static let magic: UInt64 = 0x316c_6564_6f4d_736f
    /// Magic, checksum of all that follows, bytes of the document, weights, bias.
    private static let headBytes = 40

    /// Writes a model.
    ///
    /// - Throws: `InvalidTable` when it cannot be written.
    package static func write(_ model: ResponseModel, to path: String) throws(InvalidTable) {
        let bytes = try encode(model, file: path)
        var fault: InvalidTable?
        bytes.withUnsafeBytes { buffer in
            do throws(InvalidTable) { try writeWhole(path, [buffer]) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    /// Reads a model.
    ///
    /// - Throws: `InvalidTable` when it is not a whole model of ours.
    package static func read(_ path: String) throws(InvalidTable) -> ResponseModel {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InvalidTable(file: path, line: nil, rule: "must be a readable file")
        }
        return try decode([UInt8](data), file: path)
    }

    /// A model's bytes; `file` is what a refusal names.
    package static func encode(_ model: ResponseModel, file: String) throws(InvalidTable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let document = try? encoder.encode(ModelDocument(model)) else {
            throw InvalidTable(
                file: file,
                line: nil,
                rule: "could not be written: its lineage has a number that JSON has not"
            )
        }
        let slots = model.linear.weights.indices.filter { model.linear.weights[$0] != 0 }
        var body: [UInt8] = []
        append(UInt64(document.count), to: &body)
        append(model.linear.isConstant ? UInt64.max : UInt64(slots.count), to: &body)
        append(model.linear.bias.bitPattern, to: &body)
        body += document
        for slot in slots { append(UInt32(slot), to: &body) }
        for slot in slots { append(model.linear.weights[slot].bitPattern, to: &body) }
        var bytes: [UInt8] = []
        append(magic, to: &bytes)
        append(checksum(body[...]), to: &bytes)
        return bytes + body
    }

    /// Reads a model's bytes; `file` is what a refusal names.
    package static func decode(_ bytes: [UInt8], file: String) throws(InvalidTable) -> ResponseModel {
        func fault(_ rule: String) -> InvalidTable { InvalidTable(file: file, line: nil, rule: rule) }
        guard bytes.count >= headBytes, word(bytes, 0) == magic else { throw fault("must be a model of oasis train") }
        guard checksum(bytes[16...]) == word(bytes, 8) else { throw fault("must be whole, but its checksum is wrong") }
        let (documentCount, weightCount) = (word(bytes, 16), word(bytes, 24))
        let isConstant = weightCount == .max
        let count = isConstant ? 0 : weightCount
        guard documentCount < 1 << 28, count <= 1 << 24,
            bytes.count == headBytes + Int(documentCount) + 8 * Int(count)
        else { throw fault("must be as long as its head says") }
        let end = headBytes + Int(documentCount)
        guard let document = try? JSONDecoder().decode(ModelDocument.self, from: Data(bytes[headBytes..<end])) else {
            throw fault("must have a document that this version reads")
        }
        let schema = try SchemaFile.schema(Data(document.schema.utf8), file: file)
        let bias = Double(bitPattern: word(bytes, 32))
        guard bias.isFinite else { throw fault("must have a finite bias") }
        var weights = [Float](repeating: 0, count: isConstant ? 0 : 1 << schema.hashBits)
        for place in 0..<Int(count) {
            let slot = Int(half(bytes, end + 4 * place))
            let weight = Float(bitPattern: half(bytes, end + 4 * (Int(count) + place)))
            guard slot < weights.count, weight.isFinite else { throw fault("must have finite weights in its slots") }
            weights[slot] = weight
        }
        return ResponseModel(
            schema: schema,
            linear: LinearModel(bias: bias, weights: weights),
            calibration: try document.calibration(file: file),
            lineage: document.lineage
        )
    }

    /// What the bytes behind the head's first two words must add up to.
    package static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { StableHash(salt: "oasis-model").hash($0) }
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    private static func word(_ bytes: [UInt8], _ place: Int) -> UInt64 {
        bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
    }

    private static func half(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self)) }
    }
}

/// What a model file says in JSON.
private struct ModelDocument: Codable {
    struct Curve: Codable {
        var predicted: [Double]
        var observed: [Double]
    }

    struct Column: Codable {
        var name: String
        var values, missing, zeros: Double
        var isNumeric: Bool
        var classes: [Int: Double]
    }

    var schema: String
    var overall: Curve?
    var bySurface: [String: Curve]?
    var outcome, training: String
    var rowCount: Int
    var events: Double
    var windowSeconds: [Double]?
    var metrics: [String: Double]
    var profileRows, profileEvents: Double?
    var profileColumns: [Column]?

    init(_ model: ResponseModel) {
        schema = model.schema.canonicalJSON
        overall = model.calibration.map { Curve($0.overall) }
        bySurface = model.calibration?.bySurface.mapValues { Curve($0) }
        outcome = model.lineage.outcome
        training = model.lineage.training
        rowCount = model.lineage.rowCount
        events = model.lineage.events
        windowSeconds = model.lineage.windowSeconds
        metrics = model.lineage.metrics
        profileRows = model.lineage.profile?.rows
        profileEvents = model.lineage.profile?.events
        profileColumns = model.lineage.profile?.columns
            .map { column in
                Column(
                    name: column.name,
                    values: column.values,
                    missing: column.missing,
                    zeros: column.zeros,
                    isNumeric: column.isNumeric,
                    classes: column.classes
                )
            }
    }

    var lineage: ResponseModel.Lineage {
        ResponseModel.Lineage(
            outcome: outcome,
            training: training,
            rowCount: rowCount,
            events: events,
            windowSeconds: windowSeconds,
            metrics: metrics,
            profile: profile
        )
    }

    private var profile: SignalProfile? {
        guard let profileColumns, let profileRows, let profileEvents else { return nil }
        return SignalProfile(
            rows: profileRows,
            events: profileEvents,
            columns: profileColumns.map { column in
                SignalProfile.Column(
                    name: column.name,
                    values: column.values,
                    missing: column.missing,
                    zeros: column.zeros,
                    isNumeric: column.isNumeric,
                    classes: column.classes
                )
            }
        )
    }

    func calibration(file: String) throws(InvalidTable) -> SurfaceCalibration? {
        guard let overall else { return nil }
        var curves: [String: IsotonicCalibration] = [:]
        for (surface, curve) in bySurface ?? [:] { curves[surface] = try curve.calibration(file) }
        return SurfaceCalibration(overall: try overall.calibration(file), bySurface: curves)
    }
}

extension ModelDocument.Curve {
    fileprivate init(_ curve: IsotonicCalibration) {
        self.init(predicted: curve.predicted, observed: curve.observed)
    }

    fileprivate func calibration(_ file: String) throws(InvalidTable) -> IsotonicCalibration {
        guard let curve = IsotonicCalibration(predicted: predicted, observed: observed) else {
            throw InvalidTable(file: file, line: nil, rule: "must have calibration curves that rise")
        }
        return curve
    }
}
