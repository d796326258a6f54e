import OasisMarket
import OasisResponse
import OasisScoring
import Testing

/// DESIGN §4: sorting by organic + boost carries out the plan.
@Suite("Sorting by organic + boost carries out the plan")
struct EquivalenceTests {
    private struct Market {
        var snapshot: Snapshot
        var request: ScoreRequest
    }

    /// A random request of 30 candidates, two thirds of them opted in, under random worths and prices of either sign.
    private func market(_ random: inout SeededGenerator, slots: Int) throws -> Market {
        func prices(_ scale: Double, _ random: inout SeededGenerator) -> AttributeVector {
            var vector = AttributeVector()
            for attribute in Attribute.allCases where attribute != .listenerLoss {
                vector[attribute] = scale * (random.uniform() - 0.3)
            }
            vector[.listenerLoss] = random.uniform() < 0.5 ? 0 : 3 * random.uniform()
            return vector
        }
        var campaigns = (0..<20).map { Fixture.campaign($0) }
        for index in campaigns.indices { campaigns[index].prices = prices(0.1, &random) }
        let snapshot = Snapshot(
            number: 1,
            createdAt: Fixture.noon,
            policyVersion: 1,
            scale: "test/1",
            worths: Fixture.vector([
                .delivery: 0.1 * random.uniform(), .stream: 0.4 * random.uniform(), .save: 0.5 * random.uniform(),
                .newListener: 0.3 * random.uniform(), .commission: 40 * random.uniform(), .listenerLoss: -1,
            ]),
            guardrails: Fixture.guardrails(),
            randomization: Randomization(smoothing: 0, explorationShare: 0),
            cells: [PricedCell(cell: Fixture.radio, prices: prices(0.05, &random))],
            elsewherePrices: AttributeVector(),
            campaigns: campaigns
        )
        var tracks = (0..<20).map { TrackID(trusted: "promoted-\($0)") }
        tracks += (0..<10).map { TrackID(trusted: "other-\($0)") }
        tracks.shuffle(using: &random)
        return Market(
            snapshot: snapshot,
            request: try ScoreRequest(
                id: RequestID("r-\(random.next())"),
                listener: ListenerID("l"),
                cell: Fixture.radio,
                time: Fixture.noon,
                scale: "test/1",
                slateSize: 6,
                promotableSlots: slots,
                tracks: tracks,
                organicScores: tracks.map { _ in Float(random.uniform()) },
                streamProbabilities: tracks.map { _ in Float(random.uniform()) },
                isNewToArtist: tracks.map { _ in random.uniform() < 0.5 }
            )
        )
    }

    /// The program's reduced value of promoting a candidate, straight from its definition in DESIGN §3.
    private func netWorth(_ candidate: Int, in market: Market, displacing displaced: Float) -> Double? {
        let (request, snapshot) = (market.request, market.snapshot)
        guard let campaign = snapshot.campaigns.first(where: { $0.tracks.contains(request.tracks[candidate]) }) else {
            return nil
        }
        let stream = Double(request.streamProbabilities?[candidate] ?? 0)
        let amounts: [Attribute: Double] = [
            .delivery: 1, .stream: stream, .save: stream * campaign.rates.savesPerStream,
            .newListener: request.isNewToArtist?[candidate] == true ? stream : 0,
            .commission: stream * campaign.commissionPerStream,
            .listenerLoss: Double(displaced) - Double(request.organicScores[candidate]),
        ]
        return amounts.reduce(0) { sum, term in
            let price = campaign.prices[term.key] + snapshot.cells[0].prices[term.key]
            let worth = term.key == .listenerLoss ? -1 : snapshot.worths[term.key]
            return sum + term.value * (worth - price)
        }
    }

    @Test("With one slot exactly the candidate of the largest positive net worth is promoted, and nothing else moves")
    func oneSlot() throws {
        var random = SeededGenerator(seed: 11)
        var (promoted, kept) = (0, 0)
        for _ in 0..<400 {
            let market = try market(&random, slots: 1)
            let request = market.request
            let organic = Fixture.slate(request, [])
            let last = request.organicScores[organic[5]]
            var best: (candidate: Int, worth: Double)?
            for candidate in request.tracks.indices where !organic.contains(candidate) {
                guard let worth = netWorth(candidate, in: market, displacing: last), worth > best?.worth ?? 0 else {
                    continue
                }
                best = (candidate, worth)
            }
            let reply = Fixture.score(request, by: market.snapshot)
            #expect(reply.promotions.map(\.index) == (best.map { [$0.candidate] } ?? []))
            let expected = Set(best.map { organic.dropLast() + [$0.candidate] } ?? organic)
            #expect(Set(Fixture.slate(request, reply.promotions)) == expected)
            if let best {
                promoted += 1
                let loss = Double(last) - Double(request.organicScores[best.candidate])
                #expect(abs(reply.listenerLoss - loss) < 1e-12)
                #expect(reply.promotions[0].propensity == 1)
                #expect(reply.promotions[0].reasons == [.worthItsPrice])
            } else {
                kept += 1
            }
        }
        // Both cases must have been tried.
        #expect(promoted > 50 && kept > 20)
    }

