internal import Foundation
internal import OasisLedger
internal import OasisMarket
internal import OasisMeasurement
internal import OasisPlanning
internal import OasisScoring

/// A day's sampled decisions as feedback, with what other prices and guardrails would have promoted in them.
struct LedgerEvaluation {
    let feedback: PromotionFeedback
    let day: Day
    /// What is asked, for people.
    let policy: String
    let reward: LedgerQuestion.Reward
    /// Decisions that were kept and could not be read.
    let unreadable: Int
    /// Share of requests that the decisions are a sample of.
    let keptShare: Double

    /// Reads decisions and decides them anew.
    ///
    /// - Throws: `LedgerError`, `SnapshotFile.Fault`, `InvalidField`, `InvalidFeedback`.
    init(_ question: LedgerQuestion, policy file: String?) throws {
        day = Day(question.day ?? "") ?? Day(number: 0)
        reward = question.reward
        let ledger = try Ledger(path: question.path, access: .read)
        let decisions = try ledger.decisions(day: day)
        let outcomes = try ledger.promotionOutcomes(day: day)
        let scorer = try Self.scorer(question, policy: file)
        policy = Self.describe(question, policy: file, scorer)
        // Kept with several shares over the day: those kept at the least one are a sample of all.
        let share = decisions.map(\.keptShare).min() ?? 1
        keptShare = share
        var rows = Rows()
        var unreadable = 0
        for decision in decisions where Decision.isKept(ofRequest: decision.requestHash, share: share) {
            guard let logged = LoggedDecision(decision.body) else {
                unreadable += 1
                continue
            }
            guard logged.scale == scorer.pricedBy.scale else {
                let found = scorer.pricedBy.scale
                throw InvalidField("prices", "must be of the log's scale \(logged.scale), but are of \(found)")
            }
            let chances = try logged.probabilities(by: scorer, in: decision.cell, at: decision.decidedAt)
            rows.add(logged, chances, outcomes, question.reward)
        }
        self.unreadable = unreadable
        feedback = try rows.feedback()
    }

    /// The scorer in question, without holdout and experiments: what is asked is what it decides, not for whom.
    private static func scorer(_ question: LedgerQuestion, policy file: String?) throws -> Scorer {
        let snapshot = try snapshot(question)
        var guardrails = snapshot.guardrails
        if let file {
            guard let bytes = FileManager.default.contents(atPath: file) else {
                throw InvalidField("policy", "must be a file that can be read, but \(file) is not")
            }
            let policy = try JSONDecoder().decode(Policy.self, from: bytes)
            try policy.validate()
            guardrails = policy.guardrails
        }
        if let boostCap = question.boostCap { guardrails.maxBoost = boostCap }
        guardrails.holdout = BasisPoints(0)
        guardrails.isShadow = false
        // What was withheld from a decision is kept with it.
        return Scorer(snapshot, guardrails: guardrails, experiments: [], servesCanary: false, withholds: false)
    }

    private static func snapshot(_ question: LedgerQuestion) throws -> MappedSnapshot {
        if let file = question.prices { return try MappedSnapshot(path: file) }
        let (newest, faults) = try SnapshotStore(directory: "\(question.data ?? ".")/snapshots").newest()
        guard let newest else {
            throw InvalidField("data", "must hold a snapshot, but does not: \(faults.joined(separator: "; "))")
        }
        return newest
    }

    private static func describe(_ question: LedgerQuestion, policy file: String?, _ scorer: Scorer) -> String {
        var parts = ["prices of snapshot \(scorer.pricedBy.number)"]
        if let file { parts.append("guardrails of \(file)") }
        parts.append("boosts up to \(scorer.guardrails.maxBoost)")
        return parts.joined(separator: ", ")
    }
}

/// Columns that grow decision by decision.
private struct Rows {
    var offsets = [0]
    var propensities: [Double] = []
    var evaluated: [Double] = []
    var isPromoted: [Bool] = []
    var rewards: [Double] = []

    mutating func add(
        _ logged: LoggedDecision,
        _ chances: [Int: Double],
        _ outcomes: [UInt64: PromotionOutcome],
        _ reward: LedgerQuestion.Reward
    ) {
        var left = chances
        for offer in logged.offers {
            propensities.append(offer.propensity)
            evaluated.append(min(1, left.removeValue(forKey: offer.index) ?? 0))
            isPromoted.append(offer.promotion != 0)
            let outcome = offer.promotion == 0 ? nil : outcomes[offer.promotion]
            let isRewarded = reward == .streams ? outcome?.isStreamed : outcome?.isSaved
            rewards.append(isRewarded == true ? 1 : 0)
        }
        for (_, chance) in left.sorted(by: { $0.key < $1.key }) {
            propensities.append(0)
            evaluated.append(min(1, chance))
            isPromoted.append(false)
            rewards.append(0)
        }
        offsets.append(propensities.count)
    }

    func feedback() throws(InvalidFeedback) -> PromotionFeedback {
        try PromotionFeedback(
            offsets: offsets,
            propensities: propensities,
            evaluated: evaluated,
            isPromoted: isPromoted,
            rewards: rewards
        )
    }
}
