import Foundation
import OasisMarket
import OasisModelFiles
import OasisPlanning
import OasisResponse
import OasisService
import Testing

@Suite("Response models over the console port")
struct ModelRouteTests {
    private func model(_ rate: Double) -> ResponseModel {
        ResponseModel(
            schema: PromotionFeatures().encoder.schema,
            linear: LinearModel(constant: rate),
            calibration: nil,
            lineage: .init(outcome: "saved", training: "by hand", rowCount: 7, events: 0, metrics: ["testRows": 3])
        )
    }

    @Test("What is live is listed and counted, and one call takes it back, once and then not again")
    func rollBack() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let registry = try ModelRegistry(directory: server.folder + "/data/models/saved")
            for rate in [0.02, 0.03] {
                let version = try registry.add(model(rate))
                try registry.put(version, on: .live, time: "2026-11-22T00:00:00Z", reason: "test")
            }
            let engine = server.server.engine
            try engine.watchModels(at: server.server.clock.now)
            let listed = try await server.console("GET", "/v1/models").json
            #expect(listed["models"]?.elements?.count == 1)
            let first = listed["models"]?.elements?.first
            #expect(first?["outcome"] == .string("saved") && first?["version"] == .integer(2))
            let metrics = try await server.console("GET", "/metrics").body
            #expect(metrics.contains("oasis_model_version{outcome=\"saved\",stage=\"live\"} 2\n"))
            #expect(metrics.contains("oasis_signal_findings{finding=\"label-rate\",subject=\"saved\"} 0\n"))
            for line in metrics.split(separator: "\n") { #expect(MetricsTests.isLine(line), "\(line)") }

            let path = "/v1/models/saved:rollback"
            let back = try await server.console("POST", path, #"{"reason":"saves fell"}"#)
            #expect(back.status == 200)
            #expect(try back.json["models"]?.elements?.first?["version"] == .integer(1))
            #expect(try registry.stages().changes.last?.reason == "rolled back from version 2: saves fell")
            #expect(try await server.console("POST", path, "{}").json["models"]?.elements?.isEmpty == true)
            #expect(try await server.console("POST", path, "{}").status == 409)
            #expect(try await server.console("POST", "/v1/models/liked:rollback", "{}").status == 404)
            #expect(try await server.console("POST", path, #"{"reason":""}"#).status == 400)
        }
    }

    @Test("A server trains by itself when it is time, and not again before it is")
    func schedule() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let engine = server.server.engine
            for _ in 0..<1_000 where try engine.modelsTrainedAt() == nil {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try engine.modelsTrainedAt() != nil)
            #expect(engine.modelStatus?.versions.isEmpty == true, "there is nothing to learn from")
        }
    }

    @Test("A server that is told not to train only looks")
    func never() async throws {
        try await RunningServer.with(configure: changing { $0.models.trainEverySeconds = 0 }) { server in
            try await server.ready()
            let engine = server.server.engine
            for _ in 0..<1_000 where engine.modelStatus == nil { try await Task.sleep(for: .milliseconds(20)) }
            #expect(engine.modelStatus != nil)
            #expect(try engine.modelsTrainedAt() == nil)
        }
    }
}
