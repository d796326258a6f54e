import NIOCore
import OasisScoring
import OasisService
import Testing

@Suite("Admission control")
struct AdmissionControlTests {
    private static func at(_ milliseconds: Double) -> NIODeadline {
        .uptimeNanoseconds(UInt64(1e9 + milliseconds * 1e6))
    }

    /// Runs turns back to back in which each of `requests` takes `milliseconds`, or a tenth of it when it stays organic.
    ///
    /// - Returns: the length of the last turn and how many of its requests were decided.
    @discardableResult
    private static func run(
        _ control: inout AdmissionControl,
        turns: Int,
        requests: Int,
        milliseconds: Double,
        clock: inout Double
    ) -> (length: Double, decided: Int) {
        var last = (length: 0.0, decided: 0)
        for _ in 0..<turns {
            let start = clock
            last.decided = 0
            for _ in 0..<requests {
                let verdict = control.admit(RequestArrival(received: at(clock)), at: at(clock))
                if case .decide = verdict {
                    last.decided += 1
                    clock += milliseconds
                } else {
                    #expect(verdict == .stayOrganic(.overloaded))
                    clock += milliseconds / 10
                }
            }
            control.endTurn(at: at(clock))
            last.length = clock - start
        }
        return last
    }

    @Test("A loop with little to do leaves nothing out")
    func calm() {
        var control = AdmissionControl(delayMaximum: .milliseconds(10))
        var clock = 0.0
        for _ in 0..<1_000 {
            let verdict = control.admit(RequestArrival(received: Self.at(clock)), at: Self.at(clock))
            #expect(verdict == .decide(.all))
            clock += 0.1
            control.endTurn(at: Self.at(clock))
            clock += 1
        }
        #expect(control.budget == .milliseconds(10))
    }

    @Test("Three times too much is cut to turns of about the delay allowed, and decides as much as fits")
    func overload() {
        var control = AdmissionControl(delayMaximum: .milliseconds(10))
        var clock = 0.0
        let start = Self.run(&control, turns: 1, requests: 300, milliseconds: 0.1, clock: &clock)
        #expect(start.length > 10)
        for _ in 0..<20 {
            let later = Self.run(&control, turns: 50, requests: 300, milliseconds: 0.1, clock: &clock)
            #expect((6...11).contains(later.length), "\(later)")
            // With 300 requests, x of 0.1 ms and the rest of 0.01 ms take 10 ms for x = 78.
            #expect((30...90).contains(later.decided), "\(later)")
        }
    }

    @Test("Where not even organic replies keep up, each turn still decides one request to see if it is over")
    func hopeless() {
        var control = AdmissionControl(delayMaximum: .milliseconds(1))
        var clock = 0.0
        let last = Self.run(&control, turns: 200, requests: 1_000, milliseconds: 0.1, clock: &clock)
        #expect(last.decided == 1)
        // Then it is over, and everything comes back.
        let after = Self.run(&control, turns: 200, requests: 5, milliseconds: 0.1, clock: &clock)
        #expect(after.decided == 5)
        #expect(control.budget == .milliseconds(1))
    }

    @Test("As turns get longer, shadow goes first, then explanation, then exploration")
    func order() {
        var control = AdmissionControl(delayMaximum: .milliseconds(10))
        var clock = 0.0
        var seen: [Load] = []
        for requests in 1...99 {
            Self.run(&control, turns: 64, requests: requests, milliseconds: 0.1, clock: &clock)
            if seen.last != control.load { seen.append(control.load) }
        }
        #expect(seen == [.all, .withoutShadow, .withoutExplanation, .withoutExploration])
    }

    @Test("A pause longer than the delay allowed forgets the load before it")
    func pause() {
        var control = AdmissionControl(delayMaximum: .milliseconds(10))
        var clock = 0.0
        Self.run(&control, turns: 64, requests: 95, milliseconds: 0.1, clock: &clock)
        #expect(control.load == .withoutExploration)
        clock += 11
        #expect(control.admit(RequestArrival(received: Self.at(clock)), at: Self.at(clock)) == .decide(.all))
    }

    @Test("A deadline that has passed, or that deciding would pass, is answered at once")
    func deadlines() {
        var control = AdmissionControl(delayMaximum: .milliseconds(100))
        // Learns that deciding takes 2 ms.
        for _ in 0..<200 { control.decided(in: .milliseconds(2)) }
        func verdict(read: Double, now: Double, allowance: Int64) -> AdmissionControl.Verdict {
            var control = control
            return control.admit(
                RequestArrival(received: Self.at(read), allowance: .milliseconds(allowance)),
                at: Self.at(now)
            )
        }
        #expect(verdict(read: 0, now: 0, allowance: 5) == .decide(.all))
        #expect(verdict(read: 0, now: 2.5, allowance: 5) == .decide(.all))
        #expect(verdict(read: 0, now: 3.5, allowance: 5) == .stayOrganic(.deadlineExceeded))
        #expect(verdict(read: 0, now: 6, allowance: 5) == .stayOrganic(.deadlineExceeded))
        #expect(verdict(read: 0, now: 0, allowance: 1) == .stayOrganic(.deadlineExceeded))
    }

    @Test("A request that came while the loop was busy has waited since then, unless its connection was served later")
    func waiting() {
        func verdict(gap: Double, notBefore: Double?) -> AdmissionControl.Verdict {
            var control = AdmissionControl(delayMaximum: .milliseconds(100))
            _ = control.admit(RequestArrival(received: Self.at(0)), at: Self.at(0))
            control.endTurn(at: Self.at(20))
            let read = 20 + gap
            let arrival = RequestArrival(
                received: Self.at(read),
                notBefore: notBefore.map { Self.at($0) },
                allowance: .milliseconds(10)
            )
            return control.admit(arrival, at: Self.at(read))
        }
        // It may have been in its socket since the turn before began.
        #expect(verdict(gap: 0.01, notBefore: nil) == .stayOrganic(.deadlineExceeded))
        #expect(verdict(gap: 0.01, notBefore: 2) == .stayOrganic(.deadlineExceeded))
        // Its connection was answered at 15 ms, so it was not sent before.
        #expect(verdict(gap: 0.01, notBefore: 15) == .decide(.all))
        // The loop waited for it.
        #expect(verdict(gap: 5, notBefore: nil) == .decide(.all))
    }

    @Test("X-Deadline-Ms takes whole milliseconds from 1 to 60000, and nothing else")
    func header() throws {
        #expect(try DeadlineHeader.allowance("1") == .milliseconds(1))
        #expect(try DeadlineHeader.allowance("60000") == .milliseconds(60_000))
        for text in ["", "0", "60001", "-1", "1.5", "1e3", " 5", "5 ", "abc", "٣", "000005", "99999999999999999999"] {
            let failure = #expect(throws: ServiceFailure.self, "\(text)") { try DeadlineHeader.allowance(text) }
            #expect(failure?.field == "X-Deadline-Ms")
            #expect(failure?.reason == .invalidField)
        }
    }
}
