internal import GRDB
internal import OasisMarket

/// Raw rows, one for each outcome.
extension Recorder {
    /// Takes the raw row in, to be written with the batch; nothing when (source, id) is there already.
    mutating func insert(
        _ outcome: Outcome,
        day: Day,
        reason: Int64,
        countable: Countable?
    ) throws -> RawRow? {
        let source = try number(ofSource: outcome.source)
        let id = StoredID(outcome.id)
        let key = EventKey(source: source, id)
        guard try !events.contains(key, in: database) else { return nil }
        let cell = try countable.map { try numbers(of: $0.cell) }
        let row = RawRow(
            number: firstRaw + Int64(raw.count),
            source: source,
            id: id,
            kind: outcome.kind.number,
            occurredAt: outcome.occurredAt,
            day: day,
            reason: reason,
            promotion: countable?.receipt.map { Int64(bitPattern: $0.promotion) },
            campaign: countable?.campaign,
            artist: try countable?.artist.map { try names.number(of: $0.text, in: database) },
            track: countable.map { Int64(bitPattern: $0.trackHash) },
            listener: countable.map { Int64(bitPattern: $0.listenerHash) },
            cell: cell,
            played: outcome.playedMilliseconds,
            isNew: outcome.isNewToArtist,
            commissionMicros: reason == 0 ? countable?.commissionMicros ?? 0 : 0
        )
        events.insert(key)
        raw.append(row)
        return row
    }

    /// Appends the batch's raw rows.
    func writeRaw() throws {
        let insertion = try RowInsertion(
            """
            INSERT INTO outcome (
                number, source, id, kind, occurred_at, received_at, day, reason, promotion, campaign, artist, track,
                listener, surface, market, played, is_new, commission
            )
            """,
            columns: 18,
            in: database
        )
        let now = judge.now.milliseconds
        let ids = StoredIDs(raw.lazy.map(\.id))
        try ids.withBytes { bytes in
            try insertion.write(raw.indices) { index, places in
                let row = raw[index]
                places.bind(row.number, at: 1)
                places.bind(row.source, at: 2)
                places.bind(bytes(index), isText: row.id.isText, at: 3)
                places.bind(row.kind, at: 4)
                places.bind(row.occurredAt.milliseconds, at: 5)
                places.bind(now, at: 6)
                places.bind(Int64(row.day.number), at: 7)
                places.bind(row.reason, at: 8)
                places.bind(row.promotion, at: 9)
                places.bind(row.campaign, at: 10)
                places.bind(row.artist, at: 11)
                places.bind(row.track, at: 12)
                places.bind(row.listener, at: 13)
                places.bind(row.cell?.surface, at: 14)
                places.bind(row.cell?.market, at: 15)
                places.bind(row.played, at: 16)
                places.bind(row.isNew.map { Int64($0 ? 1 : 0) }, at: 17)
                places.bind(row.commissionMicros, at: 18)
            }
        }
    }

    /// A raw row of this batch, by its number.
    func rawOfBatch(_ number: Int64) -> RawRow? {
        number >= firstRaw ? raw[Int(number - firstRaw)] : nil
    }
}

extension Recorder {
    private mutating func number(ofSource text: String) throws -> Int64 {
        if let source, source.text == text { return source.number }
        let number = try names.number(of: text, in: database)
        source = (text, number)
        return number
    }

    private mutating func numbers(of cell: Cell) throws -> CellNumbers {
        if let known = cells[cell] { return known }
        let numbers = CellNumbers(
            surface: try names.number(of: cell.surface.text, in: database),
            market: try names.number(of: cell.market.text, in: database)
        )
        cells[cell] = numbers
        return numbers
    }
}

/// Statements that are run for nearly every outcome.
struct RecorderStatements {
    let selectPromotion: BoundStatement
    let selectListener: BoundStatement

    init(_ database: Database) throws {
        selectPromotion = try BoundStatement(
            "SELECT kinds, lease FROM promotion WHERE promotion = ?",
            in: database
        )
        selectListener = try BoundStatement(
            "SELECT day, occurred_at, outcome, counts FROM known_listener WHERE artist = ? AND listener = ?",
            in: database
        )
    }
}

/// The numbers of a cell's names.
struct CellNumbers {
    var surface: Int64
    var market: Int64
}

/// A raw row of a batch that is being written.
struct RawRow {
    let number: Int64
    let source: Int64
    let id: StoredID
    let kind: Int64
    let occurredAt: Timestamp
    let day: Day
    /// 0 for what counts.
    let reason: Int64
    let promotion: Int64?
    let campaign: Int64?
    /// Nothing when no campaign knows the track.
    let artist: Int64?
    let track: Int64?
    let listener: Int64?
    let cell: CellNumbers?
    let played: Int64?
    let isNew: Bool?
    let commissionMicros: Int64

    /// Where it is summed up.
    var tally: TallyKey {
        TallyKey(
            day: day,
            campaign: campaign ?? 0,
            surface: cell?.surface ?? 0,
            market: cell?.market ?? 0,
            isPromoted: promotion != nil
        )
    }
}

/// Promotions, one row for each.
extension Recorder {
    /// A receipt's promotion as it stands, with what this batch did to it.
    func promotion(of receipt: ReceiptFacts) throws -> PromotionRow {
        let promotion = Int64(bitPattern: receipt.promotion)
        if let known = promotions[promotion] { return known }
        statements.selectPromotion.bind(promotion, at: 1)
        let stored = try statements.selectPromotion.first { ($0.integer(0), $0.integer(1)) }
        return PromotionRow(
            promotion: promotion,
            kinds: stored?.0 ?? 0,
            lease: stored?.1 ?? receipt.lease,
            receipt: receipt,
            isStored: stored != nil
        )
    }

    func writePromotions() throws {
        let rows = promotions.values.sorted { $0.promotion < $1.promotion }
        let insertion = try RowInsertion(
            "INSERT INTO promotion (promotion, kinds, issued_at, lease, propensity, snapshot)",
            columns: 6,
            in: database
        )
        try insertion.write(rows.filter { !$0.isStored }) { row, places in
            places.bind(row.promotion, at: 1)
            places.bind(row.kinds, at: 2)
            places.bind(row.receipt.issuedAt.milliseconds, at: 3)
            places.bind(row.lease, at: 4)
            places.bind(Double(row.receipt.propensity), at: 5)
            places.bind(Int64(bitPattern: row.receipt.snapshot), at: 6)
        }
        let update = try BoundStatement(
            "UPDATE promotion SET kinds = ?2, lease = ?3 WHERE promotion = ?1",
            in: database
        )
        for row in rows where row.isStored {
            update.bind(row.promotion, at: 1)
            update.bind(row.kinds, at: 2)
            update.bind(row.lease, at: 3)
            try update.run()
        }
    }
}

/// A promotion's row as a batch leaves it.
struct PromotionRow {
    let promotion: Int64
    /// A bit for each kind of outcome that was reported.
    var kinds: Int64
    var lease: Int64
    /// The receipt that it was first heard of by.
    let receipt: ReceiptFacts
    let isStored: Bool

    /// Notes an outcome; a repeated request has one promotion but may have two leases: the play's is the one used.
    mutating func mark(_ kind: OutcomeKind, _ receipt: ReceiptFacts) {
        if kind == .shown { lease = receipt.lease }
        kinds |= kind.bit
    }
}
