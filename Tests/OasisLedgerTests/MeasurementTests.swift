import OasisLedger
import OasisMarket
import Testing

@Suite("What measurement reads")
struct MeasurementTests {
    private func ghost(
        _ listener: UInt64,
        campaign: Int64,
        at time: Timestamp = Fixture.noon,
        kind: Ghost.Kind = .holdout,
        share: Double = 1
    ) -> Ghost {
        Ghost(
            kind: kind,
            decidedAt: time,
            requestHash: 1,
            listenerHash: listener,
            campaignNumber: campaign,
            trackHash: 2,
            cell: Fixture.radio,
            experimentArms: "",
            boost: 0.1,
            propensity: 0.5,
            snapshot: 3,
            keptShare: share
        )
    }

    private var later: Timestamp { Fixture.noon.advanced(bySeconds: 7_200) }
    private var day: (start: Timestamp, end: Timestamp) { (Fixture.day.start, Fixture.day.next.start) }

    @Test("Held-out listeners come once, with their first ghost; shadow mode's and other campaigns' do not")
    func heldOut() throws {
        let fixture = try Fixture()
        let campaigns = try fixture.openMarket(campaigns: 2)
        try fixture.ledger.appendGhosts(
            [
                ghost(1, campaign: campaigns[0], at: later), ghost(1, campaign: campaigns[0]),
                ghost(2, campaign: campaigns[1], share: 0.25), ghost(3, campaign: campaigns[0], kind: .shadow),
                ghost(4, campaign: campaigns[0], at: Fixture.day.next.start),
            ],
            keepingDays: 35,
            at: later
        )
        var found: [UInt64: Timestamp] = [:]
        try fixture.ledger.heldOutListeners(campaignNumber: campaigns[0], from: day.start, to: day.end) {
            found[$0] = $1
        }
        #expect(found == [1: Fixture.noon])
        #expect(try fixture.ledger.ghostsKeptShare(from: Fixture.day, to: Fixture.day.next) == 0.25)
        #expect(try fixture.ledger.ghostsKeptShare(from: Fixture.day.next.next, to: Fixture.day.next.next.next) == 1)
    }

    @Test("Listeners with a promotion come once, whether it was played or released")
    func promoted() throws {
        let fixture = try Fixture()
        let campaigns = try fixture.openMarket(campaigns: 2)
        let second = Fixture.noon.advanced(bySeconds: 60)
        let receipts = [
            Fixture.receipt(1, campaign: campaigns[0], listener: 1, issuedAt: second),
            Fixture.receipt(2, campaign: campaigns[0], listener: 1),
            Fixture.receipt(3, campaign: campaigns[0], listener: 2),
            Fixture.receipt(4, campaign: campaigns[1], listener: 3),
        ]
        _ = try fixture.ledger.record(
            [
                Fixture.promoted(.shown, id: "a", receipts[0]), Fixture.promoted(.streamed, id: "b", receipts[0]),
                Fixture.promoted(.shown, id: "c", receipts[1]), Fixture.promoted(.released, id: "d", receipts[2]),
                Fixture.promoted(.shown, id: "e", receipts[3]), Fixture.organic(.streamed, id: "f", listener: 9),
            ],
            at: later
        )
        var found: [UInt64: Timestamp] = [:]
        try fixture.ledger.promotedListeners(campaignNumber: campaigns[0], from: day.start, to: day.end) {
            found[$0] = $1
        }
        #expect(found == [1: Fixture.noon, 2: Fixture.noon])
    }

