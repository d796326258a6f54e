internal import GRDB
package import OasisMarket

/// Promotions that were not served.
extension Ledger {
    /// How many expired ghosts one batch takes away at most, so that no batch waits long.
    private static let expiredPerBatch = 20_000

    /// Appends ghosts in one transaction, notes how many were lost, and takes away some that are older than
    /// `keepingDays` days before `now`.
    package func appendGhosts(
        _ ghosts: [Ghost],
        lost: [Ghost.Kind: Int] = [:],
        keepingDays: Int,
        at now: Timestamp
    ) throws(LedgerError) {
        try write { database, memory in
            var names = memory.names
            memory.names = Names()
            var counts: [GhostKey: (kept: Int, lost: Int)] = [:]
            for ghost in ghosts {
                try Self.insert(ghost, &names, in: database)
                counts[GhostKey(day: ghost.decidedAt.day, kind: ghost.kind), default: (0, 0)].kept += 1
            }
            for (kind, count) in lost { counts[GhostKey(day: now.day, kind: kind), default: (0, 0)].lost += count }
            for (key, count) in counts { try key.add(kept: count.kept, lost: count.lost, in: database) }
            try Self.expireGhosts(before: Day(number: now.day.number - Int32(keepingDays)), in: database)
            memory.names = names
        }
    }

    /// How many ghosts of the days in [start, end) there are, by day and kind.
    package func ghostCounts(from start: Day, to end: Day) throws(LedgerError) -> [GhostCount] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT day, kind, kept, lost FROM ghost_count WHERE day >= ? AND day < ? ORDER BY day, kind",
                arguments: [start.number, end.number]
            )
            .compactMap { row in
                Ghost.Kind(rawValue: row[1])
                    .map { GhostCount(day: Day(number: row[0]), kind: $0, kept: row[2], lost: row[3]) }
            }
        }
    }

    /// The ghosts of a day in the order in which they were kept, `limit` of them after the first `offset`.
    package func ghosts(day: Day, offset: Int = 0, limit: Int = 1_000) throws(LedgerError) -> [Ghost] {
        try read { database in
            let sql = """
                SELECT kind, decided_at, request, listener, campaign, track, surface.text, market.text, arms.text, boost,
                    propensity, snapshot, share
                FROM ghost JOIN name AS surface ON surface.number = ghost.surface
                JOIN name AS market ON market.number = ghost.market JOIN name AS arms ON arms.number = ghost.arms
                WHERE day = ? ORDER BY ghost.number LIMIT ? OFFSET ?
                """
            return try Row.fetchAll(database, sql: sql, arguments: [day.number, limit, offset])
                .compactMap { row in Ghost.Kind(rawValue: row[0]).map { Ghost($0, row) } }
        }
    }

    private static func insert(_ ghost: Ghost, _ names: inout Names, in database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO ghost (
                    kind, day, decided_at, request, listener, campaign, track, surface, market, arms, boost, propensity,
                    snapshot, share
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try insert.execute(
            arguments: [
                ghost.kind.rawValue, ghost.decidedAt.day.number, ghost.decidedAt.milliseconds,
                Int64(bitPattern: ghost.requestHash), Int64(bitPattern: ghost.listenerHash), ghost.campaignNumber,
                Int64(bitPattern: ghost.trackHash), try names.number(of: ghost.cell.surface.text, in: database),
                try names.number(of: ghost.cell.market.text, in: database),
                try names.number(of: ghost.experimentArms, in: database), ghost.boost, ghost.propensity,
                Int64(bitPattern: ghost.snapshot), ghost.keptShare,
            ]
        )
    }

    /// Takes away the first rows as long as they are of an earlier day: ghosts lie in the order of their days.
    private static func expireGhosts(before day: Day, in database: Database) throws {
        let oldest = try Row.fetchOne(database, sql: "SELECT day, number FROM ghost ORDER BY number LIMIT 1")
        if let oldest, (oldest[0] as Int32) < day.number {
            let first: Int64 = oldest[1]
            let expired = "number < \(first + Int64(expiredPerBatch)) AND day < \(day.number)"
            let counts = try Row.fetchAll(
                database,
                sql: "SELECT day, kind, COUNT(*) FROM ghost WHERE \(expired) GROUP BY day, kind"
            )
            for row in counts {
                guard let kind = Ghost.Kind(rawValue: row[1]) else { continue }
                try GhostKey(day: Day(number: row[0]), kind: kind).add(kept: -(row[2] as Int), lost: 0, in: database)
            }
            try database.execute(sql: "DELETE FROM ghost WHERE \(expired)")
        }
        try database.execute(sql: "DELETE FROM ghost_count WHERE day < ? AND kept = 0", arguments: [day.number])
    }
}

/// Names a row of `ghost_count`.
private struct GhostKey: Hashable {
    var day: Day
    var kind: Ghost.Kind

    func add(kept: Int, lost: Int, in database: Database) throws {
        // A row that is there is changed, never inserted over: the checks would judge the change instead of the sum.
        let update = try database.cachedStatement(
            sql: "UPDATE ghost_count SET kept = kept + ?, lost = lost + ? WHERE day = ? AND kind = ?"
        )
        try update.execute(arguments: [kept, lost, day.number, kind.rawValue])
        guard database.changesCount == 0 else { return }
        let insert = try database.cachedStatement(
            sql: "INSERT INTO ghost_count (kept, lost, day, kind) VALUES (?, ?, ?, ?)"
        )
        try insert.execute(arguments: [kept, lost, day.number, kind.rawValue])
    }
}

extension Ghost {
    fileprivate init(_ kind: Kind, _ row: Row) {
        self.init(
            kind: kind,
            decidedAt: Timestamp(milliseconds: row[1]),
            requestHash: UInt64(bitPattern: row[2]),
            listenerHash: UInt64(bitPattern: row[3]),
            campaignNumber: row[4],
            trackHash: UInt64(bitPattern: row[5]),
            cell: Cell(surface: SurfaceID(trusted: row[6]), market: MarketID(trusted: row[7])),
            experimentArms: row[8],
            boost: row[9],
            propensity: row[10],
            snapshot: UInt64(bitPattern: row[11]),
            keptShare: row[12]
        )
    }
}
