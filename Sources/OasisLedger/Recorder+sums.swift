internal import GRDB
internal import OasisMarket

/// Sums over a batch, each written once.
extension Recorder {
    func writeTallies() throws {
        let insertion = try RowInsertion(
            "INSERT INTO tally",
            columns: 5 + TallyCounts.columns.count,
            onConflict: """
                ON CONFLICT (day, campaign, surface, market, promoted) DO UPDATE SET
                \(TallyCounts.columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", "))
                """,
            in: database
        )
        try insertion.write(tallies.sorted { $0.key < $1.key }) { tally, places in
            places.bind(Int64(tally.key.day.number), at: 1)
            places.bind(tally.key.campaign, at: 2)
            places.bind(tally.key.surface, at: 3)
            places.bind(tally.key.market, at: 4)
            places.bind(Int64(tally.key.isPromoted ? 1 : 0), at: 5)
            for (column, count) in tally.value.columns.enumerated() { places.bind(count, at: CInt(6 + column)) }
        }
    }

    func writeUnattributed() throws {
        let insertion = try RowInsertion(
            "INSERT INTO unattributed (day, reason, outcomes)",
            columns: 3,
            onConflict: "ON CONFLICT (day, reason) DO UPDATE SET outcomes = outcomes + excluded.outcomes",
            in: database
        )
        try insertion.write(Array(unattributed)) { count, places in
            places.bind(Int64(count.key.day.number), at: 1)
            places.bind(count.key.reason, at: 2)
            places.bind(Int64(count.value), at: 3)
        }
    }

    func writeShownCurve() throws {
        let insertion = try RowInsertion(
            "INSERT INTO shown_curve (day, bin, campaign, shown)",
            columns: 4,
            onConflict: "ON CONFLICT (day, bin, campaign) DO UPDATE SET shown = shown + excluded.shown",
            in: database
        )
        try insertion.write(shownCurve.sorted { $0.key < $1.key }) { bin, places in
            places.bind(Int64(bin.key.day.number), at: 1)
            places.bind(Int64(bin.key.bin), at: 2)
            places.bind(bin.key.campaign, at: 3)
            places.bind(Int64(bin.value), at: 4)
        }
    }
}

/// Names a row of the `tally` table.
struct TallyKey: Hashable, Comparable {
    var day: Day
    var campaign: Int64
    var surface: Int64
    var market: Int64
    var isPromoted: Bool

    static func < (left: TallyKey, right: TallyKey) -> Bool {
        (left.day, left.campaign, left.surface, left.market, left.isPromoted ? 1 : 0)
            < (right.day, right.campaign, right.surface, right.market, right.isPromoted ? 1 : 0)
    }
}

/// Names a row of the `unattributed` table.
struct ReasonKey: Hashable {
    var day: Day
    var reason: Int64
}

/// Names a row of the `shown_curve` table.
struct BinKey: Hashable, Comparable {
    var day: Day
    var bin: Int
    var campaign: Int64

    static func < (left: BinKey, right: BinKey) -> Bool {
        (left.day, left.bin, left.campaign) < (right.day, right.bin, right.campaign)
    }
}
