import Foundation
import NIOCore
import OasisMarket
import ScriptedHTTP
import Synchronization

/// A server that keeps the public API's promises in memory, and breaks them where a test asks for it.
final class PretendService: Sendable {
    /// How it misbehaves.
    struct Faults: Sendable {
        /// Every so many batches of events are taken in, but the connection closes instead of an answer; 0 for none.
        var losesEveryAnswer = 0
        /// Every so many batches are answered with 503; 0 for none.
        var refusesEveryBatch = 0
        /// Counts an event that is sent again once more.
        var countsDuplicates = false
        /// Says that events of this kind come from the future.
        var refusedKind: OutcomeKind?
        /// Leaves every so many score calls without an answer; 0 for none.
        var silentScores = 0
        /// The cap that it reports for every campaign.
        var reportedCap: Int?
    }

    private struct State {
        var campaigns: [String: String] = [:]
        var licensors: Set<String> = []
        var hasPolicy = false
        var ids: Set<String> = []
        var counts: [String: Int] = [:]
        var shown: [String: Int] = [:]
        var batches = 0
        var scores = 0
        var times: [String] = []
    }

    private struct Event: Decodable {
        struct Content: Decodable {
            var receipt: String?
            var track: String?
            var surface: String?
            var market: String?
        }
        var id: String
        var source: String
        var type: String
        var time: String
        var data: Content
    }

    private struct Request: Decodable {
        struct Candidates: Decodable {
            var track: [String]
            var organicScore: [Float]
        }
        var requestId: String
        var surface: String
        var market: String
        var slateSize: Int
        var candidates: Candidates
    }

    private struct Document: Decodable {
        var id: String
        var tracks: [String]?
    }

    private let faults: Faults
    private let state = Mutex(State())

    init(_ faults: Faults = Faults()) {
        self.faults = faults
    }

    /// Ids of all events taken in.
    var eventIDs: Set<String> { state.withLock { $0.ids } }
    /// Times of events in the order in which they arrived.
    var eventTimes: [String] { state.withLock { $0.times } }
    /// Names of all campaigns created.
    var campaigns: Set<String> { state.withLock { Set($0.campaigns.values) } }

