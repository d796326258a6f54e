internal import GRDB
internal import OasisMarket

/// Takes one batch of outcomes in, inside one transaction.
///
/// Raw rows are written one by one; everything derived from them is summed up in memory and written once per batch.
struct Recorder {
    let database: Database
    let judge: Judge
    var names: Names

    var tallies: [TallyKey: TallyCounts] = [:]
    private var unattributed: [ReasonKey: Int] = [:]
    private var shownCurve: [BinKey: Int] = [:]
    private var uses: [LeaseKey: LeaseUse] = [:]
    private var recorded = 0

    private struct ReasonKey: Hashable {
        var day: Day
        var reason: Int64
    }

    private struct BinKey: Hashable {
        var day: Day
        var campaign: Int64
        var bin: Int
    }

    init(database: Database, judge: Judge, names: Names) {
        self.database = database
        self.judge = judge
        self.names = names
    }

    /// Records one outcome, or finds out why not.
    mutating func record(_ outcome: Outcome) throws -> RecordResult {
        switch judge.standing(of: outcome) {
        case .refused(let refusal):
            // Whoever repeats what was taken in while there was time hears that it was.
            return try isRecorded(outcome) ? .duplicate : .refused(refusal)
        case .unattributed(let reason, let day):
            return try keep(outcome, reason: reason, day: day)
        case .counted(let countable):
            guard let receipt = countable.receipt else { return try count(outcome, countable) }
            return try countPromoted(outcome, countable, receipt)
        }
    }

    /// Writes the sums and gives the names back.
    mutating func finish() throws -> Names {
        try writeTallies()
        try writeUnattributed()
        try writeShownCurve()
        for (key, use) in uses { try key.settle(use, in: database) }
        if recorded > 0 {
            try database.execute(
                sql: "UPDATE counter SET value = value + ? WHERE name = 'outcomes'",
                arguments: [recorded]
            )
        }
        return names
    }

    // MARK: One outcome

    private mutating func keep(
        _ outcome: Outcome,
        reason: String,
        day: Day,
        countable: Countable? = nil
    ) throws -> RecordResult {
        let reason = try names.number(of: reason, in: database)
        guard try insert(outcome, day: day, reason: reason, countable: countable) != nil else { return .duplicate }
        unattributed[ReasonKey(day: day, reason: reason), default: 0] += 1
        return .recorded
    }

    private mutating func count(_ outcome: Outcome, _ countable: Countable) throws -> RecordResult {
        guard let row = try insert(outcome, day: countable.day, reason: 0, countable: countable) else {
            return .duplicate
        }
        tallies[row.tally, default: TallyCounts()].count(outcome, commissionMicros: countable.commissionMicros)
        if countable.isStream, countable.artist != nil {
            try meet(outcome, row, listenerHash: countable.listenerHash)
        }
        return .recorded
    }

    /// A promotion is issued, then shown or released; each kind of outcome counts once, whoever reports it.
    private mutating func countPromoted(
        _ outcome: Outcome,
        _ countable: Countable,
        _ receipt: ReceiptFacts
    ) throws -> RecordResult {
        let promotion = Int64(bitPattern: receipt.promotion)
        let select = try database.cachedStatement(sql: "SELECT kinds FROM promotion WHERE promotion = ?")
        let kinds = try Int64.fetchOne(select, arguments: [promotion]) ?? 0
        // Whatever a listener did with it proves that it was played, also when that is heard before `shown`.
        let isReleaseOfPlayed = outcome.kind == .released && kinds & ~OutcomeKind.released.bit != 0
        guard kinds & outcome.kind.bit == 0, !isReleaseOfPlayed else {
            return try isRecorded(outcome) ? .duplicate : .duplicateReceipt
        }
        // Its unit may serve somebody else by now: what comes after a release earns nothing and counts for nothing.
        let isAfterRelease = outcome.kind != .released && kinds & OutcomeKind.released.bit != 0
        let result =
            isAfterRelease
            ? try keep(
                outcome,
                reason: OutcomeRules.Reason.receiptReleased,
                day: countable.day,
                countable: countable
            )
            : try count(outcome, countable)
        guard result == .recorded else { return result }
        try mark(promotion, outcome.kind, receipt, isFirst: kinds == 0)
        guard !isAfterRelease else { return .recorded }
        switch outcome.kind {
        case .shown:
            let bin = Self.bin(of: outcome.occurredAt, in: countable.day)
            shownCurve[BinKey(day: countable.day, campaign: countable.campaign, bin: bin), default: 0] += 1
            uses[LeaseKey(receipt, countable), default: LeaseUse()].confirmed += 1
        case .released:
            uses[LeaseKey(receipt, countable), default: LeaseUse()].released += 1
        case .streamed, .skipped, .saved, .added, .followed:
            break
        }
        return .recorded
    }

