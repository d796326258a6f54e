import Foundation
import OasisLogFiles
import OasisModelFiles
import OasisResponse

/// A folder for one test.
struct ModelFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to file: String) throws -> String {
        try text.write(toFile: path + "/" + file, atomically: true, encoding: .utf8)
        return path + "/" + file
    }

    /// Where a fixture of the repository is.
    static func fixture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
    }

    /// A model of a few weights with everything that a file keeps.
    static func model(training: String = "by hand", bias: Double = -1.25) throws -> ResponseModel {
        let schema = try FeatureSchema(
            features: [.init("song", .categorical), .init("age", .buckets([1, 30]))],
            hashBits: 8
        )
        var weights = [Float](repeating: 0, count: 256)
        for slot in stride(from: 3, to: 256, by: 7) { weights[slot] = Float(slot) / 100 - 1 }
        var profile = SignalProfile(columns: ["song", "age"])
        profile.add(token: 1 << 40, column: 0)
        profile.add(number: -2.5, column: 1)
        profile.endRow(label: 1)
        let curve = IsotonicCalibration(predicted: [0.1, 0.5], observed: [0.2, 0.4])!
        return ResponseModel(
            schema: schema,
            linear: LinearModel(bias: bias, weights: weights),
            calibration: SurfaceCalibration(overall: curve, bySurface: ["radio": curve]),
            lineage: .init(
                outcome: "streamed",
                training: training,
                rowCount: 10,
                events: 3,
                windowSeconds: [1, 2.5],
                metrics: ["testLogLoss": 0.25],
                profile: profile
            )
        )
    }
}

/// The rule that a refusal names; nothing when nothing was refused.
func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
