import OasisLedger
import OasisMarket
import Testing

@Suite("Promotions with their outcomes, for those who learn from them")
struct ServedPromotionTests {
    private func read(_ fixture: Fixture, maximum: Int = 1_000) throws -> ServedPromotions {
        try fixture.ledger.servedPromotions(
            from: Fixture.day.start,
            to: Fixture.day.next.start,
            maximum: maximum
        )
    }

    @Test("Each play has what came of it, and how much later that was heard of")
    func outcomes() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        func receipt(_ promotion: UInt64, _ listener: UInt64) -> ReceiptFacts {
            Fixture.receipt(promotion, campaign: campaign, listener: listener)
        }
        let shown = (1...4).map { Fixture.promoted(.shown, id: "shown \($0)", receipt($0, $0)) }
        _ = try fixture.ledger.record(shown, at: soon)
        let first = [
            Fixture.promoted(.streamed, id: "a", receipt(1, 1), played: 30_000, isNew: true),
            Fixture.promoted(.streamed, id: "b", receipt(2, 2), played: 29_999),
            Fixture.promoted(.skipped, id: "c", receipt(2, 2)),
            Fixture.promoted(.streamed, id: "d", receipt(3, 3), played: 60_000, isNew: false),
        ]
        _ = try fixture.ledger.record(first, at: soon.advanced(bySeconds: 30))
        _ = try fixture.ledger.record(
            [Fixture.promoted(.saved, id: "e", receipt(1, 1))],
            at: soon.advanced(bySeconds: 90)
        )
        let served = try read(fixture)
        #expect(served.share == 1)
        let byListener = Dictionary(uniqueKeysWithValues: served.promotions.map { ($0.listenerHash, $0) })
        #expect(byListener.count == 4)
        let one = try #require(byListener[1])
        #expect(one.campaignNumber == campaign && one.cell == Fixture.radio && one.issuedAt == Fixture.noon)
        #expect(one.heardAt == soon && one.streamedAfterSeconds == 30 && one.savedAfterSeconds == 90)
        #expect(one.isNewListener && one.skippedAfterSeconds == nil)
        #expect(byListener[2]?.streamedAfterSeconds == nil, "a stream has 30 s")
        #expect(byListener[2]?.skippedAfterSeconds == 30)
        #expect(byListener[3]?.streamedAfterSeconds == 30 && byListener[3]?.isNewListener == false)
        #expect(byListener[4]?.streamedAfterSeconds == nil)
    }

    @Test("What was given back, never played, organic or of another day is no promotion that was served")
    func others() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        let yesterday = Fixture.noon.advanced(bySeconds: -86_400)
        _ = try fixture.ledger.record(
            [
                Fixture.promoted(.released, id: "a", Fixture.receipt(1, campaign: campaign)),
                Fixture.promoted(.streamed, id: "b", Fixture.receipt(1, campaign: campaign), played: 60_000),
                Fixture.organic(.streamed, id: "c", played: 60_000),
                Fixture.promoted(.shown, id: "d", Fixture.receipt(2, campaign: campaign, issuedAt: yesterday)),
            ],
            at: soon
        )
        #expect(try read(fixture).promotions.isEmpty)
    }

    @Test("Of too many a sample is read, the same every time, with its share")
    func sample() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        let names = StableHash(key0: 1, key1: 2)
        let shown = (0..<2_000)
            .map { Fixture.promoted(.shown, id: "\($0)", Fixture.receipt(names.hash(UInt64($0)), campaign: campaign)) }
        _ = try fixture.ledger.record(shown, at: soon)
        let served = try read(fixture, maximum: 500)
        #expect(served.share == 0.25)
        // 500 ± 5 standard deviations.
        #expect((403...597).contains(served.promotions.count))
        #expect(try read(fixture, maximum: 500).promotions == served.promotions)
        #expect(try read(fixture, maximum: 2_000).promotions.count == 2_000)
    }
}
