import Foundation
import GRDB
import OasisLedger
import OasisMarket
import Testing

@Suite("Promotions that were not served")
struct GhostTests {
    private let fixture: Fixture
    private var ledger: Ledger { fixture.ledger }

    init() throws { fixture = try Fixture() }

    private func ghost(
        _ number: UInt64,
        _ kind: Ghost.Kind = .holdout,
        at time: Timestamp = Fixture.noon,
        arms: String = ""
    ) -> Ghost {
        Ghost(
            kind: kind,
            decidedAt: time,
            requestHash: .max - number,
            listenerHash: number,
            campaignNumber: 3,
            trackHash: 9,
            cell: Fixture.radio,
            experimentArms: arms,
            boost: 0.25,
            propensity: 0.5,
            snapshot: .max,
            keptShare: 0.25
        )
    }

    private func counts() throws -> [GhostCount] {
        try ledger.ghostCounts(from: Day(number: 0), to: Day(number: .max))
    }

    @Test("Ghosts are read back as they were handed in, in their order, also after a restart")
    func roundTrip() throws {
        let ghosts = [ghost(1), ghost(2, .shadow, arms: "pricing/bold,slots/one"), ghost(3)]
        try ledger.appendGhosts(Array(ghosts.prefix(1)), keepingDays: 30, at: soon)
        try ledger.appendGhosts(Array(ghosts.suffix(2)), lost: [.shadow: 4], keepingDays: 30, at: soon)
        try fixture.reopen()
        #expect(try ledger.ghosts(day: Fixture.day) == ghosts)
        #expect(try ledger.ghosts(day: Fixture.day, offset: 1, limit: 1) == [ghosts[1]])
        #expect(
            try counts() == [
                GhostCount(day: Fixture.day, kind: .holdout, kept: 2, lost: 0),
                GhostCount(day: Fixture.day, kind: .shadow, kept: 1, lost: 4),
            ]
        )
        #expect(try ledger.verify().isEmpty)
    }

    @Test("Days older than are to be kept go, from the oldest on, and their counts with them")
    func retention() throws {
        let old = Fixture.noon.advanced(bySeconds: -3 * 86_400)
        let recent = Fixture.noon.advanced(bySeconds: -2 * 86_400)
        try ledger.appendGhosts([ghost(1, at: old), ghost(2, at: recent)], keepingDays: 30, at: soon)
        #expect(try counts().map(\.kept) == [1, 1])
        try ledger.appendGhosts([ghost(3)], keepingDays: 2, at: soon)
        #expect(try counts().map(\.day) == [recent.day, Fixture.day])
        #expect(try ledger.ghosts(day: old.day).isEmpty)
        #expect(try ledger.ghosts(day: recent.day) == [ghost(2, at: recent)])
        #expect(try ledger.verify().isEmpty)
    }

    @Test("The audit finds a ghost that vanished")
    func audit() throws {
        try ledger.appendGhosts([ghost(1), ghost(2)], keepingDays: 30, at: soon)
        try ledger.close()
        try DatabaseQueue(path: fixture.path).write { try $0.execute(sql: "DELETE FROM ghost WHERE listener = 1") }
        try fixture.reopen()
        #expect(try ledger.verify().map(\.counted) == [2])
        #expect(try ledger.verify().map(\.recounted) == [1])
    }
}

@Suite("Whom listeners met")
struct MetPromotionTests {
    private func met(_ ledger: Ledger, since start: Timestamp) throws -> [UInt64] {
        var promotions: [UInt64] = []
        try ledger.metPromotions(issuedSince: start) { promotions.append($0.promotion) }
        return promotions
    }

    @Test("Every played promotion that was issued since a moment is handed over, and nothing else")
    func recent() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        func receipt(_ promotion: UInt64, minutes: Double) -> ReceiptFacts {
            Fixture.receipt(
                promotion,
                campaign: campaign,
                listener: promotion + 100,
                issuedAt: Fixture.noon.advanced(bySeconds: minutes * 60)
            )
        }
        // Many that arrived before, so that the search for the first has something to pass over.
        for early in 0..<300 {
            let facts = receipt(UInt64(1_000 + early), minutes: -300 + Double(early) / 10)
            try fixture.ledger.record(
                [Fixture.promoted(.shown, id: "early-\(early)", facts)],
                at: facts.issuedAt.advanced(bySeconds: 60)
            )
        }
        try fixture.ledger.record(
            [
                Fixture.promoted(.shown, id: "1", receipt(1, minutes: 0)),
                Fixture.promoted(.released, id: "2", receipt(2, minutes: 0)),
                Fixture.organic(.shown, id: "3"),
                Fixture.promoted(.streamed, id: "4", receipt(4, minutes: 1), played: 40_000),
                Fixture.promoted(.shown, id: "5", receipt(5, minutes: -1)),
                Fixture.promoted(.skipped, id: "6", receipt(1, minutes: 0)),
            ],
            at: soon
        )
        #expect(try met(fixture.ledger, since: Fixture.noon) == [1, 4, 1])
        #expect(try met(fixture.ledger, since: Fixture.noon.advanced(bySeconds: -60)) == [1, 4, 5, 1])
        #expect(try met(fixture.ledger, since: Fixture.noon.advanced(bySeconds: -86_400)).count == 304)
        #expect(try met(fixture.ledger, since: soon).isEmpty)
        var first: MetPromotion?
        try fixture.ledger.metPromotions(issuedSince: Fixture.noon) { first = first ?? $0 }
        #expect(first?.listenerHash == 101 && first?.campaignNumber == campaign && first?.issuedAt == Fixture.noon)
    }

    @Test("An empty ledger has nothing to hand over")
    func empty() throws {
        let fixture = try Fixture()
        #expect(try met(fixture.ledger, since: Timestamp(milliseconds: 0)).isEmpty)
        withExtendedLifetime(fixture) {}
    }
}
