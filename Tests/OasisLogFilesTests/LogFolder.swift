import Foundation

/// A folder for one test, such as one in the layout of the Open Bandit Dataset.
struct LogFolder {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)/men")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: directory.deletingLastPathComponent()) }

    @discardableResult
    func write(_ text: String, to file: String) throws -> String {
        let path = directory.appendingPathComponent(file)
        try text.write(to: path, atomically: true, encoding: .utf8)
        return path.path
    }

    /// Four items, and rows whose propensities are given as text.
    func writeLog(propensities: [String]) throws {
        let items = (0..<4).map { "\($0),\($0),0.5,family-\($0 % 2)\n" }.joined()
        try write(",item_id,item_feature_0,item_feature_1\n" + items, to: "item_context.csv")
        let affinities = (0..<4).map { ",user-item_affinity_\($0)" }.joined()
        let header = ",timestamp,item_id,position,click,propensity_score,user_feature_0" + affinities + "\n"
        let rows = propensities.enumerated()
            .map { row, propensity in
                "\(row),2019-11-24 00:0\(row):00+00:00,\(row % 4),\(row % 3 + 1),\(row % 2),\(propensity),u,0,0,1,2\n"
            }
        try write(header + rows.joined(), to: "men.csv")
    }
}
