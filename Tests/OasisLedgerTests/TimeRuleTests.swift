import OasisLedger
import OasisMarket
import Testing

/// Each rule of time at its edge: the last millisecond on one side, the first on the other.
@Suite("Rules of time")
struct TimeRuleTests {
    let fixture: Fixture
    let campaign: Int64
    var ledger: Ledger { fixture.ledger }

    private static let skew = OutcomeRules.clockSkewMilliseconds

    init() throws {
        fixture = try Fixture()
        campaign = try fixture.openMarket()[0]
    }

    private static func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    private func promoted(_ id: UInt64, issued: Timestamp, occurred: Timestamp) -> Outcome {
        let receipt = Fixture.receipt(id, campaign: campaign, issuedAt: issued)
        return Fixture.promoted(.shown, id: "\(id)", receipt, after: occurred.seconds(since: issued))
    }

    @Test("Clocks may differ by five minutes and seven days may pass")
    func numbers() {
        #expect(Self.skew == 300_000)
        #expect(OutcomeRules.lateMilliseconds == 7 * 86_400_000)
    }

    @Test("An event counts up to five minutes before its receipt's issue, and is kept uncounted beyond")
    func beforeIssue() throws {
        let noon = Fixture.noon.milliseconds
        #expect(
            try ledger.record(
                [
                    promoted(1, issued: Self.at(noon), occurred: Self.at(noon - Self.skew)),
                    promoted(2, issued: Self.at(noon), occurred: Self.at(noon - Self.skew - 1)),
                ],
                at: soon
            ) == [.recorded, .recorded]
        )
        #expect(try ledger.totals(from: today.from, to: today.to).promoted.shown == 1)
        let reasons = try ledger.unattributed(from: today.from, to: today.to).map(\.reason)
        #expect(reasons == ["before-receipt"])
        #expect(try ledger.verify() == [])
    }

    @Test("An event counts up to five minutes ahead of the ledger's clock, and is refused beyond")
    func ahead() throws {
        let now = Fixture.noon
        let edge = Self.at(now.milliseconds + Self.skew)
        let beyond = Self.at(edge.milliseconds + 1)
        #expect(
            try ledger.record(
                [
                    Fixture.organic(.shown, id: "a", at: edge), Fixture.organic(.shown, id: "b", at: beyond),
                    promoted(1, issued: now, occurred: edge), promoted(2, issued: now, occurred: beyond),
                ],
                at: now
            ) == [.recorded, .refused(.fromTheFuture), .recorded, .refused(.fromTheFuture)]
        )
        // What was refused was not taken note of: at its time it is welcome.
        #expect(try ledger.record([Fixture.organic(.shown, id: "b", at: beyond)], at: edge) == [.recorded])
    }

    @Test("A receipt of a clock that runs ahead counts up to five minutes, and is refused beyond")
    func receiptAhead() throws {
        let now = Fixture.noon
        let edge = Self.at(now.milliseconds + Self.skew)
        let beyond = Self.at(edge.milliseconds + 1)
        #expect(
            try ledger.record(
                [promoted(1, issued: edge, occurred: edge), promoted(2, issued: beyond, occurred: edge)],
                at: now
            ) == [.recorded, .refused(.fromTheFuture)]
        )
    }

    @Test("Events count into the day of their own clock, also when the ledger's is in the day before")
    func dayOfSkewedClock() throws {
        let midnight = Fixture.day.next.start.milliseconds
        let now = Self.at(midnight - 60_000)
        let early = Self.at(midnight + 60_000)
        try ledger.record(
            [Fixture.organic(.shown, id: "a", at: early), promoted(1, issued: early, occurred: early)],
            at: now
        )
        #expect(try ledger.totals(from: today.from, to: today.to) == TallyTotals())
        let next = try ledger.totals(from: today.to, to: today.to.next)
        #expect([next.organic.shown, next.promoted.shown] == [1, 1])
        #expect(try ledger.verify() == [])
    }

    @Test("A day takes events for seven whole days after its end, and then never again")
    func sevenDays() throws {
        let final = Day(number: Fixture.day.number + 8).start
        let last = Self.at(final.milliseconds - 1)
        let issued = Self.at(Fixture.day.next.start.milliseconds - 1)
        // The promotion is of the day's last millisecond, and was played days later: it counts into the day of issue.
        let play = Self.at(final.milliseconds - 2)
        #expect(try ledger.record([promoted(1, issued: issued, occurred: play)], at: last) == [.recorded])
        #expect(try ledger.totals(from: today.from, to: today.to).promoted.shown == 1)
        #expect(try ledger.record([promoted(2, issued: issued, occurred: play)], at: final) == [.refused(.tooLate)])
        #expect(try ledger.record([promoted(1, issued: issued, occurred: play)], at: final) == [.duplicate])
        #expect(
            try ledger.record(
                [
                    Outcome(
                        source: "pzn",
                        id: "u",
                        kind: .shown,
                        occurredAt: issued,
                        attribution: .unattributed("receipt-forged")
                    )
                ],
                at: final
            ) == [.refused(.tooLate)]
        )
    }

    @Test("A ledger whose clock was set back takes no day twice: finality is a matter of the time it is told")
    func clockSetBack() throws {
        let final = OutcomeRules.finalizedAt(Fixture.day)
        let outcome = Fixture.organic(.shown, id: "a")
        #expect(try ledger.record([outcome], at: final) == [.refused(.tooLate)])
        #expect(try ledger.record([outcome], at: Self.at(final.milliseconds - 1)) == [.recorded])
        #expect(try ledger.record([outcome], at: final) == [.duplicate])
        #expect(try ledger.verify() == [])
    }
}
