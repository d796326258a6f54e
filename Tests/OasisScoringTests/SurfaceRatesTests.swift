import OasisMarket
import OasisResponse
import OasisScoring
import Testing

@Suite("Response rates by surface, and those of a canary")
struct SurfaceRatesTests {
    private static func rates(_ streams: Double) -> ResponseRates {
        ResponseRates(streamsPerPlay: streams, savesPerStream: 0, newListenersPerStream: 0)
    }

    /// One campaign, whose song streams 0.2 of the time on radio, or 0.4 for the canary's listeners, and 0.5 elsewhere.
    private static func snapshot(share: Int = 5_000) -> Snapshot {
        var snapshot = Fixture.snapshot([Fixture.campaign(0)])
        snapshot.surfaceRates = SurfaceRates(
            surfaces: [Fixture.radio.surface],
            live: [rates(0.2)],
            canary: [rates(0.4)],
            canaryListeners: .init(share: BasisPoints(share), salt: "salt")
        )
        return snapshot
    }

    private func boost(
        _ listener: String,
        in cell: Cell = Fixture.radio,
        by scorer: Scorer = Scorer(snapshot())
    ) throws -> Float? {
        let request = try Fixture.request(listener: listener, cell: cell, promoted: [("promoted-0", 0.75)])
        return scorer.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }.promotions.first?.boost
    }

    @Test("A listener is scored by the surface's rates, or by the canary's, always the same ones")
    func arms() throws {
        let canary = SurfaceRates.CanaryListeners(share: BasisPoints(5_000), salt: "salt")
        var inCanary = 0
        for index in 0..<200 {
            let listener = "listener-\(index)"
            let isCanary = canary.contains(ListenerID(trusted: listener).stableHash)
            inCanary += isCanary ? 1 : 0
            #expect(try boost(listener) == (isCanary ? 0.4 : 0.2))
            #expect(try boost(listener, in: Fixture.mix) == 0.5, "the campaign's own rate holds elsewhere")
        }
        // 100 ± 4 standard deviations.
        #expect((72...128).contains(inCanary))
    }

    @Test("Who asks what prices decide, and not for whom, leaves the canary out")
    func withoutCanary() throws {
        let scorer = Scorer(MappedSnapshot(Self.snapshot(share: 10_000)), servesCanary: false)
        #expect(try boost("anybody", by: scorer) == 0.2)
        #expect(try boost("anybody", by: Scorer(Self.snapshot(share: 10_000))) == 0.4)
    }

    @Test("Explanations do the same arithmetic")
    func explained() throws {
        let request = try Fixture.request(promoted: [("promoted-0", 0.75)])
        let scorer = Scorer(Self.snapshot(share: 0))
        let answer = scorer.explain(request, at: Fixture.noon, drawKey: Fixture.key) { _ in nil }
        let explanation = try #require(answer.explanations.first)
        #expect(explanation.terms.first { $0.attribute == .stream }?.amount == 0.2)
        #expect(explanation.fullBoost == 0.2)
    }
}
