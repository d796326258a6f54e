import Foundation
import OasisLogFiles
import OasisMeasurement
import Testing

/// What another implementation answers on the same logs, kept beside the repository: in OASIS_SHARED_DATA, or in
/// `shared/data` next to a folder above this file.
enum SharedGoldens {
    static let folder: String? = {
        let files = FileManager.default
        if let named = ProcessInfo.processInfo.environment["OASIS_SHARED_DATA"] {
            return files.fileExists(atPath: named + "/goldens") ? named : nil
        }
        // Resolved, since the folder of tests may itself be reached through a link.
        var above = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while above.path != "/" {
            above.deleteLastPathComponent()
            let candidate = above.appending(path: "shared/data").path
            if files.fileExists(atPath: candidate + "/goldens") { return candidate }
        }
        return nil
    }()

    static func object(_ name: String) throws -> [String: Any] {
        let path = try #require(folder) + "/goldens/" + name
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        return try #require(object as? [String: Any])
    }
}

extension [String: Any] {
    func object(_ key: String) throws -> [String: Any] { try #require(self[key] as? [String: Any], "\(key)") }
    func number(_ key: String) throws -> Double { try #require(self[key] as? NSNumber, "\(key)").doubleValue }
    func text(_ key: String) throws -> String { try #require(self[key] as? String, "\(key)") }
    func numbers(_ key: String) throws -> [Double] {
        try #require(self[key] as? [NSNumber], "\(key)").map(\.doubleValue)
    }
    func table(_ key: String) throws -> [[Double]] {
        try #require(self[key] as? [[NSNumber]], "\(key)").map { $0.map(\.doubleValue) }
    }
}

/// Equal to 1e-9 of the larger of both, or to 1e-12 where both are next to nothing.
func expectEqual(_ found: Double, _ expected: Double, _ what: String, _ location: SourceLocation = #_sourceLocation) {
    let tolerance = 1e-9 * max(abs(expected), 1e-3)
    #expect(abs(found - expected) <= tolerance, "\(what): \(found), expected \(expected)", sourceLocation: location)
}

/// One evaluation of one public log, with everything needed to repeat it.
struct GoldenCase {
    let name: String
    let expected: [String: Any]
    let feedback: LoggedFeedback
    let policy: EvaluationPolicy
    let rows: WeightedRows

    /// All four: each campaign's log of either policy, asked about the other.
    static func all() throws -> [GoldenCase] {
        let goldens = try SharedGoldens.object("open-bandit-estimates.json")
        let cases = try #require(goldens["cases"] as? [[String: Any]])
        return try cases.map(GoldenCase.init)
    }

    init(_ expected: [String: Any]) throws {
        self.expected = expected
        let (campaign, behavior) = (try expected.text("campaign"), try expected.text("behavior"))
        let evaluation = try expected.text("evaluation")
        name = "\(campaign), \(behavior) → \(evaluation)"
        let folder = try #require(SharedGoldens.folder)
        let table = try Self.table("\(behavior)/\(campaign)")
        feedback = try LoggedFeedback(
            actions: table.rows.map(\.item),
            rewards: table.rows.map { $0.isClicked ? 1 : 0 },
            propensities: table.rows.map { Self.asTheyReadIt($0.propensity) },
            cells: table.rows.map { $0.position - 1 },
            actionCount: table.itemCount,
            cellCount: 3
        )
        let probabilities = try ActionProbabilityFile.read(
            "\(folder)/goldens/open-bandit-bts-action-probabilities.json#\(campaign)/\(evaluation)",
            actionCount: table.itemCount,
            positionCount: 3
        )
        policy = try EvaluationPolicy(byCell: probabilities, for: feedback)
        // On the same rows, as these goldens were made.
        let model = try CrossFitting(folds: 1, seed: 1).estimates(feedback) { ShrunkRates().fit($0, rows: $1) }
        rows = try WeightedRows(feedback, under: policy, model: model)
    }

    /// The goldens' reader of numbers made 1/34 a few bits smaller, as their `pscore_min` of the uniform log shows.
    ///
    /// It matters in one row: its weight of exactly 1 came out above 1, where Switch-DR at λ = 1 takes the model.
    private static func asTheyReadIt(_ propensity: Double) -> Double {
        propensity == 1.0 / 34 ? 0.0294117647058823 : propensity
    }

    /// Each log is read once, for all tests.
    private static let tables: [String: Result<OpenBanditTable, any Error>] = {
        let names = ["random/men", "random/all", "bts/men", "bts/all"]
        let read = names.map { name in
            Result { try OpenBanditTable(directory: "\(try #require(SharedGoldens.folder))/open-bandit/\(name)") }
        }
        return Dictionary(uniqueKeysWithValues: zip(names, read))
    }()

    private static func table(_ name: String) throws -> OpenBanditTable { try #require(tables[name]).get() }

    /// The families under the names that the goldens use.
    static let families: [String: Estimator.Family] = [
        "DM": .dm, "IPW": .ips, "SNIPW": .snips, "DR": .dr, "SNDR": .sndr, "IPW_clip": .clippedIPS,
        "DR_clip": .clippedDR, "SwitchDR": .switchDR, "DRos": .shrinkageDR, "SGIPW": .subGaussianIPS,
        "SGDR": .subGaussianDR,
    ]

    /// The estimator that a golden such as `DR_clip_10` is about; nothing for those that we do not have.
    static func estimator(_ name: String) throws -> Estimator? {
        if let family = families[name] { return try Estimator(family) }
        guard let bar = name.lastIndex(of: "_"), let family = families[String(name[..<bar])] else { return nil }
        return try Estimator(family, parameter: Double(name[name.index(after: bar)...]))
    }
}
