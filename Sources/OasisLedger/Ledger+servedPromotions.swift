internal import GRDB
package import OasisMarket

/// Promotions with their outcomes, for those who learn from them.
extension Ledger {
    /// The promotions issued in [start, end) that were played, with what came of them by now.
    ///
    /// Days whose raw outcomes were compacted away are left out. Of more than about `maximum` promotions a sample is read:
    /// which ones depends on their names alone, so that it is the same in every run.
    package func servedPromotions(
        from start: Timestamp,
        to end: Timestamp,
        maximum: Int
    ) throws(LedgerError) -> ServedPromotions {
        let first = max(start, try compactedUntil() ?? start)
        return try read { database in
            let share = try Self.share(maximum, from: first, to: end, in: database)
            var gathered: [Int64: ServedPromotion] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: Self.servedOutcomes,
                arguments: [
                    // Nothing is heard of before it happens, but for what clocks may differ.
                    try Self.firstOutcome(
                        receivedSince: first.milliseconds - OutcomeRules.clockSkewMilliseconds,
                        in: database
                    ), first.day.number, end.day.number, Int64(share * Double(Self.sampleParts)),
                ]
            )
            var cells: [SIMD2<Int64>: Cell] = [:]
            while let row = try rows.next() {
                let issued: Int64 = row[6]
                guard first.milliseconds..<end.milliseconds ~= issued else { continue }
                let numbers = SIMD2<Int64>(row[3], row[4])
                if cells[numbers] == nil { cells[numbers] = try Self.cell(numbers, in: database) }
                guard let cell = cells[numbers] else { continue }
                let name: Int64 = row[0]
                gathered[name, default: ServedPromotion(row, in: cell)].add(row)
            }
            let order = gathered.sorted { ($0.value.issuedAt, $0.key) < ($1.value.issuedAt, $1.key) }
            return ServedPromotions(promotions: order.map(\.value), share: share)
        }
    }

    /// Names are hashes, so any of their bits choose at random.
    private static let sampleParts: Int64 = 1 << 20

    private static let servedOutcomes = """
        SELECT outcome.promotion, outcome.campaign, outcome.listener, outcome.surface, outcome.market, outcome.kind,
            promotion.issued_at, outcome.received_at, outcome.played, known_listener.counts
        FROM outcome JOIN promotion ON promotion.promotion = outcome.promotion
        LEFT JOIN known_listener ON known_listener.artist = outcome.artist
            AND known_listener.listener = outcome.listener AND known_listener.outcome = outcome.number
        WHERE outcome.number >= ? AND outcome.promotion IS NOT NULL AND outcome.reason = 0
            AND outcome.kind <> \(OutcomeKind.released.number) AND outcome.day >= ? AND outcome.day <= ?
            AND (outcome.promotion & \(sampleParts - 1)) < ? ORDER BY outcome.number
        """

    private static func share(
        _ maximum: Int,
        from start: Timestamp,
        to end: Timestamp,
        in database: Database
    ) throws -> Double {
        let sql = "SELECT COALESCE(SUM(shown), 0) FROM tally WHERE promoted = 1 AND day >= ? AND day <= ?"
        let shown = try Int.fetchOne(database, sql: sql, arguments: [start.day.number, end.day.number]) ?? 0
        return min(1, Double(maximum) / Double(max(shown, 1)))
    }

    private static func cell(_ numbers: SIMD2<Int64>, in database: Database) throws -> Cell? {
        func text(_ number: Int64) throws -> String? {
            try String.fetchOne(database, sql: "SELECT text FROM name WHERE number = ?", arguments: [number])
        }
        guard let surface = try text(numbers.x), let market = try text(numbers.y) else { return nil }
        return Cell(surface: SurfaceID(trusted: surface), market: MarketID(trusted: market))
    }
}

extension ServedPromotion {
    fileprivate init(_ row: Row, in cell: Cell) {
        self.init(
            campaignNumber: row[1],
            listenerHash: UInt64(bitPattern: row[2] ?? 0),
            cell: cell,
            issuedAt: Timestamp(milliseconds: row[6]),
            heardAt: Timestamp(milliseconds: row[7])
        )
    }

    /// Rows come in the order of their arrival.
    fileprivate mutating func add(_ row: Row) {
        let seconds = max(0, Timestamp(milliseconds: row[7]).seconds(since: heardAt))
        switch row[5] as Int64 {
        case OutcomeKind.streamed.number:
            guard (row[8] as Int64?) ?? 0 >= streamThresholdMilliseconds else { return }
            streamedAfterSeconds = streamedAfterSeconds ?? seconds
            isNewListener = isNewListener || (row[9] as Int64?) == 1
        case OutcomeKind.skipped.number: skippedAfterSeconds = skippedAfterSeconds ?? seconds
        case OutcomeKind.saved.number: savedAfterSeconds = savedAfterSeconds ?? seconds
        default: break
        }
    }
}
