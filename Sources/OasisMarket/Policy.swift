/// The versioned document of what is worth how much, what must hold, and what may never happen.
public struct Policy: Hashable, Sendable, Codable {
    /// Names the organic score's scale; a request scored on another scale gets no boost.
    public var scale: String
    /// Worth of one unit of each attribute, in organic-score units.
    ///
    /// `listenerLoss` is always −1 and may not be set.
    public var objectives: [Attribute: Double]
    /// Constraints beyond the campaigns' own caps and guarantees.
    public var rows: [PolicyRow]
    /// Limits applied after pricing.
    public var guardrails: Guardrails
    /// How guarantees are chased.
    public var guarantees: GuaranteeRule
    /// What is commissionable, and at which royalty.
    public var commission: CommissionRule
    /// How randomly promotions are drawn.
    public var randomization: Randomization
    /// What is tried on some listeners; at most 8 layers.
    public var experiments: [ExperimentLayer]
    /// Who may open campaigns, and when; nothing means whoever may change them.
    public var campaignRules: CampaignRules?
    /// When campaigns that listeners receive badly are promoted less; nothing means never.
    public var pullBack: PullBackRule?

    /// Most layers of experiments.
    public static let experimentsMaximum = 8

    /// Gathers a policy; `validate()` checks it.
    public init(
        scale: String,
        objectives: [Attribute: Double],
        rows: [PolicyRow],
        guardrails: Guardrails,
        guarantees: GuaranteeRule,
        commission: CommissionRule,
        randomization: Randomization,
        experiments: [ExperimentLayer] = [],
        campaignRules: CampaignRules? = nil,
        pullBack: PullBackRule? = nil
    ) {
        self.scale = scale
        self.objectives = objectives
        self.rows = rows
        self.guardrails = guardrails
        self.guarantees = guarantees
        self.commission = commission
        self.randomization = randomization
        self.experiments = experiments
        self.campaignRules = campaignRules
        self.pullBack = pullBack
    }

    /// Reads a policy; `experiments`, `campaignRules` and `pullBack` may be left out.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        scale = try fields.decode(String.self, forKey: .scale)
        objectives = try fields.decode([Attribute: Double].self, forKey: .objectives)
        rows = try fields.decode([PolicyRow].self, forKey: .rows)
        guardrails = try fields.decode(Guardrails.self, forKey: .guardrails)
        guarantees = try fields.decode(GuaranteeRule.self, forKey: .guarantees)
        commission = try fields.decode(CommissionRule.self, forKey: .commission)
        randomization = try fields.decode(Randomization.self, forKey: .randomization)
        experiments = try fields.decodeIfPresent([ExperimentLayer].self, forKey: .experiments) ?? []
        campaignRules = try fields.decodeIfPresent(CampaignRules.self, forKey: .campaignRules)
        pullBack = try fields.decodeIfPresent(PullBackRule.self, forKey: .pullBack)
    }

    /// Worth of one unit of `attribute`; the organic score is the numeraire, so listener loss is worth −1.
    public func worth(_ attribute: Attribute) -> Double {
        attribute == .listenerLoss ? -1 : objectives[attribute] ?? 0
    }

    /// Refuses a policy that breaks a rule, naming the field.
    public func validate() throws(InvalidField) {
        try require((1...64).contains(scale.count), "scale", "must be 1 to 64 characters, but has \(scale.count)")
        for (attribute, worth) in objectives {
            let field = "objectives.\(attribute.rawValue)"
            try require(attribute != .listenerLoss, field, "is −1 by definition and must be left out")
            try require(worth.isFinite && worth >= 0, field, "must be a number ≥ 0, but is \(worth)")
        }
        var names: Set<String> = []
        for (index, row) in rows.enumerated() {
            do throws(InvalidField) { try row.validate() } catch { throw error.inside("rows[\(index)]") }
            try require(
                names.insert(row.name).inserted,
                "rows[\(index)].name",
                "must be unique, but \(row.name) is taken"
            )
        }
        do throws(InvalidField) { try guardrails.validate() } catch { throw error.inside("guardrails") }
        do throws(InvalidField) { try guarantees.validate() } catch { throw error.inside("guarantees") }
        do throws(InvalidField) { try commission.validate() } catch { throw error.inside("commission") }
        do throws(InvalidField) { try randomization.validate() } catch { throw error.inside("randomization") }
        do throws(InvalidField) { try campaignRules?.validate() } catch { throw error.inside("campaignRules") }
        do throws(InvalidField) { try pullBack?.validate() } catch { throw error.inside("pullBack") }
        try Self.validate(experiments, within: guardrails)
    }

    /// Refuses experiments that break a rule, or that go past the guardrails.
    package static func validate(
        _ experiments: [ExperimentLayer],
        within guardrails: Guardrails
    ) throws(InvalidField) {
        try require(
            experiments.count <= experimentsMaximum,
            "experiments",
            "must hold at most \(experimentsMaximum) layers, but holds \(experiments.count)"
        )
        var names: Set<ExperimentLayerID> = []
        // The holdout's salt would put the same listeners into the first arm that it keeps out of all.
        var salts: Set<String> = [guardrails.holdoutSalt]
        for (index, layer) in experiments.enumerated() {
            let field = "experiments[\(index)]"
            do throws(InvalidField) { try layer.validate(within: guardrails) } catch { throw error.inside(field) }
            try require(
                names.insert(layer.name).inserted,
                "\(field).name",
                "must be unique, but \(layer.name) is taken"
            )
            try require(
                salts.insert(layer.salt).inserted,
                "\(field).salt",
                "must differ from the holdout's and every other layer's, or the splits would not be independent"
            )
        }
    }
}

