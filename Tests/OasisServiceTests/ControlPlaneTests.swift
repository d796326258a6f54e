import Foundation
import OasisMarket
import OasisService
import Testing

@Suite("Control plane")
struct ControlPlaneTests {
    @Test("A campaign is created, read, changed and replaced under its etag")
    func campaigns() async throws {
        try await RunningServer.with { server in
            let sent = Documents.campaign("campaign-2", track: "track-2")
            let created = try await server.console("POST", "/v1/campaigns", sent)
            #expect(created.status == 201)
            #expect(created.headers["etag"] == "\"1\"")
            #expect(created.headers["location"] == "/v1/campaigns/campaign-2")
            #expect(try await server.console("POST", "/v1/campaigns", sent).status == 409)
            let taken = try await server.console(
                "POST",
                "/v1/campaigns",
                Documents.campaign("campaign-3", track: "track-2")
            )
            #expect(taken.status == 409)
            #expect(try taken.error.field == "tracks")
            let path = "/v1/campaigns/campaign-2"
            #expect(try await server.console("PATCH", path, #"{"title":"B"}"#).status == 428)
            let star = try await server.console("PATCH", path, #"{"title":"B"}"#, headers: ["if-match": "*"])
            #expect(star.status == 428)
            let stale = try await server.console("PATCH", path, #"{"title":"B"}"#, headers: ["if-match": "\"9\""])
            #expect(stale.status == 412)
            #expect(stale.headers["etag"] == "\"1\"")
            let patched = try await server.console(
                "PATCH",
                path,
                #"{"title":"B","dailyCap":null}"#,
                type: "application/merge-patch+json",
                headers: ["if-match": "\"1\""]
            )
            #expect(patched.status == 200)
            #expect(try patched.json["title"] == .string("B"))
            #expect(try patched.json["dailyCap"] == nil)
            #expect(patched.headers["etag"] == "\"2\"")
            let read = try await server.console("GET", path)
            #expect(try read.json["etag"] == .string("\"2\""))
            #expect(try read.json["breakEvenLift"] == .number(1 / 0.7 - 1))
            let replaced = try await server.console("PUT", path, read.body, headers: ["if-match": "\"2\""])
            #expect(replaced.headers["etag"] == "\"3\"")
            let history = try await server.console("GET", path + "/history").json["changes"]?.elements
            #expect(history?.count == 3)
            #expect(history?.first?["updatedBy"] == .string("anonymous"))
        }
    }

    @Test("Mistakes in documents are named with their field")
    func mistakes() async throws {
        try await RunningServer.with { server in
            let good = Documents.campaign("campaign-2", track: "track-2")
            let cases: [(String, String, String)] = [
                ("\"dailyCap\":500", "\"dailyCap\":5.5", "dailyCap"),
                ("\"dailyCap\":500", "\"dailyCap\":\"5\"", "dailyCap"),
                ("\"dailyCap\":500", "\"dailyCap\":-5", "dailyCap"),
                ("\"commissionRate\":3000", "\"commissionRate\":10001", "commissionRate"),
                ("\"artist\":\"artist-2\",", "", "artist"),
                ("[\"track-2\"]", "[\"track-2\",\"a b\"]", "tracks[1]"),
                ("2020-01-01T00:00:00Z", "yesterday", "start"), ("licensor-1", "licensor-9", "licensor"),
                ("\"dailyCap\":500", "\"state\":\"sleeping\"", "state"),
            ]
            for (text, wrong, field) in cases {
                let answer = try await server.console(
                    "POST",
                    "/v1/campaigns",
                    good.replacingOccurrences(of: text, with: wrong)
                )
                #expect(answer.status == 400, "\(wrong): \(answer.body)")
                #expect(try answer.error.field == field, "\(answer.body)")
            }
            #expect(try await server.console("POST", "/v1/campaigns", "[1]").status == 400)
            #expect(try await server.console("POST", "/v1/campaigns", "{").error.reason == "INVALID_JSON")
            #expect(try await server.console("POST", "/v1/campaigns", good, type: "text/plain").status == 415)
            let other = try await server.console(
                "PATCH",
                "/v1/campaigns/campaign-1",
                #"{"id":"b"}"#,
                headers: ["if-match": "\"1\""]
            )
            #expect(try other.error.field == "id")
            #expect(try await server.console("GET", "/v1/campaigns/a%20b").status == 400)
            #expect(try await server.console("GET", "/v1/campaigns/nobody").status == 404)
            #expect(try await server.console("DELETE", "/v1/campaigns/campaign-1").status == 405)
            #expect(try await server.console("GET", "/v1/nothing").status == 404)
            let large = "{\"a\":\"" + String(repeating: "a", count: 1_100_000) + "\"}"
            #expect(try await server.console("POST", "/v1/campaigns", large).status == 413)
        }
    }

    @Test("Lists come in pages that miss nothing and repeat nothing")
    func pages() async throws {
        try await RunningServer.with { server in
            for index in 2..<8 {
                try await server.console(
                    "POST",
                    "/v1/campaigns",
                    Documents.campaign("campaign-\(index)", track: "t-\(index)x")
                )
            }
            var (ids, token): ([String], String?) = ([], "")
            while let next = token {
                let page = try await server.console("GET", "/v1/campaigns?pageSize=3&pageToken=\(next)").json
                ids += page["campaigns"]?.elements?.compactMap { $0["id"]?.text } ?? []
                token = page["nextPageToken"]?.text
            }
            #expect(ids == (1..<8).map { "campaign-\($0)" })
            for query in ["pageSize=0", "pageSize=x", "pageSize=1001", "pageToken=%21", "pageToken=YWJj"] {
                #expect(try await server.console("GET", "/v1/campaigns?\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test("A paused campaign is out of the snapshot within seconds, and comes back")
    func pause() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            func promotions(_ id: String) async throws -> Int {
                try await server.scoring("POST", "/v1/score", Documents.score(id)).json["promotions"]?.elements?.count
                    ?? -1
            }
            func wait(for count: Int, _ name: String) async throws {
                for turn in 0..<100 {
                    if try await promotions("\(name)-\(turn)") == count { return }
                    try await Task.sleep(for: .milliseconds(20))
                }
                Issue.record("still not \(count) promotions after 2 s")
            }
            #expect(try await promotions("first") == 1)
            let paused = try await server.console("POST", "/v1/campaigns/campaign-1:pause")
            #expect(try paused.json["state"] == .string("paused"))
            #expect(paused.headers["etag"] == "\"2\"")
            #expect(try await server.console("POST", "/v1/campaigns/campaign-1:pause").headers["etag"] == "\"2\"")
            try await wait(for: 0, "paused")
            #expect(try await server.console("POST", "/v1/campaigns/campaign-1:resume").headers["etag"] == "\"3\"")
            try await wait(for: 1, "resumed")
        }
    }

    @Test("Policies are replaced under their etag, and every version is kept")
    func policy() async throws {
        try await RunningServer.with(seeded: false) { server in
            #expect(try await server.console("GET", "/v1/policy").status == 404)
            let text = """
                {"scale":"utility","objectives":{"stream":1},"rows":[],"guardrails":{"maxBoost":1,"maxPromotedPerSlate":2,\
                "minimumOrganicPercentile":0,"holdout":0,"holdoutSalt":"a","disabledSurfaces":[],"isPromotionStopped":false},\
                "guarantees":{"penalty":1,"margin":0.1},"commission":{"basis":"context","royaltyPerStream":{"micros":4000,\
                "currency":"EUR"}},"randomization":{"smoothing":0,"explorationShare":0}}
                """
            #expect(try await server.console("PUT", "/v1/policy", text).status == 428)
            let first = try await server.console("PUT", "/v1/policy", text, headers: ["if-none-match": "*"])
            #expect(first.status == 201)
            #expect(first.headers["etag"] == "\"1\"")
            #expect(try await server.console("PUT", "/v1/policy", text, headers: ["if-none-match": "*"]).status == 412)
            #expect(try await server.console("PUT", "/v1/policy", text, headers: ["if-match": "\"7\""]).status == 412)
            for (part, wrong, field) in [
                ("\"maxBoost\":1", "\"maxBoost\":\"1\"", "guardrails.maxBoost"),
                ("\"maxBoost\":1", "\"maxBoost\":-1", "guardrails.maxBoost"),
                ("\"rows\":[]", "\"rows\":[{\"name\":\"a\"}]", "rows[0].attribute"),
            ] {
                let answer = try await server.console(
                    "PUT",
                    "/v1/policy",
                    text.replacingOccurrences(of: part, with: wrong),
                    headers: ["if-match": "\"1\""]
                )
                #expect(try answer.error.field == field, "\(answer.body)")
            }
            let second = try await server.console("PUT", "/v1/policy", text, headers: ["if-match": "\"1\""])
            #expect(try second.json["version"] == .integer(2))
            let list = try await server.console("GET", "/v1/policies").json["policies"]?.elements
            #expect(list?.map { $0["version"] } == [.integer(2), .integer(1)])
            #expect(try await server.console("GET", "/v1/policies/1").status == 200)
            #expect(try await server.console("GET", "/v1/policies/3").status == 404)
            #expect(try await server.console("GET", "/v1/policies/x").status == 400)
            try await server.ready()
        }
    }

    @Test("Licensors are created, listed and changed")
    func licensors() async throws {
        try await RunningServer.with(seeded: false) { server in
            let created = try await server.console(
                "POST",
                "/v1/licensors",
                #"{"id":"a:pause","title":"A","tier":"major"}"#
            )
            #expect(created.status == 201)
            #expect(try await server.console("GET", "/v1/licensors/a:pause").status == 200)
            let changed = try await server.console(
                "PATCH",
                "/v1/licensors/a:pause",
                #"{"tier":"independent"}"#,
                headers: ["if-match": "\"1\""]
            )
            #expect(try changed.json["tier"] == .string("independent"))
            #expect(try await server.console("GET", "/v1/licensors").json["licensors"]?.elements?.count == 1)
        }
    }

    @Test("Snapshot, plan, deliveries and losses are told once there is a plan")
    func status() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            try await server.scoring("POST", "/v1/score", Documents.score())
            for path in ["/v1/snapshot", "/v1/plan", "/v1/deliveries", "/v1/listener-loss", "/v1/tallies"] {
                #expect(try await server.console("GET", path).status == 200, "\(path)")
            }
            let plan = try await server.console("GET", "/v1/plan").json
            #expect(plan["rows"]?.elements?.contains { $0["campaign"] == .string("campaign-1") } == true)
            #expect(try await server.console("GET", "/v1/deliveries?day=2026-02-30").error.field == "day")
            #expect(try await server.console("GET", "/v1/deliveries?day=2020-02-03").json["isFinal"] == .bool(true))
            #expect(try await server.console("GET", "/v1/tallies?from=2026-01-02&to=2026-01-01").error.field == "to")
            #expect(try await server.console("GET", "/openapi.json").body == OpenAPIDocument.text)
            #expect(try await server.console("GET", "/health/ready").status == 200)
            #expect(try await server.console("GET", "/metrics").body.contains("oasis_plan_seconds_count"))
            let page = try await server.console("GET", "/")
            #expect(page.status == 200)
            #expect(page.body.contains("A Song"))
        }
    }

    @Test("Tokens open what their roles allow, and their names go into the history")
    func access() async throws {
        try await RunningServer.with(
            configure: changing {
                $0.tokens = [
                    AccessToken(name: "ranker", token: "ranker-0123456789", roles: [.score]),
                    AccessToken(name: "player", token: "player-0123456789", roles: [.events]),
                    AccessToken(name: "desk", token: "desk-0123456789abc", roles: [.control]),
                    AccessToken(name: "guest", token: "guest-0123456789ab", roles: [.read]),
                ]
            }
        ) { server in
            func bearer(_ token: String) -> [String: String] { ["authorization": "Bearer \(token)"] }
            let none = try await server.scoring("POST", "/v1/score", Documents.score())
            #expect(none.status == 401)
            #expect(none.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            let scored = try await server.scoring(
                "POST",
                "/v1/score",
                Documents.score(),
                headers: bearer("ranker-0123456789")
            )
            #expect(scored.status == 200)
            for (token, status) in [("player-0123456789", 403), ("ranker-012345678", 401), ("", 401)] {
                let answer = try await server.scoring("POST", "/v1/score", Documents.score(), headers: bearer(token))
                #expect(answer.status == status, "\(token)")
            }
            #expect(try await server.scoring("GET", "/health/live").status == 200)
            #expect(try await server.scoring("GET", "/metrics").status == 401)
            #expect(try await server.console("GET", "/v1/campaigns").status == 401)
            #expect(try await server.console("GET", "/").status == 401)
            #expect(
                try await server.console("GET", "/v1/campaigns", headers: bearer("guest-0123456789ab")).status == 200
            )
            #expect(
                try await server.console("GET", "/v1/campaigns", headers: bearer("desk-0123456789abc")).status == 200
            )
            let pause = "/v1/campaigns/campaign-1:pause"
            #expect(try await server.console("POST", pause, headers: bearer("guest-0123456789ab")).status == 403)
            let paused = try await server.console("POST", pause, headers: bearer("desk-0123456789abc"))
            #expect(try paused.json["updatedBy"] == .string("desk"))
            let basic = Data("anyone:guest-0123456789ab".utf8).base64EncodedString()
            #expect(try await server.console("GET", "/", headers: ["authorization": "Basic \(basic)"]).status == 200)
        }
    }

    @Test("Pages of another origin may not change anything")
    func origin() async throws {
        try await RunningServer.with { server in
            let pause = "/v1/campaigns/campaign-1:pause"
            let foreign = try await server.console("POST", pause, headers: ["origin": "http://evil.example"])
            #expect(foreign.status == 403)
            #expect(try foreign.error.reason == "CROSS_ORIGIN")
            #expect(try await server.console("POST", pause, headers: ["origin": "http://test"]).status == 200)
        }
    }

    @Test("A port in use is said to be in use")
    func portInUse() async throws {
        try await RunningServer.with(seeded: false) { server in
            do {
                try await RunningServer.with(
                    seeded: false,
                    configure: changing { $0.scoring.port = server.scoringPort }
                ) { _ in
                    Issue.record("two servers on one port")
                }
            } catch let failure as ListeningFailure {
                #expect(failure.description.contains("in use"), "\(failure)")
            }
        }
    }
}
