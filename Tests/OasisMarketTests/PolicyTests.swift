import Foundation
import OasisMarket
import Testing

@Suite("Policies")
struct PolicyTests {
    static let policy = Policy(
        scale: "stream-probability/1",
        objectives: [.stream: 0.1, .commission: 40],
        rows: [
            PolicyRow(
                name: "loss",
                attribute: .listenerLoss,
                scope: .eachCell,
                sense: .atMost,
                measure: .organicShare,
                bound: 0.005
            ),
            PolicyRow(
                name: "independents",
                attribute: .delivery,
                scope: .tier(TierID(trusted: "independent")),
                sense: .atLeast,
                measure: .share,
                bound: 0.25,
                penalty: 0.2
            ),
        ],
        guardrails: Guardrails(
            maxBoost: 0.3,
            maxPromotedPerSlate: 2,
            minimumOrganicPercentile: 0.2,
            holdout: BasisPoints(200),
            holdoutSalt: "salt",
            disabledSurfaces: [SurfaceID(trusted: "mix")],
            minimumGap: 2,
            frequency: [
                FrequencyLimit(scope: .campaign, maximum: 2, windowHours: 24),
                FrequencyLimit(scope: .artist, maximum: 3, windowHours: 24),
            ],
            shadowSurfaces: [SurfaceID(trusted: "car")]
        ),
        guarantees: GuaranteeRule(penalty: 0.3, margin: 0.03),
        commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
        randomization: Randomization(smoothing: 0.002, explorationShare: 0.005),
        experiments: [
            ExperimentLayer(
                name: ExperimentLayerID(trusted: "pricing"),
                salt: "pricing-1",
                arms: [
                    ExperimentArm(
                        name: ExperimentArmID(trusted: "bold"),
                        share: BasisPoints(1_000),
                        worthFactors: [.stream: 1.5],
                        maxBoost: 0.2
                    ),
                    ExperimentArm(name: ExperimentArmID(trusted: "silent"), share: BasisPoints(500), isShadow: true),
                ]
            ),
            ExperimentLayer(
                name: ExperimentLayerID(trusted: "slots"),
                salt: "slots-1",
                arms: [
                    ExperimentArm(
                        name: ExperimentArmID(trusted: "one"),
                        share: BasisPoints(5_000),
                        maxPromotedPerSlate: 1
                    )
                ]
            ),
        ]
    )

    @Test("A policy within all rules is taken, and its JSON reads back as itself")
    func valid() throws {
        try Self.policy.validate()
        let encoded = try JSONEncoder().encode(Self.policy)
        #expect(try JSONDecoder().decode(Policy.self, from: encoded) == Self.policy)
        let object = try #require(try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
        #expect((object["objectives"] as? [String: Double]) == ["stream": 0.1, "commission": 40])
    }

