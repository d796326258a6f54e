import GRDB
import OasisLedger
import OasisMarket
import Testing

/// Events are recognised wherever their keys lie: in memory, in a run on disk, or in raw rows that are read at start.
@Suite("Recognising events")
struct EventIndexTests {
    private static let inMemory = 64

    private func market() throws -> Fixture {
        let fixture = try Fixture(eventsInMemory: Self.inMemory)
        _ = try fixture.openMarket()
        return fixture
    }

    /// UUIDs and other ids of two sources.
    private static func batch(_ range: Range<Int>) -> [Outcome] {
        range.map { index in
            let digits = String(index, radix: 16)
            let uuid = "0f8fad5b-d9cb-469f-a165-" + String(repeating: "0", count: 12 - digits.count) + digits
            var outcome = Fixture.organic(
                .skipped,
                id: index % 3 == 0 ? "event-\(index / 2)" : uuid,
                track: "elsewhere"
            )
            outcome.source = index % 2 == 0 ? "one" : "two"
            return outcome
        }
    }

    private func runs(_ fixture: Fixture) throws -> Int {
        var configuration = Configuration()
        configuration.readonly = true
        let file = try DatabaseQueue(path: fixture.path, configuration: configuration)
        return try file.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM event_run") ?? 0 }
    }

    @Test(
        "Every event of many runs is a duplicate the second time, before and after a restart",
        arguments: [1, 7, 50, 400]
    )
    func repeats(size: Int) throws {
        let fixture = try market()
        let events = Self.batch(0..<1_000)
        for start in stride(from: 0, to: events.count, by: size) {
            let batch = Array(events[start..<min(start + size, events.count)])
            #expect(try fixture.ledger.record(batch, at: soon).allSatisfy { $0 == .recorded })
        }
        #expect(try runs(fixture) >= 2)
        #expect(try fixture.ledger.record(events, at: soon).allSatisfy { $0 == .duplicate })
        try fixture.reopen(eventsInMemory: Self.inMemory)
        #expect(try fixture.ledger.record(events.reversed(), at: soon).allSatisfy { $0 == .duplicate })
        #expect(try fixture.ledger.record(Self.batch(1_000..<1_001), at: soon) == [.recorded])
        #expect(try fixture.ledger.eventCount() == 1_001)
        #expect(try fixture.ledger.verify() == [])
    }

    @Test("A ledger that is opened with more or less memory recognises the same events")
    func otherMemory() throws {
        let fixture = try market()
        let events = Self.batch(0..<500)
        try fixture.ledger.record(events, at: soon)
        for memory in [1, 1_000_000, 10] {
            try fixture.reopen(eventsInMemory: memory)
            #expect(try fixture.ledger.record(events, at: soon).allSatisfy { $0 == .duplicate })
        }
        #expect(try fixture.ledger.eventCount() == 500)
    }

    @Test("Events of a batch that failed are not taken for recorded, and those before it still are")
    func failure() throws {
        let fixture = try Fixture(maximumBytes: 600_000, eventsInMemory: Self.inMemory)
        _ = try fixture.openMarket()
        let first = Self.batch(0..<100)
        try fixture.ledger.record(first, at: soon)
        let second = Self.batch(100..<40_000)
        #expect(refusal { try fixture.ledger.record(second, at: soon) }?.code == .storageFull)
        #expect(try fixture.ledger.record(first, at: soon).allSatisfy { $0 == .duplicate })
        #expect(try fixture.ledger.record(Array(second.prefix(50)), at: soon).allSatisfy { $0 == .recorded })
        #expect(try fixture.ledger.eventCount() == 150)
        #expect(try fixture.ledger.verify() == [])
    }

    @Test("The audit finds an event that is there twice")
    func twice() throws {
        let fixture = try market()
        try fixture.ledger.record(Self.batch(0..<3), at: soon)
        try fixture.ledger.close()
        let file = try DatabaseQueue(path: fixture.path)
        try file.write { database in
            try database.execute(
                sql: """
                    INSERT INTO outcome SELECT number + 100, source, id, kind, occurred_at, received_at, day, reason,
                        promotion, campaign, artist, track, listener, surface, market, played, is_new, commission
                    FROM outcome WHERE number = 2;
                    UPDATE tally SET skipped = skipped + 1;
                    UPDATE counter SET value = value + 1 WHERE name = 'outcomes';
                    """
            )
        }
        try file.close()
        try fixture.reopen()
        let differences = try fixture.ledger.verify()
        #expect(differences.count == 1)
        #expect(differences.first?.place.contains("copies") == true)
    }
}
