import Foundation
import OasisLogFiles
import OasisMarket
import OasisModelFiles
import OasisResponse

/// Reads any bytes as LightGBM's text: refused with a rule, or asked about rows of any kind without a crash.
@Sendable
func fuzzTreeModel(_ input: UnsafeRawBufferPointer) {
    let text = String(decoding: input, as: UTF8.self)
    do throws(InvalidField) {
        let ensemble = try TreeEnsemble(text: text)
        let width = ensemble.features.count
        for value in [0, -1.5, 3, 1e300, .nan, .infinity] as [Double] {
            let row = [Double](repeating: value, count: width)
            _ = ensemble.prediction(row)
        }
    } catch {
        precondition(!error.rule.isEmpty)
    }
}

/// Reads any bytes as a model of ours; what is read must write to a model that is the same.
///
/// It reads them as they are, and with the checksum that belongs to them, so that damage reaches the checks behind.
@Sendable
func fuzzModel(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    checkModel(bytes)
    guard bytes.count >= 16 else { return }
    var mended = bytes
    withUnsafeBytes(of: ModelFile.checksum(bytes[16...]).littleEndian) { mended.replaceSubrange(8..<16, with: $0) }
    checkModel(mended)
}

private func checkModel(_ bytes: [UInt8]) {
    do throws(InvalidTable) {
        let model = try ModelFile.decode(bytes, file: "input")
        var row = FeatureRow()
        let encoder = FeatureEncoder(model.schema)
        for _ in encoder.columns { row.endColumn() }
        let probability = model.probability(of: row, surface: "radio", encoder: encoder)
        precondition((0...1).contains(probability), "said \(probability)")
        let again = try ModelFile.decode(try ModelFile.encode(model, file: "output"), file: "output")
        precondition(again == model, "was written as another model")
    } catch {
        precondition(!error.rule.isEmpty)
    }
}

/// Reads any bytes as a schema: refused with a rule, or written in the one way that reads as the same schema.
@Sendable
func fuzzSchema(_ input: UnsafeRawBufferPointer) {
    do throws(InvalidTable) {
        let schema = try SchemaFile.schema(Array(input), file: "input")
        let again = try SchemaFile.schema(Array(schema.canonicalJSON.utf8), file: "output")
        precondition(again == schema, "was written as another schema")
    } catch {
        precondition(!error.rule.isEmpty)
    }
}

/// Reads any bytes as a table of outcomes with a text, words, named numbers, a number, a weight and a time.
@Sendable
func fuzzTable(_ input: UnsafeRawBufferPointer) {
    guard FileManager.default.createFile(atPath: tableFile, contents: Data(input)) else { return }
    do throws(InvalidTable) {
        let table = try TrainingTable(csv: tableFile, layout: layout, encoder: tableEncoder())
        precondition(table.rows.rowCount == Int(table.profile.rows))
        for label in table.rows.labelColumn { precondition((0...1).contains(label)) }
        for weight in table.rows.weightColumn { precondition(weight > 0 && weight.isFinite) }
    } catch {
        precondition(!error.rule.isEmpty)
    }
}

/// Tables are mapped from files, so each input becomes one.
private let tableFile = NSTemporaryDirectory() + "oasis-fuzz-\(getpid()).csv"

private let layout = TrainingTable.Layout(label: "y", weight: "w", time: "t", surface: "s")

/// Made anew each time: what a global one keeps behind the tagged pointers of enums would look leaked to the sanitizer.
private func tableEncoder() -> FeatureEncoder {
    let features: [FeatureSchema.Feature] = [
        .init("a", .categorical), .init("b", .words), .init("c", .sparse), .init("d", .numeric(.log)),
        .init("e", .buckets([0, 1]), column: "d"), .init("f", .cross(["a", "b"])),
    ]
    guard let schema = try? FeatureSchema(features: features, hashBits: 8) else { preconditionFailure("a bad schema") }
    return FeatureEncoder(schema)
}
