import OasisLedger
import OasisMarket
import Testing

@Suite("Statements")
struct StatementTests {
    let fixture: Fixture
    let campaigns: [Int64]
    var ledger: Ledger { fixture.ledger }

    init() throws {
        fixture = try Fixture()
        campaigns = try fixture.openMarket(campaigns: 2)
    }

    /// Two promotions of the first campaign with everything that can follow, and organic plays of both songs.
    private func recordDay() throws {
        let first = Fixture.receipt(1, campaign: campaigns[0])
        let second = Fixture.receipt(2, campaign: campaigns[0], listener: 8)
        try ledger.record(
            [
                Fixture.promoted(.shown, id: "1", first), Fixture.promoted(.streamed, id: "2", first, played: 30_000),
                Fixture.promoted(.saved, id: "3", first), Fixture.promoted(.added, id: "4", first),
                Fixture.promoted(.followed, id: "5", first), Fixture.promoted(.shown, id: "6", second),
                Fixture.promoted(.skipped, id: "7", second),
                Fixture.organic(.streamed, id: "8", listener: 9, played: 60_000),
                Fixture.organic(.streamed, id: "9", track: "t1", listener: 9, played: 60_000),
                Fixture.organic(.streamed, id: "10", track: "elsewhere", listener: 9, played: 60_000),
            ],
            at: soon
        )
    }

    private func statement(_ dimensions: [StatementDimension], now: Timestamp = soon) throws -> Statement {
        try ledger.statement(from: today.from, to: today.to, by: dimensions, now: now)
    }

    @Test("A line counts what promotion brought, and earns by the policy")
    func line() throws {
        try recordDay()
        let statement = try statement([.campaign])
        #expect(statement.lines.map(\.campaign?.text) == ["c0", "c1"])
        let first = statement.lines[0]
        #expect([first.delivered, first.streams, first.skips] == [2, 1, 1])
        #expect([first.saves, first.playlistAdds, first.follows, first.newListeners] == [1, 1, 1, 1])
        #expect(first.contextStreams == 1)
        // 30 % of a royalty of 4,001 micros, rounded down, for a promoted stream and one in the context.
        #expect(first.commission == Money(micros: 2_400, currency: "EUR"))
        let second = statement.lines[1]
        #expect([second.delivered, second.streams, second.contextStreams] == [0, 0, 1])
        #expect(second.commission.micros == 1_200)
        #expect(statement.total.delivered == 2)
        #expect(statement.total.commission.micros == 3_600)
    }

    @Test("A line names the lift at which its licensor breaks even, where one commission rate holds for all of it")
    func breakEven() throws {
        try recordDay()
        for dimensions in [[.campaign], [.licensor], []] as [[StatementDimension]] {
            let statement = try statement(dimensions)
            #expect((statement.lines + [statement.total]).map(\.breakEvenLift).allSatisfy { $0 == 1 / 0.7 - 1 })
        }
        func setRate(_ rate: Int) throws {
            var second = Fixture.campaign(1)
            second.commissionRate = BasisPoints(rate)
            try ledger.updateCampaign(second, expectedRevision: nil, actor: "ann", at: soon)
        }
        try setRate(5_000)
        #expect(try statement([.campaign]).lines.map(\.breakEvenLift) == [1 / 0.7 - 1, 1])
        #expect(try statement([.licensor]).lines.map(\.breakEvenLift) == [nil], "of two rates")
        #expect(try statement([.campaign]).total.breakEvenLift == nil)
        for rate in [0, 10_000] {
            try setRate(rate)
            #expect(
                try statement([.campaign]).lines[1].breakEvenLift == nil,
                "no lift makes up for it, or none is needed"
            )
        }
        let before = today.from.number - 1
        let none = try ledger.statement(from: Day(number: before), to: today.from, by: [], now: soon)
        #expect(none.total.breakEvenLift == nil)
    }

    @Test("Under promoted commission, context streams are shown and earn nothing")
    func promotedBasis() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket(basis: .promoted)[0]
        let receipt = Fixture.receipt(1, campaign: campaign)
        try fixture.ledger.record(
            [
                Fixture.promoted(.streamed, id: "1", receipt, played: 30_000),
                Fixture.organic(.streamed, id: "2", listener: 9, played: 60_000),
            ],
            at: soon
        )
        let line = try fixture.ledger.statement(from: today.from, to: today.to, by: [], now: soon).total
        #expect([line.streams, line.contextStreams] == [1, 1])
        #expect(line.commission.micros == 1_200)
    }

    @Test("Every set of dimensions adds up to the same totals")
    func dimensions() throws {
        try recordDay()
        let sets = (0..<32)
            .map { bits in
                StatementDimension.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element)
            }
        let totals = try sets.map { try statement($0).total }
        #expect(totals.allSatisfy { $0 == totals[0] })
        for set in sets {
            let lines = try statement(set).lines
            #expect(lines.map(\.commission.micros).reduce(0, +) == 3_600)
            #expect(lines.map(\.delivered).reduce(0, +) == 2)
        }
        let line = try #require(try statement([.market, .licensor, .day, .surface]).lines.first)
        #expect(line.market?.text == "DE")
        #expect(line.licensor?.text == "label")
        #expect(line.day == Fixture.day)
        #expect(line.surface?.text == "radio")
        #expect(line.campaign == nil)
    }

    @Test("The period begins with its first day and ends before its last")
    func period() throws {
        try recordDay()
        try ledger.record(
            [Fixture.organic(.shown, id: "n", at: today.to.start)],
            at: today.to.start.advanced(bySeconds: 60)
        )
        let before = Day(number: Fixture.day.number - 1)
        #expect(try ledger.statement(from: before, to: today.from, by: [.day], now: soon).lines.isEmpty)
        let one = try ledger.statement(from: before, to: today.to, by: [.day], now: soon)
        #expect(one.lines.map(\.day) == [Fixture.day])
        let both = try ledger.statement(from: today.from, to: today.to.next, by: [.day], now: soon)
        #expect(both.lines.map(\.day) == [today.from, today.to])
    }

    @Test("A line is final from seven days after its last day on, and says so")
    func final() throws {
        try recordDay()
        let end = OutcomeRules.finalizedAt(Fixture.day)
        #expect(end == Day(number: Fixture.day.number + 8).start)
        let before = try statement([.day], now: Timestamp(milliseconds: end.milliseconds - 1))
        #expect(before.lines.map(\.isFinal) == [false])
        let after = try statement([.day], now: end)
        #expect(after.lines.map(\.isFinal) == [true])
        #expect(after.lines.map(\.finalizedAt) == [end])
        // Without days a line is as open as its youngest day.
        let week = try ledger.statement(from: today.from, to: today.to.next, by: [.campaign], now: end)
        #expect(!week.total.isFinal && week.lines.allSatisfy { !$0.isFinal })
    }

    @Test("A statement of nothing has no lines")
    func empty() throws {
        for dimensions in [[], [StatementDimension.campaign]] {
            let statement = try statement(dimensions)
            #expect(statement.lines.isEmpty)
            #expect(statement.total.commission == Money(micros: 0, currency: "EUR"))
        }
    }

    @Test(
        "Dimensions are read from a list, each once",
        arguments: ["campaign,campaign", "label", "campaign,", ",", " day"]
    )
    func badDimensions(text: String) {
        #expect(throws: InvalidField.self) { try StatementDimension.list(text) }
    }

    @Test("A list of dimensions keeps its order")
    func dimensionList() throws {
        #expect(try StatementDimension.list("day,campaign") == [.day, .campaign])
        #expect(try StatementDimension.list("") == [])
    }
}
