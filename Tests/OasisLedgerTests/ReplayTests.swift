import OasisLedger
import OasisMarket
import Testing

@Suite("Replays")
struct ReplayTests {
    /// Everything a statement can show.
    private struct Statement: Equatable {
        var rows: [TallyRow]
        var unattributed: [UnattributedCount]
        var curve: [ShownBin]
        var deliveries: [Delivery]
        var events: Int
    }

    private static func statement(of ledger: Ledger) throws -> Statement {
        let (from, to) = (Day(number: Fixture.day.number - 2), Fixture.day.next)
        return Statement(
            rows: try ledger.tallies(from: from, to: to),
            unattributed: try ledger.unattributed(from: from, to: to),
            curve: try ledger.shownCurve(day: Fixture.day),
            deliveries: try ledger.deliveries(day: Fixture.day),
            events: try ledger.eventCount()
        )
    }

    /// Plays of few listeners and tracks, so that many meet: promoted and organic, short and long, over two days.
    private static func outcomes(_ count: Int, campaigns: [Int64], leases: [Int64], seed: UInt64) -> [Outcome] {
        var random = SeededGenerator(seed: seed)
        var promotion: UInt64 = 0
        return (0..<count)
            .flatMap { index -> [Outcome] in
                let time = Fixture.noon.advanced(bySeconds: -Double(random.index(below: 100_000)))
                let (listener, track) = (UInt64(random.index(below: 40)), random.index(below: campaigns.count + 1))
                let played = Int64(random.index(below: 60_000))
                let isNew: Bool? = [nil, nil, true, false][random.index(below: 4)]
                let kind = OutcomeKind.allCases[random.index(below: 6)]
                guard random.index(below: 2) == 0, track < campaigns.count else {
                    let cell = random.index(below: 4) == 0 ? Fixture.autoplay : Fixture.radio
                    return [
                        Fixture.organic(
                            kind,
                            id: "o\(index)",
                            track: "t\(track)",
                            listener: listener,
                            cell: cell,
                            at: time,
                            played: played,
                            isNew: isNew
                        )
                    ]
                }
                promotion += 1
                let isReleased = random.index(below: 4) == 0
                let kinds: Set<OutcomeKind> = isReleased ? [.released] : [.shown, .streamed, kind]
                let receipt = Fixture.receipt(
                    promotion,
                    campaign: campaigns[track],
                    listener: listener,
                    issuedAt: time,
                    lease: time.day == Fixture.day ? leases[track] : 0
                )
                return OutcomeKind.allCases.filter(kinds.contains)
                    .map { kind in
                        Fixture.promoted(
                            kind,
                            id: "p\(index)-\(kind)",
                            receipt,
                            after: Double(random.index(below: 300)),
                            played: played,
                            isNew: isNew
                        )
                    }
            }
    }

    private static func market() throws -> (fixture: Fixture, campaigns: [Int64], leases: [Int64]) {
        let fixture = try Fixture()
        let campaigns = try fixture.openMarket(campaigns: 3, cap: 5_000)
        let leases = try campaigns.map {
            try fixture.ledger.grantLease(campaignNumber: $0, day: Fixture.day, node: "n", units: 4_000)?.id ?? 0
        }
        return (fixture, campaigns, leases)
    }

    @Test("Shuffled, repeated, split and reordered outcomes give the same statements", arguments: 1...4)
    func anyOrder(seed: UInt64) throws {
        let (straight, campaigns, leases) = try Self.market()
        let outcomes = Self.outcomes(1_500, campaigns: campaigns, leases: leases, seed: seed)
        try straight.ledger.record(outcomes, at: soon)
        let expected = try Self.statement(of: straight.ledger)
        #expect(expected.rows.reduce(0) { $0 + $1.counts.newListeners } > 20)
        #expect(expected.rows.contains { $0.counts.commissionMicros > 0 })
        #expect(try straight.ledger.verify() == [])

        var random = SeededGenerator(seed: seed &* 7_919)
        let (shuffled, _, _) = try Self.market()
        var rest = (outcomes + outcomes.filter { _ in random.index(below: 3) == 0 }).shuffled(using: &random)
        while !rest.isEmpty {
            let batch = Array(rest.prefix(1 + random.index(below: 200)))
            rest.removeFirst(batch.count)
            try shuffled.ledger.record(batch, at: soon)
            if random.index(below: 4) == 0 { try shuffled.ledger.record(batch, at: soon) }
            if random.index(below: 12) == 0 { try shuffled.reopen() }
        }
        #expect(try Self.statement(of: shuffled.ledger) == expected)
        #expect(try shuffled.ledger.verify() == [])
    }

    @Test("Of streams at one time the same one makes a listener new, in one batch or in many", arguments: [1, 2, 100])
    func ties(batch: Int) throws {
        let ids = [
            ("pzn", "b"), ("app", "z"), ("pzn", "a"), ("app", "0f8fad5b-d9cb-469f-a165-70867728950e"), ("app", "y"),
            ("app", "0f8fad5b-d9cb-469f-a165-70867728950d"),
        ]
        // In another cell each, so that the tallies show which one counted.
        let streams = ids.enumerated()
            .map { index, name in
                var stream = Fixture.organic(
                    .streamed,
                    id: name.1,
                    cell: Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "M\(index)")),
                    played: 40_000
                )
                stream.source = name.0
                return stream
            }
        var random = SeededGenerator(seed: 5)
        for _ in 0..<6 {
            let fixture = try Fixture()
            _ = try fixture.openMarket()
            var order = streams
            order.shuffle(using: &random)
            for start in stride(from: 0, to: order.count, by: batch) {
                try fixture.ledger.record(Array(order[start..<min(start + batch, order.count)]), at: soon)
            }
            let new = try fixture.ledger.tallies(from: today.from, to: today.to).filter { $0.counts.newListeners != 0 }
            // By source, then texts before UUIDs.
            #expect(new.map(\.cell.market.text) == ["M4"])
            #expect(try fixture.ledger.verify().isEmpty)
        }
    }

    @Test("Each outcome says the same about itself when everything is handed in twice")
    func twice() throws {
        let (fixture, campaigns, leases) = try Self.market()
        let outcomes = Self.outcomes(400, campaigns: campaigns, leases: leases, seed: 99)
        let first = try fixture.ledger.record(outcomes, at: soon)
        let before = try Self.statement(of: fixture.ledger)
        let second = try fixture.ledger.record(outcomes, at: soon)
        #expect(first.allSatisfy { $0 == .recorded })
        #expect(second.allSatisfy { $0 == .duplicate })
        #expect(try Self.statement(of: fixture.ledger) == before)
    }

    @Test("Many threads at once lose and repeat nothing")
    func threads() async throws {
        let (fixture, campaigns, leases) = try Self.market()
        let ledger = fixture.ledger
        let outcomes = Self.outcomes(600, campaigns: campaigns, leases: leases, seed: 5)
        let recorded = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(worker))
                    var recorded = 0
                    for start in stride(from: 0, to: outcomes.count, by: 50).shuffled(using: &random) {
                        let batch = Array(outcomes[start..<min(start + 50, outcomes.count)])
                        recorded += try ledger.record(batch, at: soon).count { $0 == .recorded }
                        _ = try ledger.totals(from: today.from, to: today.to)
                    }
                    return recorded
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(recorded == (try ledger.eventCount()))
        #expect(try ledger.verify() == [])
    }
}
