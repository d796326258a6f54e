import Foundation
import NIOCore
import OasisMarket
import OasisService
import Testing

@Suite("A policy's plan over the API")
struct PolicyPlanTests {
    @Test("A policy is planned, applied once, and taken back")
    func planned() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let current = try await server.console("GET", "/v1/policy").json
            let stored: Set<String> = ["etag", "updatedAt", "updatedBy", "version"]
            let policy = text(.object((current.members ?? []).filter { !stored.contains($0.key) }))
            for index in 0..<20 { try await server.scoring("POST", "/v1/score", Documents.score("plan-\(index)")) }

            let plan = try await server.console("POST", "/v1/policy:plan", policy)
            #expect(plan.status == 200, "\(plan.body)")
            #expect(try plan.json["format"]?.text == "oasis-plan/1")
            #expect(try await server.console("GET", "/v1/policy").json["version"] == current["version"])

            let applied = try await server.console("POST", "/v1/policy:apply", plan.body)
            #expect(applied.status == 200, "\(applied.body)")
            let again = try await server.console("POST", "/v1/policy:apply", plan.body)
            #expect(again.status == 412)
            #expect(try again.error.reason == "PRECONDITION_FAILED")

            let back = try await server.console("POST", "/v1/policy:rollback", "{}")
            #expect(back.status == 200, "\(back.body)")
            #expect(try await server.console("POST", "/v1/policy:rollback", #"{"version":99}"#).status == 404)
            #expect(try await server.console("POST", "/v1/policy:apply", #"{"format":"x"}"#).status == 400)
            #expect(try await server.console("POST", "/v1/policy:plan", #"{"scale":"x"}"#).status == 400)
        }
    }

    private func text(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.buffer.readableBytesView, as: UTF8.self)
    }
}
