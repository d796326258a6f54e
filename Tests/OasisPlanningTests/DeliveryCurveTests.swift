import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("Delivery along a curve")
struct DeliveryCurveTests {
    private func campaign(_ curve: [Double]) -> Campaign {
        var campaign = Market.campaign(0, cap: 60)
        campaign.deliveryCurve = curve
        return campaign
    }

    @Test(
        "A curve that is none is refused with its field",
        arguments: [
            ([Double](repeating: 1, count: 23), "deliveryCurve"), ([Double](repeating: 0, count: 24), "deliveryCurve"),
            ([-1] + [Double](repeating: 1, count: 23), "deliveryCurve[0]"),
            ([Double](repeating: 1, count: 23) + [.infinity], "deliveryCurve[23]"),
        ]
    )
    func validation(curve: [Double], field: String) {
        let error = #expect(throws: InvalidField.self) { try campaign(curve).validate() }
        #expect(error?.field == field)
    }

    @Test("A campaign is planned along its own curve, not along the traffic")
    func evening() throws {
        let curve = (0..<24).map { $0 < 18 ? 0.0 : 1 }
        try campaign(curve).validate()
        let node = try Node(campaigns: [campaign(curve), Market.campaign(1, cap: 60)])
        _ = try node.engine.replan(at: Market.day.start)
        var random = SeededGenerator(seed: 91)
        for index in 0..<300 {
            _ = node.engine.score(try Market.request(index, at: Market.day.start, &random), at: Market.day.start)
        }
        func plan(at hour: Double) throws -> (campaign: CampaignStatus, bound: Double) {
            let now = Market.day.start.advanced(bySeconds: hour * 3_600)
            let plan = try node.engine.replan(at: now)
            let status = try node.engine.status(at: now)
            let campaign = try #require(status.campaigns.first { $0.campaign.id.text == "c0" })
            return (campaign, try #require(plan.rows.first { $0.name == "cap c0" }).planned)
        }
        let morning = try plan(at: 6)
        #expect(morning.bound < 1e-3, "nothing is bought before the curve begins")
        #expect(morning.campaign.planCurve[71] == 0, "18:00")
        #expect(abs(morning.campaign.planCurve[83] - 30) < 1e-6, "half of it by 21:00")
        #expect(abs(morning.campaign.planCurve[95] - 60) < 1e-6)
        #expect(try plan(at: 19).bound > 0)
    }

    @Test("The share off a curve is the mean distance of the two cumulative shares")
    func adherence() {
        #expect(PlanAdherence.shareOffCurve(delivered: [1, 2, 3, 4], planned: [25, 50, 75, 100]) == 0)
        let share = PlanAdherence.shareOffCurve(delivered: [4, 4, 4, 4], planned: [25, 50, 75, 100])
        #expect(abs((share ?? 0) - (0.75 + 0.5 + 0.25) / 4) < 1e-12)
        #expect(PlanAdherence.shareOffCurve(delivered: [0, 0], planned: [1, 2]) == nil)
    }
}
