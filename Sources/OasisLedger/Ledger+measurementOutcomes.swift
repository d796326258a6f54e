internal import GRDB
package import OasisMarket

/// What a listener did with a track, as measurement reads it.
package struct TrackOutcome: Hashable, Sendable {
    /// Stable hash of the listener's pseudonym.
    package var listenerHash: UInt64
    /// What.
    package var kind: OutcomeKind
    /// When.
    package var occurredAt: Timestamp
    /// Whether it is a play that was long enough to be a stream.
    package var isStream: Bool
    /// The campaign into whose contexts it fell; 0 for none.
    package var campaignNumber: Int64
    /// Whether a receipt stands behind it.
    package var isPromoted: Bool
}

extension Ledger {
    /// When the oldest outcome that is still here arrived; nothing when there is none.
    package func oldestOutcome() throws(LedgerError) -> Timestamp? {
        try read { database in
            try Int64.fetchOne(database, sql: "SELECT received_at FROM outcome ORDER BY number LIMIT 1")
                .map { Timestamp(milliseconds: $0) }
        }
    }

    /// When the newest outcome arrived; nothing when there is none.
    package func latestOutcome() throws(LedgerError) -> Timestamp? {
        try read { database in
            try Int64.fetchOne(database, sql: "SELECT received_at FROM outcome ORDER BY number DESC LIMIT 1")
                .map { Timestamp(milliseconds: $0) }
        }
    }

    /// From when on raw outcomes are kept; nothing where no day was compacted.
    package func compactedUntil() throws(LedgerError) -> Timestamp? {
        try read { database in
            try Int32.fetchOne(database, sql: "SELECT MAX(day) FROM compacted_day").map { Day(number: $0).next.start }
        }
    }

    /// Hands over everything that was done with some tracks in [start, end), in the order in which it was heard.
    ///
    /// Also what a player did after it gave a promotion back: it earns nothing, but it happened.
    package func outcomes(
        ofTracks tracks: [UInt64],
        from start: Timestamp,
        to end: Timestamp,
        _ body: (TrackOutcome) -> Void
    ) throws(LedgerError) {
        let kinds = Dictionary(OutcomeKind.allCases.map { ($0.number, $0) }) { first, _ in first }
        try read { database in
            try Self.requireRaw(since: start, in: database)
            let list = tracks.map { String(Int64(bitPattern: $0)) }.joined(separator: ", ")
            let sql = """
                SELECT listener, kind, occurred_at, played, campaign, promotion IS NOT NULL FROM outcome
                WHERE number >= ? AND track IN (\(list)) AND listener IS NOT NULL AND occurred_at >= ?
                    AND occurred_at < ? ORDER BY number
                """
            // Nothing is heard of before it happens, but for what clocks may differ.
            let heard = start.milliseconds - OutcomeRules.clockSkewMilliseconds
            let arguments: StatementArguments = [
                try Self.firstOutcome(receivedSince: heard, in: database), start.milliseconds, end.milliseconds,
            ]
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                guard let kind = kinds[row[1]] else { continue }
                let played: Int64 = row[3] ?? 0
                body(
                    TrackOutcome(
                        listenerHash: UInt64(bitPattern: row[0]),
                        kind: kind,
                        occurredAt: Timestamp(milliseconds: row[2]),
                        isStream: kind == .streamed && played >= streamThresholdMilliseconds,
                        campaignNumber: row[4] ?? 0,
                        isPromoted: row[5]
                    )
                )
            }
        }
    }
}
