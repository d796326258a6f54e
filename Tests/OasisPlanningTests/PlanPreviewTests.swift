import OasisLedger
import OasisMarket
import OasisPlanning
import Testing

@Suite("A policy looked at before it is applied")
struct PlanPreviewTests {
    private let later = Market.noon.advanced(bySeconds: 600)

    private var stricter: Policy {
        var policy = Market.policy
        policy.rows = [
            PolicyRow(
                name: "loss",
                attribute: .listenerLoss,
                scope: .all,
                sense: .atMost,
                measure: .perDay,
                bound: 5
            )
        ]
        return policy
    }

    /// A node that has seen traffic at noon.
    private func node() throws -> Node {
        let node = try Node(campaigns: [Market.campaign(0, cap: 20), Market.campaign(1)], now: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        var random = SeededGenerator(seed: 92)
        for index in 0..<300 {
            _ = node.engine.score(try Market.request(index, at: Market.noon, opted: 2, &random), at: Market.noon)
        }
        return node
    }

    @Test("It says what changes, and changes nothing")
    func preview() throws {
        let node = try node()
        let preview = try node.engine.preview(stricter, at: later)
        #expect(preview.basis.policyVersion == 1)
        #expect(preview.sampledRequests > 0 && preview.forecastRequests > 0)
        let loss = try #require(preview.attributes.first { $0.name == "listenerLoss" }).amount
        #expect(loss.before > 5)
        #expect(loss.after <= 5 * (1 + 1e-6))
        let plays = try #require(preview.attributes.first { $0.name == "delivery" }).amount
        #expect(plays.after < plays.before)
        #expect(preview.value.after < preview.value.before)
        #expect(try #require(preview.rows.first { $0.name == "loss" }).binding == .starts)
        #expect(preview.campaigns.map(\.campaign.text) == ["c0", "c1"])
        let byLicensor = preview.licensors.reduce(0) { $0 + $1.amount.after }
        #expect(abs(byLicensor - plays.after) <= 1e-6 * max(1, plays.after))
        #expect(try node.ledger.currentPolicy()?.number == 1)
    }

    @Test("The scorer delivers nearly what was planned, and guardrails that show nothing in the sample are named")
    func replay() throws {
        let node = try node()
        let preview = try node.engine.preview(stricter, at: later)
        #expect(preview.unseenGuardrails.isEmpty)
        // c1 has no cap of its own; exploration and near-ties are all that the program does not know.
        let change = try #require(preview.campaigns.first { $0.campaign.text == "c1" })
        let (planned, replayed) = (change.delivery.before, change.replayed.before)
        #expect(planned > 0 && abs(replayed / planned - 1) < 0.25, "\(replayed) of \(planned)")
        #expect(change.replayed.after < replayed, "the scorer keeps the stricter policy's prices")
        let scored = preview.replayedLicensors.reduce(0) { $0 + $1.amount.after }
        let byCampaign = preview.campaigns.reduce(0) { $0 + $1.replayed.after }
        #expect(abs(scored - byCampaign) < 1e-6 * byCampaign, "nothing was delivered before")

        var looser = Market.policy
        looser.guardrails.maxBoost = 2
        looser.guardrails.minimumOrganicPercentile = 0
        looser.guardrails.holdout = BasisPoints(0)
        #expect(try node.engine.preview(looser, at: later).unseenGuardrails == ["maxBoost", "holdout"])
    }

    @Test("The same policy changes nothing")
    func same() throws {
        let node = try node()
        let preview = try node.engine.preview(Market.policy, at: later)
        #expect(preview.value.after == preview.value.before)
        #expect(preview.rows.allSatisfy { $0.binding == .stays && $0.price.after == $0.price.before })
    }

    @Test("It is applied while it is true, once")
    func apply() throws {
        let node = try node()
        let preview = try node.engine.preview(stricter, at: later)
        let stored = try node.engine.apply(stricter, planned: preview.basis, actor: "ann", at: later)
        #expect(stored.number == 2)
        #expect(try node.ledger.currentPolicy()?.document == stricter)
        #expect(throws: StalePlan.self) {
            try node.engine.apply(stricter, planned: preview.basis, actor: "ann", at: later)
        }
        let back = try node.engine.rollBack(to: nil, actor: "bob", at: later)
        #expect(back.number == 3)
        #expect(try node.ledger.currentPolicy()?.document == Market.policy)
        #expect(try node.engine.rollBack(to: 2, actor: "bob", at: later).document == stricter)
        #expect(throws: PlanningError.noEarlierPolicy) {
            try node.engine.rollBack(to: 99, actor: "bob", at: later)
        }
    }

    @Test("A plan that is too old, of another policy, or of another market is refused, and nothing changes")
    func stale() throws {
        let node = try node()
        let basis = try node.engine.preview(stricter, at: later).basis
        for (policy, seconds) in [(stricter, 3_601.0), (stricter, -1), (Market.policy, 0)] {
            #expect(throws: StalePlan.self) {
                try node.engine.apply(
                    policy,
                    planned: basis,
                    actor: "ann",
                    at: later.advanced(bySeconds: seconds)
                )
            }
        }
        try node.ledger.updateCampaign(Market.campaign(0, cap: 30), expectedRevision: nil, actor: "ann", at: later)
        #expect(throws: StalePlan.self) {
            try node.engine.apply(stricter, planned: basis, actor: "ann", at: later)
        }
        #expect(try node.ledger.currentPolicy()?.number == 1)
    }

    @Test("Without traffic, and of a policy that breaks a rule, there is no plan")
    func refusals() throws {
        let (empty, busy) = (try Node(campaigns: []), try node())
        #expect(throws: PlanningError.noTraffic) { try empty.engine.preview(Market.policy, at: later) }
        var broken = Market.policy
        broken.scale = ""
        #expect(throws: InvalidField.self) { try busy.engine.preview(broken, at: later) }
    }
}
