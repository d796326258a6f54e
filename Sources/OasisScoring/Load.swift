/// How much of a decision a node can afford at the moment; each level leaves out what the ones before it do, and more.
///
/// What a caller would miss least goes first: records of what might have been, then words about the decision, then
/// draws that teach something about the market, and last the decision itself.
public enum Load: Int, CaseIterable, Comparable, Hashable, Sendable {
    /// Everything is done.
    case all
    /// Nothing is decided in shadow mode, where it is merely logged; the holdout's ghosts stay, or lift would be biased.
    case withoutShadow
    /// Nothing is explained either.
    case withoutExplanation
    /// Nothing is explored either: the exploration share is 0, and propensities say so.
    case withoutExploration
    /// Nothing is decided: the slate stays organic.
    case organic

    /// Less load comes first.
    public static func < (left: Load, right: Load) -> Bool { left.rawValue < right.rawValue }
}
