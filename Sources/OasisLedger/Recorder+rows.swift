internal import GRDB
internal import OasisMarket

/// Raw rows, one for each outcome.
extension Recorder {
    /// Appends the raw row; nothing when (source, id) is there already.
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
        let artist = try countable?.artist.map { try names.number(of: $0.text, in: database) }
        statements.insertRaw.bind(source, at: 1)
        statements.insertRaw.bind(outcome.kind.number, at: 3)
        statements.insertRaw.bind(outcome.occurredAt.milliseconds, at: 4)
        statements.insertRaw.bind(judge.now.milliseconds, at: 5)
        statements.insertRaw.bind(Int64(day.number), at: 6)
        statements.insertRaw.bind(reason, at: 7)
        statements.insertRaw.bind(countable?.receipt.map { Int64(bitPattern: $0.promotion) }, at: 8)
        statements.insertRaw.bind(countable?.campaign, at: 9)
        statements.insertRaw.bind(artist, at: 10)
        statements.insertRaw.bind(countable.map { Int64(bitPattern: $0.trackHash) }, at: 11)
        statements.insertRaw.bind(countable.map { Int64(bitPattern: $0.listenerHash) }, at: 12)
        statements.insertRaw.bind(cell?.surface, at: 13)
        statements.insertRaw.bind(cell?.market, at: 14)
        statements.insertRaw.bind(outcome.playedMilliseconds, at: 15)
        statements.insertRaw.bind(outcome.isNewToArtist.map { Int64($0 ? 1 : 0) }, at: 16)
        statements.insertRaw.bind(reason == 0 ? countable?.commissionMicros ?? 0 : 0, at: 17)
        try statements.insertRaw.run(binding: id, at: 2)
        events.insert(key)
        recorded += 1
        return RawRow(
            number: statements.insertRaw.insertedRow,
            artist: artist ?? 0,
            tally: TallyKey(
                day: day,
                campaign: countable?.campaign ?? 0,
                surface: cell?.surface ?? 0,
                market: cell?.market ?? 0,
                isPromoted: countable?.receipt != nil
            )
        )
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
    let insertRaw: BoundStatement
    let selectPromotion: BoundStatement
    let selectListener: BoundStatement

    init(_ database: Database) throws {
        insertRaw = try BoundStatement(
            """
            INSERT INTO outcome (
                source, id, kind, occurred_at, received_at, day, reason, promotion, campaign, artist, track, listener,
                surface, market, played, is_new, commission
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            in: database
        )
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

/// A raw row as it was just written.
struct RawRow {
    var number: Int64
    /// 0 when no campaign knows the track.
    var artist: Int64
    var tally: TallyKey
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
        let insert = try BoundStatement(
            "INSERT INTO promotion (promotion, kinds, issued_at, lease, propensity, snapshot) VALUES (?, ?, ?, ?, ?, ?)",
            in: database
        )
        let update = try BoundStatement(
            "UPDATE promotion SET kinds = ?2, lease = ?3 WHERE promotion = ?1",
            in: database
        )
        for row in promotions.values.sorted(by: { $0.promotion < $1.promotion }) {
            let statement = row.isStored ? update : insert
            statement.bind(row.promotion, at: 1)
            statement.bind(row.kinds, at: 2)
            if row.isStored {
                statement.bind(row.lease, at: 3)
            } else {
                statement.bind(row.receipt.issuedAt.milliseconds, at: 3)
                statement.bind(row.lease, at: 4)
                statement.bind(Double(row.receipt.propensity), at: 5)
                statement.bind(Int64(bitPattern: row.receipt.snapshot), at: 6)
            }
            try statement.run()
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
