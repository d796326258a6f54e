import Foundation

/// Writes a small folder in the layout of the Open Bandit Dataset.
struct OpenBanditFixture {
    struct Row {
        var time: String
        var item: Int
        var position: Int
        var click: Int
        var user = "u0"
        var affinities: [Double]? = nil
    }

    let directory: URL

    init(items: Int = 5, rows: [Row]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)/men")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var context = ",item_id,item_feature_0,item_feature_1\n"
        for item in 0..<items { context += "\(item),\(item),0.5,family-\(item % 2)\n" }
        try write(context, to: "item_context.csv")
        var log = ",timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1"
        for item in 0..<items { log += ",user-item_affinity_\(item)" }
        log += "\n"
        for (index, row) in rows.enumerated() {
            log += "\(index),\(row.time),\(row.item),\(row.position),\(row.click),0.2,\(row.user),x"
            for affinity in row.affinities ?? Array(repeating: 0, count: items) { log += ",\(affinity)" }
            log += "\n"
        }
        try write(log, to: "men.csv")
    }

    func write(_ text: String, to file: String) throws {
        try text.write(to: directory.appendingPathComponent(file), atomically: true, encoding: .utf8)
    }

    func remove() {
        try? FileManager.default.removeItem(at: directory.deletingLastPathComponent())
    }

    /// Rows a minute apart on one morning, cycling through items and positions; every tenth is clicked.
    static func rows(_ count: Int, items: Int = 5) -> [Row] {
        (0..<count)
            .map { index in
                let (hour, minute) = (String(100 + index / 60 % 24).dropFirst(), String(100 + index % 60).dropFirst())
                return Row(
                    time: "2019-11-24 \(hour):\(minute):00.250000+00:00",
                    item: index * 7 % items,
                    position: 1 + index % 3,
                    click: index % 10 == 0 ? 1 : 0,
                    user: "u\(index % 4)"
                )
            }
    }
}

/// The sample that lies beside the repository in our own workshop; a stranger's clone has none.
enum SharedSample {
    static let men = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(
            path: "../../../shared/data/open-bandit/random/men"
        )
        .standardizedFileURL.path

    static var isThere: Bool { FileManager.default.fileExists(atPath: men + "/men.csv") }
}
