import OasisLedger
import OasisMarket
import Testing

@Suite("Outcomes")
struct OutcomeTests {
    let fixture: Fixture
    let campaign: Int64
    var ledger: Ledger { fixture.ledger }

    init() throws {
        fixture = try Fixture()
        campaign = try fixture.openMarket(campaigns: 2)[0]
    }

    private func totals() throws -> TallyTotals { try ledger.totals(from: today.from, to: today.to) }

    private func reasons(_ day: Day = Fixture.day) throws -> [String: Int] {
        let counts = try ledger.unattributed(from: day, to: day.next)
        return Dictionary(uniqueKeysWithValues: counts.map { ($0.reason, $0.outcomes) })
    }

    @Test("An event that comes again counts once")
    func duplicate() throws {
        let outcome = Fixture.organic(.shown, id: "1")
        #expect(try ledger.record([outcome, outcome], at: soon) == [.recorded, .duplicate])
        #expect(try ledger.record([outcome], at: soon) == [.duplicate])
        #expect(try totals().organic.shown == 1)
        #expect(try ledger.eventCount() == 1)
    }

    @Test("The same id from another source is another event")
    func sources() throws {
        var other = Fixture.organic(.shown, id: "1")
        other.source = "second"
        #expect(try ledger.record([Fixture.organic(.shown, id: "1"), other], at: soon) == [.recorded, .recorded])
        #expect(try totals().organic.shown == 2)
    }

    @Test("A UUID counts once, and another spelling of it is another id")
    func spellings() throws {
        let uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"
        let ids = [
            uuid, uuid.uppercased(), uuid.filter { $0 != "-" }, "0f8fad5b-d9cb-469f-a165-70867728950g", "0" + uuid,
        ]
        let batch = (ids + ids).map { Fixture.organic(.shown, id: $0) }
        let results = try ledger.record(batch, at: soon)
        #expect(results.prefix(5).allSatisfy { $0 == .recorded })
        #expect(results.suffix(5).allSatisfy { $0 == .duplicate })
        #expect(try totals().organic.shown == 5)
    }

    @Test("A promotion counts each kind of outcome once, whoever reports it")
    func duplicateReceipt() throws {
        let receipt = Fixture.receipt(1, campaign: campaign)
        let batch = [
            Fixture.promoted(.shown, id: "1", receipt), Fixture.promoted(.shown, id: "2", receipt),
            Fixture.promoted(.saved, id: "3", receipt), Fixture.promoted(.shown, id: "1", receipt),
        ]
        #expect(try ledger.record(batch, at: soon) == [.recorded, .duplicateReceipt, .recorded, .duplicate])
        #expect(try ledger.record([batch[1]], at: soon) == [.duplicateReceipt])
        #expect(try totals().promoted.shown == 1)
        #expect(try totals().promoted.saved == 1)
    }

    @Test("A promoted outcome counts into its receipt's day, an organic one into its own")
    func day() throws {
        let late = Fixture.day.next.start.advanced(bySeconds: -1)
        let receipt = Fixture.receipt(1, campaign: campaign, issuedAt: late)
        let now = Fixture.day.next.start.advanced(bySeconds: 600)
        try ledger.record([Fixture.promoted(.shown, id: "1", receipt, after: 60)], at: now)
        try ledger.record([Fixture.organic(.shown, id: "2", at: late.advanced(bySeconds: 60))], at: now)
        #expect(try totals().promoted.shown == 1)
        #expect(try totals().organic.shown == 0)
        #expect(try ledger.totals(from: today.to, to: today.to.next).organic.shown == 1)
        #expect(try ledger.shownCurve(day: Fixture.day) == [ShownBin(campaignNumber: campaign, bin: 95, shown: 1)])
    }

    @Test("A day takes outcomes until it is final and not a millisecond longer")
    func tooLate() throws {
        let end = OutcomeRules.finalizedAt(Fixture.day)
        let receipt = Fixture.receipt(1, campaign: campaign)
        let before = Timestamp(milliseconds: end.milliseconds - 1)
        #expect(try ledger.record([Fixture.promoted(.shown, id: "1", receipt)], at: before) == [.recorded])
        #expect(try ledger.record([Fixture.promoted(.saved, id: "2", receipt)], at: end) == [.refused(.tooLate)])
        #expect(try ledger.record([Fixture.organic(.shown, id: "3")], at: before) == [.recorded])
        #expect(try ledger.record([Fixture.organic(.shown, id: "4")], at: end) == [.refused(.tooLate)])
        #expect(try ledger.record([Fixture.organic(.shown, id: "3")], at: end) == [.duplicate])
        #expect(!Ledger.isFinal(Fixture.day, now: before) && Ledger.isFinal(Fixture.day, now: end))
        #expect(try ledger.eventCount() == 2)
    }

