package import OasisMarket

/// An experiment on how budgets are spent: every arm is a market of its own.
///
/// Arms that share caps are coupled by pacing: what one spends the other no longer can, so that the eager arm looks
/// better than it is and makes the other look worse. Here each arm has its share of the listeners *and* the same share of
/// every cap, guarantee and daily bound (Liu, Mao and Kang, "Trustworthy and Powerful Online Marketplace Experimentation
/// with Budget-split Design", 2021): what an arm brings is what the market would bring under it, to scale.
package struct BudgetSplit: Sendable {
    /// One of the policies that are compared.
    package struct Arm: Hashable, Sendable {
        /// What people call it.
        package var name: ExperimentArmID
        /// Its share of listeners and budgets.
        package var share: BasisPoints

        /// Gathers an arm.
        package init(name: ExperimentArmID, share: BasisPoints) {
            self.name = name
            self.share = share
        }
    }

    /// The arms; their shares sum to everything.
    package let arms: [Arm]
    private let hash: StableHash
    /// Share of all arms before each, and 1.
    private let bounds: [Double]

    /// A split that is the same wherever salt and arms are.
    ///
    /// - Throws: `InvalidField` unless there are 2 to 100 arms with different names, shares above 0 that sum to 100 %, and
    ///   a salt of 1 to 64 characters.
    package init(arms: [Arm], salt: String) throws(InvalidField) {
        guard (2...100).contains(arms.count) else {
            throw InvalidField("arms", "must be 2 to 100, but are \(arms.count)")
        }
        guard Set(arms.map(\.name)).count == arms.count else {
            throw InvalidField("arms", "must have different names")
        }
        for (place, arm) in arms.enumerated() where arm.share.value <= 0 {
            throw InvalidField("arms[\(place)].share", "must be above 0, but is \(arm.share.value) basis points")
        }
        let sum = arms.reduce(0) { $0 + $1.share.value }
        guard sum == 10_000 else {
            throw InvalidField("arms", "must have shares that sum to 10000 basis points, but they sum to \(sum)")
        }
        guard (1...64).contains(salt.count) else { throw InvalidField("salt", "must be 1 to 64 characters") }
        self.arms = arms
        hash = StableHash(salt: salt)
        bounds = arms.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.share.value) }.map { Double($0) / 10_000 }
    }

    /// The arm that a listener is in, by place.
    package func arm(of listener: ListenerID) -> Int {
        let point = hash.hash(listener.text).unitFraction
        return (bounds.dropFirst().firstIndex { point < $0 } ?? arms.count) - 1
    }

    /// Whole units by arm, which sum to `units` exactly; each is its share, rounded up or down.
    ///
    /// Which arm has the odd units is drawn from `name`: over many campaigns no arm is favoured, however small caps are.
    package func split(_ units: Int, named name: String) -> [Int] {
        let offset = hash.hash("\u{1}" + name).unitFraction
        let marks = bounds.map { Int((Double(units) * $0 + offset).rounded(.down)) }
        return zip(marks, marks.dropFirst()).map { $1 - $0 }
    }

    /// The campaigns of each arm: the same ones with their share of cap and guarantee.
    ///
    /// A guarantee is no more than the cap in each arm, so that it may lose a unit to rounding.
    package func campaigns(_ campaigns: [Campaign]) -> [[Campaign]] {
        var split = Array(repeating: campaigns, count: arms.count)
        for (place, campaign) in campaigns.enumerated() {
            let caps = campaign.dailyCap.map { self.split($0, named: campaign.id.text) }
            let guarantees = campaign.dailyGuarantee.map { self.split($0, named: campaign.id.text) }
            for arm in arms.indices {
                split[arm][place].dailyCap = caps?[arm]
                split[arm][place].dailyGuarantee = guarantees.map { min($0[arm], caps?[arm] ?? $0[arm]) }
            }
        }
        return split
    }

    /// The rows of each arm: bounds a day are split, shares are shares of whatever an arm has.
    package func rows(_ rows: [PolicyRow]) -> [[PolicyRow]] {
        arms.map { arm in
            rows.map { row in
                guard row.measure == .perDay else { return row }
                var row = row
                row.bound *= arm.share.fraction
                return row
            }
        }
    }

    /// Compares what two arms brought, as a holdout is compared: with intervals, or the reasons why not.
    ///
    /// Listeners of an arm compete for its caps, which makes its total steadier than independent listeners would: where
    /// caps bind, the intervals err on the wide side.
    ///
    /// - Parameters:
    ///   - listeners: Everybody who asked, once each.
    ///   - outcomes: What each brought: ≥ 0.
    ///   - earlierOutcomes: The same of a time before the experiment, where it is known.
    ///   - arm: The arm in question, by place.
    ///   - control: What it is compared with, by place.
    ///   - confidence: Of the intervals, within (0, 1).
    /// - Returns: What the arm brings beyond the control, for each of the arm's listeners.
    /// - Throws: `InvalidFeedback` where columns do not fit each other or an outcome is negative.
    package func compare(
        _ listeners: [ListenerID],
        outcomes: [Double],
        earlierOutcomes: [Double]? = nil,
        arm: Int,
        with control: Int,
        confidence: Double = 0.95
    ) throws(InvalidFeedback) -> Lift {
        precondition(arms.indices.contains(arm) && arms.indices.contains(control) && arm != control)
        try requireCount(outcomes.count, "outcome", listeners.count, of: "listener")
        if let earlierOutcomes {
            try requireCount(earlierOutcomes.count, "earlier outcome", listeners.count, of: "listener")
        }
        let assigned = listeners.map { self.arm(of: $0) }
        let places = assigned.indices.filter { assigned[$0] == arm || assigned[$0] == control }
        let (share, controlShare) = (arms[arm].share.fraction, arms[control].share.fraction)
        let feedback = try LiftFeedback(
            isHeldOut: places.map { assigned[$0] == control },
            outcomes: places.map { outcomes[$0] },
            earlierOutcomes: earlierOutcomes.map { earlier in places.map { earlier[$0] } },
            holdoutShare: controlShare / (share + controlShare)
        )
        return Lift(feedback, confidence: confidence)
    }
}
