import OasisMarket
import OasisResponse
import Testing

@Suite("Health of signals, and promotion of models")
struct HealthTests {
    private func profile(
        _ rows: Int,
        seed: UInt64,
        missing: Double = 0.02,
        zeros: Double = 0,
        shift: Double = 0,
        rate: Double = 0.1,
        songs: Int = 20
    ) -> SignalProfile {
        var random = SeededGenerator(seed: seed)
        var profile = SignalProfile(columns: ["song", "score"])
        for _ in 0..<rows {
            profile.add(token: FeatureHash.token("song-\(random.index(below: songs))"), column: 0)
            if random.uniform() < missing {
                profile.addMissing(column: 1)
            } else {
                profile.add(number: random.uniform() < zeros ? 0 : random.uniform() + shift, column: 1)
            }
            profile.endRow(label: random.uniform() < rate ? 1 : 0)
        }
        return profile
    }

    @Test("Two samples of one population have no finding")
    func nothingFound() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let health = SignalHealth(profile(1_000, seed: seed), against: profile(5_000, seed: seed + 100))
            #expect(health.findings.isEmpty, "seed \(seed): \(health.findings)")
        }
    }

    @Test("Each kind of trouble is found, in its column")
    func found() {
        let reference = profile(5_000, seed: 1)
        func found(_ current: SignalProfile, delays: (now: Double, before: Double)? = nil) -> [String] {
            SignalHealth(current, against: reference, delays: delays).findings.map { "\($0.code) \($0.column ?? "")" }
        }
        #expect(found(profile(2_000, seed: 2, missing: 0.3)) == ["feature-missing score"])
        #expect(found(profile(2_000, seed: 3, zeros: 0.1)).first == "feature-zeros score")
        #expect(found(profile(2_000, seed: 4, shift: 0.5)) == ["feature-drift score"])
        #expect(found(profile(2_000, seed: 5, songs: 5)) == ["feature-drift song"])
        #expect(found(profile(2_000, seed: 6, rate: 0.2)) == ["label-rate "])
        #expect(found(profile(2_000, seed: 7), delays: (now: 700, before: 100)) == ["label-delay "])
        #expect(found(profile(50, seed: 8, missing: 1)) == ["few-rows "])
    }

    @Test("A model goes up only when it is no worse, on enough rows, and adds up")
    func promotion() {
        var random = SeededGenerator(seed: 9)
        let truth = (0..<4_000).map { _ in 0.1 + 0.5 * random.uniform() }
        let labels = truth.map { Float(random.uniform() < $0 ? 1 : 0) }
        func quality(_ rows: Int, _ change: (Double) -> Double) -> PredictionQuality {
            PredictionQuality(
                predictions: truth.prefix(rows).map(change),
                labels: Array(labels.prefix(rows)),
                weights: [Float](repeating: 1, count: rows)
            )
        }
        let (good, flat) = (quality(4_000) { $0 }, quality(4_000) { _ in 0.35 })
        #expect(PromotionRule().objections(to: good, live: flat).isEmpty)
        #expect(PromotionRule().objections(to: good, live: nil).isEmpty)
        #expect(PromotionRule().objections(to: flat, live: good).contains { $0.contains("log-loss") })
        let tilted = PromotionRule().objections(to: quality(4_000) { 0.35 + 1.6 * ($0 - 0.35) }, live: good)
        #expect(tilted.contains { $0.contains("calibration error") }, "right in sum and wrong in each bin")
        #expect(PromotionRule().objections(to: quality(500) { $0 }, live: nil).count == 1)
        #expect(PromotionRule().objections(to: quality(4_000) { 0.7 * $0 }, live: nil).count == 1)
        #expect(ModelStage.shadow.next == .canary && ModelStage.canary.next == .live && ModelStage.live.next == nil)
    }
}
