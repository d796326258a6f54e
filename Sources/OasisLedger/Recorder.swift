internal import GRDB
internal import OasisMarket

/// Takes one batch of outcomes in, inside one transaction.
///
/// Raw rows and everything derived from them are gathered in memory and written once per batch, in the order of their
/// keys.
struct Recorder {
    let database: Database
    let judge: Judge
    var names: Names
    var events: EventIndex

    var tallies: [TallyKey: TallyCounts] = [:]
    var unattributed: [ReasonKey: Int] = [:]
    var shownCurve: [BinKey: Int] = [:]
    var promotions: [Int64: PromotionRow] = [:]
    var listeners: [ListenerKey: KnownListener] = [:]
    /// Raw rows of this batch, in the order of their numbers.
    var raw: [RawRow] = []
    let firstRaw: Int64
    private var uses: [LeaseKey: LeaseUse] = [:]
    var cells: [Cell: CellNumbers] = [:]
    /// The source of the last event, and its number: most batches have one.
    var source: (text: String, number: Int64)?
    let statements: RecorderStatements

    init(database: Database, judge: Judge, names: Names, events: EventIndex) throws {
        self.database = database
        self.judge = judge
        self.names = names
        self.events = events
        statements = try RecorderStatements(database)
        firstRaw = (try Int64.fetchOne(database.cachedStatement(sql: "SELECT MAX(number) FROM outcome")) ?? 0) + 1
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

    /// Writes what was gathered.
    func finish() throws {
        try writeRaw()
        try writePromotions()
        try writeListeners()
        try writeTallies()
        try writeUnattributed()
        try writeShownCurve()
        let deliveries = try DeliveryStatements(database)
        for (key, use) in uses.sorted(by: { $0.key < $1.key }) { try key.settle(use, deliveries, in: database) }
        if !raw.isEmpty {
            try database.execute(
                sql: "UPDATE counter SET value = value + ? WHERE name = 'outcomes'",
                arguments: [raw.count]
            )
        }
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
        var promotion = try promotion(of: receipt)
        let kinds = promotion.kinds
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
        promotion.mark(outcome.kind, receipt)
        promotions[promotion.promotion] = promotion
        guard !isAfterRelease else { return .recorded }
        switch outcome.kind {
        case .shown:
            let bin = Self.bin(of: outcome.occurredAt, in: countable.day)
            shownCurve[BinKey(day: countable.day, bin: bin, campaign: countable.campaign), default: 0] += 1
            uses[LeaseKey(receipt, countable), default: LeaseUse()].confirmed += 1
        case .released:
            uses[LeaseKey(receipt, countable), default: LeaseUse()].released += 1
        case .streamed, .skipped, .saved, .added, .followed:
            break
        }
        return .recorded
    }

    private func isRecorded(_ outcome: Outcome) throws -> Bool {
        guard let source = try names.known(outcome.source, in: database) else { return false }
        return try events.contains(EventKey(source: source, StoredID(outcome.id)), in: database)
    }

    private static func bin(of time: Timestamp, in day: Day) -> Int {
        let quarter: Int64 = 900_000
        return Int(min(max(0, (time.milliseconds - day.start.milliseconds) / quarter), Int64(ShownBin.binsPerDay - 1)))
    }
}
