internal import GRDB
internal import OasisMarket

/// The audit.
extension Ledger {
    /// Recomputes everything that is derived from raw outcomes and says where the ledger differs; empty means sound.
    ///
    /// Days whose raw outcomes were compacted are held to their checksums. Reads one state of the whole ledger, beside
    /// whatever is being written.
    package func verify() throws(LedgerError) -> [TallyDifference] {
        try read { database in
            try Self.auditTallies(database) + Self.auditUnattributed(database) + Self.auditShownCurve(database)
                + Self.auditDeliveries(database) + Self.auditLeases(database) + Self.auditCount(database)
                + Self.auditGhosts(database) + Self.auditUniqueness(database) + Self.auditListeners(database)
                + Self.auditCompactedDays(database)
        }
    }

    /// Raw rows and derived ones of days that still have their raw outcomes.
    private static let isOpen = "day NOT IN (SELECT day FROM compacted_day)"
    private static let stream = "(kind = \(OutcomeKind.streamed.number) AND played >= \(streamThresholdMilliseconds))"
    private static let shown = "kind = \(OutcomeKind.shown.number) AND reason = 0 AND promotion IS NOT NULL"

    private static func auditTallies(_ database: Database) throws -> [TallyDifference] {
        func count(_ kind: OutcomeKind) -> String { "SUM(kind = \(kind.number))" }
        // Whose first stream was on a compacted day has no raw row of it any more.
        let isKnown = """
            EXISTS (
                SELECT 1 FROM known_listener JOIN compacted_day USING (day)
                WHERE known_listener.artist = raw.artist AND known_listener.listener = raw.listener
            )
            """
        // In the order of `TallyCounts.columns`.
        let recounts = [
            count(.shown), count(.released), count(.streamed), "SUM(\(stream))", count(.skipped), count(.saved),
            count(.added), count(.followed), "SUM(is_first AND campaign <> 0 AND is_new IS NOT 0 AND NOT \(isKnown))",
            "SUM(commission)",
        ]
        let raw = """
            SELECT day, campaign, surface, market, promotion IS NOT NULL AS promoted, kind, COALESCE(played, 0) AS played,
                is_new, commission, artist, listener,
                \(stream) AND artist IS NOT NULL AND 1 = ROW_NUMBER() OVER (
                    PARTITION BY artist, listener, \(stream) AND artist IS NOT NULL
                    ORDER BY day, occurred_at, name.text, outcome.id
                ) AS is_first
            FROM outcome JOIN name ON name.number = outcome.source WHERE reason = 0 AND \(isOpen)
            """
        let recount = """
            SELECT day, campaign, surface, market, promoted, \(recounts.joined(separator: ", "))
            FROM (\(raw)) AS raw GROUP BY day, campaign, surface, market, promoted
            """
        return try differences(
            "tally",
            keys: ["day", "campaign", "surface", "market", "promoted"],
            columns: TallyCounts.columns,
            recount: recount,
            in: database
        )
    }

    private static func auditUnattributed(_ database: Database) throws -> [TallyDifference] {
        try differences(
            "unattributed",
            keys: ["day", "reason"],
            columns: ["outcomes"],
            recount: "SELECT day, reason, COUNT(*) FROM outcome WHERE reason <> 0 AND \(isOpen) GROUP BY day, reason",
            in: database
        )
    }

    private static func auditShownCurve(_ database: Database) throws -> [TallyDifference] {
        let bin = "MIN(MAX(0, (occurred_at - day * 86400000) / 900000), \(ShownBin.binsPerDay - 1))"
        return try differences(
            "shown_curve",
            keys: ["day", "campaign", "bin"],
            columns: ["shown"],
            recount: """
                SELECT day, campaign, \(bin) AS bin, COUNT(*) FROM outcome WHERE \(shown) AND \(isOpen)
                GROUP BY day, campaign, bin
                """,
            in: database
        )
    }

    private static func auditDeliveries(_ database: Database) throws -> [TallyDifference] {
        let recount = """
            SELECT day, campaign, SUM(confirmed), SUM(outstanding) FROM (
                SELECT day, campaign, 1 AS confirmed, 0 AS outstanding FROM outcome WHERE \(shown) AND \(isOpen)
                UNION ALL SELECT day, campaign, 0, outstanding FROM lease WHERE \(isOpen)
            ) GROUP BY day, campaign
            """
        return try differences(
            "delivery",
            keys: ["day", "campaign"],
            columns: ["confirmed", "outstanding"],
            recount: recount,
            in: database
        )
    }

