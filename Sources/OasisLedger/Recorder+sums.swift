internal import GRDB
internal import OasisMarket

/// Sums over a batch, each written once.
extension Recorder {
    func writeTallies() throws {
        let upsert = try BoundStatement(
            """
            INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (day, campaign, surface, market, promoted) DO UPDATE SET
                shown = shown + excluded.shown, released = released + excluded.released,
                plays = plays + excluded.plays, streams = streams + excluded.streams,
                skipped = skipped + excluded.skipped, saved = saved + excluded.saved,
                added = added + excluded.added, followed = followed + excluded.followed,
                new_listeners = new_listeners + excluded.new_listeners,
                commission = commission + excluded.commission
            """,
            in: database
        )
        for (key, counts) in tallies.sorted(by: { $0.key < $1.key }) {
            upsert.bind(Int64(key.day.number), at: 1)
            upsert.bind(key.campaign, at: 2)
            upsert.bind(key.surface, at: 3)
            upsert.bind(key.market, at: 4)
            upsert.bind(Int64(key.isPromoted ? 1 : 0), at: 5)
            for (place, count) in counts.columns.enumerated() { upsert.bind(count, at: CInt(6 + place)) }
            try upsert.run()
        }
    }

    func writeUnattributed() throws {
        let upsert = try BoundStatement(
            """
            INSERT INTO unattributed (day, reason, outcomes) VALUES (?, ?, ?)
            ON CONFLICT (day, reason) DO UPDATE SET outcomes = outcomes + excluded.outcomes
            """,
            in: database
        )
        for (key, outcomes) in unattributed {
            upsert.bind(Int64(key.day.number), at: 1)
            upsert.bind(key.reason, at: 2)
            upsert.bind(Int64(outcomes), at: 3)
            try upsert.run()
        }
    }

    func writeShownCurve() throws {
        let upsert = try BoundStatement(
            """
            INSERT INTO shown_curve (day, bin, campaign, shown) VALUES (?, ?, ?, ?)
            ON CONFLICT (day, bin, campaign) DO UPDATE SET shown = shown + excluded.shown
            """,
            in: database
        )
        for (key, shown) in shownCurve.sorted(by: { $0.key < $1.key }) {
            upsert.bind(Int64(key.day.number), at: 1)
            upsert.bind(Int64(key.bin), at: 2)
            upsert.bind(key.campaign, at: 3)
            upsert.bind(Int64(shown), at: 4)
            try upsert.run()
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
