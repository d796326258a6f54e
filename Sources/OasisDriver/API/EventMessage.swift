import Foundation
import NIOCore
package import OasisMarket

/// One outcome as the driver reports it.
package struct OutcomeEvent: Hashable, Sendable {
    /// What it is about.
    package enum Subject: Hashable, Sendable {
        /// A promoted play of this campaign.
        case promoted(receipt: String, CampaignID)
        /// An organic play.
        case organic(TrackID, ListenerID)
    }

    /// Unique within the drive and the same in every attempt: request, track and kind.
    package var id: String
    /// What happened.
    package var kind: OutcomeKind
    /// When.
    package var time: Timestamp
    /// What it is about.
    package var subject: Subject
    /// Where.
    package var cell: Cell
    /// How long it was played; for `streamed`.
    package var playedMilliseconds: Int64?
    /// Whether the listener never streamed this artist before, if known; for `streamed`.
    package var isNewToArtist: Bool?

    /// Gathers an event.
    package init(
        id: String,
        kind: OutcomeKind,
        time: Timestamp,
        subject: Subject,
        cell: Cell,
        playedMilliseconds: Int64? = nil,
        isNewToArtist: Bool? = nil
    ) {
        self.id = id
        self.kind = kind
        self.time = time
        self.subject = subject
        self.cell = cell
        self.playedMilliseconds = playedMilliseconds
        self.isNewToArtist = isNewToArtist
    }

    /// Where the server counts it.
    package var countKey: CountKey {
        switch subject {
        case .promoted(_, let campaign): CountKey(kind: kind, cell: cell, campaign: campaign)
        case .organic: CountKey(kind: kind, cell: cell, campaign: nil)
        }
    }
}

/// What became of a batch of events, one result each, in their order.
struct EventAnswer: Decodable {
    enum Status: String, Decodable {
        case recorded
        case duplicate
        case refused
    }

    struct Result: Decodable {
        var id: String
        var status: Status
        var reason: String?
    }

    var results: [Result]

    init(_ body: ByteBuffer) throws {
        self = try JSONDecoder().decode(EventAnswer.self, from: Data(body.readableBytesView))
    }
}

extension HTTPCall {
    /// Most events a batch may have.
    package static let eventsMaximum = 1_000

    /// Reports events, as CloudEvents 1.0 in one batch.
    package static func events(_ events: [OutcomeEvent], source: String) -> HTTPCall {
        var body = ByteBuffer()
        for (index, event) in events.enumerated() {
            body.writeString(index == 0 ? "[" : ",")
            body.writeEvent(event, source: source)
        }
        body.writeString(events.isEmpty ? "[]" : "]")
        return HTTPCall(.post, "/v1/events", contentType: "application/cloudevents-batch+json", body: body)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeEvent(_ event: OutcomeEvent, source: String) {
        writeString("{\"specversion\":\"1.0\",\"id\":\(quoted(event.id)),\"source\":\(quoted(source))")
        writeString(",\"type\":\"oasis.\(event.kind.rawValue)\",\"time\":\"\(event.time)\",\"data\":{")
        switch event.subject {
        case .promoted(let receipt, _):
            writeString("\"receipt\":\(quoted(receipt))")
        case .organic(let track, let listener):
            writeString("\"track\":\"\(track)\",\"listener\":\"\(listener)\"")
            writeString(",\"surface\":\"\(event.cell.surface)\",\"market\":\"\(event.cell.market)\"")
        }
        if let played = event.playedMilliseconds { writeString(",\"playedMilliseconds\":\(played)") }
        if let isNew = event.isNewToArtist { writeString(",\"isNewToArtist\":\(isNew)") }
        writeString("}}")
    }
}
