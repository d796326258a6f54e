package import OasisMarket

/// What must hold at every step of a simulated market, whatever is broken in it.
package enum Invariant: String, CaseIterable, Hashable, Sendable {
    /// Of each campaign and day, units in leases and confirmed plays together stay within the cap.
    case leasesWithinCaps = "leases + confirmed <= cap"
    /// Of each campaign and day of issue, promoted plays that listeners heard stay within the cap.
    case playsWithinCaps = "plays heard <= cap"
    /// Each outcome is counted once, and only if it happened.
    case countedOnce = "each event counted once"
    /// Statements equal a recount: of the ledger's own rows, and of what the market saw.
    case statementsRecounted = "statements equal a recount"
    /// Prices are finite, at least 0, and within their row's penalty.
    case pricesWithinPenalty = "prices finite and within penalty"
    /// A boost is more than 0 and at most the policy's largest.
    case boostWithinMaximum = "boost <= maxBoost"
    /// Nobody in the holdout is promoted to.
    case holdoutUnpromoted = "holdout never promoted"
    /// A decision made again from its snapshot, request, time and units has the same bytes.
    case decisionsReplay = "decisions replay bit-equal"
    /// A snapshot's number names the same bytes everywhere, for ever.
    case snapshotsNamedOnce = "one snapshot a number"
    /// Where no planner can be reached, requests are answered, and answers say how old their prices are.
    case answersAlone = "answers without a planner"
}

/// An invariant that did not hold: everything that is needed to see it again.
package struct BrokenInvariant: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which.
    package var invariant: Invariant
    /// What the run was made from.
    package var seed: UInt64
    /// The market's time.
    package var time: Timestamp
    /// The step of the run, from 1.
    package var step: Int
    /// What was found.
    package var evidence: String

    /// One sentence for people.
    package var description: String {
        "broken: \(invariant.rawValue); seed \(seed), \(time), step \(step): \(evidence)"
    }
}

/// Checks invariants as a run goes on, and counts how often.
struct InvariantChecks {
    let seed: UInt64
    var time: Timestamp
    var step = 0
    private(set) var counts: [Invariant: Int] = [:]

    init(seed: UInt64, time: Timestamp) {
        self.seed = seed
        self.time = time
    }

    mutating func check(
        _ invariant: Invariant,
        _ holds: Bool,
        _ evidence: @autoclosure () -> String
    ) throws(BrokenInvariant) {
        counts[invariant, default: 0] += 1
        guard !holds else { return }
        throw BrokenInvariant(invariant: invariant, seed: seed, time: time, step: step, evidence: evidence())
    }
}
