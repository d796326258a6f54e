import Foundation
package import NIOCore
public import OasisMarket

/// One outcome as it is reported to a server.
public struct ReportedOutcome: Hashable, Sendable {
    /// What it is about.
    public enum Subject: Hashable, Sendable {
        /// A promoted play, by the receipt that came with its boost.
        case promoted(receipt: String)
        /// An organic play: what, by whom, where.
        case organic(TrackID, ListenerID, Cell)
    }

    /// Unique within its source, and the same whenever it is sent again.
    public var id: String
    /// What happened.
    public var kind: OutcomeKind
    /// When.
    public var time: Timestamp
    /// What it is about.
    public var subject: Subject
    /// How long it was played; for `streamed`.
    public var playedMilliseconds: Int64?
    /// Whether the listener never streamed this artist before, if known; for `streamed`.
    public var isNewToArtist: Bool?

    /// Gathers an outcome.
    public init(
        id: String,
        kind: OutcomeKind,
        time: Timestamp,
        subject: Subject,
        playedMilliseconds: Int64? = nil,
        isNewToArtist: Bool? = nil
    ) {
        self.id = id
        self.kind = kind
        self.time = time
        self.subject = subject
        self.playedMilliseconds = playedMilliseconds
        self.isNewToArtist = isNewToArtist
    }
}

/// What became of a batch of events, one result each, in their order.
package struct EventAnswer: Decodable, Sendable {
    /// How it ended.
    package enum Status: String, Decodable, Sendable {
        case recorded
        case duplicate
        case refused
    }

    /// What became of one event.
    package struct Result: Decodable, Sendable {
        /// Its id.
        package var id: String
        /// How it ended.
        package var status: Status
        /// Why it counts for nothing.
        package var reason: String?
    }

    /// One for each event, in their order.
    package var results: [Result]

    /// Reads an answer.
    package init(_ body: ByteBuffer) throws {
        self = try JSONDecoder().decode(EventAnswer.self, from: Data(body.readableBytesView))
    }
}

extension HTTPCall {
    /// Most events a batch may have.
    package static let eventsMaximum = 1_000

    /// Reports events, as CloudEvents 1.0 in one batch.
    package static func events(_ events: [ReportedOutcome], source: String) -> HTTPCall {
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
    fileprivate mutating func writeEvent(_ event: ReportedOutcome, source: String) {
        writeString("{\"specversion\":\"1.0\",\"id\":\(quoted(event.id)),\"source\":\(quoted(source))")
        writeString(",\"type\":\"oasis.\(event.kind.rawValue)\",\"time\":\"\(event.time)\",\"data\":{")
        switch event.subject {
        case .promoted(let receipt):
            writeString("\"receipt\":\(quoted(receipt))")
        case .organic(let track, let listener, let cell):
            writeString("\"track\":\"\(track)\",\"listener\":\"\(listener)\"")
            writeString(",\"surface\":\"\(cell.surface)\",\"market\":\"\(cell.market)\"")
        }
        if let played = event.playedMilliseconds { writeString(",\"playedMilliseconds\":\(played)") }
        if let isNew = event.isNewToArtist { writeString(",\"isNewToArtist\":\(isNew)") }
        writeString("}}")
    }
}