    @Test("The boost is what the candidate is worth after prices, in organic-score units")
    func boostFormula() throws {
        var random = SeededGenerator(seed: 12)
        var seen = 0
        for _ in 0..<200 {
            let market = try market(&random, slots: 1)
            let reply = Fixture.score(market.request, by: market.snapshot)
            guard let promotion = reply.promotions.first else { continue }
            seen += 1
            let campaign = market.snapshot.campaigns[Int(promotion.campaignNumber) - 1]
            let lossPrice = 1 + campaign.prices[.listenerLoss] + market.snapshot.cells[0].prices[.listenerLoss]
            // At a displaced score equal to its own the candidate loses nothing: what remains is its priced worth.
            let own = market.request.organicScores[promotion.index]
            let worth = try #require(netWorth(promotion.index, in: market, displacing: own))
            #expect(abs(Double(promotion.boost) - worth / lossPrice) < 1e-6)
        }
        #expect(seen > 50)
    }

    @Test("With more slots every promoted candidate reaches the slate", arguments: [2, 3, 6])
    func moreSlots(slots: Int) throws {
        var random = SeededGenerator(seed: UInt64(slots))
        var most = 0
        for _ in 0..<300 {
            let market = try market(&random, slots: slots)
            let reply = Fixture.score(market.request, by: market.snapshot)
            let slate = Fixture.slate(market.request, reply.promotions)
            #expect(reply.promotions.allSatisfy { slate.contains($0.index) })
            #expect(reply.promotions.count <= slots)
            let organic = Fixture.slate(market.request, [])
            let before = organic.reduce(0) { $0 + Double(market.request.organicScores[$1]) }
            let after = slate.reduce(0) { $0 + Double(market.request.organicScores[$1]) }
            #expect(reply.listenerLoss >= before - after - 1e-9, "loss is never understated")
            most = max(most, reply.promotions.count)
        }
        #expect(most >= 2)
    }

    @Test("Tied scores do not keep a promoted candidate out of the slate")
    func ties() throws {
        var random = SeededGenerator(seed: 13)
        for _ in 0..<300 {
            var market = try market(&random, slots: 2)
            for index in market.request.organicScores.indices {
                market.request.organicScores[index] = Float(random.index(below: 4)) / 4
            }
            let reply = Fixture.score(market.request, by: market.snapshot)
            let slate = Fixture.slate(market.request, reply.promotions)
            #expect(reply.promotions.allSatisfy { slate.contains($0.index) })
        }
    }

    @Test("What reaches the slate by itself is never promoted")
    func organicTracks() throws {
        var random = SeededGenerator(seed: 14)
        for _ in 0..<300 {
            let market = try market(&random, slots: 3)
            let organic = Set(Fixture.slate(market.request, []))
            let reply = Fixture.score(market.request, by: market.snapshot)
            #expect(reply.promotions.allSatisfy { !organic.contains($0.index) })
        }
    }

    @Test("Boosts are positive and never above the policy's largest, whatever is drawn")
    func largestBoost() throws {
        var random = SeededGenerator(seed: 15)
        var (promotions, cut) = (0, 0)
        for _ in 0..<400 {
            var market = try market(&random, slots: 3)
            let largest = [0.05, 0.1, 0.3][random.index(below: 3)]
            market.snapshot.guardrails.maxBoost = largest
            market.snapshot.randomization = Randomization(smoothing: 0.02, explorationShare: 0.1)
            let reply = Fixture.score(market.request, by: market.snapshot)
            let slate = Fixture.slate(market.request, reply.promotions)
            for promotion in reply.promotions {
                promotions += 1
                cut += promotion.reasons.contains(.maxBoost) ? 1 : 0
                #expect(promotion.boost > 0)
                #expect(promotion.boost <= Float(largest))
                #expect(slate.contains(promotion.index))
                #expect(promotion.propensity > 0 && promotion.propensity <= 1)
            }
        }
        #expect(promotions > 100 && cut > 20)
    }
}