    @Test("Each broken rule is refused with the path of its field")
    func invalid() {
        let cases: [(String, (inout Policy) -> Void)] = [
            ("scale", { $0.scale = "" }),
            ("scale", { $0.scale = String(repeating: "x", count: 65) }),
            ("objectives.stream", { $0.objectives[.stream] = -0.1 }),
            ("objectives.stream", { $0.objectives[.stream] = .nan }),
            ("objectives.save", { $0.objectives[.save] = .infinity }),
            ("objectives.listenerLoss", { $0.objectives[.listenerLoss] = 1 }),
            ("rows[0].bound", { $0.rows[0].bound = -1 }),
            ("rows[1].penalty", { $0.rows[1].penalty = nil }),
            ("rows[1].name", { $0.rows[1].name = "loss" }),
            ("guardrails.maxBoost", { $0.guardrails.maxBoost = -1 }),
            ("guardrails.maxBoost", { $0.guardrails.maxBoost = .nan }),
            ("guardrails.maxBoost", { $0.guardrails.maxBoost = .infinity }),
            ("guardrails.maxPromotedPerSlate", { $0.guardrails.maxPromotedPerSlate = -1 }),
            ("guardrails.maxPromotedPerSlate", { $0.guardrails.maxPromotedPerSlate = 101 }),
            ("guardrails.minimumOrganicPercentile", { $0.guardrails.minimumOrganicPercentile = 1.01 }),
            ("guardrails.minimumOrganicPercentile", { $0.guardrails.minimumOrganicPercentile = .nan }),
            ("guardrails.holdout", { $0.guardrails.holdout = BasisPoints(10_001) }),
            ("guardrails.holdout", { $0.guardrails.holdout = BasisPoints(-1) }),
            ("guardrails.holdoutSalt", { $0.guardrails.holdoutSalt = "" }),
            ("guardrails.holdoutSalt", { $0.guardrails.holdoutSalt = String(repeating: "x", count: 65) }),
            ("guardrails.minimumGap", { $0.guardrails.minimumGap = -1 }),
            ("guardrails.minimumGap", { $0.guardrails.minimumGap = 51 }),
            ("guardrails.frequency[0].maximum", { $0.guardrails.frequency[0].maximum = 0 }),
            ("guardrails.frequency[1].maximum", { $0.guardrails.frequency[1].maximum = 51 }),
            ("guardrails.frequency[0].windowHours", { $0.guardrails.frequency[0].windowHours = 0 }),
            ("guardrails.frequency[1].windowHours", { $0.guardrails.frequency[1].windowHours = 745 }),
            ("guardrails.frequency[1].windowHours", { $0.guardrails.frequency[1].scope = .campaign }),
            (
                "guardrails.frequency",
                { $0.guardrails.frequency += Array(repeating: $0.guardrails.frequency[0], count: 7) }
            ),
            ("experiments[0].salt", { $0.experiments[0].salt = "" }),
            ("experiments[0].salt", { $0.experiments[0].salt = "salt" }),
            ("experiments[1].salt", { $0.experiments[1].salt = "pricing-1" }),
            ("experiments[1].name", { $0.experiments[1].name = ExperimentLayerID(trusted: "pricing") }),
            ("experiments[0].arms", { $0.experiments[0].arms = [] }),
            ("experiments[0].arms", { $0.experiments[0].arms[0].share = BasisPoints(9_501) }),
            ("experiments[0].arms[1].share", { $0.experiments[0].arms[1].share = BasisPoints(0) }),
            ("experiments[0].arms[1].name", { $0.experiments[0].arms[1].name = ExperimentArmID(trusted: "bold") }),
            ("experiments[0].arms[0].worthFactors.stream", { $0.experiments[0].arms[0].worthFactors[.stream] = .nan }),
            ("experiments[0].arms[0].worthFactors.save", { $0.experiments[0].arms[0].worthFactors[.save] = -1 }),
            (
                "experiments[0].arms[0].worthFactors.listenerLoss",
                { $0.experiments[0].arms[0].worthFactors[.listenerLoss] = 1 }
            ),
            ("experiments[0].arms[0].maxBoost", { $0.experiments[0].arms[0].maxBoost = 0.31 }),
            ("experiments[0].arms[0].maxBoost", { $0.experiments[0].arms[0].maxBoost = .nan }),
            ("experiments[1].arms[0].maxPromotedPerSlate", { $0.experiments[1].arms[0].maxPromotedPerSlate = 3 }),
            ("experiments", { $0.experiments = Array(repeating: $0.experiments[0], count: 9) }),
            ("guarantees.penalty", { $0.guarantees.penalty = 0 }),
            ("guarantees.penalty", { $0.guarantees.penalty = .infinity }),
            ("guarantees.margin", { $0.guarantees.margin = -0.01 }),
            ("guarantees.margin", { $0.guarantees.margin = 1.01 }),
            ("commission.royaltyPerStream.micros", { $0.commission.royaltyPerStream.micros = -1 }),
            ("commission.royaltyPerStream.micros", { $0.commission.royaltyPerStream.micros = 1_000_000_001 }),
            ("commission.royaltyPerStream.currency", { $0.commission.royaltyPerStream.currency = "eur" }),
            ("commission.royaltyPerStream.currency", { $0.commission.royaltyPerStream.currency = "EURO" }),
            ("commission.royaltyPerStream.currency", { $0.commission.royaltyPerStream.currency = "€" }),
            ("randomization.smoothing", { $0.randomization.smoothing = -1 }),
            ("randomization.smoothing", { $0.randomization.smoothing = .nan }),
            ("randomization.explorationShare", { $0.randomization.explorationShare = 0.11 }),
            ("randomization.explorationShare", { $0.randomization.explorationShare = .nan }),
        ]
        for (field, damage) in cases {
            var policy = Self.policy
            damage(&policy)
            #expect(fieldAtFault { try policy.validate() } == field)
        }
    }

