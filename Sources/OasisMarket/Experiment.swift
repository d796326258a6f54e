/// One way of splitting listeners; arms of one layer exclude each other, layers are independent of each other.
///
/// Who is in which arm is a salted hash of the listener's pseudonym, so it stays as it is for as long as salt and shares
/// do. Listeners in the holdout are in no arm. Shares may sum to less than everything: the rest has the policy as it is.
public struct ExperimentLayer: Hashable, Sendable, Codable {
    /// Its name in replies and logs.
    public var name: ExperimentLayerID
    /// Another salt is another split; two layers never share one.
    public var salt: String
    /// The arms, each with its share of listeners; an arm keeps its listeners when others are added behind it.
    public var arms: [ExperimentArm]

    /// Most arms that a layer may have.
    public static let armsMaximum = 16

    /// Gathers a layer.
    public init(name: ExperimentLayerID, salt: String, arms: [ExperimentArm]) {
        self.name = name
        self.salt = salt
        self.arms = arms
    }

    func validate(within guardrails: Guardrails) throws(InvalidField) {
        try require((1...64).contains(salt.count), "salt", "must be 1 to 64 characters")
        try require(
            (1...Self.armsMaximum).contains(arms.count),
            "arms",
            "must name 1 to \(Self.armsMaximum) arms, but names \(arms.count)"
        )
        var names: Set<ExperimentArmID> = []
        for (index, arm) in arms.enumerated() {
            let field = "arms[\(index)]"
            do throws(InvalidField) { try arm.validate(within: guardrails) } catch { throw error.inside(field) }
            try require(names.insert(arm.name).inserted, "\(field).name", "must be unique, but \(arm.name) is taken")
        }
        let total = arms.reduce(0) { $0 + $1.share.value }
        try require(
            total <= 10_000,
            "arms",
            "must have shares of at most 10000 basis points together, but have \(total)"
        )
    }
}

/// What is different for the listeners of one arm; what is left out is as the policy says.
public struct ExperimentArm: Hashable, Sendable, Codable {
    /// Its name in replies and logs.
    public var name: ExperimentArmID
    /// Share of all listeners outside the holdout, in basis points.
    public var share: BasisPoints
    /// What the worth of an attribute is multiplied by, 0 to 100.
    public var worthFactors: [Attribute: Double]
    /// Largest boost; at most the guardrails'.
    public var maxBoost: Double?
    /// Most promoted tracks a slate; at most the guardrails'.
    public var maxPromotedPerSlate: Int?
    /// Decides and logs without serving.
    public var isShadow: Bool

    /// Gathers an arm.
    public init(
        name: ExperimentArmID,
        share: BasisPoints,
        worthFactors: [Attribute: Double] = [:],
        maxBoost: Double? = nil,
        maxPromotedPerSlate: Int? = nil,
        isShadow: Bool = false
    ) {
        self.name = name
        self.share = share
        self.worthFactors = worthFactors
        self.maxBoost = maxBoost
        self.maxPromotedPerSlate = maxPromotedPerSlate
        self.isShadow = isShadow
    }

    func validate(within guardrails: Guardrails) throws(InvalidField) {
        try require(
            (1...10_000).contains(share.value),
            "share",
            "must be 1 to 10000 basis points, but is \(share.value)"
        )
        for (attribute, factor) in worthFactors {
            let field = "worthFactors.\(attribute.rawValue)"
            try require(attribute != .listenerLoss, field, "must be left out: listener loss is the unit of all worths")
            try require((0...100).contains(factor), field, "must be 0 to 100, but is \(factor)")
        }
        if let maxBoost {
            try require(
                maxBoost >= 0 && maxBoost <= guardrails.maxBoost,
                "maxBoost",
                "must be 0 to the guardrails' maxBoost (\(guardrails.maxBoost)), but is \(maxBoost)"
            )
        }
        if let maxPromotedPerSlate {
            try require(
                maxPromotedPerSlate >= 0 && maxPromotedPerSlate <= guardrails.maxPromotedPerSlate,
                "maxPromotedPerSlate",
                "must be 0 to the guardrails' maxPromotedPerSlate (\(guardrails.maxPromotedPerSlate)), "
                    + "but is \(maxPromotedPerSlate)"
            )
        }
    }

    /// Reads an arm; everything but name and share may be left out.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: CodingKeys.self)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(ExperimentArmID.self, forKey: .name)
        share = try fields.decode(BasisPoints.self, forKey: .share)
        worthFactors = try fields.decodeIfPresent([Attribute: Double].self, forKey: .worthFactors) ?? [:]
        maxBoost = try fields.decodeIfPresent(Double.self, forKey: .maxBoost)
        maxPromotedPerSlate = try fields.decodeIfPresent(Int.self, forKey: .maxPromotedPerSlate)
        isShadow = try fields.decodeIfPresent(Bool.self, forKey: .isShadow) ?? false
    }
}
