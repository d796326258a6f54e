/// What a row is called where people read and type it: `listenerLoss≤cell:3`, `delivery≥set:8,share:0.62`.
///
/// A name is attribute, sense, scope and, where there is one, share. It says everything about a row but its bound and
/// penalty, so rows that differ in those alone get their index as well: `delivery≤all#17`.
public struct RowName: Hashable, Sendable, CustomStringConvertible {
    /// What the row counts.
    public var attribute: String
    /// Which side of the bound is wanted.
    public var sense: AllocationRow.Sense
    /// Which candidates the row counts.
    public var scope: AllocationRow.Scope
    /// Subtracted from every candidate's coefficient; 0 for a plain row.
    public var share: Double
    /// Index of the row, when the rest does not tell it apart; nil otherwise.
    public var index: Int?

    /// Names a row of a problem with these attributes.
    public init(_ row: AllocationRow, attribute: String, index: Int? = nil) {
        self.attribute = attribute
        sense = row.sense
        scope = row.scope
        share = row.share
        self.index = index
    }

    /// The name as it is printed, and as `RowPattern` reads it back.
    public var description: String {
        attribute + sense.symbol + scope.description + Self.suffix(share: share)
            + (index.map { "#\($0)" } ?? "")
    }

    static func suffix(share: Double) -> String { share == 0 ? "" : ",share:\(share)" }
}

extension AllocationRow.Sense {
    /// `≤` or `≥`.
    package var symbol: String { self == .atMost ? "≤" : "≥" }
}

extension AllocationRow.Scope: CustomStringConvertible {
    /// `all`, `campaign:17`, `set:2` or `cell:3`.
    public var description: String { id.map { "\(kind.rawValue):\($0)" } ?? kind.rawValue }

    /// What a scope is about.
    package enum Kind: String, CaseIterable, Sendable {
        /// Every candidate.
        case all
        /// One campaign.
        case campaign
        /// The campaigns of one set.
        case set
        /// The requests of one cell.
        case cell
    }

    package var kind: Kind {
        switch self {
        case .all: .all
        case .campaign: .campaign
        case .set: .set
        case .cell: .cell
        }
    }

    package var id: Int? {
        switch self {
        case .all: nil
        case .campaign(let id), .set(let id), .cell(let id): id
        }
    }
}
