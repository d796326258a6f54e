/// Rates of campaigns, campaigns on surfaces, and cohorts there, each shrunk toward the level above it.
///
/// A level's prior is the shrunk rate of what it is part of; how much that is worth in trials comes from how much the
/// groups of the level differ beyond chance (`EmpiricalBayes`). What nobody has seen takes the nearest level that
/// somebody has.
package struct HierarchicalRates: Sendable {
    /// Who is counted: a campaign, one of its surfaces, a cohort there.
    package struct Key: Hashable, Sendable {
        /// The campaign.
        package var campaign: String
        /// The surface; nothing for all of them.
        package var surface: String?
        /// The cohort, on a surface; nothing for all of them.
        package var cohort: String?

        /// Names a group.
        package init(campaign: String, surface: String? = nil, cohort: String? = nil) {
            self.campaign = campaign
            self.surface = surface
            self.cohort = surface == nil ? nil : cohort
        }

        /// What the group is part of; nothing for a campaign.
        var parent: Key? {
            if cohort != nil { return Key(campaign: campaign, surface: surface) }
            return surface == nil ? nil : Key(campaign: campaign)
        }
    }

    /// The rate of everything together.
    package let overallRate: Double
    /// Trials that the level above is worth, from campaigns to cohorts.
    package let strengths: [Double]
    private let rates: [Key: Double]

    /// Fits rates.
    ///
    /// - Parameters:
    ///   - counts: of cohorts, surfaces or campaigns; no trial may be in two of them.
    ///   - fallbackRate: what is assumed when nothing was seen.
    package init(_ counts: [Key: EmpiricalBayes.Count], fallbackRate: Double) {
        var levels = [[Key: EmpiricalBayes.Count]](repeating: [:], count: 3)
        for (key, count) in counts {
            var next: Key? = key
            while let group = next {
                levels[group.level][group, default: EmpiricalBayes.Count(successes: 0, trials: 0)].add(count)
                next = group.parent
            }
        }
        let campaigns = EmpiricalBayes(levels[0].inOrder.map(\.value), fallbackRate: fallbackRate)
        overallRate = campaigns.overallRate
        var rates = levels[0].mapValues { campaigns.rate($0) }
        var strengths = [campaigns.strength]
        for level in levels.dropFirst() {
            let groups = level.inOrder
            let priors = groups.map { group in group.key.parent.flatMap { rates[$0] } ?? campaigns.overallRate }
            let strength = EmpiricalBayes.strength(groups.map(\.value), rates: priors)
            for (group, prior) in zip(groups, priors) {
                rates[group.key] =
                    (group.value.successes + strength * prior) / (group.value.trials + strength)
            }
            strengths.append(strength)
        }
        self.strengths = strengths
        self.rates = rates
    }

    /// The rate of a group, or of the nearest level above it that was seen.
    package func rate(_ key: Key) -> Double {
        var next: Key? = key
        while let group = next {
            if let rate = rates[group] { return rate }
            next = group.parent
        }
        return overallRate
    }
}

extension HierarchicalRates.Key {
    fileprivate var level: Int { cohort != nil ? 2 : surface != nil ? 1 : 0 }
}

extension [HierarchicalRates.Key: EmpiricalBayes.Count] {
    /// In one order whatever the hash seed, so that sums are the same in every run.
    fileprivate var inOrder: [(key: Key, value: Value)] {
        sorted {
            ($0.key.campaign, $0.key.surface ?? "", $0.key.cohort ?? "")
                < ($1.key.campaign, $1.key.surface ?? "", $1.key.cohort ?? "")
        }
    }
}

extension EmpiricalBayes.Count {
    fileprivate mutating func add(_ other: Self) {
        successes += other.successes
        trials += other.trials
    }
}
