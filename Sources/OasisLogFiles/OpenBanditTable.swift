internal import Foundation
package import OasisMarket

/// The public files of the Open Bandit Dataset as values: what was recommended where and when, and whether it was clicked.
///
/// Layout (Saito et al., Open Bandit Dataset and Pipeline): `item_context.csv` with a row for each item, and a log named
/// after its folder with the columns `timestamp`, `item_id`, `position` (1 to 3), `click` (0 or 1), `propensity_score`,
/// `user_feature_*` and `user-item_affinity_0` … one for each item.
package struct OpenBanditTable: Sendable {
    /// One row of the log.
    package struct Row: Sendable {
        /// When it was logged.
        package var time: Timestamp
        /// Which item was recommended, from 0.
        package var item: Int
        /// Where, one of `positions`.
        package var position: Int
        /// Whether it was clicked.
        package var isClicked: Bool
        /// With which probability the logging policy recommended this item here, above 0 and at most 1.
        package var propensity: Double
        /// Stable hash of the user features.
        package var listener: UInt64
    }

    /// The positions of a slate.
    package static let positions = 1...3

    /// What the items have in common: the first hashed feature of each.
    package let itemFamilies: [String]
    /// In order of time.
    package let rows: [Row]
    /// Affinity of the listener of each row to each item, row after row.
    package let affinities: [Float]

    /// How many items there are.
    package var itemCount: Int { itemFamilies.count }

    /// Reads a folder such as `open-bandit/random/men`.
    ///
    /// - Throws: `InvalidTable`, naming file, line and rule.
    package init(directory: String) throws(InvalidTable) {
        let folder = URL(fileURLWithPath: directory, isDirectory: true).standardizedFileURL
        let items = folder.appendingPathComponent("item_context.csv").path
        let log = folder.appendingPathComponent(folder.lastPathComponent + ".csv").path
        itemFamilies = try Self.families(try Self.bytes(items), file: items)
        (rows, affinities) = try Self.rows(try Self.bytes(log), file: log, itemCount: itemFamilies.count)
    }

    private static func bytes(_ path: String) throws(InvalidTable) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InvalidTable(file: path, line: nil, rule: "must be a readable file of the Open Bandit layout")
        }
        return [UInt8](data)
    }

    private static func families(_ bytes: [UInt8], file: String) throws(InvalidTable) -> [String] {
        var reader = try CommaSeparatedReader(bytes, file: file)
        let (id, family) = (try reader.column("item_id"), try reader.column("item_feature_1"))
        var families: [String] = []
        while let row = try reader.next() {
            guard Int(row.fields[id]) == families.count else {
                throw reader.fault(row.line, "item_id must count from 0, but is \"\(row.fields[id].prefix(40))\"")
            }
            families.append(row.fields[family])
        }
        guard families.count >= 4 else {
            throw reader.fault(nil, "must have at least 4 items: a slate has up to 3, and promotion displaces one")
        }
        return families
    }

    private static func rows(
        _ bytes: [UInt8],
        file: String,
        itemCount: Int
    ) throws(InvalidTable) -> (rows: [Row], affinities: [Float]) {
        var reader = try CommaSeparatedReader(bytes, file: file)
        let columns = try Columns(reader, itemCount: itemCount)
        var rows: [Row] = []
        var affinities: [Float] = []
        while let fields = try reader.next() {
            let row = try columns.row(fields, reader)
            if let last = rows.last, row.time < last.time {
                throw reader.fault(fields.line, "timestamp must not be before the row above, but is \(row.time)")
            }
            rows.append(row)
            try columns.appendAffinities(fields, reader, to: &affinities)
        }
        guard !rows.isEmpty else { throw reader.fault(nil, "must have at least one row") }
        return (rows, affinities)
    }
}

/// Where the log's columns are, and the rules that their fields keep.
private struct Columns {
    let timestamp: Int
    let item: Int
    let position: Int
    let click: Int
    let propensity: Int
    let features: [Int]
    let affinities: [Int]
    let itemCount: Int
    let hash = StableHash(salt: "open-bandit-listener")

    init(_ reader: CommaSeparatedReader, itemCount: Int) throws(InvalidTable) {
        timestamp = try reader.column("timestamp")
        item = try reader.column("item_id")
        position = try reader.column("position")
        click = try reader.column("click")
        propensity = try reader.column("propensity_score")
        features = reader.header.indices.filter { reader.header[$0].hasPrefix("user_feature_") }
        guard !features.isEmpty else { throw reader.fault(1, "must have columns \"user_feature_…\"") }
        var places: [Int] = []
        for index in 0..<itemCount { places.append(try reader.column("user-item_affinity_\(index)")) }
        affinities = places
        self.itemCount = itemCount
    }

    func row(_ row: CommaSeparatedReader.Row, _ reader: CommaSeparatedReader) throws(InvalidTable)
        -> OpenBanditTable.Row
    {
        let fields = row.fields
        guard let time = Timestamp(fields[timestamp]) else {
            throw reader.fault(row.line, "timestamp must be RFC 3339, but is \"\(fields[timestamp].prefix(40))\"")
        }
        guard let item = Int(fields[item]), (0..<itemCount).contains(item) else {
            throw reader.fault(row.line, "item_id must be 0 to \(itemCount - 1), but is \"\(fields[item].prefix(40))\"")
        }
        guard let position = Int(fields[position]), OpenBanditTable.positions.contains(position) else {
            throw reader.fault(row.line, "position must be 1 to 3, but is \"\(fields[position].prefix(40))\"")
        }
        guard let isClicked = ["0": false, "1": true][fields[click]] else {
            throw reader.fault(row.line, "click must be 0 or 1, but is \"\(fields[click].prefix(40))\"")
        }
        guard let propensity = Double(fields[propensity]), propensity > 0, propensity <= 1 else {
            throw reader.fault(
                row.line,
                "propensity_score must be above 0 and at most 1, but is \"\(fields[propensity].prefix(40))\""
            )
        }
        let listener = hash.hash(features.map { fields[$0] }.joined(separator: "\u{1f}"))
        return OpenBanditTable.Row(
            time: time,
            item: item,
            position: position,
            isClicked: isClicked,
            propensity: propensity,
            listener: listener
        )
    }

    func appendAffinities(
        _ row: CommaSeparatedReader.Row,
        _ reader: CommaSeparatedReader,
        to column: inout [Float]
    ) throws(InvalidTable) {
        for (index, place) in affinities.enumerated() {
            guard let affinity = Float(row.fields[place]), affinity.isFinite, affinity >= 0 else {
                throw reader.fault(
                    row.line,
                    "user-item_affinity_\(index) must be a number ≥ 0, but is \"\(row.fields[place].prefix(40))\""
                )
            }
            column.append(affinity)
        }
    }
}