    func answer(_ request: ScriptedRequest) -> ScriptedReply {
        state.withLock { state in
            switch (request.method, request.path) {
            case ("GET", "/health/live"): .answer(status: 200, body: "{}")
            case ("GET", "/health/ready"): .answer(status: state.hasPolicy ? 200 : 503, body: "{}")
            case ("POST", "/v1/licensors"), ("POST", "/v1/campaigns"): create(request, &state)
            case ("GET", "/v1/policy"): refusal(404, "NOT_FOUND")
            case ("PUT", "/v1/policy"): put(request, &state)
            case ("GET", "/v1/campaigns"):
                .answer(status: 200, body: state.campaigns.isEmpty ? #"{"campaigns":[]}"# : #"{"campaigns":[{}]}"#)
            case ("POST", "/v1/score"): score(request, &state)
            case ("POST", "/v1/events"): record(request, &state)
            case ("GET", "/v1/tallies"): tallies(state)
            case ("GET", "/v1/deliveries"): deliveries(request, state)
            default: refusal(404, "NOT_FOUND")
            }
        }
    }

    private func refusal(_ status: Int, _ reason: String) -> ScriptedReply {
        .answer(status: status, body: #"{"error":{"reason":"\#(reason)","message":"As the test wants it."}}"#)
    }

    private func create(_ request: ScriptedRequest, _ state: inout State) -> ScriptedReply {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(request.body.readableBytesView)) else {
            return refusal(400, "INVALID_FIELD")
        }
        guard let tracks = document.tracks else {
            let isNew = state.licensors.insert(document.id).inserted
            return isNew ? .answer(status: 201, body: "{}") : refusal(409, "ALREADY_EXISTS")
        }
        for track in tracks { state.campaigns[track] = document.id }
        return .answer(status: 201, body: "{}")
    }

    private func put(_ request: ScriptedRequest, _ state: inout State) -> ScriptedReply {
        guard request.headers["if-none-match"] == "*" else { return refusal(428, "PRECONDITION_REQUIRED") }
        state.hasPolicy = true
        return .answer(status: 201, body: "{}")
    }

    /// Promotes the best candidate of a campaign that the slate would leave out, just enough to take the last place.
    private func score(_ request: ScriptedRequest, _ state: inout State) -> ScriptedReply {
        state.scores += 1
        if faults.silentScores > 0, state.scores % faults.silentScores == 0 { return .silence }
        guard let sent = try? JSONDecoder().decode(Request.self, from: Data(request.body.readableBytesView)) else {
            return refusal(400, "INVALID_FIELD")
        }
        let scores = sent.candidates.organicScore
        let order = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        var promotions = ""
        let left = order.dropFirst(sent.slateSize).first { state.campaigns[sent.candidates.track[$0]] != nil }
        if let left, let campaign = state.campaigns[sent.candidates.track[left]] {
            let boost = scores[order[sent.slateSize - 1]].nextUp + 0.001 - scores[left]
            let receipt = "\(campaign)/\(sent.surface)/\(sent.market)/\(sent.requestId)"
            promotions = """
                {"index":\(left),"track":"\(sent.candidates.track[left])","campaign":"\(campaign)","boost":\(boost),
                "propensity":1,"reasons":["worth-its-price"],"receipt":"\(receipt)"}
                """
        }
        return .answer(
            status: 200,
            body: """
                {"requestId":"\(sent.requestId)","snapshot":"01","snapshotAgeSeconds":1,"policyVersion":1,"arm":"promoted",
                "promotions":[\(promotions)],"degraded":["stale-snapshot"]}
                """
        )
    }

    private func record(_ request: ScriptedRequest, _ state: inout State) -> ScriptedReply {
        state.batches += 1
        if faults.refusesEveryBatch > 0, state.batches % faults.refusesEveryBatch == 0 {
            return refusal(503, "OVERLOADED")
        }
        guard request.headers["content-type"] == "application/cloudevents-batch+json",
            let events = try? JSONDecoder().decode([Event].self, from: Data(request.body.readableBytesView))
        else { return refusal(400, "INVALID_FIELD") }
        var results: [String] = []
        for event in events {
            let isRefused = faults.refusedKind.map { event.type == "oasis.\($0.rawValue)" } ?? false
            let isNew = !isRefused && state.ids.insert("\(event.source) \(event.id)").inserted
            if isNew || (!isRefused && faults.countsDuplicates) { count(event, &state) }
            let status = isRefused ? #"refused","reason":"from-the-future"# : isNew ? "recorded" : "duplicate"
            results.append(#"{"id":"\#(event.id)","status":"\#(status)"}"#)
        }
        if faults.losesEveryAnswer > 0, state.batches % faults.losesEveryAnswer == 0 { return .hangUp }
        return .answer(status: 200, body: #"{"results":[\#(results.joined(separator: ","))]}"#)
    }

    private func count(_ event: Event, _ state: inout State) {
        state.times.append(event.time)
        let kind = String(event.type.dropFirst(6))
        let parts = event.data.receipt?.split(separator: "/").map(String.init)
        let cell = parts.map { "\($0[1])/\($0[2])" } ?? "\(event.data.surface ?? "")/\(event.data.market ?? "")"
        state.counts["\(parts?[0] ?? "")/\(cell)/\(kind)", default: 0] += 1
        if kind == "shown", let campaign = parts?[0] { state.shown[campaign, default: 0] += 1 }
    }

    private func tallies(_ state: State) -> ScriptedReply {
        let names = ["shown", "released", "streams", "skipped", "saved", "added", "followed"]
        let rows = state.counts.map { key, count in
            let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let kind = parts[3] == "streamed" ? "streams" : parts[3]
            let numbers = names.map { "\"\($0)\":\($0 == kind ? count : 0)" }.joined(separator: ",")
            let campaign = parts[0].isEmpty ? "null" : "\"\(parts[0])\""
            return """
                {"day":"2026-11-22","campaign":\(campaign),"surface":"\(parts[1])","market":"\(parts[2])",
                "isPromoted":\(!parts[0].isEmpty),\(numbers)}
                """
        }
        let events = state.counts.values.reduce(0, +)
        return .answer(
            status: 200,
            body: #"{"rows":[\#(rows.joined(separator: ","))],"unattributed":[],"eventCount":\#(events)}"#
        )
    }

    /// All deliveries fall on one day here.
    private func deliveries(_ request: ScriptedRequest, _ state: State) -> ScriptedReply {
        guard request.uri.hasSuffix("day=2026-11-22") else { return .answer(status: 200, body: #"{"campaigns":[]}"#) }
        let rows = state.shown.map { campaign, shown in
            let cap = faults.reportedCap.map(String.init) ?? "null"
            return #"{"campaign":"\#(campaign)","dailyCap":\#(cap),"confirmed":\#(shown),"reserved":0,"overspent":0}"#
        }
        return .answer(status: 200, body: #"{"campaigns":[\#(rows.joined(separator: ","))]}"#)
    }
}
