import OasisMarket
import OasisMeasurement
import Testing

@Suite("When there is no answer about lift")
struct LiftRefusalTests {
    private func feedback(
        held: Int,
        treated: Int,
        share: Double = 0.1,
        _ outcome: (Int) -> Double = { $0 % 3 == 0 ? 1 : 0 }
    ) throws -> LiftFeedback {
        try LiftFeedback(
            isHeldOut: Array(repeating: true, count: held) + Array(repeating: false, count: treated),
            outcomes: (0..<held + treated).map(outcome),
            holdoutShare: share
        )
    }

    private func codes(_ lift: Lift) -> [String] { lift.findings.map(\.code) }

    @Test("Arms out of proportion withhold the answer, and say what is missing")
    func sampleRatio() throws {
        let lift = Lift(try feedback(held: 100, treated: 2_900, share: 0.05))
        #expect(lift.isRefused && lift.answer == nil)
        #expect(lift.sampleRatio.isMismatch && lift.sampleRatio.heldCount == 100)
        #expect(codes(lift) == ["sample-ratio-mismatch"])
        #expect("\(lift.findings[0])".contains("100 of 3000") && "\(lift.findings[0])".contains("5 %"))
        #expect(!Lift(try feedback(held: 150, treated: 2_850, share: 0.05)).isRefused)
    }

    @Test("A sound experiment is withheld by chance at most once in a thousand, looked at every hundred listeners")
    func soundRatio() {
        var random = SeededGenerator(seed: 17)
        var withheld = 0
        for _ in 0..<500 {
            var (held, isWithheld) = (0, false)
            for listener in 1...3_000 {
                if random.uniform() < 0.05 { held += 1 }
                guard listener.isMultiple(of: 100) else { continue }
                let ratio = SampleRatio(heldCount: held, treatedCount: listener - held, designedShare: 0.05)
                isWithheld = isWithheld || ratio.isMismatch
            }
            if isWithheld { withheld += 1 }
        }
        // 0.5 in expectation at most.
        #expect(withheld <= 4)
        #expect(SampleRatio(heldCount: 0, treatedCount: 0, designedShare: 0.05).evidence == 1)
        #expect(SampleRatio(heldCount: 0, treatedCount: 1_000, designedShare: 0.05).isMismatch)
    }

    @Test("Too few listeners, nothing done, or everybody alike is no answer")
    func tooLittle() throws {
        #expect(codes(Lift(try feedback(held: 5, treated: 45))) == ["few-listeners"])
        #expect(codes(Lift(try feedback(held: 0, treated: 0))) == ["few-listeners"])
        #expect(codes(Lift(try feedback(held: 100, treated: 900) { _ in 0 })) == ["nothing-happened"])
        #expect(codes(Lift(try feedback(held: 100, treated: 900) { _ in 2 })) == ["no-variation"])
        let both = Lift(try feedback(held: 5, treated: 45), doubts: [.noHoldout])
        #expect(codes(both) == ["no-holdout", "few-listeners"])
    }

    @Test("Doubts of whoever read the log withhold the answer or go with it")
    func doubts() throws {
        let sound = try feedback(held: 100, treated: 900)
        for doubt in [Lift.Finding.noHoldout, .holdoutChanged, .listenersInBothArms(3)] {
            #expect(Lift(sound, doubts: [doubt]).isRefused)
        }
        let lift = Lift(sound, doubts: [.ghostsLost(12), .promotedBefore])
        #expect(!lift.isRefused && codes(lift) == ["ghosts-lost", "promoted-before"])
    }

    @Test("One listener with a fifth of everything is named")
    func machine() throws {
        let lift = Lift(try feedback(held: 100, treated: 900) { $0 == 500 ? 1_000 : $0 % 3 == 0 ? 1 : 0 })
        #expect(!lift.isRefused && codes(lift).contains("one-listener-dominates"))
    }

    @Test("The smallest arms that are allowed give finite numbers whatever happened")
    func smallest() throws {
        for active in [1, 29, 31, 59] {
            for isHeld in [true, false] {
                let outcomes: (Int) -> Double = { ($0 < active) == isHeld ? 1 : 0 }
                let lift = Lift(try feedback(held: 30, treated: 30, share: 0.5, outcomes))
                let answer = try #require(lift.answer)
                let (lifts, differences) = (answer.lift, answer.perListener)
                #expect(lifts.interval.lower.isFinite && lifts.interval.lower >= -1)
                #expect(lifts.interval.lower <= lifts.value && lifts.value <= lifts.interval.upper)
                #expect(differences.interval.lower.isFinite && differences.interval.upper.isFinite)
                #expect(lifts.alwaysValid.lower <= lifts.interval.lower)
                #expect(lifts.alwaysValid.upper >= lifts.interval.upper)
            }
        }
    }

    @Test("Columns that break a rule are refused, naming column, element and rule")
    func hostile() {
        func refusal(_ outcomes: [Double], _ earlier: [Double]? = nil, share: Double = 0.5) -> String? {
            do {
                _ = try LiftFeedback(
                    isHeldOut: [true, false],
                    outcomes: outcomes,
                    earlierOutcomes: earlier,
                    holdoutShare: share
                )
                return nil
            } catch { return "\(error)" }
        }
        #expect(refusal([1, 0]) == nil)
        #expect(refusal([1]) == "outcome must have 2 elements, one for each listener, but has 1")
        #expect(refusal([1, -1]) == "outcome[1] must be a number ≥ 0, but is -1.0")
        #expect(refusal([1, .nan]) == "outcome[1] must be a number ≥ 0, but is nan")
        #expect(refusal([1, 0], [.infinity, 0]) == "earlier outcome[0] must be finite, but is inf")
        #expect(refusal([1, 0], [1]) == "earlier outcome must have 2 elements, one for each listener, but has 1")
        #expect(refusal([1, 0], share: 0) == "holdout share must be above 0 and below 1, but is 0.0")
        #expect(refusal([1, 0], share: 1) == "holdout share must be above 0 and below 1, but is 1.0")
    }
}
