import Foundation
import OasisMarket
import OasisService
import Testing

@Suite("Accounts")
struct AccountTests {
    @Test("A statement counts what was promoted, by what it is asked for")
    func statement() async throws {
        try await RunningServer.with { server in
            try await server.ready()
            let reply = try await server.scoring("POST", "/v1/score", Documents.score()).json
            let receipt = try #require(reply["promotions"]?.elements?.first?["receipt"]?.text)
            let now = server.server.clock.now
            let shown = Documents.event("e-1", type: "shown", time: now, data: "\"receipt\":\"\(receipt)\"")
            let streamed = Documents.event(
                "e-2",
                time: now,
                data: "\"receipt\":\"\(receipt)\",\"playedMilliseconds\":31000"
            )
            try await server.scoring(
                "POST",
                "/v1/events",
                "[\(shown),\(streamed)]",
                type: "application/cloudevents-batch+json"
            )
            let period = "from=\(now.day)&to=\(now.day.next.next)"
            let statement = try await server.console("GET", "/v1/statements?\(period)").json
            let line = try #require(statement["lines"]?.elements?.first)
            #expect(line["campaign"] == .string("campaign-1"))
            #expect(line["delivered"] == .integer(1))
            #expect(line["commission"]?["micros"] == .integer(1_200))
            #expect(line["isFinal"] == .bool(false))
            #expect(line["licensor"] == nil)
            let cells = try await server.console("GET", "/v1/statements?\(period)&by=licensor,surface,market,day").json
            #expect(cells["lines"]?.elements?.first?["surface"] == .string("radio"))
            #expect(cells["total"] == statement["total"])
            #expect(try await server.console("GET", "/v1/statements?by=label").error.field == "by")
            let backwards = try await server.console("GET", "/v1/statements?from=2026-01-02&to=2026-01-01")
            #expect(try backwards.error.field == "to")
        }
    }