    @Test("An outcome from the future is refused beyond the clocks' skew")
    func future() throws {
        let outcome = Fixture.organic(.shown, id: "1")
        let early = Timestamp(milliseconds: Fixture.noon.milliseconds - OutcomeRules.clockSkewMilliseconds)
        let earlier = Timestamp(milliseconds: early.milliseconds - 1)
        #expect(try ledger.record([outcome], at: earlier) == [.refused(.fromTheFuture)])
        #expect(try ledger.record([outcome], at: early) == [.recorded])
    }

    @Test("Times at the ends of the calendar are refused", arguments: [Int64.min, -1, 0, .max])
    func extremeTimes(milliseconds: Int64) throws {
        let time = Timestamp(milliseconds: milliseconds)
        let results = try ledger.record(
            [
                Fixture.organic(.shown, id: "1", at: time),
                Outcome(
                    source: "pzn",
                    id: "2",
                    kind: .shown,
                    occurredAt: Fixture.noon,
                    attribution: .promoted(Fixture.receipt(1, campaign: campaign, issuedAt: time))
                ),
            ],
            at: soon
        )
        #expect(results[0] == .refused(milliseconds == .max ? .fromTheFuture : .tooLate))
        #expect(results[1] == (milliseconds == .max ? .recorded : .refused(.tooLate)))
        #expect(try totals() == TallyTotals())
    }

    @Test("What happened before its receipt was issued is not the promotion's")
    func beforeReceipt() throws {
        let receipt = Fixture.receipt(1, campaign: campaign)
        try ledger.record([Fixture.promoted(.shown, id: "1", receipt, after: -301)], at: soon)
        #expect(try reasons() == ["before-receipt": 1])
        #expect(try totals().promoted.shown == 0)
        #expect(try ledger.record([Fixture.promoted(.shown, id: "2", receipt, after: -300)], at: soon) == [.recorded])
        #expect(try totals().promoted.shown == 1)
    }

