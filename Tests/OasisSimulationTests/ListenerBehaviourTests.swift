import OasisMarket
import OasisPlanning
import OasisScoring
import OasisSimulation
import Testing

@Suite("Simulated listeners")
struct ListenerBehaviourTests {
    private static let market = SyntheticMarket(shape: .small, seed: 3, day: SmallDay.day)
    private static let requests = market.traffic().prefix(2_000).map { market.scoreRequest(for: $0) { _, _ in true } }
    private let behaviour = ListenerBehaviour(seed: 5)

    @Test("A slate is the best by organic score and boost, ties by place in the request")
    func slate() throws {
        let request = try ScoreRequest(
            id: RequestID("r"),
            listener: ListenerID("l"),
            cell: Cell(surface: SurfaceID("radio"), market: MarketID("DE")),
            time: SmallDay.day.start,
            scale: "s",
            slateSize: 3,
            promotableSlots: 1,
            tracks: ["a", "b", "c", "d", "e"].map { TrackID(trusted: $0) },
            organicScores: [0.5, 0.9, 0.5, 0.5, 0.1]
        )
        #expect(ListenerBehaviour.slate(of: request, boosts: []) == [1, 0, 2])
        #expect(ListenerBehaviour.slate(of: request, boosts: [(4, 0.5)]) == [1, 4, 0])
        #expect(ListenerBehaviour.slate(of: request, boosts: [(4, 0.25)]) == [1, 0, 2])
    }

    @Test("The same request is played the same way twice, and a track's fate does not depend on the rest of the slate")
    func deterministic() {
        for request in Self.requests.prefix(200) {
            let organic = ListenerBehaviour.slate(of: request, boosts: [])
            #expect(behaviour.play(organic, of: request) == behaviour.play(organic, of: request))
            let other = ListenerBehaviour.slate(of: request, boosts: [(organic.count, 1)])
            let fates = Dictionary(
                uniqueKeysWithValues: behaviour.play(organic, of: request).filter(\.isShown)
                    .map { ($0.candidate, $0.playedMilliseconds) }
            )
            for play in behaviour.play(other, of: request) where play.isShown {
                guard let played = fates[play.candidate] else { continue }
                #expect(play.playedMilliseconds == played)
            }
        }
    }

    @Test("Tracks are streamed as often as their probability says; a session that ended plays nothing more")
    func frequencies() {
        var (expected, variance, streams, shown) = (0.0, 0.0, 0.0, 0)
        for request in Self.requests {
            let plays = behaviour.play(ListenerBehaviour.slate(of: request, boosts: []), of: request)
            #expect(plays.first?.isShown == true)
            #expect(plays.map(\.isShown) == plays.map(\.isShown).sorted { $0 && !$1 }, "gone is gone")
            for play in plays {
                guard play.isShown else {
                    #expect(play.playedMilliseconds == 0 && !play.isSaved && !play.isAdded && !play.isFollowed)
                    continue
                }
                let probability = Double(request.organicScores[play.candidate])
                shown += 1
                expected += probability
                variance += probability * (1 - probability)
                streams += play.isStream ? 1 : 0
                #expect(play.isStream || !play.isSaved)
            }
        }
        #expect(shown > 5_000)
        #expect(abs(streams - expected) < 5 * variance.squareRoot())
    }

    @Test("Every promotion of a slate ends in exactly one of shown and released")
    func reports() throws {
        var (shown, released) = (0, 0)
        for request in Self.requests.prefix(500) {
            let slate = ListenerBehaviour.slate(of: request, boosts: [])
            let receipts = Dictionary(uniqueKeysWithValues: slate.map { ($0, [UInt8($0)]) })
            let reports = try PlayReports(source: "test", request: request, receipts: receipts)
                .reports(behaviour.play(slate, of: request))
            #expect(Set(reports.map(\.id)).count == reports.count, "ids say what they are about")
            for candidate in slate {
                let own = reports.filter { $0.subject == .receipt([UInt8(candidate)]) }
                let ends = own.filter { $0.kind == .shown || $0.kind == .released }
                #expect(ends.count == 1)
                shown += ends.count { $0.kind == .shown }
                released += ends.count { $0.kind == .released }
                #expect(own.count { $0.kind == .streamed } == ends.count { $0.kind == .shown })
            }
        }
        #expect(shown > 1_000 && released > 20)
    }
}