    /// A lease's confirmed units are plays that name it, less those that it did not cover.
    private static func auditLeases(_ database: Database) throws -> [TallyDifference] {
        let sql = """
            SELECT delivery.day, delivery.campaign, delivery.confirmed - delivery.overspent AS covered,
                COALESCE(leased.units, 0) + COALESCE(free.units, 0) AS recounted
            FROM delivery
            LEFT JOIN (SELECT day, campaign, SUM(confirmed) AS units FROM lease GROUP BY day, campaign) AS leased
                ON (leased.day, leased.campaign) = (delivery.day, delivery.campaign)
            LEFT JOIN (
                SELECT day, campaign, COUNT(*) AS units FROM outcome JOIN promotion USING (promotion)
                WHERE \(shown) AND lease = 0 GROUP BY day, campaign
            ) AS free ON (free.day, free.campaign) = (delivery.day, delivery.campaign)
            WHERE covered <> recounted AND delivery.\(isOpen)
            """
        return try Row.fetchAll(database, sql: sql)
            .map {
                TallyDifference(
                    place: "delivery \($0[0] as Int64) \($0[1] as Int64) covered",
                    counted: $0[2],
                    recounted: $0[3]
                )
            }
    }

    private static func auditCount(_ database: Database) throws -> [TallyDifference] {
        let counted = try Int64.fetchOne(database, sql: "SELECT value FROM counter WHERE name = 'outcomes'") ?? 0
        let raw = try Int64.fetchOne(database, sql: "SELECT COUNT(*) FROM outcome WHERE \(isOpen)") ?? 0
        let compacted = try Int64.fetchOne(database, sql: "SELECT SUM(outcomes) FROM compacted_day") ?? 0
        let recounted = raw + compacted
        return counted == recounted
            ? [] : [TallyDifference(place: "outcomes", counted: counted, recounted: recounted)]
    }

    private static func auditGhosts(_ database: Database) throws -> [TallyDifference] {
        try differences(
            "ghost_count",
            keys: ["day", "kind"],
            columns: ["kept"],
            recount: "SELECT day, kind, COUNT(*) AS kept FROM ghost GROUP BY day, kind",
            condition: "true",
            in: database
        )
    }

    /// Nothing but the writer keeps an event from being there twice.
    private static func auditUniqueness(_ database: Database) throws -> [TallyDifference] {
        let sql = """
            SELECT name.text, IIF(typeof(outcome.id) = 'text', outcome.id, hex(outcome.id)), COUNT(*) AS copies
            FROM outcome JOIN name ON name.number = outcome.source
            WHERE \(isOpen) GROUP BY outcome.source, outcome.id HAVING copies > 1
            """
        return try Row.fetchAll(database, sql: sql)
            .map {
                TallyDifference(
                    place: "outcome (source \($0[0] as String), id \($0[1] as String)) copies",
                    counted: $0[2],
                    recounted: 1
                )
            }
    }

    /// Each new listener of a day's tallies is known by a stream of that day.
    private static func auditListeners(_ database: Database) throws -> [TallyDifference] {
        let sql = """
            SELECT day, SUM(tallied), SUM(known) FROM (
                SELECT day, new_listeners AS tallied, 0 AS known FROM tally
                UNION ALL SELECT day, 0, counts FROM known_listener
            ) GROUP BY day HAVING SUM(tallied) <> SUM(known)
            """
        return try Row.fetchAll(database, sql: sql)
            .map { TallyDifference(place: "new listeners (day \($0[0] as Int))", counted: $0[1], recounted: $0[2]) }
    }

    private static func auditCompactedDays(_ database: Database) throws -> [TallyDifference] {
        try Row.fetchAll(database, sql: "SELECT day, checksum FROM compacted_day ORDER BY day")
            .compactMap { row in
                let (stored, actual): (Int64, Int64) = (row[1], try checksum(of: Day(number: row[0]), in: database))
                guard stored != actual else { return nil }
                return TallyDifference(
                    place: "checksum (compacted day \(row[0] as Int))",
                    counted: actual,
                    recounted: stored
                )
            }
    }

    /// Compares a table with a query that gives its keys and columns; a row that is missing on one side counts 0 there.
    private static func differences(
        _ table: String,
        keys: [String],
        columns: [String],
        recount: String,
        condition: String = isOpen,
        in database: Database
    ) throws -> [TallyDifference] {
        let fields = keys + columns
        let stored = try Row.fetchAll(
            database,
            sql: "SELECT \(fields.joined(separator: ", ")) FROM \(table) WHERE \(condition)"
        )
        let recounted = try Row.fetchAll(database, sql: recount)
        func byKey(_ rows: [Row]) -> [[Int64]: [Int64]] {
            Dictionary(
                rows.map { row in
                    let values: [Int64] = fields.indices.map { row[$0] }
                    return (Array(values.prefix(keys.count)), Array(values.dropFirst(keys.count)))
                },
                uniquingKeysWith: { first, _ in first }
            )
        }
        let (left, right) = (byKey(stored), byKey(recounted))
        let zeros = [Int64](repeating: 0, count: columns.count)
        return Set(left.keys).union(right.keys).sorted { $0.lexicographicallyPrecedes($1) }
            .flatMap { key in
                let (counted, actual) = (left[key] ?? zeros, right[key] ?? zeros)
                return columns.indices.filter { counted[$0] != actual[$0] }
                    .map { index in
                        let name = zip(keys, key).map { "\($0) \($1)" }.joined(separator: ", ")
                        return TallyDifference(
                            place: "\(table) (\(name)) \(columns[index])",
                            counted: counted[index],
                            recounted: actual[index]
                        )
                    }
            }
    }
}
