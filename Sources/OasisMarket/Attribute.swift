/// An amount that promoting a candidate causes, in the unit named at each case.
public enum Attribute: String, CaseIterable, Hashable, Sendable, Codable, CodingKeyRepresentable {
    /// One promoted play.
    case delivery
    /// Probability of a stream of at least 30 s.
    case stream
    /// Probability of a save to the listener's library.
    case save
    /// Probability that the listener streams this artist for the first time.
    case newListener
    /// Expected commission, in whole units of the policy's currency.
    case commission
    /// Organic utility displaced, in organic-score units.
    case listenerLoss
}
