/// One constraint of a policy: attribute × scope × sense × bound, hard or with a penalty.
public struct PolicyRow: Hashable, Sendable, Codable {
    /// Direction of a constraint.
    public enum Sense: String, Hashable, Sendable, Codable {
        /// Not above the bound.
        case atMost
        /// Not below the bound; always elastic, so a penalty is needed.
        case atLeast
    }

    /// What the bound counts.
    public enum Measure: String, Hashable, Sendable, Codable {
        /// Units of the attribute a day.
        case perDay
        /// A share, 0 to 1, of the attribute's total over everything promoted.
        case share
        /// A share, 0 to 1, of the organic utility of the traffic in scope; for `listenerLoss`.
        case organicShare
    }

    /// What people and replies call it.
    public var name: String
    /// What is counted.
    public var attribute: Attribute
    /// Over which campaigns or requests.
    public var scope: RowScope
    /// Upper or lower limit.
    public var sense: Sense
    /// What `bound` is measured in.
    public var measure: Measure
    /// The limit.
    public var bound: Double
    /// Cost of one unit of shortfall or excess, in organic-score units; nothing means hard.
    public var penalty: Double?

    /// Gathers a row.
    public init(
        name: String,
        attribute: Attribute,
        scope: RowScope,
        sense: Sense,
        measure: Measure,
        bound: Double,
        penalty: Double? = nil
    ) {
        self.name = name
        self.attribute = attribute
        self.scope = scope
        self.sense = sense
        self.measure = measure
        self.bound = bound
        self.penalty = penalty
    }

    func validate() throws(InvalidField) {
        try require((1...100).contains(name.count), "name", "must be 1 to 100 characters, but has \(name.count)")
        try require(bound.isFinite && bound >= 0, "bound", "must be a number ≥ 0, but is \(bound)")
        if measure != .perDay { try require(bound <= 1, "bound", "must be a share of 0 to 1, but is \(bound)") }
        if measure == .organicShare {
            try require(
                attribute == .listenerLoss,
                "attribute",
                "must be listenerLoss when measure is organicShare"
            )
        }
        if measure == .share {
            try require(scope.selectsCampaigns, "scope", "must select campaigns when measure is share")
        }
        if let penalty {
            try require(penalty.isFinite && penalty > 0, "penalty", "must be a number > 0, but is \(penalty)")
        }
        try require(
            sense == .atMost || penalty != nil,
            "penalty",
            "must be given for atLeast: a promise can fail, and its penalty is the most it may cost"
        )
    }
}

/// What a row counts over: everything, some campaigns, or some requests.
public enum RowScope: Hashable, Sendable {
    /// Every promotion.
    case all
    /// One campaign.
    case campaign(CampaignID)
    /// A licensor's campaigns.
    case licensor(LicensorID)
    /// The campaigns of every licensor in a tier.
    case tier(TierID)
    /// The requests of one surface in one market.
    case cell(Cell)
    /// One row for each licensor.
    case eachLicensor
    /// One row for each cell.
    case eachCell

    /// Whether it selects campaigns rather than requests.
    public var selectsCampaigns: Bool {
        switch self {
        case .campaign, .licensor, .tier, .eachLicensor: true
        case .all, .cell, .eachCell: false
        }
    }
}

extension RowScope: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case campaign
        case licensor
        case tier
        case cell
        case each
    }

    private enum Each: String, Codable {
        case licensor
        case cell
    }

    /// Reads `{}` (all), `{"campaign": …}`, `{"licensor": …}`, `{"tier": …}`, `{"cell": {…}}`, `{"each": "licensor"}`.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: AnyCodingKey.self).allKeys.map(\.stringValue)
        // A misspelled key must not widen a row to everything.
        guard keys.count <= 1, keys.allSatisfy({ CodingKeys(stringValue: $0) != nil }) else {
            let known = CodingKeys.allCases.map(\.stringValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must have at most one key of: \(known)")
            )
        }
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        switch fields.allKeys.first {
        case nil: self = .all
        case .campaign: self = .campaign(try fields.decode(CampaignID.self, forKey: .campaign))
        case .licensor: self = .licensor(try fields.decode(LicensorID.self, forKey: .licensor))
        case .tier: self = .tier(try fields.decode(TierID.self, forKey: .tier))
        case .cell: self = .cell(try fields.decode(Cell.self, forKey: .cell))
        case .each: self = try fields.decode(Each.self, forKey: .each) == .licensor ? .eachLicensor : .eachCell
        }
    }

    /// Writes the shape that `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .all: break
        case .campaign(let id): try fields.encode(id, forKey: .campaign)
        case .licensor(let id): try fields.encode(id, forKey: .licensor)
        case .tier(let id): try fields.encode(id, forKey: .tier)
        case .cell(let cell): try fields.encode(cell, forKey: .cell)
        case .eachLicensor: try fields.encode(Each.licensor, forKey: .each)
        case .eachCell: try fields.encode(Each.cell, forKey: .each)
        }
    }
}
