internal import GRDB
package import OasisMarket

/// How listeners were held out over some time.
package struct HoldoutRule: Hashable, Sendable {
    /// Share of all listeners.
    package var share: BasisPoints
    /// Salt of the hash that chooses them.
    package var salt: String
}

/// What measuring a campaign's effect needs to know; nothing here changes anything.
extension Ledger {
    /// The holdouts of the policies that were in force in [start, end), each once.
    package func holdoutRules(from start: Timestamp, to end: Timestamp) throws(LedgerError) -> Set<HoldoutRule> {
        try read { database in
            let condition = """
                WHERE applied_at < ?1 AND version >= COALESCE(
                    (SELECT MAX(version) FROM policy WHERE applied_at <= ?2), 0
                )
                """
            let policies = try Self.policies(condition, [end.milliseconds, start.milliseconds], in: database)
            return Set(
                policies.map {
                    HoldoutRule(share: $0.document.guardrails.holdout, salt: $0.document.guardrails.holdoutSalt)
                }
            )
        }
    }

    /// The least share of held-out listeners whose ghosts were kept on the days in [start, end); 1 when there are none.
    package func ghostsKeptShare(from start: Day, to end: Day) throws(LedgerError) -> Double {
        try read { database in
            try Double.fetchOne(
                database,
                sql: "SELECT MIN(share) FROM ghost WHERE kind = ? AND day >= ? AND day < ?",
                arguments: [Ghost.Kind.holdout.rawValue, start.number, end.number]
            ) ?? 1
        }
    }

    /// Hands over each listener with a ghost of the holdout for a campaign in [start, end), with the first one's time.
    package func heldOutListeners(
        campaignNumber: Int64,
        from start: Timestamp,
        to end: Timestamp,
        _ body: (_ listenerHash: UInt64, _ decidedAt: Timestamp) -> Void
    ) throws(LedgerError) {
        try read { database in
            let sql = """
                SELECT listener, MIN(decided_at) FROM ghost
                WHERE kind = ? AND campaign = ? AND decided_at >= ? AND decided_at < ? GROUP BY listener
                """
            let arguments: StatementArguments = [
                Ghost.Kind.holdout.rawValue, campaignNumber, start.milliseconds, end.milliseconds,
            ]
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                body(UInt64(bitPattern: row[0]), Timestamp(milliseconds: row[1]))
            }
        }
    }

    /// Hands over each listener with a promotion of a campaign issued in [start, end), with the first one's time, played
    /// or released.
    package func promotedListeners(
        campaignNumber: Int64,
        from start: Timestamp,
        to end: Timestamp,
        _ body: (_ listenerHash: UInt64, _ issuedAt: Timestamp) -> Void
    ) throws(LedgerError) {
        try read { database in
            try Self.requireRaw(since: start, in: database)
            let sql = """
                SELECT outcome.listener, MIN(promotion.issued_at)
                FROM outcome JOIN promotion ON promotion.promotion = outcome.promotion
                WHERE outcome.number >= ? AND outcome.campaign = ? AND promotion.issued_at >= ?
                    AND promotion.issued_at < ? AND outcome.listener IS NOT NULL GROUP BY outcome.listener
                """
            let heard = start.milliseconds - OutcomeRules.clockSkewMilliseconds
            let arguments: StatementArguments = [
                try Self.firstOutcome(receivedSince: heard, in: database), campaignNumber, start.milliseconds,
                end.milliseconds,
            ]
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                body(UInt64(bitPattern: row[0]), Timestamp(milliseconds: row[1]))
            }
        }
    }

    /// Hands over each listener's first known stream of an artist in [start, end), unless its producer says that the
    /// listener knew the artist before.
    package func newListeners(
        of artist: ArtistID,
        from start: Timestamp,
        to end: Timestamp,
        _ body: (_ listenerHash: UInt64, _ at: Timestamp) -> Void
    ) throws(LedgerError) {
        try read { database in
            try Self.requireRaw(since: start, in: database)
            let sql = """
                SELECT known_listener.listener, known_listener.occurred_at
                FROM known_listener JOIN outcome ON outcome.number = known_listener.outcome
                WHERE known_listener.artist = (SELECT number FROM name WHERE text = ?)
                    AND known_listener.occurred_at >= ? AND known_listener.occurred_at < ?
                    AND outcome.is_new IS NOT 0
                """
            let arguments: StatementArguments = [artist.text, start.milliseconds, end.milliseconds]
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                body(UInt64(bitPattern: row[0]), Timestamp(milliseconds: row[1]))
            }
        }
    }
}
