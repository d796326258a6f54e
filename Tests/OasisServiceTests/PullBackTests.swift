import OasisService
import Testing

@Suite("Pull-back over the API")
struct PullBackTests {
    @Test("An operator's word is kept with its reason, shows with its actor, and can be taken back")
    func override() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let list = try await server.console("GET", "/v1/pull-backs")
            #expect(list.status == 200)
            #expect(try list.json["pullBacks"]?.elements?.isEmpty == true, "the policy has no rule")
            let campaigns = try await server.console("GET", "/v1/campaigns").json["campaigns"]?.elements
            let id = try #require(campaigns?.first?["id"]?.text)
            let path = "/v1/campaigns/\(id)/pull-back-override"

            let put = try await server.console("PUT", path, #"{"level":"half","reason":"many complaints"}"#)
            #expect(put.status == 200, "\(put.body)")
            let schema = JSONValue.object([.init("$ref", .string("#/components/schemas/StoredPullBack"))])
            try Description.expect(put.json, follows: schema, "override")
            let shown = try await server.console("GET", "/v1/pull-backs").json["pullBacks"]?.elements?.first
            #expect(shown?["campaign"]?.text == id && shown?["level"]?.text == "half")
            #expect(shown?["promotedShare"] == .number(0.5))
            #expect(shown?["log"]?.elements?.first?["reason"]?.text == "many complaints")
            let one = JSONValue.object([.init("$ref", .string("#/components/schemas/PullBack"))])
            try Description.expect(#require(shown), follows: one, "pull-back")

            #expect(try await server.console("PUT", path, #"{"reason":"solved"}"#).status == 200)
            let after = try await server.console("GET", "/v1/pull-backs").json["pullBacks"]?.elements?.first
            #expect(after?["level"]?.text == "full" && after?["log"]?.elements?.count == 2)
        }
    }

    @Test("What breaks a rule is refused")
    func refused() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let campaigns = try await server.console("GET", "/v1/campaigns").json["campaigns"]?.elements
            let id = try #require(campaigns?.first?["id"]?.text)
            let path = "/v1/campaigns/\(id)/pull-back-override"
            let bodies = [
                #"{"level":"half"}"#, #"{"level":"none","reason":"x"}"#, #"{"reason":""}"#,
                #"{"lewel":"half","reason":"x"}"#,
            ]
            for body in bodies {
                #expect(try await server.console("PUT", path, body).status == 400, "\(body)")
            }
            let unknown = "/v1/campaigns/nobody/pull-back-override"
            #expect(try await server.console("PUT", unknown, #"{"reason":"x"}"#).status == 404)
        }
    }
}
