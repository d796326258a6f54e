import OasisMarket
import OasisMeasurement
import Testing

@Suite("What a campaign's listeners did")
struct CampaignAudienceTests {
    private static let start = Timestamp(milliseconds: 1_700_000_000_000)

    private func day(_ number: Double) -> Timestamp { Self.start.advanced(bySeconds: number * 86_400) }

    private func audience() -> CampaignAudience {
        CampaignAudience(window: day(0)..<day(10), campaignStart: day(0))
    }

    private func event(
        _ listener: UInt64,
        _ kind: OutcomeKind = .streamed,
        at number: Double,
        isStream: Bool? = nil,
        isInContext: Bool = true,
        isPromoted: Bool = false
    ) -> CampaignAudience.Event {
        CampaignAudience.Event(
            listener: listener,
            kind: kind,
            at: day(number),
            isStream: isStream ?? (kind == .streamed),
            isInContext: isInContext,
            isPromoted: isPromoted
        )
    }

    /// 100 listeners outside the holdout and 100 in it; what `listener` did is all that happened.
    private func filled(_ change: (inout CampaignAudience) -> Void) -> CampaignAudience {
        var audience = audience()
        for listener in 0..<200 { audience.decide(UInt64(listener), at: day(1), isHeldOut: listener >= 100) }
        change(&audience)
        return audience
    }

    @Test("Outcomes count from the first decision on, for whoever has one, of every kind")
    func intentionToTreat() throws {
        let audience = filled { audience in
            audience.decide(0, at: day(5), isHeldOut: false)
            for time in [0.5, 1, 2, 6, 9.9] { audience.count(event(0, at: time)) }
            audience.count(event(0, at: 3, isInContext: false))
            audience.count(event(0, at: 3, isStream: false))
            audience.count(event(0, at: 10))
            audience.count(event(150, at: 4, isInContext: false))
            for kind in [OutcomeKind.saved, .added, .followed, .skipped, .shown, .released] {
                audience.count(event(1, kind, at: 2))
            }
            audience.count(event(999, at: 2))
            audience.meet(1, at: day(2))
            audience.meet(150, at: day(0.5))
            audience.meet(151, at: day(4))
        }
        func means(_ measure: CampaignAudience.Measure) throws -> [Double] {
            let answer = try #require(audience.lift(measure, .init(share: 0.5, isLate: true)).answer)
            return [answer.treatedMean * 100, answer.heldMean * 100].map { ($0 * 1e6).rounded() / 1e6 }
        }
        #expect(try means(.streams) == [5, 1])
        #expect(try means(.contextStreams) == [4, 0])
        #expect(try means(.saves) == [1, 0])
        #expect(try means(.playlistAdds) == [1, 0])
        #expect(try means(.newListeners) == [1, 1])
        #expect(audience.earliest == day(-28))
    }

    @Test("What is known of the holdout goes into the answer: its share, what was kept of it, and what went wrong")
    func holdout() {
        let audience = filled { audience in
            for listener in 0..<200 { audience.count(event(UInt64(listener), at: 2, isPromoted: listener % 2 == 0)) }
            audience.count(event(0, at: 3))
        }
        func codes(_ holdout: CampaignAudience.Holdout) -> [String] {
            audience.lift(.streams, holdout).findings.map(\.code)
        }
        #expect(codes(.init(share: 0.5)) == [])
        #expect(codes(.init(share: 0.8)) == ["sample-ratio-mismatch"])
        #expect(codes(.init(share: 0.8, keptShare: 0.25)) == [], "a quarter of four fifths beside a fifth")
        #expect(codes(.init(share: 0)) == ["no-holdout"])
        #expect(codes(.init(share: 1)) == ["no-holdout"])
        #expect(
            codes(.init(share: 0.5, hasChanged: true, lostGhosts: 3, isLate: true))
                == ["holdout-changed", "ghosts-lost", "promoted-before"]
        )
        var mixed = audience
        mixed.decide(3, at: day(4), isHeldOut: true)
        #expect(mixed.lift(.streams, .init(share: 0.5)).findings.map(\.code) == ["listeners-in-both-arms"])
    }

    @Test("The same outcomes in another order are the same audience")
    func order() throws {
        var random = SeededGenerator(seed: 4)
        var events = (0..<400)
            .map { _ in event(UInt64(random.index(below: 200)), at: Double(random.index(below: 10))) }
        let first = filled { audience in for event in events { audience.count(event) } }
        events.shuffle(using: &random)
        let second = filled { audience in for event in events { audience.count(event) } }
        let answers = [first, second].map { $0.lift(.streams, .init(share: 0.5)).answer }
        #expect(try #require(answers[0]).lift == #require(answers[1]).lift)
        #expect(first.report(logStart: nil) == second.report(logStart: nil))
    }

    @Test("The report: listeners and streams against the days before, and who shows intent after a promoted stream")
    func report() {
        let audience = filled { audience in
            // Listener 1 came back, 2 is new and saves within 14 days, 3 added before it was promoted to, 4 left.
            audience.count(event(1, at: -3))
            audience.count(event(1, at: 2, isPromoted: true))
            audience.count(event(2, at: 3, isPromoted: true))
            audience.count(event(2, .saved, at: 5))
            audience.count(event(2, .followed, at: 1))
            audience.meet(2, at: day(3))
            audience.count(event(3, .added, at: 2))
            audience.count(event(3, at: 4, isPromoted: true))
            audience.count(event(4, at: -1))
            audience.count(event(4, at: -2))
            audience.count(event(4, at: -11))
        }
        let report = audience.report(logStart: day(-10))
        #expect(report.days == 10)
        #expect(report.during.streams == 3 && report.before.streams == 3 && report.during.promotedStreams == 3)
        #expect(report.listeners == 3 && report.listenersBefore == 2 && report.returningListeners == 1)
        #expect(report.newListeners == 1)
        #expect(report.during.saves == 1 && report.during.playlistAdds == 1 && report.during.follows == 1)
        #expect(report.promotedListeners == 3 && report.intentListeners == 1)
        #expect(report.intentRate == 1.0 / 3 && report.streamGrowth == 0 && report.listenerGrowth == 0.5)
        let young = audience.report(logStart: day(-9))
        #expect(report.isBeforeComplete && !young.isBeforeComplete)
        #expect(young.streamGrowth == nil && young.listenerGrowth == nil && young.listenersBefore == 2)
    }
}
