internal import GRDB
internal import OasisMarket

/// Who is new to an artist.
///
/// A listener's earliest stream of an artist decides, whenever it arrives: it is a new listener's unless the producer
/// says that it is not, or it belongs to no campaign. Earliest means by (day, time, source, id), so every order of
/// arrival ends in the same tallies. A stream that arrives late can only take the count from a stream of the same or a
/// later day, and it can arrive only while its own day is open; so a final day never changes.
extension Recorder {
    mutating func meet(_ outcome: Outcome, _ row: RawRow, listenerHash: UInt64) throws {
        let listener = Int64(bitPattern: listenerHash)
        let counts = row.tally.campaign != 0 && outcome.isNewToArtist != false
        let select = try database.cachedStatement(
            sql: "SELECT day, occurred_at, outcome, counts FROM known_listener WHERE artist = ? AND listener = ?"
        )
        if let known = try Row.fetchOne(select, arguments: [row.artist, listener]) {
            guard try isEarlier(outcome, row, than: known) else { return }
            if known[3] { tallies[try tally(ofRaw: known[2]), default: TallyCounts()].newListeners -= 1 }
        }
        let replace = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO known_listener (artist, listener, day, occurred_at, outcome, counts)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        try replace.execute(
            arguments: [
                row.artist, listener, row.tally.day.number, outcome.occurredAt.milliseconds, row.number, counts,
            ]
        )
        if counts { tallies[row.tally, default: TallyCounts()].newListeners += 1 }
    }

    private func isEarlier(_ outcome: Outcome, _ row: RawRow, than known: Row) throws -> Bool {
        let (day, occurredAt): (Int32, Int64) = (known[0], known[1])
        let new = (row.tally.day.number, outcome.occurredAt.milliseconds)
        guard new == (day, occurredAt) else { return new < (day, occurredAt) }
        let select = try database.cachedStatement(
            sql: """
                SELECT name.text < ?1 OR (name.text = ?1 AND outcome.id < ?2)
                FROM outcome JOIN name ON name.number = outcome.source WHERE outcome.number = ?3
                """
        )
        let knownIsEarlier = try Bool.fetchOne(
            select,
            arguments: [outcome.source, EventKey.stored(outcome.id), known[2] as Int64]
        )
        return knownIsEarlier == false
    }

    private func tally(ofRaw number: Int64) throws -> TallyKey {
        let select = try database.cachedStatement(
            sql: "SELECT day, campaign, surface, market, promotion IS NOT NULL FROM outcome WHERE number = ?"
        )
        guard let row = try Row.fetchOne(select, arguments: [number]) else {
            throw LedgerError(.corrupt, "The ledger lost the raw outcome \(number); restore it from a backup.")
        }
        return TallyKey(
            day: Day(number: row[0]),
            campaign: row[1],
            surface: row[2],
            market: row[3],
            isPromoted: row[4]
        )
    }
}
