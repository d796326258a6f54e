import OasisLedger
import OasisMarket
import Testing

@Suite("Decisions on disk")
struct DecisionTests {
    private func decision(_ request: UInt64, at time: Timestamp = Fixture.noon) -> Decision {
        Decision(
            decidedAt: time,
            requestHash: request,
            listenerHash: .max,
            cell: Fixture.radio,
            snapshot: 1 << 63,
            keptShare: 0.25,
            body: [0, 1, UInt8(request)]
        )
    }

    @Test("They come back as they were, day by day, also after a restart")
    func roundTrip() throws {
        let fixture = try Fixture()
        let decisions = [decision(1), decision(2, at: Fixture.day.next.start), decision(3)]
        try fixture.ledger.appendDecisions(decisions, keepingDays: 35, at: Fixture.noon)
        try fixture.reopen()
        #expect(try fixture.ledger.decisions(day: Fixture.day) == [decisions[0], decisions[2]])
        #expect(try fixture.ledger.decisions(day: Fixture.day.next) == [decisions[1]])
        #expect(try fixture.ledger.decisionCount(day: Fixture.day) == 2)
        #expect(try fixture.ledger.verify().isEmpty)
    }

    @Test("Old days go, the others stay")
    func expiry() throws {
        let fixture = try Fixture()
        try fixture.ledger.appendDecisions([decision(1)], keepingDays: 35, at: Fixture.noon)
        let later = Fixture.noon.advanced(bySeconds: 35 * 86_400)
        try fixture.ledger.appendDecisions([decision(2, at: later)], keepingDays: 35, at: later)
        #expect(try fixture.ledger.decisionCount(day: Fixture.day) == 1, "35 days are kept")
        try fixture.ledger.appendDecisions([], keepingDays: 35, at: later.advanced(bySeconds: 86_400))
        #expect(try fixture.ledger.decisionCount(day: Fixture.day) == 0)
        #expect(try fixture.ledger.decisionCount(day: later.day) == 1)
    }

    @Test("A promotion counts as streamed from 30 s on and as saved, by the day of its issue")
    func outcomes() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        func receipt(_ promotion: UInt64) -> ReceiptFacts { Fixture.receipt(promotion, campaign: campaign) }
        _ = try fixture.ledger.record(
            [
                Fixture.promoted(.streamed, id: "a", receipt(1), played: 30_000),
                Fixture.promoted(.streamed, id: "b", receipt(2), played: 29_999),
                Fixture.promoted(.saved, id: "c", receipt(1)), Fixture.promoted(.saved, id: "d", receipt(3)),
                Fixture.promoted(.released, id: "e", receipt(4)),
                Fixture.promoted(.streamed, id: "f", receipt(4), played: 60_000),
                Fixture.organic(.streamed, id: "g", played: 60_000),
            ],
            at: soon
        )
        let outcomes = try fixture.ledger.promotionOutcomes(day: Fixture.day)
        #expect(outcomes.filter(\.value.isStreamed).keys.sorted() == [1])
        #expect(outcomes.filter(\.value.isSaved).keys.sorted() == [1, 3])
        #expect(try fixture.ledger.promotionOutcomes(day: Fixture.day.next).isEmpty)
    }
}