    @Test("A policy of an earlier version, without the newer limits and experiments, reads as one that has none")
    func earlierVersion() throws {
        var object = try #require(
            try JSONSerialization.jsonObject(with: try JSONEncoder().encode(Self.policy)) as? [String: Any]
        )
        object["experiments"] = nil
        var guardrails = try #require(object["guardrails"] as? [String: Any])
        for field in ["minimumGap", "frequency", "shadowSurfaces", "isShadow"] { guardrails[field] = nil }
        object["guardrails"] = guardrails
        let policy = try JSONDecoder().decode(Policy.self, from: JSONSerialization.data(withJSONObject: object))
        #expect(policy.experiments.isEmpty && policy.guardrails.frequency.isEmpty && policy.guardrails.minimumGap == 0)
        #expect(!policy.guardrails.isShadow && policy.guardrails.shadowSurfaces.isEmpty)
        // A misspelled limit must not read as one that was left out.
        guardrails["frequncy"] = []
        object["guardrails"] = guardrails
        let misspelled = try JSONSerialization.data(withJSONObject: object)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Policy.self, from: misspelled) }
    }

    @Test("Each broken rule of a row is refused with its field")
    func rows() {
        let cases: [(String, (inout PolicyRow) -> Void)] = [
            ("name", { $0.name = "" }),
            ("name", { $0.name = String(repeating: "x", count: 101) }),
            ("bound", { $0.bound = .nan }),
            ("bound", { $0.bound = .infinity }),
            ("bound", { $0.bound = -0.1 }),
            ("bound", { $0.bound = 1.1 }),
            ("attribute", { $0.attribute = .delivery }),
            ("penalty", { $0.penalty = 0 }),
            ("penalty", { $0.penalty = -1 }),
            ("penalty", { $0.penalty = .infinity }),
            ("penalty", { $0.sense = .atLeast }),
            ("scope", { ($0.measure, $0.scope) = (.share, .all) }),
            ("scope", { ($0.measure, $0.scope) = (.share, .eachCell) }),
        ]
        for (field, damage) in cases {
            var policy = Self.policy
            damage(&policy.rows[0])
            #expect(fieldAtFault { try policy.validate() } == "rows[0].\(field)")
        }
        var daily = Self.policy
        (daily.rows[0].measure, daily.rows[0].bound) = (.perDay, 1e9)
        #expect(fieldAtFault { try daily.validate() } == nil)
    }

    @Test("A hard promise is refused with the reason why")
    func hardPromise() {
        var policy = Self.policy
        policy.rows[1].penalty = nil
        let error = #expect(throws: InvalidField.self) { try policy.validate() }
        #expect(error?.description.contains("a promise can fail") == true)
    }

    @Test("Listener loss is worth minus one, whatever the policy says, and what it does not name nothing")
    func worths() {
        #expect(Self.policy.worth(.listenerLoss) == -1)
        #expect(Self.policy.worth(.commission) == 40)
        #expect(Self.policy.worth(.newListener) == 0)
    }

    @Test(
        "A row's scope is a JSON object of at most one key, both ways",
        arguments: [
            (RowScope.all, "{}"),
            (.campaign(CampaignID(trusted: "c")), #"{"campaign":"c"}"#),
            (.licensor(LicensorID(trusted: "l")), #"{"licensor":"l"}"#),
            (.tier(TierID(trusted: "t")), #"{"tier":"t"}"#),
            (
                .cell(Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))),
                #"{"cell":{"market":"DE","surface":"radio"}}"#
            ),
            (.eachLicensor, #"{"each":"licensor"}"#),
            (.eachCell, #"{"each":"cell"}"#),
        ]
    )
    func scopes(scope: RowScope, text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(scope), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(RowScope.self, from: Data(text.utf8)) == scope)
    }

    @Test(
        "Any other scope is refused",
        arguments: [
            #"{"campaign":"c","tier":"t"}"#, #"{"each":"campaign"}"#, #"{"campaign":""}"#, #"{"cell":"radio/DE"}"#,
            #"{"cell":{"surface":"radio"}}"#, "[]", #""all""#, #"{"tier":null}"#,
        ]
    )
    func badScopes(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RowScope.self, from: Data(text.utf8)) }
    }

    @Test("A scope with a key that nobody knows is refused rather than taken for everything")
    func misspelledScope() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(RowScope.self, from: Data(#"{"licensr":"l"}"#.utf8))
        }
    }
}
