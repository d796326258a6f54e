import OasisMarket
import OasisScoring
import Testing

@Suite("Load")
struct LoadTests {
    /// One candidate is worth its price, three are not.
    private let snapshot = Fixture.snapshot(
        (0..<4).map { Fixture.campaign($0, prices: $0 == 0 ? [:] : [.delivery: 1]) },
        exploration: 0.1
    )
    private let four = (0..<4).map { (track: "promoted-\($0)", organic: 0.7 - Float($0) * 0.01) }

    private func promotions(under load: Load) throws -> [Promotion] {
        let scorer = Scorer(snapshot)
        return try (0..<400)
            .flatMap { draw in
                let request = try Fixture.request("r-\(draw)", promoted: four)
                return scorer.score(request, at: Fixture.noon, drawKey: Fixture.key, under: load) { _ in true }
                    .promotions
            }
    }

    @Test("Before exploration has to go, draws explore", arguments: [Load.all, .withoutShadow, .withoutExplanation])
    func explores(_ load: Load) throws {
        let promotions = try promotions(under: load)
        #expect(promotions.contains { $0.reasons.contains(.exploration) })
        // 0.9 for its worth and a quarter of 0.1 like every other one.
        for promotion in promotions where promotion.campaign.text == "campaign-0" {
            #expect(abs(promotion.propensity - 0.925) < 1e-6)
        }
    }

    @Test("Explanations go before exploration, and who asked for them is told", arguments: Load.allCases)
    func explanations(_ load: Load) throws {
        guard load < .organic else { return }
        var request = try Fixture.request(promoted: [("promoted-0", 0.7)])
        func reply() -> ScoreReply {
            Scorer(snapshot).score(request, at: Fixture.noon, drawKey: Fixture.key, under: load) { _ in true }
        }
        let unasked = reply()
        #expect(unasked.degradations.isEmpty && unasked.promotions.map(\.explanation) == [nil])
        request.explains = true
        let asked = reply()
        #expect(asked.degradations == (load < .withoutExplanation ? [] : [.overloaded]))
        #expect(asked.promotions.map(\.boost) == unasked.promotions.map(\.boost))
        let explanation = try #require(asked.promotions.first).explanation
        #expect((explanation == nil) == (load >= .withoutExplanation))
        guard let explanation else { return }
        let whole = Scorer(snapshot).explain(request, at: Fixture.noon, drawKey: Fixture.key).explanations.first
        #expect(explanation.terms == whole?.terms && explanation.fullBoost == whole?.fullBoost)
        #expect(explanation.listenerLoss == whole?.listenerLoss && explanation.lossPrice == whole?.lossPrice)
    }

    @Test("Without exploration only what is worth its price is promoted, always, and the propensity says so")
    func withoutExploration() throws {
        let promotions = try promotions(under: .withoutExploration)
        #expect(promotions.count == 400)
        #expect(promotions.allSatisfy { $0.campaign.text == "campaign-0" && $0.propensity == 1 })
    }
}
