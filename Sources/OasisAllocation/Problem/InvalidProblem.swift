/// Why a problem was refused: which column, which element, and the rule it breaks.
public struct InvalidProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A column of the problem, in the order in which they are checked.
    public enum Part: Hashable, Sendable {
        /// Where each request's candidates begin.
        case offsets
        /// Promotable slots of each request.
        case slots
        /// How many real requests each stands for.
        case weight
        /// Surface-and-market cell of each request.
        case cell
        /// Arrival times.
        case time
        /// Campaign of each candidate.
        case campaign
        /// Value of each candidate.
        case value
        /// Amounts of one attribute.
        case amount(String)
        /// The attribute list itself.
        case attributes
        /// Where each set begins.
        case setOffsets
        /// Members of the sets.
        case setCampaign
        /// A row's attribute.
        case rowAttribute
        /// A kind of scope.
        case rowScopeKind
        /// A row's scope.
        case rowScope
        /// A row's sense.
        case rowSense
        /// A row's bound.
        case rowBound
        /// A row's share.
        case rowShare
        /// A row's penalty.
        case rowPenalty
        /// Prices given to start from.
        case startingPrices
        /// Number of campaigns or cells.
        case size

        /// The column as files and other languages name it, such as `row_bound`; nil when it is no column.
        package var columnName: String? {
            switch self {
            case .offsets: "offsets"
            case .slots: "slots"
            case .weight: "weight"
            case .cell: "cell"
            case .time: "time"
            case .campaign: "campaign"
            case .value: "value"
            case .amount(let name): "amount_\(name)"
            case .setOffsets: "set_offsets"
            case .setCampaign: "set_campaign"
            case .rowAttribute: "row_attribute"
            case .rowScopeKind: "row_scope_kind"
            case .rowScope: "row_scope"
            case .rowSense: "row_sense"
            case .rowBound: "row_bound"
            case .rowShare: "row_share"
            case .rowPenalty: "row_penalty"
            case .startingPrices: "price"
            case .attributes, .size: nil
            }
        }
    }

    /// The column at fault.
    public var part: Part
    /// The first element at fault; nil when the rule is about the column as a whole.
    public var index: Int?
    /// What must hold and what was found, as half a sentence: `must be ≥ 0, but is -3`.
    public var rule: String

    /// Names the column, the element and the rule.
    public init(_ part: Part, _ index: Int?, _ rule: String) {
        self.part = part
        self.index = index
        self.rule = rule
    }

    /// One sentence for people.
    public var description: String {
        index.map { "\(part)[\($0)] \(rule)" } ?? "\(part) \(rule)"
    }
}
