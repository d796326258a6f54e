package import OasisMarket
package import OasisScoring
package import OasisSimulation
import Synchronization

/// One day of a synthetic market.
package final class GeneratedLog: MarketLog {
    package let title: String
    package let times: [Timestamp]
    private let market: SyntheticMarket
    private let traffic: [TrafficRequest]
    private let behaviour: ListenerBehaviour
    private let firstStreams = Mutex<Set<Acquaintance>>([])

    /// A listener who streamed an artist during this day.
    private struct Acquaintance: Hashable {
        var listener: Int
        var artist: Int
    }

    /// The same arguments give the same log on every machine.
    package init(shape: MarketShape, seed: UInt64, day: Day) {
        market = SyntheticMarket(shape: shape, seed: seed, day: day)
        traffic = market.traffic()
        behaviour = ListenerBehaviour(seed: seed)
        times = traffic.map(\.time)
        title = "generated market, seed \(seed), \(day)"
    }

    package var setUp: MarketSetUp {
        MarketSetUp(licensors: market.licensors, campaigns: market.campaigns, policy: market.policy)
    }

    package func request(at index: Int) -> ScoreRequest {
        var request = market.scoreRequest(for: traffic[index]) { listener, artist in
            !market.knew(listener: listener, artist: artist)
                && !firstStreams.withLock { $0.contains(Acquaintance(listener: listener, artist: artist)) }
        }
        // Another day of the same market is other requests: a server takes the same name for the same decision.
        request.id = RequestID(trusted: "\(market.day)-\(market.seed)-\(index + 1)")
        return request
    }

    package func play(_ slate: [Int], of request: ScoreRequest, at index: Int) -> [ListenerBehaviour.Play] {
        let plays = behaviour.play(slate, of: request)
        firstStreams.withLock { acquaintances in
            for play in plays where play.isStream {
                let artist = market.catalogue[traffic[index].candidates[play.candidate]].artist
                acquaintances.insert(Acquaintance(listener: traffic[index].listener, artist: artist))
            }
        }
        return plays
    }
}
