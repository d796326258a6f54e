import OasisLedger
import OasisMarket
import OasisModelFiles
import OasisPlanning
import OasisResponse
import OasisScoring
import Testing

@Suite("Models of promoted plays: trained from what was served, judged on what came later")
struct ModelTurnTests {
    private let folder: Folder
    private let registry: ModelRegistry

    init() throws {
        folder = try Folder()
        registry = try ModelRegistry(directory: folder.path("streamed"))
    }

    private func turn(at now: Timestamp = Market.noon, share: Int = 2_000) -> ModelTurn {
        ModelTurn(registry, canaryShare: BasisPoints(share), threads: 1, at: now)
    }

    @Test("A model learns how campaigns and surfaces differ, and says so of later plays")
    func learns() throws {
        let training = ServedPlays.training(.streamed, ServedPlays.promotions(10_000))
        let (model, learned, test) = training.train(threads: 1)
        let quality = try #require(test)
        let constant = quality.bestConstantLogLoss
        #expect(learned.inversePenalty != nil && quality.logLoss < constant - 0.01)
        #expect(!quality.isCalibrationAlarm)
        #expect(model.lineage.outcome == "streamed" && model.lineage.rowCount == 8_000)
        let until = try #require(model.lineage.metrics["trainedUntilSeconds"])
        #expect(until == Double(ServedPlays.start.advanced(bySeconds: 60 * 7_999).milliseconds) / 1_000)
        #expect(training.firstUnseen(by: [model]) == 8_000)
        #expect(model.lineage.metrics["testLogLoss"] == quality.logLoss)
    }

    @Test("Labels of young plays mature: late saves are neither missed nor made up")
    func maturity() throws {
        // Saves come two and a half days after the stream in the mean; eight days are looked at.
        let now = ServedPlays.start.advanced(bySeconds: 60 * 12_000)
        let plays = ServedPlays.promotions(12_000, saveDelaySeconds: 216_000, at: now)
        let trials = PromotionTrials(of: .saved, plays, at: now)
        let seen = Double(trials.hasOutcome.count { $0 }) / Double(trials.count)
        // About 6,800 streams, of which 680 are saved, ± 26.
        #expect(abs(trials.rate - ServedPlays.saveRate) < 4 * 0.0043)
        #expect(seen < ServedPlays.saveRate - 4 * 0.0036, "some saves have not come yet")
        #expect(trials.seen.first == 1 && trials.seen.last.map { $0 < 0.1 } == true)
        #expect((0.4 * 216_000...1.0 * 216_000).contains(trials.delays.medianSeconds))
    }

    @Test("Saves and new listeners are asked of streams, streams and skips of plays")
    func trials() {
        let plays = ServedPlays.promotions(2_000)
        let streams = plays.count { $0.streamedAfterSeconds != nil }
        func count(_ outcome: PromotedOutcome) -> Int { PromotionTrials(of: outcome, plays, at: Market.noon).count }
        #expect(count(.streamed) == 2_000 && count(.skipped) == 2_000)
        #expect(count(.saved) == streams && count(.newListener) == streams)
    }

    @Test("Shadow, canary, live: one stage a turn, on plays that nobody learned from; and one call goes back")
    func upward() throws {
        func take(_ count: Int) throws -> [ModelTurn.Step] {
            let now = ServedPlays.start.advanced(bySeconds: 60 * Double(count))
            return try turn(at: now).take(ServedPlays.training(.streamed, ServedPlays.promotions(count), at: now))
        }
        #expect(try take(500).isEmpty, "there is too little to learn from")
        #expect(try take(5_000).map(\.stage) == [.shadow])
        // Version 1 learned from 4,000 plays; until there are 5,000 the first of its test are all there is.
        #expect(try take(4_900).isEmpty)
        let up = try take(6_000)
        #expect(up.map(\.stage) == [.canary, .shadow], "\(up.map(\.reason))")
        let steps = try take(9_000)
        #expect(steps.map(\.stage).first == .live && steps.first?.version == 1)
        #expect(steps.first?.reason.contains("rates") == true, "the first is held against what it replaces")
        #expect(try registry.stages().live == 1)
        #expect(try registry.rollBack(time: "\(Market.noon)", reason: "a person says so") == nil)
        #expect(try registry.stages().live == nil)
    }

    @Test("A model that is worse than the live one goes, and so does one whose listeners stream less")
    func downward() throws {
        let plays = ServedPlays.promotions(10_000)
        let training = ServedPlays.training(.streamed, plays)
        let (good, _, _) = training.train(threads: 1)
        var bad = ResponseModel(
            schema: good.schema,
            linear: LinearModel(constant: 0.9),
            calibration: nil,
            lineage: good.lineage
        )
        bad.lineage.training = "by hand"
        let time = "\(ServedPlays.start)"
        try registry.put(try registry.add(good), on: .live, time: time, reason: "test")
        try registry.put(try registry.add(bad), on: .shadow, time: time, reason: "test")
        let steps = try turn().take(training)
        #expect(steps.first?.version == 2 && steps.first?.stage == .archived)
        #expect(steps.first?.reason.contains("worse than the live model") == true)

        // As good on paper, but those who are scored by it stream a fifth less.
        let canary = SurfaceRates.CanaryListeners(share: BasisPoints(2_000), salt: "oasis-model-canary")
        let hurt = ServedPlays.promotions(10_000) { canary.contains($0) ? 0.8 * $1 : $1 }
        try registry.put(try registry.add(good), on: .canary, time: time, reason: "test")
        let judged = try turn().take(ServedPlays.training(.streamed, hurt))
        #expect(judged.first?.stage == .archived)
        #expect(judged.first?.reason.contains("streamed less often") == true)
        let unharmed = try registry.add(good)
        try registry.put(unharmed, on: .canary, time: time, reason: "test")
        #expect(try turn().take(training).first?.stage == .live)
    }
}
