/// One coupling constraint: attribute × scope × sense × bound, hard or with a penalty.
///
/// With wᵢ the weight of the request of candidate *e*, the row reads
/// Σ wᵢ · amount(e) · (1[e in scope] − share) · x(e)  ≤ or ≥  bound.
public struct AllocationRow: Hashable, Sendable {
    /// Which candidates the row counts.
    public enum Scope: Hashable, Sendable {
        /// Every candidate.
        case all
        /// Candidates of one campaign, 0 ..< campaign count.
        case campaign(Int)
        /// Candidates of the campaigns in one set, 0 ..< set count.
        case set(Int)
        /// Candidates in requests of one cell, 0 ..< cell count.
        case cell(Int)
    }

    /// Which side of the bound is wanted.
    public enum Sense: Hashable, Sendable {
        /// Not more than the bound; hard when the penalty is infinite.
        case atMost
        /// At least the bound; always with a finite penalty.
        case atLeast
    }

    /// Index into the problem's attributes.
    public var attribute: Int
    /// Which candidates the row counts.
    public var scope: Scope
    /// Which side of the bound is wanted.
    public var sense: Sense
    /// The bound b, in units of the attribute, finite.
    public var bound: Double
    /// Subtracted from every candidate's coefficient, 0 … 1; 0 for a plain row.
    public var share: Double
    /// Cost per unit of violation, in units of value, ≥ 0; `.infinity` makes the row hard.
    public var penalty: Double

    /// A row; `AllocationProblem.init` checks it.
    public init(
        attribute: Int,
        scope: Scope,
        sense: Sense,
        bound: Double,
        share: Double = 0,
        penalty: Double = .infinity
    ) {
        self.attribute = attribute
        self.scope = scope
        self.sense = sense
        self.bound = bound
        self.share = share
        self.penalty = penalty
    }

    /// Whether the row must hold rather than be paid for.
    public var isHard: Bool { penalty == .infinity }

    /// +1 for ≤ and −1 for ≥: multiplied by it, every row reads "≤".
    package var sign: Double { sense == .atMost ? 1 : -1 }

    /// How far past the bound an activity is, in units of the attribute; 0 inside.
    package func violation(activity: Double) -> Double { max(0, sign * (activity - bound)) }
}
