import Foundation
import NIOCore
package import OasisClient
package import OasisMarket

/// Why a drive cannot go on.
package struct DriveFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, and what to do: whole sentences.
    package var description: String

    /// Says what went wrong.
    package init(_ description: String) {
        self.description = description
    }
}

/// What a campaign's cap allows on a day, and what was delivered.
package struct DeliveryCount: Hashable, Sendable, Decodable {
    /// Whose.
    package var campaign: CampaignID
    /// The cap of that day; nothing for none.
    package var dailyCap: Int?
    /// Promoted plays confirmed.
    package var confirmed: Int
    /// Units on receipts that are not settled, or held by a node.
    package var reserved: Int
    /// Promoted plays that no reserved unit covered.
    package var overspent: Int

    /// Whether more was delivered than the cap allows, or could be.
    package var isAboveCap: Bool {
        overspent > 0 || dailyCap.map { confirmed > $0 || confirmed + reserved > $0 } ?? false
    }
}

/// What a server has counted.
package struct ServerCounts: Hashable, Sendable {
    /// Attributed outcomes.
    package var outcomes: OutcomeCounts
    /// Outcomes that were kept but count for nothing, by reason.
    package var unattributed: [String: Int]
    /// Every outcome on disk, of all days.
    package var events: Int
}

/// The console port, as far as a driver needs it.
package struct ControlPlane: Sendable {
    private static let callSeconds = 30.0

    private let client: HTTPClient
    private let authorization: [(name: String, value: String)]
    private let patience: Duration

    /// A client of the control plane.
    ///
    /// - Parameters:
    ///   - client: Talks to the console port.
    ///   - token: Sent as a bearer token, where the server asks for one.
    ///   - patience: How long a server that is away is waited for.
    package init(_ client: HTTPClient, token: String?, patience: Duration = .zero) {
        self.client = client
        self.patience = patience
        authorization = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
    }

    // MARK: Setting up

    /// Whether the server has any campaign.
    package func hasCampaigns() async throws -> Bool {
        struct Page: Decodable {
            struct Campaign: Decodable {}
            var campaigns: [Campaign]
        }
        let page: Page = try await read("/v1/campaigns?pageSize=1")
        return !page.campaigns.isEmpty
    }

    /// Puts licensors, policy and campaigns there; what is there already by the same id stays as it is.
    package func apply(_ setUp: MarketSetUp) async throws {
        for licensor in setUp.licensors { try await create("/v1/licensors", licensor) }
        try await put(setUp.policy)
        for campaign in setUp.campaigns { try await create("/v1/campaigns", campaign) }
    }

    private func create(_ path: String, _ document: some Encodable & Sendable) async throws {
        let answer = try await send(HTTPCall(.post, path, headers: authorization, body: try encoded(document)))
        guard answer.status != 409 || ServerRefusal.detail(answer).reason != "ALREADY_EXISTS" else { return }
        try require(answer, "POST \(path)")
    }

    private func put(_ policy: Policy) async throws {
        while true {
            let current = try await send(HTTPCall(.get, "/v1/policy", headers: authorization))
            if current.status != 404 { try require(current, "GET /v1/policy") }
            let condition = current.status == 404 ? ("If-None-Match", "*") : ("If-Match", current.entityTag ?? "*")
            let call = HTTPCall(.put, "/v1/policy", headers: authorization + [condition], body: try encoded(policy))
            let answer = try await send(call)
            // Changed since it was read, by somebody else or by this call's own lost first attempt.
            if answer.status == 412 { continue }
            return try require(answer, "PUT /v1/policy")
        }
    }

    // MARK: Reading

    /// Every count of the days in [start, end), by kind, cell and campaign.
    package func counts(from start: Day, to end: Day) async throws -> ServerCounts {
        let page: TallyPage = try await read("/v1/tallies?from=\(start)&to=\(end)")
        return ServerCounts(
            outcomes: page.counts,
            unattributed: Dictionary(page.unattributed.map { ($0.reason, $0.outcomes) }, uniquingKeysWith: +),
            events: page.eventCount
        )
    }

    /// Deliveries of a day, a row for each campaign that had any.
    package func deliveries(on day: Day) async throws -> [DeliveryCount] {
        struct Page: Decodable {
            var campaigns: [DeliveryCount]
        }
        let page: Page = try await read("/v1/deliveries?day=\(day)")
        return page.campaigns
    }

    private func read<Document: Decodable>(_ path: String) async throws -> Document {
        let answer = try await send(HTTPCall(.get, path, headers: authorization))
        try require(answer, "GET \(path)")
        do {
            return try JSONDecoder().decode(Document.self, from: Data(answer.body.readableBytesView))
        } catch {
            throw DriveFailure("The answer to GET \(path) does not have the documented form: \(error)")
        }
    }

    /// Sends a call until it has an answer; every call of this type may be repeated.
    private func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        let start = ContinuousClock.now
        while true {
            do {
                let answer = try await client.send(call, within: .seconds(Self.callSeconds))
                guard answer.status == 503, ContinuousClock.now - start < patience else { return answer }
            } catch  where ContinuousClock.now - start >= patience {
                throw DriveFailure("\(call.method.rawValue) \(client.address)\(call.path) has no answer: \(error).")
            } catch {}
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func encoded(_ document: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try JSONEncoder().encode(document))
    }

    private func require(_ answer: HTTPAnswer, _ what: String) throws {
        guard !(200..<300).contains(answer.status) else { return }
        let detail = ServerRefusal.detail(answer)
        throw DriveFailure("\(what) at \(client.address) was refused with \(detail.reason): \(detail.message)")
    }
}

/// Tallies as the control plane writes them.
private struct TallyPage: Decodable {
    struct Row: Decodable {
        var campaign: CampaignID?
        var surface: SurfaceID
        var market: MarketID
        var isPromoted: Bool
        var shown: Int
        var streams: Int
        var skipped: Int
        var saved: Int
        var added: Int
        var followed: Int
        var released: Int
    }

    struct Unattributed: Decodable {
        var reason: String
        var outcomes: Int
    }

    var rows: [Row]
    var unattributed: [Unattributed]
    var eventCount: Int

    var counts: OutcomeCounts {
        var counts = OutcomeCounts()
        for row in rows {
            let cell = Cell(surface: row.surface, market: row.market)
            let kinds: [(OutcomeKind, Int)] = [
                (.shown, row.shown), (.streamed, row.streams), (.skipped, row.skipped), (.saved, row.saved),
                (.added, row.added), (.followed, row.followed), (.released, row.released),
            ]
            for (kind, count) in kinds {
                counts[CountKey(kind: kind, cell: cell, campaign: row.isPromoted ? row.campaign : nil)] += count
            }
        }
        return counts
    }
}
