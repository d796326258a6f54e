import OasisLedger
import OasisMarket
import Testing

@Suite("Commission and new listeners")
struct MoneyTests {
    private func stream(_ id: String, cell: Cell = Fixture.radio, at time: Timestamp = Fixture.noon) -> Outcome {
        Fixture.organic(.streamed, id: id, cell: cell, at: time, played: 40_000)
    }

    @Test("Commission follows the policy's basis", arguments: [CommissionRule.Basis.context, .promoted])
    func basis(basis: CommissionRule.Basis) throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket(basis: basis)[0]
        let receipt = Fixture.receipt(1, campaign: campaign)
        try fixture.ledger.record(
            [
                Fixture.promoted(.streamed, id: "1", receipt, played: 30_000),
                Fixture.promoted(.streamed, id: "2", Fixture.receipt(2, campaign: campaign), played: 29_999),
                stream("3"), stream("4"), stream("5", cell: Fixture.autoplay),
            ],
            at: soon
        )
        let totals = try fixture.ledger.totals(from: today.from, to: today.to)
        // 30 % of 4,001 micros is 1,200.3, rounded down for each stream.
        #expect(totals.promoted.commissionMicros == 1_200)
        #expect(totals.organic.commissionMicros == (basis == .context ? 2_400 : 0))
    }

    @Test("A stream earns by the policy and rate of its time, whenever it arrives")
    func termsOfTheTime() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        var dearer = Fixture.campaign(0)
        dearer.commissionRate = BasisPoints(5_000)
        try fixture.ledger.updateCampaign(dearer, expectedRevision: 1, actor: "ann", at: Fixture.noon)
        let policy = Fixture.policy(royalty: 8_000)
        try fixture.ledger.applyPolicy(policy, expectedVersion: 1, actor: "ann", at: Fixture.noon)
        let receipt = Fixture.receipt(1, campaign: campaign, issuedAt: Fixture.noon.advanced(bySeconds: -10))
        try fixture.ledger.record([stream("late", at: Fixture.noon.advanced(bySeconds: -1))], at: soon)
        #expect(try fixture.ledger.totals(from: today.from, to: today.to).organic.commissionMicros == 1_200)
        try fixture.ledger.record([stream("new")], at: soon)
        #expect(try fixture.ledger.totals(from: today.from, to: today.to).organic.commissionMicros == 1_200 + 4_000)
        try fixture.ledger.record([Fixture.promoted(.streamed, id: "p", receipt, played: 30_000)], at: soon)
        #expect(try fixture.ledger.totals(from: today.from, to: today.to).promoted.commissionMicros == 1_200)
        #expect(try fixture.ledger.verify().isEmpty)
    }

    @Test("Without a policy nothing is commissionable")
    func noPolicy() throws {
        let fixture = try Fixture()
        try fixture.ledger.createLicensor(Fixture.licensor, actor: "ann", at: Fixture.day.start)
        try fixture.ledger.createCampaign(Fixture.campaign(0), actor: "ann", at: Fixture.day.start)
        try fixture.ledger.record([stream("1")], at: soon)
        let organic = try fixture.ledger.totals(from: today.from, to: today.to).organic
        #expect(organic.streams == 1 && organic.commissionMicros == 0)
    }

    @Test("A listener is new to an artist once")
    func newListener() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        let ledger = fixture.ledger
        func newListeners() throws -> [Int] {
            let totals = try ledger.totals(from: today.from, to: today.to)
            return [totals.promoted.newListeners, totals.organic.newListeners]
        }
        let short = Fixture.promoted(.streamed, id: "0", Fixture.receipt(9, campaign: campaign), played: 29_999)
        try ledger.record([short], at: soon)
        #expect(try newListeners() == [0, 0])
        try ledger.record([stream("1"), stream("2")], at: soon)
        #expect(try newListeners() == [0, 1])
        let told = Fixture.organic(.streamed, id: "3", listener: 8, played: 40_000, isNew: false)
        let after = Fixture.organic(
            .streamed,
            id: "4",
            listener: 8,
            at: Fixture.noon.advanced(bySeconds: 1),
            played: 40_000
        )
        try ledger.record([told, after], at: soon)
        #expect(try newListeners() == [0, 1])
        let other = Fixture.receipt(1, campaign: campaign, listener: 9)
        try ledger.record([Fixture.promoted(.streamed, id: "5", other, played: 40_000, isNew: true)], at: soon)
        #expect(try newListeners() == [1, 1])
        #expect(try ledger.verify().isEmpty)
    }

    @Test("An earlier stream that arrives later takes the new listener over")
    func earlierStreamArrivesLater() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        let ledger = fixture.ledger
        let promoted = Fixture.promoted(.streamed, id: "1", Fixture.receipt(1, campaign: campaign), played: 40_000)
        try ledger.record([promoted], at: soon)
        try ledger.record([stream("2", at: Fixture.noon.advanced(bySeconds: -86_400))], at: soon)
        #expect(try ledger.totals(from: today.from, to: today.to).promoted.newListeners == 0)
        let yesterday = Day(number: Fixture.day.number - 1)
        #expect(try ledger.totals(from: yesterday, to: today.from).organic.newListeners == 1)
        // Before that, a stream outside the contexts: the listener knew the artist already.
        let known = stream("3", cell: Fixture.autoplay, at: Fixture.noon.advanced(bySeconds: -90_000))
        try ledger.record([known], at: soon)
        #expect(try ledger.totals(from: yesterday, to: today.to).organic.newListeners == 0)
        #expect(try ledger.verify().isEmpty)
    }
}