    @Test("Everything done with a track comes, in its contexts and outside, and what followed a release")
    func outcomes() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        let receipt = Fixture.receipt(1, campaign: campaign, listener: 1)
        _ = try fixture.ledger.record(
            [
                Fixture.promoted(.released, id: "a", receipt),
                Fixture.promoted(.streamed, id: "b", receipt, played: 40_000),
                Fixture.organic(.streamed, id: "c", listener: 2, played: 29_999),
                Fixture.organic(.saved, id: "d", listener: 3, cell: Fixture.autoplay),
                Fixture.organic(.saved, id: "e", track: "other", listener: 4),
                Fixture.organic(.saved, id: "f", listener: 5, at: Fixture.day.start.advanced(bySeconds: -1)),
            ],
            at: later
        )
        var found: [TrackOutcome] = []
        let track = TrackID(trusted: "t0").stableHash
        try fixture.ledger.outcomes(ofTracks: [track, 99], from: day.start, to: day.end) { found.append($0) }
        #expect(try fixture.ledger.oldestOutcome() == later)
        #expect(found.map(\.listenerHash) == [1, 1, 2, 3])
        #expect(found.map(\.kind) == [.released, .streamed, .streamed, .saved])
        #expect(found.map(\.isStream) == [false, true, false, false])
        #expect(found.map(\.isPromoted) == [true, true, false, false])
        #expect(found.map(\.campaignNumber) == [campaign, campaign, campaign, 0])
    }

    @Test("New listeners are those whose first known stream of the artist it was, unless the producer knows better")
    func newListeners() throws {
        let fixture = try Fixture()
        _ = try fixture.openMarket()
        let early = Fixture.day.start.advanced(bySeconds: -3_600)
        _ = try fixture.ledger.record(
            [
                Fixture.organic(.streamed, id: "a", listener: 1, played: 40_000),
                Fixture.organic(.streamed, id: "b", listener: 1, at: later, played: 40_000),
                Fixture.organic(.streamed, id: "c", listener: 2, played: 40_000, isNew: false),
                Fixture.organic(.streamed, id: "d", listener: 3, at: early, played: 40_000),
                Fixture.organic(.streamed, id: "e", listener: 3, played: 40_000),
                Fixture.organic(.streamed, id: "f", listener: 4, cell: Fixture.autoplay, played: 40_000, isNew: true),
            ],
            at: later
        )
        var found: [UInt64: Timestamp] = [:]
        try fixture.ledger.newListeners(of: ArtistID(trusted: "a0"), from: day.start, to: day.end) { found[$0] = $1 }
        #expect(found == [1: Fixture.noon, 4: Fixture.noon])
    }

    @Test("The holdouts in force over some time: the one before it, and every change in it")
    func holdoutRules() throws {
        let fixture = try Fixture()
        _ = try fixture.openMarket()
        func rules(_ start: Double, _ end: Double) throws -> Set<Int> {
            let noon = Fixture.noon
            return Set(
                try fixture.ledger
                    .holdoutRules(
                        from: noon.advanced(bySeconds: start),
                        to: noon.advanced(bySeconds: end)
                    )
                    .map(\.share.value)
            )
        }
        #expect(try rules(-3_600, 0) == [100])
        var policy = Fixture.policy()
        policy.guardrails.holdout = BasisPoints(200)
        try fixture.ledger.applyPolicy(policy, expectedVersion: nil, actor: "ann", at: Fixture.noon)
        policy.guardrails.maxBoost = 2
        try fixture.ledger.applyPolicy(policy, expectedVersion: nil, actor: "ann", at: later)
        #expect(try rules(-3_600, 0) == [100])
        #expect(try rules(-3_600, 1) == [100, 200])
        #expect(try rules(1, 20_000) == [200])
    }

    @Test("Thinning keeps whole listeners: those kept at a share are kept at every larger one")
    func thinning() {
        let listeners = (0..<4_000).map { UInt64($0) }
        let kept = [0.125, 0.5, 1]
            .map { share in Set(listeners.filter { Ghost.isKept(ofListener: $0, share: share) }) }
        #expect(kept[0].isSubset(of: kept[1]) && kept[2].count == 4_000)
        #expect(abs(kept[0].count - 500) < 90 && abs(kept[1].count - 2_000) < 140)
    }
}
