/// What a promotion that was answered and not yet settled takes from its campaign's cap.
package enum LeaseMode: String, Hashable, Sendable, CaseIterable {
    /// A whole unit until it is settled: leases + confirmed ≤ cap, so that no cap is ever exceeded.
    case worstCase
    /// As much as it is nearly sure to come to: units that hardly anybody will use come back before they are settled.
    ///
    /// At every grant, leases + confirmed − units that are nearly surely unplayed ≤ cap. A cap is exceeded only when more
    /// of what is in flight is played than its show rate and four standard deviations allow for, and then by the
    /// difference: about once in 30,000 grants if plays are independent.
    case expected
}
