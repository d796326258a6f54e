import OasisMarket
import OasisScoring
import Testing

@Suite("Explanations are the score's own arithmetic")
struct ExplanationTests {
    private func snapshot(rows: [PricedRow] = []) -> Snapshot {
        var random = SeededGenerator(seed: 71)
        var campaigns = (0..<12).map { Fixture.campaign($0) }
        for index in campaigns.indices {
            for attribute in Attribute.allCases {
                campaigns[index].prices[attribute] = 0.1 * random.uniform() - (attribute == .listenerLoss ? 0 : 0.03)
            }
        }
        var snapshot = Fixture.snapshot(
            campaigns,
            worths: [.delivery: 0.03, .stream: 0.2, .save: 0.4, .newListener: 0.1, .commission: 11, .listenerLoss: -1],
            cells: [PricedCell(cell: Fixture.radio, prices: Fixture.vector([.delivery: 0.01, .listenerLoss: 0.2]))],
            smoothing: 0.02,
            exploration: 0.02
        )
        snapshot.rows = rows
        return snapshot
    }

    private func request(_ index: Int, _ random: inout SeededGenerator) throws -> ScoreRequest {
        let promoted = (0..<12).map { (track: "promoted-\($0)", organic: Float(random.uniform())) }
        return try Fixture.request("request-\(index)", promoted: promoted, slots: 2)
    }

    private func explain(
        _ request: ScoreRequest,
        by snapshot: Snapshot,
        at now: Timestamp = Fixture.noon,
        obstacle: (Int) -> ReasonCode? = { _ in nil }
    ) -> (reply: ScoreReply, explanations: [Explanation]) {
        Scorer(snapshot).explain(request, at: now, drawKey: Fixture.key, obstacle: obstacle)
    }

    @Test("The terms add up to the boost to the last bit, and the reply is the one that scoring gives")
    func sums() throws {
        let snapshot = snapshot()
        var random = SeededGenerator(seed: 72)
        var promoted = 0
        for index in 0..<300 {
            let request = try request(index, &random)
            let (reply, explanations) = explain(request, by: snapshot)
            #expect(reply == Fixture.score(request, by: snapshot))
            #expect(explanations.map(\.index) == Array(3..<15))
            for explanation in explanations {
                var sum = 0.0
                for term in explanation.terms {
                    let margin = term.worth - term.campaignPrice - term.cellPrice
                    #expect(term.contribution == term.amount * margin)
                    sum += term.contribution
                }
                #expect(sum == explanation.pricedWorth)
                #expect(sum / explanation.lossPrice == explanation.fullBoost)
            }
            for promotion in reply.promotions {
                promoted += 1
                let explanation = try #require(explanations.first { $0.index == promotion.index })
                #expect(explanation.verdict == .promoted)
                #expect(explanation.boost == promotion.boost)
                #expect(Float(explanation.propensity) == promotion.propensity)
                if promotion.reasons == [.worthItsPrice] { #expect(Float(explanation.fullBoost) == promotion.boost) }
            }
            #expect(explanations.filter { $0.verdict == .promoted }.count == reply.promotions.count)
        }
        #expect(promoted > 100)
    }

    @Test("Rows take what the folded prices take, and a sentence names the dearest")
    func rows() throws {
        var snapshot = Fixture.snapshot(
            [Fixture.campaign(0, prices: [.delivery: 0.45 - 0.1]), Fixture.campaign(1, prices: [.delivery: -0.1])],
            worths: [.delivery: 0.3],
            cells: [PricedCell(cell: Fixture.radio, prices: Fixture.vector([.delivery: 0.1 * (1 - 0.25)]))]
        )
        snapshot.rows = [
            PricedRow(name: "cap campaign-0", attribute: .delivery, scope: .campaign(0), price: 0.45),
            PricedRow(name: "promises", attribute: .delivery, scope: .campaigns([0, 1]), price: -0.1),
            PricedRow(name: "radio", attribute: .delivery, scope: .cell(0), price: 0.1),
            PricedRow(name: "share", attribute: .delivery, scope: .campaigns([]), price: 0.1, share: 0.25),
        ]
        let request = try Fixture.request(promoted: [("promoted-0", 0.7), ("promoted-1", 0.6)], slots: 2)
        let (_, explanations) = explain(request, by: snapshot)
        for explanation in explanations {
            let folded = explanation.terms.reduce(0) { $0 + $1.amount * ($1.campaignPrice + $1.cellPrice) }
            #expect(abs(explanation.rows.reduce(0) { $0 + $1.cost } - folded) < 1e-12)
        }
        let dear = try #require(explanations.first)
        #expect(dear.verdict == .notWorthItsPrice)
        #expect(dear.rows.map(\.name) == ["cap campaign-0", "radio", "share", "promises"])
        // 0.45 − (0.3 + 0.1 + 0.025 − 0.1 − a loss of 0.9 − 0.7 = 0.2): the price against everything else.
        #expect(abs(try #require(dear.lostBy) - 0.325) < 1e-6)
        #expect(dear.sentence == "Lost by 0.325: price of cap campaign-0 0.45 − value 0.125.")
        #expect(explanations.last?.verdict == .promoted)
    }

    @Test("Each way of not being promoted has a verdict of its own")
    func verdicts() throws {
        var snapshot = Fixture.snapshot(
            (0..<8).map { Fixture.campaign($0) },
            guardrails: Fixture.guardrails(maxBoost: 0.5)
        )
        snapshot.guardrails.minimumOrganicPercentile = 0.1
        snapshot.campaigns[1].end = Fixture.noon
        snapshot.campaigns[2].markets = [MarketID(trusted: "US")]
        snapshot.campaigns[4].prices = Fixture.vector([.delivery: 3])
        snapshot.campaigns[6].tracks.append(TrackID(trusted: "promoted-6-live"))
        let request = try Fixture.request(
            promoted: [
                ("promoted-0", 0.95), ("promoted-1", 0.7), ("promoted-2", 0.7), ("promoted-3", 0.1),
                ("promoted-4", 0.7),
                ("promoted-5", 0.65), ("promoted-6", 0.79), ("promoted-6-live", 0.6), ("promoted-7", 0.6),
                ("promoted-3", 0.2),
            ]
        )
        let (_, explanations) = explain(request, by: snapshot) { $0 == 5 ? .campaignFrequency : nil }
        #expect(
            explanations.map(\.verdict) == [
                .playedAnyway, .outsideWindow, .outsideContext, .organicPercentile, .notWorthItsPrice, .heldBack,
                .promoted,
                .otherTrack, .slateLimit, .maxBoost,
            ]
        )
        #expect(explanations[5].heldBackBy == .campaignFrequency)
        #expect(explanations[7].lostTo == 9 && explanations[8].lostTo == 9)
        #expect(abs(try #require(explanations[8].lostBy) - 0.19) < 1e-6)
        #expect(Set(explanations.map(\.sentence)).count == explanations.count)
    }

    @Test("A stopped policy explains nothing: its reply says why")
    func stopped() throws {
        var snapshot = snapshot()
        snapshot.guardrails.isPromotionStopped = true
        let (reply, explanations) = explain(try Fixture.request(), by: snapshot)
        #expect(reply.degradations == [.promotionStopped] && explanations.isEmpty)
    }
}
