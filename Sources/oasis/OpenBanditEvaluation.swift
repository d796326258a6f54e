internal import Foundation
internal import OasisLogFiles
internal import OasisMeasurement

/// A folder of the Open Bandit Dataset as feedback, and a policy to ask it about; a cell is a position.
struct OpenBanditEvaluation {
    /// What a policy's own log shows of it.
    struct OwnLog {
        var directory: String
        var clickRate: Double
        var rowCount: Int
    }

    let feedback: LoggedFeedback
    let policy: EvaluationPolicy
    /// The log that the policy in question wrote itself, where there is one.
    let ownLog: OwnLog?

    /// Reads log and policy.
    ///
    /// - Parameters:
    ///   - directory: A folder such as `open-bandit/random/men`.
    ///   - policy: `uniform`; `bts`, the average choice in the log of the same name under `bts`; or a file.
    /// - Throws: `InvalidTable` or `InvalidFeedback`.
    init(directory: String, policy: String) throws {
        let table = try OpenBanditTable(directory: directory)
        feedback = try Self.feedback(table)
        switch policy {
        case "uniform":
            self.policy = try .uniform(for: feedback)
            ownLog = nil
        case "bts":
            let folder = URL(fileURLWithPath: directory, isDirectory: true).standardizedFileURL
            let beside = folder.deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("bts/\(folder.lastPathComponent)").path
            let own = try OpenBanditTable(directory: beside)
            guard own.itemCount == table.itemCount else {
                throw InvalidTable(file: beside, line: nil, rule: "must have the \(table.itemCount) items of the log")
            }
            self.policy = try EvaluationPolicy(byCell: Self.averageChoice(own, beside), for: feedback)
            let clicks = own.rows.count(where: \.isClicked)
            ownLog = OwnLog(
                directory: beside,
                clickRate: Double(clicks) / Double(own.rows.count),
                rowCount: own.rows.count
            )
        default:
            let positions = OpenBanditTable.positions.count
            self.policy = try EvaluationPolicy(
                byCell: ActionProbabilityFile.read(policy, actionCount: table.itemCount, positionCount: positions),
                for: feedback
            )
            ownLog = nil
        }
    }

    private static func feedback(_ table: OpenBanditTable) throws -> LoggedFeedback {
        try LoggedFeedback(
            actions: table.rows.map(\.item),
            rewards: table.rows.map { $0.isClicked ? 1 : 0 },
            propensities: table.rows.map(\.propensity),
            cells: table.rows.map { $0.position - 1 },
            actionCount: table.itemCount,
            cellCount: OpenBanditTable.positions.count
        )
    }

    /// How often a log shows each item at each position, as shares, position after position.
    private static func averageChoice(_ table: OpenBanditTable, _ place: String) throws(InvalidTable) -> [Double] {
        var counts = [Double](repeating: 0, count: OpenBanditTable.positions.count * table.itemCount)
        for row in table.rows { counts[(row.position - 1) * table.itemCount + row.item] += 1 }
        for position in OpenBanditTable.positions {
            let cell = (position - 1) * table.itemCount..<position * table.itemCount
            let rows = counts[cell].reduce(0, +)
            guard rows > 0 else {
                throw InvalidTable(file: place, line: nil, rule: "must have a row at position \(position)")
            }
            for place in cell { counts[place] /= rows }
        }
        return counts
    }

    /// Shrunk rates by item and position, fitted without each row's own fold.
    func model(folds: Int, seed: UInt64) throws -> RewardEstimates {
        let rates = ShrunkRates()
        return try CrossFitting(folds: folds, seed: seed).estimates(feedback) { rates.fit($0, rows: $1) }
    }

    /// The largest weight that a policy with this floor allows; without one, the log's least propensity is the floor.
    func weightBound(propensityFloor: Double?) -> Double {
        policy.largestProbability / (propensityFloor ?? feedback.propensities.min() ?? 1)
    }
}