    private static let song = #"""
        {"title":"A Song","team":"team-1","releasedOn":"2020-01-01","tracks":["track-1","track-1-live"],"contextStreams":19}
        """#

    @Test("The catalogue is put there under etags, and a new version joins the song's campaigns")
    func catalogue() async throws {
        try await RunningServer.with { server in
            let first = ["if-none-match": "*"]
            let early = try await server.console("PUT", "/v1/songs/song-1", Self.song, headers: first)
            #expect(try early.error.field == "team")
            let team = #"{"title":"Team","monthlyListeners":25000}"#
            #expect(try await server.console("PUT", "/v1/teams/team-1", team).status == 428)
            #expect(try await server.console("PUT", "/v1/teams/team-1", team, headers: first).status == 201)
            #expect(try await server.console("PUT", "/v1/teams/team-1", team, headers: first).status == 412)
            #expect(try await server.console("PUT", "/v1/songs/song-1", Self.song, headers: first).status == 201)
            let campaign = try await server.console("GET", "/v1/campaigns/campaign-1").json
            #expect(campaign["tracks"]?.elements == [.string("track-1"), .string("track-1-live")])
            let bad = Self.song.replacingOccurrences(of: "19}", with: "-1}")
            let etag = ["if-match": "\"1\""]
            #expect(
                try await server.console("PUT", "/v1/songs/song-1", bad, headers: etag).error.field == "contextStreams"
            )
            #expect(try await server.console("PUT", "/v1/songs/song-1", Self.song, headers: etag).status == 200)
            #expect(try await server.console("GET", "/v1/songs").json["songs"]?.elements?.count == 1)
            #expect(try await server.console("GET", "/v1/songs/song-1").headers["etag"] == "\"2\"")
            #expect(try await server.console("GET", "/v1/songs/song-2").status == 404)
            #expect(try await server.console("GET", "/v1/teams").json["teams"]?.elements?.count == 1)
            #expect(try await server.console("GET", "/v1/teams/team-1").status == 200)
            #expect(try await server.console("GET", "/v1/teams/team-2").status == 404)
            let history = try await server.console("GET", "/v1/songs/song-1/history").json["changes"]?.elements
            #expect(history?.map { $0["etag"] } == [.string("\"2\""), .string("\"1\"")])
            #expect(history?.first?["song"]?["contextStreams"] == .integer(19))
            let teams = try await server.console("GET", "/v1/teams/team-1/history").json["changes"]?.elements
            #expect(teams?.map { $0["team"]?["title"] } == [.string("Team")])
            let licensors = try await server.console("GET", "/v1/licensors/licensor-1/history")
            #expect(try licensors.json["changes"]?.elements?.first?["licensor"]?["id"] == .string("licensor-1"))
            for path in ["songs/song-2", "teams/team-2", "licensors/licensor-2"] {
                #expect(try await server.console("GET", "/v1/\(path)/history").status == 404)
            }
        }
    }

    @Test("Eligibility names every rule that is not met, and a campaign of such a song is refused with them")
    func eligibility() async throws {
        try await RunningServer.with(seeded: false) { server in
            #expect(try await server.console("GET", "/v1/eligibility?song=song-1").status == 404)
            let file = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Examples/discovery-policy.json")
            let policy = try String(contentsOf: file, encoding: .utf8)
            let first = ["if-none-match": "*"]
            #expect(try await server.console("PUT", "/v1/policy", policy, headers: first).status == 201)
            try await server.console(
                "PUT",
                "/v1/teams/team-1",
                #"{"title":"Team","monthlyListeners":24999}"#,
                headers: first
            )
            try await server.console("PUT", "/v1/songs/song-1", Self.song, headers: first)
            let answer = try await server.console("GET", "/v1/eligibility?song=song-1&day=2020-01-30").json
            #expect(answer["isEligible"] == .bool(false))
            let reasons = answer["findings"]?.elements?.compactMap { $0["reason"]?.text } ?? []
            #expect(reasons == SongEligibility.Reason.allCases.map(\.rawValue))
            let found = answer["findings"]?.elements?.map { $0["found"] }
            #expect(found == [.integer(29), .integer(19), .integer(0), .integer(24_999)])
            let breakEven: Double = 1 / (1 - 0.3) - 1
            #expect(answer["breakEvenLift"] == .number(breakEven))
            #expect(try await server.console("GET", "/v1/eligibility?song=song-2").status == 404)
            #expect(try await server.console("GET", "/v1/eligibility").error.field == "song")
            try await server.console(
                "POST",
                "/v1/licensors",
                #"{"id":"licensor-1","title":"A","tier":"independent"}"#
            )
            let campaign = Documents.campaign("one", track: "track-9")
                .replacingOccurrences(of: "song-one", with: "song-1")
            let refused = try await server.console("POST", "/v1/campaigns", campaign)
            #expect(try refused.error.field == "song")
            #expect(try refused.error.message.contains("too-few-context-streams (19, must be 20 or more)"))
        }
    }

    @Test("Changes of every kind of document name who made them, newest first")
    func changes() async throws {
        try await RunningServer.with(
            configure: changing {
                $0.tokens = [AccessToken(name: "desk", token: "desk-0123456789abc", roles: [.control])]
            }
        ) { server in
            let desk = ["authorization": "Bearer desk-0123456789abc"]
            try await server.console("POST", "/v1/campaigns/campaign-1:pause", headers: desk)
            let changes = try await server.console("GET", "/v1/changes?pageSize=2", headers: desk).json
            let newest = try #require(changes["changes"]?.elements)
            #expect(newest.count == 2)
            #expect(newest[0]["kind"] == .string("campaign"))
            #expect(newest[0]["id"] == .string("campaign-1"))
            #expect(newest[0]["etag"] == .string("\"2\""))
            #expect(newest[0]["updatedBy"] == .string("desk"))
            #expect(try await server.console("GET", "/v1/changes").status == 401)
        }
    }
}
