/// Breaks one invariant on purpose, so that it can be seen to fire.
///
/// Each acts inside the simulated market, where a fault of ours would: on what a party does or hands on, before it is
/// checked.
package enum Sabotage: String, CaseIterable, Hashable, Sendable {
    /// The planner grants a lease a second time, in its next answer.
    case grantTwice
    /// Players give an outcome a new id when they send it again.
    case renameRepeats
    /// A statement has one play more than its rows.
    case padStatement
    /// A plan's price is above its penalty.
    case raisePrice
    /// A boost is twice the largest.
    case doubleBoost
    /// A listener of the holdout is asked for under another name.
    case swapListener
    /// A reply's propensity is off by one bit.
    case nudgePropensity
    /// A planner that comes back counts its snapshots from 1 again.
    case reuseNumbers
    /// A node that has no planner does not answer.
    case fallSilent

    /// The invariants of which one must fire.
    package var breaks: [Invariant] {
        switch self {
        case .grantTwice: [.playsWithinCaps, .leasesWithinCaps]
        case .renameRepeats: [.countedOnce]
        case .padStatement: [.statementsRecounted]
        case .raisePrice: [.pricesWithinPenalty]
        case .doubleBoost: [.boostWithinMaximum]
        case .swapListener: [.holdoutUnpromoted]
        case .nudgePropensity: [.decisionsReplay]
        case .reuseNumbers: [.snapshotsNamedOnce]
        case .fallSilent: [.answersAlone]
        }
    }
}
