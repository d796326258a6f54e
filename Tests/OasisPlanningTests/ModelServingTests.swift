import Foundation
import OasisLedger
import OasisMarket
import OasisModelFiles
import OasisPlanning
import OasisResponse
import OasisScoring
import Testing

@Suite("Models in use: by the plan and the scorer, held where they cannot be true")
struct ModelServingTests {
    private let node: Node
    private let own: Folder
    private let folder: String

    init() throws {
        let own = try Folder()
        let folder = own.path("models")
        self.own = own
        node = try Node(campaigns: (0..<4).map { Market.campaign($0) }, now: Market.noon) {
            $0.models = ModelSettings(directory: folder, canaryShare: BasisPoints(2_000))
        }
        self.folder = folder
        _ = try node.engine.replan(at: Market.noon)
        var random = SeededGenerator(seed: 5)
        for index in 0..<300 {
            _ = node.engine.score(try Market.request(index, at: Market.noon, &random), at: Market.noon)
        }
    }

    private func registry(_ outcome: PromotedOutcome) throws -> ModelRegistry {
        try ModelRegistry(directory: folder + "/" + outcome.rawValue)
    }

    private func put(_ model: ResponseModel, of outcome: PromotedOutcome, on stage: ModelStage) throws {
        let registry = try registry(outcome)
        try registry.put(try registry.add(model), on: stage, time: "\(Market.noon)", reason: "test")
    }

    private func constant(_ rate: Double, of outcome: PromotedOutcome) -> ResponseModel {
        ResponseModel(
            schema: PromotionFeatures().encoder.schema,
            linear: LinearModel(constant: rate),
            calibration: nil,
            lineage: .init(outcome: outcome.rawValue, training: "by hand", rowCount: 0, events: 0)
        )
    }

    /// The next plan's snapshot.
    private func planned(after seconds: Double = 1) throws -> Snapshot {
        try node.engine.watchModels(at: Market.noon)
        _ = try node.engine.replan(at: Market.noon.advanced(bySeconds: seconds))
        let store = try SnapshotStore(directory: node.folder.path("snapshots"))
        return try #require(store.newest().snapshot).value
    }