    private func mark(_ promotion: Int64, _ kind: OutcomeKind, _ receipt: ReceiptFacts, isFirst: Bool) throws {
        guard isFirst else {
            // A repeated request has one promotion but may have two leases: the play's is the one that was used.
            let update = try database.cachedStatement(
                sql: "UPDATE promotion SET kinds = kinds | ?, lease = iif(?, ?, lease) WHERE promotion = ?"
            )
            return try update.execute(arguments: [kind.bit, kind == .shown, receipt.lease, promotion])
        }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO promotion (promotion, kinds, issued_at, lease, propensity, snapshot)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        try insert.execute(
            arguments: [
                promotion, kind.bit, receipt.issuedAt.milliseconds, receipt.lease, receipt.propensity,
                Int64(bitPattern: receipt.snapshot),
            ]
        )
    }

    private func isRecorded(_ outcome: Outcome) throws -> Bool {
        let select = try database.cachedStatement(
            sql: "SELECT 1 FROM outcome WHERE source = (SELECT number FROM name WHERE text = ?) AND id = ?"
        )
        return try Int.fetchOne(select, arguments: [outcome.source, EventKey.stored(outcome.id)]) != nil
    }

    /// Appends the raw row; nothing when (source, id) is there already.
    private mutating func insert(
        _ outcome: Outcome,
        day: Day,
        reason: Int64,
        countable: Countable?
    ) throws -> RawRow? {
        let insert = try database.cachedStatement(sql: Self.insertRaw)
        let surface = try countable.map { try names.number(of: $0.cell.surface.text, in: database) }
        let market = try countable.map { try names.number(of: $0.cell.market.text, in: database) }
        let artist = try countable?.artist.map { try names.number(of: $0.text, in: database) }
        try insert.execute(
            arguments: [
                try names.number(of: outcome.source, in: database), EventKey.stored(outcome.id), outcome.kind.number,
                outcome.occurredAt.milliseconds, judge.now.milliseconds, day.number, reason,
                countable?.receipt.map { Int64(bitPattern: $0.promotion) }, countable?.campaign, artist,
                countable.map { Int64(bitPattern: $0.trackHash) }, countable.map { Int64(bitPattern: $0.listenerHash) },
                surface, market, outcome.playedMilliseconds, outcome.isNewToArtist,
                reason == 0 ? countable?.commissionMicros ?? 0 : 0,
            ]
        )
        guard database.changesCount > 0 else { return nil }
        recorded += 1
        return RawRow(
            number: database.lastInsertedRowID,
            artist: artist ?? 0,
            tally: TallyKey(
                day: day,
                campaign: countable?.campaign ?? 0,
                surface: surface ?? 0,
                market: market ?? 0,
                isPromoted: countable?.receipt != nil
            )
        )
    }

    private static let insertRaw = """
        INSERT INTO outcome (
            source, id, kind, occurred_at, received_at, day, reason, promotion, campaign, artist, track, listener,
            surface, market, played, is_new, commission
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, id) DO NOTHING
        """

    private static func bin(of time: Timestamp, in day: Day) -> Int {
        let quarter: Int64 = 900_000
        return Int(min(max(0, (time.milliseconds - day.start.milliseconds) / quarter), Int64(ShownBin.binsPerDay - 1)))
    }

    // MARK: Sums

    private func writeUnattributed() throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO unattributed (day, reason, outcomes) VALUES (?, ?, ?)
                ON CONFLICT (day, reason) DO UPDATE SET outcomes = outcomes + excluded.outcomes
                """
        )
        for (key, outcomes) in unattributed {
            try upsert.execute(arguments: [key.day.number, key.reason, outcomes])
        }
    }

    private func writeShownCurve() throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO shown_curve (day, campaign, bin, shown) VALUES (?, ?, ?, ?)
                ON CONFLICT (day, campaign, bin) DO UPDATE SET shown = shown + excluded.shown
                """
        )
        for (key, shown) in shownCurve {
            try upsert.execute(arguments: [key.day.number, key.campaign, key.bin, shown])
        }
    }

    private func writeTallies() throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (day, campaign, surface, market, promoted) DO UPDATE SET
                    shown = shown + excluded.shown, released = released + excluded.released,
                    plays = plays + excluded.plays, streams = streams + excluded.streams,
                    skipped = skipped + excluded.skipped, saved = saved + excluded.saved,
                    added = added + excluded.added, followed = followed + excluded.followed,
                    new_listeners = new_listeners + excluded.new_listeners,
                    commission = commission + excluded.commission
                """
        )
        for (key, counts) in tallies {
            try upsert.execute(
                arguments: [
                    key.day.number, key.campaign, key.surface, key.market, key.isPromoted, counts.shown,
                    counts.released, counts.plays, counts.streams, counts.skipped, counts.saved, counts.added,
                    counts.followed, counts.newListeners, counts.commissionMicros,
                ]
            )
        }
    }
}

/// Names a row of the `tally` table.
struct TallyKey: Hashable {
    var day: Day
    var campaign: Int64
    var surface: Int64
    var market: Int64
    var isPromoted: Bool
}

/// A raw row as it was just written.
struct RawRow {
    var number: Int64
    /// 0 when no campaign knows the track.
    var artist: Int64
    var tally: TallyKey
}
