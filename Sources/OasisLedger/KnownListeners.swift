internal import GRDB
internal import OasisMarket

/// Who is new to an artist.
///
/// A listener's earliest stream of an artist decides, whenever it arrives: it is a new listener's unless the producer
/// says that it is not, or it belongs to no campaign. Earliest means by (day, time, source, id), so every order of
/// arrival ends in the same tallies. A stream that arrives late can only take the count from a stream of the same or a
/// later day, and it can arrive only while its own day is open; so a final day never changes, and its raw rows are never
/// asked for again.
extension Recorder {
    mutating func meet(_ outcome: Outcome, _ row: RawRow, listenerHash: UInt64) throws {
        let key = ListenerKey(artist: row.artist ?? 0, listener: Int64(bitPattern: listenerHash))
        let counts = row.tally.campaign != 0 && outcome.isNewToArtist != false
        let known = try known(key)
        if let known {
            guard try isEarlier(outcome, row, than: known) else {
                listeners[key] = known
                return
            }
            if known.counts { tallies[try tally(ofRaw: known.outcome), default: TallyCounts()].newListeners -= 1 }
        }
        listeners[key] = KnownListener(
            day: row.tally.day,
            occurredAt: outcome.occurredAt,
            outcome: row.number,
            counts: counts,
            isChanged: true
        )
        if counts { tallies[row.tally, default: TallyCounts()].newListeners += 1 }
    }

    func writeListeners() throws {
        let insertion = try RowInsertion(
            "INSERT OR REPLACE INTO known_listener (artist, listener, day, occurred_at, outcome, counts)",
            columns: 6,
            in: database
        )
        let changed = listeners.filter(\.value.isChanged).sorted { $0.key < $1.key }
        try insertion.write(changed) { listener, places in
            places.bind(listener.key.artist, at: 1)
            places.bind(listener.key.listener, at: 2)
            places.bind(Int64(listener.value.day.number), at: 3)
            places.bind(listener.value.occurredAt.milliseconds, at: 4)
            places.bind(listener.value.outcome, at: 5)
            places.bind(Int64(listener.value.counts ? 1 : 0), at: 6)
        }
    }

    private func known(_ key: ListenerKey) throws -> KnownListener? {
        if let known = listeners[key] { return known }
        let select = statements.selectListener
        select.bind(key.artist, at: 1)
        select.bind(key.listener, at: 2)
        return try select.first { row in
            KnownListener(
                day: Day(number: Int32(truncatingIfNeeded: row.integer(0))),
                occurredAt: Timestamp(milliseconds: row.integer(1)),
                outcome: row.integer(2),
                counts: row.integer(3) != 0,
                isChanged: false
            )
        }
    }

    private func isEarlier(_ outcome: Outcome, _ row: RawRow, than known: KnownListener) throws -> Bool {
        let (new, old) = ((row.tally.day, outcome.occurredAt), (known.day, known.occurredAt))
        guard new == old else { return new < old }
        if let other = rawOfBatch(known.outcome) {
            guard row.source == other.source else {
                let text = try Names.text(of: other.source, in: database)
                return Array(outcome.source.utf8).lexicographicallyPrecedes(text.utf8)
            }
            return row.id < other.id
        }
        let select = try database.cachedStatement(
            sql: """
                SELECT name.text < ?1 OR (name.text = ?1 AND outcome.id < ?2)
                FROM outcome JOIN name ON name.number = outcome.source WHERE outcome.number = ?3
                """
        )
        let knownIsEarlier = try Bool.fetchOne(
            select,
            arguments: [outcome.source, StoredID(outcome.id).databaseValue, known.outcome]
        )
        return knownIsEarlier == false
    }

    private func tally(ofRaw number: Int64) throws -> TallyKey {
        if let row = rawOfBatch(number) { return row.tally }
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

/// Names a row of the `known_listener` table.
struct ListenerKey: Hashable, Comparable {
    var artist: Int64
    var listener: Int64

    static func < (left: ListenerKey, right: ListenerKey) -> Bool {
        (left.artist, left.listener) < (right.artist, right.listener)
    }
}

/// The stream that decides whether a listener was new to an artist.
struct KnownListener {
    var day: Day
    var occurredAt: Timestamp
    /// The raw row; gone once its day was compacted.
    var outcome: Int64
    var counts: Bool
    /// Whether this batch put it there.
    var isChanged: Bool
}