    @Test("Receipts that do not hold are kept by reason and count for nothing")
    func unattributed() throws {
        let forged = Outcome(
            source: "pzn",
            id: "1",
            kind: .streamed,
            occurredAt: Fixture.noon,
            attribution: .unattributed("receipt-forged"),
            playedMilliseconds: 60_000
        )
        let unknown = Fixture.promoted(.shown, id: "2", Fixture.receipt(1, campaign: 99))
        var odd = Fixture.receipt(2, campaign: campaign)
        odd.propensity = .nan
        let released = Fixture.organic(.released, id: "4")
        let batch = [forged, unknown, Fixture.promoted(.shown, id: "3", odd), released, forged]
        #expect(try ledger.record(batch, at: soon) == [.recorded, .recorded, .recorded, .recorded, .duplicate])
        #expect(
            try reasons() == [
                "receipt-forged": 1, "unknown-campaign": 1, "receipt-malformed": 1, "released-without-receipt": 1,
            ]
        )
        #expect(try totals() == TallyTotals())
        #expect(try ledger.eventCount() == 4)
        #expect(try ledger.verify().isEmpty)
    }

    @Test("A source or id without a name is refused")
    func identity() throws {
        #expect(try ledger.record([Fixture.organic(.shown, id: "")], at: soon) == [.refused(.badIdentity)])
        let long = String(repeating: "x", count: OutcomeRules.maximumIdentityBytes + 1)
        #expect(try ledger.record([Fixture.organic(.shown, id: long)], at: soon) == [.refused(.badIdentity)])
    }

    @Test("A play after its unit went back is kept, but is nobody's")
    func shownAfterReleased() throws {
        let receipt = Fixture.receipt(1, campaign: campaign)
        let batch = [
            Fixture.promoted(.released, id: "1", receipt), Fixture.promoted(.shown, id: "2", receipt),
            Fixture.promoted(.shown, id: "3", receipt),
        ]
        #expect(try ledger.record(batch, at: soon) == [.recorded, .recorded, .duplicateReceipt])
        #expect(try totals().promoted.shown == 0)
        #expect(try totals().promoted.released == 1)
        #expect(try reasons() == ["receipt-released": 1])
        #expect(try ledger.deliveries(day: Fixture.day).map(\.confirmed) == [0])
        #expect(try ledger.verify().isEmpty)
    }

    @Test("A release after the play changes nothing")
    func releasedAfterShown() throws {
        let receipt = Fixture.receipt(1, campaign: campaign)
        let batch = [Fixture.promoted(.shown, id: "1", receipt), Fixture.promoted(.released, id: "2", receipt)]
        #expect(try ledger.record(batch, at: soon) == [.recorded, .duplicateReceipt])
        #expect(try totals().promoted.shown == 1)
        #expect(try totals().promoted.released == 0)
        #expect(try ledger.eventCount() == 1)
    }

    @Test("A stream proves the play: a release that comes between it and its shown event frees no unit")
    func releasedAfterStreamed() throws {
        let receipt = Fixture.receipt(1, campaign: campaign)
        let batch = [
            Fixture.promoted(.streamed, id: "1", receipt, played: 30_000),
            Fixture.promoted(.released, id: "2", receipt),
            Fixture.promoted(.shown, id: "3", receipt),
        ]
        #expect(try ledger.record(batch, at: soon) == [.recorded, .duplicateReceipt, .recorded])
        #expect(try totals().promoted.shown == 1)
        #expect(try totals().promoted.released == 0)
        #expect(try ledger.verify().isEmpty)
    }

    @Test("A stream after the release earns no commission")
    func streamedAfterReleased() throws {
        let receipt = Fixture.receipt(1, campaign: campaign)
        let batch = [
            Fixture.promoted(.released, id: "1", receipt),
            Fixture.promoted(.streamed, id: "2", receipt, played: 30_000),
        ]
        #expect(try ledger.record(batch, at: soon) == [.recorded, .recorded])
        #expect(try totals().promoted.streams == 0)
        #expect(try totals().promoted.commissionMicros == 0)
        #expect(try reasons() == ["receipt-released": 1])
        #expect(try ledger.verify().isEmpty)
    }

    @Test("What follows a play counts even when the play is reported later or never")
    func reordered() throws {
        let receipt = Fixture.receipt(1, campaign: campaign)
        try ledger.record(
            [
                Fixture.promoted(.streamed, id: "1", receipt, played: 30_000),
                Fixture.promoted(.followed, id: "2", receipt), Fixture.promoted(.shown, id: "3", receipt),
                Fixture.promoted(.added, id: "4", Fixture.receipt(2, campaign: campaign)),
            ],
            at: soon
        )
        let promoted = try totals().promoted
        #expect([promoted.streams, promoted.followed, promoted.shown, promoted.added] == [1, 1, 1, 1])
    }

    @Test("A play is a stream from 30 seconds on")
    func streamThreshold() throws {
        let lengths: [Int64?] = [nil, 0, 29_999, 30_000, 200_000]
        let batch = lengths.enumerated().map { Fixture.organic(.streamed, id: "\($0)", played: $1) }
        try ledger.record(batch, at: soon)
        #expect(try totals().organic.plays == 5)
        #expect(try totals().organic.streams == 2)
    }

    @Test("Organic plays count for the campaign only in its contexts while it runs")
    func organicAttribution() throws {
        var paused = Fixture.campaign(1)
        paused.state = .paused
        try ledger.updateCampaign(paused, expectedRevision: 1, actor: "ann", at: Fixture.noon)
        let before = Fixture.day.start.advanced(bySeconds: -5 * 86_400 - 1)
        try ledger.record(
            [
                Fixture.organic(.shown, id: "in"),
                Fixture.organic(.shown, id: "other-cell", cell: Fixture.autoplay),
                Fixture.organic(.shown, id: "no-campaign", track: "unknown"),
                Fixture.organic(.shown, id: "before", at: before),
                Fixture.organic(.shown, id: "paused", track: "t1"),
                // Arrives after the pause, happened before it.
                Fixture.organic(.shown, id: "not-yet", track: "t1", at: Fixture.noon.advanced(bySeconds: -1)),
            ],
            at: soon
        )
        let rows = try ledger.tallies(from: Day(number: 0), to: today.to)
        func shown(_ number: Int64) -> Int {
            rows.filter { $0.campaignNumber == number }.map(\.counts.shown).reduce(0, +)
        }
        #expect(shown(campaign) == 1)
        #expect(shown(campaign + 1) == 1)
        #expect(shown(0) == 4)
        #expect(rows.allSatisfy { !$0.isPromoted })
    }

    @Test("Rows keep every dimension apart")
    func dimensions() throws {
        try ledger.record(
            [
                Fixture.organic(.shown, id: "1"), Fixture.organic(.skipped, id: "2"),
                Fixture.organic(.shown, id: "3", cell: Fixture.autoplay),
                Fixture.promoted(.shown, id: "4", Fixture.receipt(1, campaign: campaign)),
            ],
            at: soon
        )
        let rows = try ledger.tallies(from: today.from, to: today.to)
        #expect(rows.map(\.campaignNumber) == [0, campaign, campaign])
        #expect(rows.map(\.cell) == [Fixture.autoplay, Fixture.radio, Fixture.radio])
        #expect(rows.map(\.isPromoted) == [false, false, true])
        #expect(rows.map(\.counts.shown) == [1, 1, 1])
        #expect(rows.map(\.counts.skipped) == [0, 1, 0])
        #expect(try ledger.tallies(from: today.to, to: today.to.next).isEmpty)
        #expect(try ledger.shownCurve(day: Fixture.day) == [ShownBin(campaignNumber: campaign, bin: 48, shown: 1)])
    }
}