    private func rates(_ snapshot: Snapshot) throws -> SurfaceRates { try #require(snapshot.surfaceRates) }

    @Test("Without a model, rates are counted by campaign and surface")
    func counted() throws {
        let rates = try rates(try planned())
        #expect(rates.surfaces.map(\.text) == ["mix", "radio"])
        #expect(rates.live.count == 8 && rates.canary.isEmpty)
        #expect(rates.live.allSatisfy { abs($0.streamsPerPlay - 0.5) < 1e-9 }, "nobody has heard anything yet")
    }

    @Test("A live model's predictions are what plan and scorer expect; a canary's are for its own listeners")
    func live() throws {
        let (model, _, _) = ServedPlays.training(.streamed, ServedPlays.promotions(10_000)).train(threads: 1)
        try put(model, of: .streamed, on: .live)
        try put(constant(0.25, of: .streamed), of: .streamed, on: .canary)
        let snapshot = try planned()
        let rates = try rates(snapshot)
        for (surface, name) in rates.surfaces.enumerated() {
            for (place, campaign) in snapshot.campaigns.enumerated() {
                let truth = ServedPlays.streamRate(campaign.number, name.text, at: Market.noon)
                let found = rates.live[surface * 4 + place].streamsPerPlay
                #expect(abs(found - truth) < 0.12, "\(campaign.id) on \(name)")
            }
        }
        #expect(rates.canary.allSatisfy { abs($0.streamsPerPlay - 0.25) < 1e-6 })
        #expect(rates.canary.allSatisfy { abs($0.savesPerStream - 0.03) < 1e-9 }, "of saves there is no model")
        #expect(rates.canaryListeners.share == BasisPoints(2_000))
        let status = try #require(node.engine.modelStatus)
        #expect(status.versions.map(\.stage) == [.live, .canary] && status.versions.map(\.version) == [1, 2])
    }

    @Test("A model that says ten times what was counted is held to five times")
    func poisoned() throws {
        try put(constant(0.9, of: .saved), of: .saved, on: .live)
        try put(constant(1e-9, of: .newListener), of: .newListener, on: .live)
        let rates = try rates(try planned())
        #expect(rates.live.allSatisfy { abs($0.savesPerStream - 0.15) < 1e-9 })
        #expect(rates.live.allSatisfy { abs($0.newListenersPerStream - 0.06) < 1e-9 })
        let findings = try #require(node.engine.modelStatus).findings
        #expect(findings.map(\.subject) == ["new-listener", "saved"])
        #expect(findings.allSatisfy { $0.finding == .clamped(rates: 8, of: 8) })
    }

    @Test("A model that is not a number, is damaged or reads other features is refused and named; plans go on")
    func refused() throws {
        try put(constant(0.9, of: .streamed), of: .streamed, on: .live)
        let path = try registry(.streamed).path(1)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[33] ^= 0xff
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let other = ResponseModel(
            schema: try FeatureSchema(features: [.init("song", .categorical)], hashBits: 8),
            linear: LinearModel(constant: 0.9),
            calibration: nil,
            lineage: .init(outcome: "saved", training: "by hand", rowCount: 0, events: 0)
        )
        try put(other, of: .saved, on: .live)
        let rates = try rates(try planned())
        #expect(rates.live.allSatisfy { abs($0.streamsPerPlay - 0.5) < 1e-9 && abs($0.savesPerStream - 0.03) < 1e-9 })
        let faults = try #require(node.engine.modelStatus).faults
        #expect(faults.count == 2)
        #expect(faults.contains { $0.contains("saved: ") } && faults.contains { $0.contains("checksum") })
    }

    @Test("From the ledger alone a model comes up, becomes a canary, goes live and is what the next plan expects")
    func fromLedger() throws {
        let own = try Folder()
        let campaigns = (0..<ServedPlays.campaigns)
            .map { index in
                var campaign = Market.campaign(index)
                campaign.start = ServedPlays.start
                return campaign
            }
        let node = try Node(campaigns: campaigns, now: ServedPlays.start) {
            $0.models = ModelSettings(directory: own.path("models"), canaryShare: BasisPoints(2_000))
        }
        let plays = ServedPlays.promotions(9_000)
        var stages: [ModelStage] = []
        for range in [0..<5_000, 5_000..<6_500, 6_500..<9_000] {
            let now = ServedPlays.start.advanced(bySeconds: 60 * Double(range.upperBound))
            _ = try node.ledger.record(ServedPlays.outcomes(plays[range]), at: now)
            stages += try node.engine.trainModels(at: now).filter { $0.outcome == .streamed && $0.version == 1 }
                .map(\.stage)
        }
        #expect(stages == [.shadow, .canary, .live])
        let now = ServedPlays.start.advanced(bySeconds: 60 * 9_000)
        var random = SeededGenerator(seed: 5)
        _ = try node.engine.replan(at: now)
        for index in 0..<100 { _ = node.engine.score(try Market.request(index, at: now, &random), at: now) }
        _ = try node.engine.replan(at: now.advanced(bySeconds: 1))
        let store = try SnapshotStore(directory: node.folder.path("snapshots"))
        let snapshot = try #require(store.newest().snapshot).value
        let rates = try #require(snapshot.surfaceRates)
        for (surface, name) in rates.surfaces.enumerated() {
            for (place, campaign) in snapshot.campaigns.enumerated() {
                let truth = ServedPlays.streamRate(campaign.number, name.text, at: now)
                let found = rates.live[surface * campaigns.count + place].streamsPerPlay
                #expect(abs(found - truth) < 0.12, "\(campaign.id) on \(name)")
            }
        }
        let status = try #require(node.engine.modelStatus)
        #expect(status.checks.contains { $0.outcome == .streamed && $0.surface == Market.radio.surface })
        #expect(!status.checks.contains { $0.isAlarm }, "\(status.checks)")
        #expect(status.steps.contains { $0.stage == .live })
    }

    @Test("Training in the loop reads the ledger, and a rolled-back model is out of the next plan")
    func loop() throws {
        #expect(try node.engine.modelsTrainedAt() == nil)
        #expect(try node.engine.trainModels(at: Market.noon).isEmpty, "nothing has been played")
        #expect(try node.engine.modelsTrainedAt() == Market.noon)
        try put(constant(0.6, of: .streamed), of: .streamed, on: .live)
        #expect(try rates(try planned()).live.allSatisfy { abs($0.streamsPerPlay - 0.6) < 1e-6 })
        #expect(try node.engine.rollBackModel(of: .streamed, reason: "test", at: Market.noon) == nil)
        #expect(try rates(try planned(after: 2)).live.allSatisfy { abs($0.streamsPerPlay - 0.5) < 1e-9 })
    }
}
