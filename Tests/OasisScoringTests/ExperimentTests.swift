import OasisMarket
import OasisScoring
import Testing

@Suite("Experiment arms")
struct ExperimentTests {
    private static func layer(_ name: String, _ shares: [Int]) -> ExperimentLayer {
        ExperimentLayer(
            name: ExperimentLayerID(trusted: name),
            salt: "salt of \(name)",
            arms: shares.enumerated()
                .map { index, share in
                    ExperimentArm(name: ExperimentArmID(trusted: "arm-\(index)"), share: BasisPoints(share))
                }
        )
    }

    private let two = ExperimentAssignment([
        Self.layer("one", [2_500, 2_500, 1_000]), Self.layer("two", [5_000, 3_000]),
    ])

    private func arms(_ index: Int, _ assignment: ExperimentAssignment) -> [String] {
        assignment.terms(of: ListenerID(trusted: "listener-\(index)")).arms
    }

    /// Σ (found − expected)² / expected.
    private func chiSquare(_ found: [Int], _ shares: [Double], of total: Int) -> Double {
        zip(found, shares)
            .reduce(0) { sum, pair in
                let expected = pair.1 * Double(total)
                return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
            }
    }

    @Test("Each arm has its share of listeners, by a chi-square test over 100,000 of them")
    func balance() {
        let total = 100_000
        var counts: [String: Int] = [:]
        for index in 0..<total {
            let arms = arms(index, two)
            #expect(arms.count { $0.hasPrefix("one/") } <= 1 && arms.count { $0.hasPrefix("two/") } <= 1)
            counts[arms.first { $0.hasPrefix("one/") } ?? "one", default: 0] += 1
            counts[arms.first { $0.hasPrefix("two/") } ?? "two", default: 0] += 1
        }
        let one = ["one/arm-0", "one/arm-1", "one/arm-2", "one"].map { counts[$0, default: 0] }
        let second = ["two/arm-0", "two/arm-1", "two"].map { counts[$0, default: 0] }
        // Three and two degrees of freedom: above 21 less than once in 10,000, and the names are fixed.
        #expect(chiSquare(one, [0.25, 0.25, 0.1, 0.4], of: total) < 21)
        #expect(chiSquare(second, [0.5, 0.3, 0.2], of: total) < 21)
    }

    @Test("Layers are independent of each other, and of the holdout, by a chi-square test over every pair of arms")
    func independence() {
        let total = 100_000
        var pairs: [String: Int] = [:]
        var heldOut: [String: Int] = [:]
        var guardrails = Fixture.guardrails()
        guardrails.holdout = BasisPoints(2_000)
        let scorer = Scorer(Fixture.snapshot([], guardrails: guardrails))
        for index in 0..<total {
            let arms = arms(index, two)
            let first = arms.first { $0.hasPrefix("one/") } ?? "one"
            let second = arms.first { $0.hasPrefix("two/") } ?? "two"
            pairs["\(first) \(second)", default: 0] += 1
            if scorer.arm(of: ListenerID(trusted: "listener-\(index)")) == .holdout { heldOut[second, default: 0] += 1 }
        }
        let one = [("one/arm-0", 0.25), ("one/arm-1", 0.25), ("one/arm-2", 0.1), ("one", 0.4)]
        let second = [("two/arm-0", 0.5), ("two/arm-1", 0.3), ("two", 0.2)]
        let cells = one.flatMap { left in second.map { ("\(left.0) \($0.0)", left.1 * $0.1) } }
        // Eleven degrees of freedom: above 37 about once in 10,000.
        #expect(chiSquare(cells.map { pairs[$0.0, default: 0] }, cells.map(\.1), of: total) < 37)
        let ofHoldout = second.map { heldOut[$0.0, default: 0] }
        #expect(chiSquare(ofHoldout, second.map(\.1), of: ofHoldout.reduce(0, +)) < 21)
    }

    @Test("A listener stays in an arm when another is added behind it")
    func stability() {
        let before = ExperimentAssignment([Self.layer("one", [2_000, 1_000])])
        let after = ExperimentAssignment([Self.layer("one", [2_000, 1_000, 4_000])])
        for index in 0..<5_000 {
            let was = arms(index, before)
            if !was.isEmpty { #expect(arms(index, after) == was) }
        }
    }

    @Test("Arms of several layers change the policy together: factors multiply, the smallest limit holds")
    func together() {
        var (first, second) = (Self.layer("one", [10_000]), Self.layer("two", [10_000]))
        first.arms[0].worthFactors = [.stream: 2, .save: 3]
        first.arms[0].maxBoost = 0.4
        first.arms[0].maxPromotedPerSlate = 3
        second.arms[0].worthFactors = [.stream: 0.25]
        second.arms[0].maxBoost = 0.5
        second.arms[0].maxPromotedPerSlate = 1
        second.arms[0].isShadow = true
        let terms = ExperimentAssignment([first, second]).terms(of: ListenerID(trusted: "someone"))
        #expect(terms.arms == ["one/arm-0", "two/arm-0"])
        #expect(terms.maxBoost == 0.4 && terms.maxPromotedPerSlate == 1 && terms.isShadow)
        let worths = terms.worths(Fixture.vector([.stream: 1, .save: 1, .commission: 7]))
        #expect(worths == Fixture.vector([.stream: 0.5, .save: 3, .commission: 7]))
        #expect(ExperimentAssignment([]).terms(of: ListenerID(trusted: "someone")) == .none)
    }
}
