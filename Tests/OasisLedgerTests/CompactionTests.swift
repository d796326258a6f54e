import GRDB
import OasisLedger
import OasisMarket
import Testing

@Suite("Compaction")
struct CompactionTests {
    let fixture: Fixture
    let campaigns: [Int64]
    var ledger: Ledger { fixture.ledger }

    private static let days = 12
    private static let late = Day(number: Fixture.day.number + 20).start

    init() throws {
        fixture = try Fixture(eventsInMemory: 50)
        campaigns = try fixture.openMarket(campaigns: 2)
    }

    /// The middle of the day so many days after the fixture's.
    private static func noon(_ day: Int) -> Timestamp { Fixture.noon.advanced(bySeconds: 86_400 * Double(day)) }

    /// Ten listeners a day, half of whom come back, with promotions, forged receipts and plays of other songs.
    private func outcomes(ofDay day: Int) -> [Outcome] {
        let noon = Self.noon(day)
        return (0..<10)
            .flatMap { index -> [Outcome] in
                let listener = UInt64(index % 2 == 0 ? index : 1_000 * day + index)
                let receipt = Fixture.receipt(
                    UInt64(100 * day + index + 1),
                    campaign: campaigns[0],
                    listener: listener,
                    issuedAt: noon
                )
                let name = "\(day)-\(index)"
                return [
                    Fixture.promoted(.shown, id: "s\(name)", receipt),
                    Fixture.promoted(.streamed, id: "t\(name)", receipt, played: 45_000),
                    Fixture.organic(
                        .streamed,
                        id: "o\(name)",
                        track: "t1",
                        listener: listener,
                        at: noon,
                        played: 40_000
                    ),
                    Fixture.organic(.skipped, id: "k\(name)", track: "elsewhere", listener: listener, at: noon),
                    Outcome(
                        source: "pzn",
                        id: "f\(name)",
                        kind: .shown,
                        occurredAt: noon,
                        attribution: .unattributed("receipt-forged")
                    ),
                ]
            }
    }

    private func recordDays() throws {
        for day in 0..<Self.days { try ledger.record(outcomes(ofDay: day), at: Self.noon(day).advanced(bySeconds: 60)) }
    }

    /// Everything that anybody is shown of the days recorded.
    private struct Shown: Equatable {
        var statement: OasisLedger.Statement
        var rows: [TallyRow]
        var unattributed: [UnattributedCount]
        var curves: [[ShownBin]]
        var deliveries: [[Delivery]]
        var events: Int
    }

    private func shown() throws -> Shown {
        let days = (0..<Self.days).map { Day(number: Fixture.day.number + Int32($0)) }
        let (from, to) = (days[0], days[Self.days - 1].next)
        return Shown(
            statement: try ledger.statement(from: from, to: to, by: StatementDimension.allCases, now: Self.late),
            rows: try ledger.tallies(from: from, to: to),
            unattributed: try ledger.unattributed(from: from, to: to),
            curves: try days.map { try ledger.shownCurve(day: $0) },
            deliveries: try days.map { try ledger.deliveries(day: $0) },
            events: try ledger.eventCount()
        )
    }