/// How guarantees are chased.
public struct GuaranteeRule: Hashable, Sendable, Codable {
    /// What one missing delivery costs, in organic-score units; the most a guarantee's price can be.
    public var penalty: Double
    /// Planned above the promise, as a share of it, so that bad luck does not break it.
    public var margin: Double

    /// Gathers the rule.
    public init(penalty: Double, margin: Double) {
        self.penalty = penalty
        self.margin = margin
    }

    package func validate() throws(InvalidField) {
        try require(penalty.isFinite && penalty > 0, "penalty", "must be a number > 0, but is \(penalty)")
        try require((0...1).contains(margin), "margin", "must be 0 to 1, but is \(margin)")
    }
}

/// Which streams earn commission, and at which royalty.
public struct CommissionRule: Hashable, Sendable, Codable {
    /// Which streams of a promoted song are commissionable.
    public enum Basis: String, Hashable, Sendable, Codable {
        /// Every stream in the campaign's surfaces and markets while it runs, promoted or not.
        case context
        /// Promoted streams alone.
        case promoted
    }

    /// Which streams count.
    public var basis: Basis
    /// Recording royalty of one stream.
    public var royaltyPerStream: Money

    /// Gathers the rule.
    public init(basis: Basis, royaltyPerStream: Money) {
        self.basis = basis
        self.royaltyPerStream = royaltyPerStream
    }

    package func validate() throws(InvalidField) {
        let (micros, currency) = (royaltyPerStream.micros, royaltyPerStream.currency)
        try require(
            (0...1_000_000_000).contains(micros),
            "royaltyPerStream.micros",
            "must be 0 to 1e9, but is \(micros)"
        )
        try require(
            currency.utf8.count == 3 && currency.utf8.allSatisfy { (65...90).contains($0) },
            "royaltyPerStream.currency",
            "must be an ISO 4217 code such as EUR, but is \"\(currency.prefix(16))\""
        )
    }
}

/// How promotions are drawn when several are nearly as good.
public struct Randomization: Hashable, Sendable, Codable {
    /// Width over which near-ties are shared, in organic-score units; 0 picks the best.
    public var smoothing: Double
    /// Least probability with which an eligible candidate is promoted, so that its effect stays measurable.
    public var explorationShare: Double

    /// Gathers the settings.
    public init(smoothing: Double, explorationShare: Double) {
        self.smoothing = smoothing
        self.explorationShare = explorationShare
    }

    package func validate() throws(InvalidField) {
        try require(smoothing.isFinite && smoothing >= 0, "smoothing", "must be a number ≥ 0, but is \(smoothing)")
        try require(
            (0...0.1).contains(explorationShare),
            "explorationShare",
            "must be 0 to 0.1, but is \(explorationShare)"
        )
    }
}
