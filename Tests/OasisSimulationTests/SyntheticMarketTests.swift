import OasisMarket
import OasisScoring
import OasisSimulation
import Testing

@Suite("Synthetic markets")
struct SyntheticMarketTests {
    private static let market = SyntheticMarket(shape: .small, seed: 1, day: SmallDay.day)
    private static let traffic = market.traffic()

    private func text(_ traffic: [TrafficRequest]) -> [String] { traffic.map { "\($0)" } }

    @Test("The same seed gives the same market and the same traffic, another seed or variant others")
    func seeds() {
        let again = SyntheticMarket(shape: .small, seed: 1, day: SmallDay.day)
        #expect(again.campaigns == Self.market.campaigns && again.policy == Self.market.policy)
        #expect(again.licensors == Self.market.licensors)
        #expect(text(again.traffic()) == text(Self.traffic))
        let other = SyntheticMarket(shape: .small, seed: 2, day: SmallDay.day)
        #expect(other.campaigns != Self.market.campaigns)
        #expect(text(other.traffic()) != text(Self.traffic))
        #expect(text(again.traffic(variant: 1)) != text(Self.traffic))
    }

    @Test("Its documents keep the rules that real ones are held to")
    func documents() throws {
        try Self.market.policy.validate()
        for licensor in Self.market.licensors { try licensor.validate() }
        for campaign in Self.market.campaigns { try campaign.validate() }
        #expect(Self.market.campaigns.count == MarketShape.small.campaigns)
        #expect(Set(Self.market.campaigns.flatMap(\.tracks)).count == MarketShape.small.campaigns)
        let known = Set(Self.market.licensors.map(\.id))
        #expect(Self.market.campaigns.allSatisfy { known.contains($0.licensor) })
        #expect(Set(Self.market.licensors.map(\.tier.text)) == ["major", "independent"])
    }

    @Test("Traffic comes in order of time, within the day, ranked best first, without a track twice")
    func traffic() {
        let (traffic, shape) = (Self.traffic, MarketShape.small)
        #expect(traffic.count == shape.requestsPerDay)
        #expect(traffic.map(\.index) == Array(0..<shape.requestsPerDay))
        #expect(zip(traffic, traffic.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(traffic.allSatisfy { $0.time.day == SmallDay.day })
        for request in traffic {
            #expect(request.candidates.count == shape.candidatesPerRequest)
            #expect(Set(request.candidates).count == request.candidates.count)
            #expect(request.scores == request.scores.sorted(by: >))
            #expect(request.scores.allSatisfy { $0 > 0 && $0 < 1 })
            #expect((0..<shape.listeners).contains(request.listener))
        }
    }

    @Test("Surfaces and countries get the shares of their shape, evenings more than nights")
    func shares() {
        let (traffic, shape) = (Self.traffic, MarketShape.small)
        let total = Double(traffic.count)
        for surface in shape.surfaces {
            let share = Double(traffic.count { $0.cell.surface == surface.id }) / total
            #expect(abs(share - surface.share) < 0.05)
        }
        for country in shape.countries {
            let own = traffic.filter { $0.cell.market == country.id }
            #expect(abs(Double(own.count) / total - country.share) < 0.05)
            func local(_ hours: ClosedRange<Double>) -> Int {
                own.count {
                    let hour = $0.time.secondOfDay / 3_600 + country.hoursAheadOfUTC + 24
                    return hours.contains(hour.truncatingRemainder(dividingBy: 24))
                }
            }
            #expect(local(17...20) > 3 * local(1...4))
        }
    }

    @Test("The daily curve gives every share of the day its second, rising")
    func dailyCurve() {
        let curve = DailyCurve(hoursAheadOfUTC: 1)
        let seconds = (0...1_000).map { curve.second(atShare: Double($0) / 1_000) }
        #expect(seconds == seconds.sorted())
        #expect(seconds[0] >= 0 && seconds[0] < 300)
        #expect(seconds[1_000] < 86_400 && seconds[1_000] > 86_000)
    }
}