    private func count(_ table: String, where condition: String = "true") throws -> Int {
        var configuration = Configuration()
        configuration.readonly = true
        let file = try DatabaseQueue(path: fixture.path, configuration: configuration)
        return try file.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table) WHERE \(condition)") ?? 0 }
    }

    /// Everything is kept for eight days: at noon of the 20th day, days 0 to 11 are more than that ago.
    @discardableResult
    private func compactAll() throws -> Compaction {
        try ledger.compact(keptDays: 8, at: Self.late.advanced(bySeconds: 3_600))
    }

    @Test("No statement, curve, delivery or count changes, and the raw rows are gone")
    func unchanged() throws {
        try recordDays()
        let before = try shown()
        let compaction = try compactAll()
        #expect(compaction.days.count == Self.days)
        // The newest raw row stays: its number must not be given again.
        #expect(compaction.outcomes == 50 * Self.days - 1)
        #expect(compaction.promotions == 10 * Self.days)
        #expect(try shown() == before)
        #expect(try count("outcome") == 1)
        #expect(try count("promotion") == 0)
        #expect(try ledger.verify() == [])
        try fixture.reopen(eventsInMemory: 50)
        #expect(try shown() == before)
        #expect(try fixture.ledger.verify() == [])
    }

    @Test("Only days that are final and older than asked for are compacted")
    func horizon() throws {
        try recordDays()
        // Noon of day 11: day 3 became final at the start of this day, day 4 has one more day to go.
        let now = Self.noon(11)
        let first = Fixture.day.number
        #expect(try ledger.compact(keptDays: 9, at: now).days.map(\.number) == [first, first + 1, first + 2])
        #expect(try ledger.compact(keptDays: 0, at: now).days.map(\.number) == [first + 3])
        #expect(try ledger.compact(keptDays: 8, at: now) == Compaction())
        #expect(try count("outcome") == 50 * (Self.days - 4))
        #expect(try ledger.verify() == [])
    }

    @Test("Nothing is measured from days whose raw outcomes are gone")
    func measurement() throws {
        try recordDays()
        #expect(try ledger.lastCompactedDay() == nil)
        try ledger.compact(keptDays: 8, at: Self.noon(11))
        let last = try #require(try ledger.lastCompactedDay())
        #expect(last.number == Fixture.day.number + 3)
        let tracks = [TrackID(trusted: "t0").stableHash]
        func outcomes(from start: Timestamp) throws -> Int {
            var count = 0
            try ledger.outcomes(ofTracks: tracks, from: start, to: Self.late) { _ in count += 1 }
            return count
        }
        #expect(try outcomes(from: last.next.start) == 20 * (Self.days - 4))
        let before = Timestamp(milliseconds: last.next.start.milliseconds - 1)
        #expect(refusal { try outcomes(from: before) }?.code == .compacted)
    }

    @Test("A late repeat of a compacted event counts for nothing, and an open day's is still a duplicate")
    func repeats() throws {
        try recordDays()
        let now = Self.noon(11)
        try ledger.compact(keptDays: 8, at: now)
        let before = try shown()
        let results = try ledger.record(outcomes(ofDay: 0) + outcomes(ofDay: 11), at: now)
        #expect(results.prefix(50).allSatisfy { $0 == .refused(.tooLate) || $0 == .duplicate })
        #expect(results.suffix(50).allSatisfy { $0 == .duplicate })
        #expect(try shown() == before)
    }

    @Test("Listeners that a compacted day made known stay known, and the audit agrees")
    func listeners() throws {
        try recordDays()
        let now = Self.noon(11)
        try ledger.compact(keptDays: 8, at: now)
        let day = now.day
        let before = try ledger.totals(from: day, to: day.next).promoted.newListeners
        let known = Fixture.receipt(9_001, campaign: campaigns[0], listener: 0, issuedAt: now)
        let new = Fixture.receipt(9_002, campaign: campaigns[0], listener: 77_777, issuedAt: now)
        try ledger.record(
            [
                Fixture.promoted(.streamed, id: "known", known, played: 40_000),
                Fixture.promoted(.streamed, id: "new", new, played: 40_000),
            ],
            at: now.advanced(bySeconds: 120)
        )
        #expect(try ledger.totals(from: day, to: day.next).promoted.newListeners == before + 1)
        #expect(try ledger.verify() == [])
    }

    @Test("Recording goes on after a compaction took everything, with numbers that were never given before")
    func afterwards() throws {
        try recordDays()
        try compactAll()
        let time = Self.late
        try ledger.record([Fixture.organic(.shown, id: "later", at: time)], at: time.advanced(bySeconds: 1))
        #expect(try ledger.record([Fixture.organic(.shown, id: "later", at: time)], at: time) == [.duplicate])
        #expect(try count("outcome", where: "number = \(50 * Self.days + 1)") == 1)
        try fixture.reopen(eventsInMemory: 50)
        #expect(try fixture.ledger.record([Fixture.organic(.shown, id: "later", at: time)], at: time) == [.duplicate])
        #expect(try fixture.ledger.verify() == [])
    }

    @Test(
        "A compacted day that was changed behind its back is found",
        arguments: [
            "UPDATE tally SET shown = shown + 1 WHERE day = ?",
            "UPDATE tally SET commission = commission - 1 WHERE day = ?",
            "DELETE FROM shown_curve WHERE day = ?", "UPDATE unattributed SET outcomes = 7 WHERE day = ?",
            "UPDATE delivery SET confirmed = confirmed + 1 WHERE day = ?",
            "UPDATE known_listener SET counts = 1 - counts WHERE day = ?",
            "UPDATE compacted_day SET outcomes = outcomes + 1 WHERE day = ?", "DELETE FROM compacted_day WHERE day = ?",
        ]
    )
    func tampering(sql: String) throws {
        try recordDays()
        try compactAll()
        try ledger.close()
        let file = try DatabaseQueue(path: fixture.path)
        try file.write { try $0.execute(sql: sql, arguments: [Fixture.day.number + 3]) }
        try file.close()
        try fixture.reopen(eventsInMemory: 50)
        #expect(!(try fixture.ledger.verify().isEmpty))
    }

    @Test("A ledger that differs from its raw rows is not compacted")
    func differs() throws {
        try recordDays()
        try ledger.close()
        let file = try DatabaseQueue(path: fixture.path)
        try file.write { try $0.execute(sql: "UPDATE tally SET saved = saved + 1") }
        try file.close()
        try fixture.reopen(eventsInMemory: 50)
        #expect(refusal { try fixture.ledger.compact(keptDays: 8, at: Self.late) }?.code == .differs)
        #expect(try count("outcome") == 50 * Self.days)
    }

    @Test("A compaction that was interrupted is taken up by the next, and sound in between")
    func interrupted() throws {
        try recordDays()
        let before = try shown()
        let whole = try compactAll()
        // As after a stop between marking the days and taking the rows away: a raw row of a compacted day is there.
        #expect(whole.days.count == Self.days)
        try ledger.close()
        let file = try DatabaseQueue(path: fixture.path)
        let leftOver = """
            INSERT INTO outcome SELECT number - 1, source, 'left over', kind, occurred_at, received_at, day, reason,
                promotion, campaign, artist, track, listener, surface, market, played, is_new, commission FROM outcome
            """
        try file.write { try $0.execute(sql: leftOver) }
        try file.close()
        try fixture.reopen(eventsInMemory: 50)
        #expect(try fixture.ledger.verify() == [])
        #expect(try compactAll() == Compaction(outcomes: 1))
        #expect(try count("outcome") == 1)
        #expect(try shown() == before)
    }

    @Test("The file stops growing: a second stretch of days reuses what compaction freed")
    func bounded() throws {
        func fill(_ days: Range<Int>) throws {
            for day in days {
                let noon = Self.noon(day)
                let batch = (0..<2_000)
                    .map {
                        Fixture.organic(
                            .skipped,
                            id: "\(day)-\($0)",
                            track: "elsewhere",
                            listener: UInt64($0),
                            at: noon
                        )
                    }
                try ledger.record(batch, at: noon.advanced(bySeconds: 60))
            }
        }
        try fill(0..<10)
        let pages = try self.pages()
        for day in 10..<40 {
            try fill(day..<day + 1)
            try ledger.compact(keptDays: 8, at: Self.noon(day).advanced(bySeconds: 120))
        }
        #expect(try self.pages() <= pages + pages / 10)
        #expect(try ledger.eventCount() == 80_000)
        #expect(try ledger.verify() == [])
        try ledger.shrink()
        #expect(try ledger.verify() == [])
    }

    private func pages() throws -> Int {
        var configuration = Configuration()
        configuration.readonly = true
        let file = try DatabaseQueue(path: fixture.path, configuration: configuration)
        return try file.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    }
}
