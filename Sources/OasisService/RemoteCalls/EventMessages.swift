internal import OasisLedger
internal import OasisMarket
internal import OasisMessages
internal import OasisPlanning
internal import SwiftProtobuf

/// Outcome events and their results as `oasis.v1` writes them; the same content as in JSON.
enum EventMessages {
    /// Reads the events of one message; one bad event refuses all of them.
    static func reports(_ message: Oasis_V1_RecordRequest) throws(InvalidField) -> [OutcomeReport] {
        try require(
            message.events.count <= CloudEvents.batchMaximum,
            "events",
            "must be at most \(CloudEvents.batchMaximum), but are \(message.events.count)"
        )
        var reports: [OutcomeReport] = []
        reports.reserveCapacity(message.events.count)
        for (index, event) in message.events.enumerated() {
            do throws(InvalidField) {
                reports.append(try report(event))
            } catch {
                throw error.inside("events[\(index)]")
            }
        }
        return reports
    }

    private static func report(_ event: Oasis_V1_OutcomeEvent) throws(InvalidField) -> OutcomeReport {
        guard let kind = OutcomeKind(event.kind) else {
            throw InvalidField("kind", "must be one of the documented kinds, but is \(event.kind.rawValue)")
        }
        try require(event.hasTime, "time", "must be given")
        return try OutcomeReport(
            source: event.source,
            id: event.id,
            kind: kind,
            occurredAt: try ScoreMessages.time(
                seconds: event.time.seconds,
                nanoseconds: event.time.nanos,
                "time"
            ),
            subject: try subject(event, kind: kind),
            playedMilliseconds: kind == .streamed && event.hasPlayedMilliseconds ? event.playedMilliseconds : nil,
            isNewToArtist: event.hasIsNewToArtist ? event.isNewToArtist : nil
        )
    }

    private static func subject(
        _ event: Oasis_V1_OutcomeEvent,
        kind: OutcomeKind
    ) throws(InvalidField) -> OutcomeReport.Subject {
        switch event.play {
        case .receipt(let receipt):
            try require(receipt.count <= 192, "receipt", "must be the receipt as it was given")
            return .receipt(Array(receipt))
        case .organic(let play):
            try require(kind != .released, "receipt", "must be given: only a promotion can be released")
            return .organic(
                track: try ScoreMessages.identifier(play.trackID, "organic.track"),
                listener: try ScoreMessages.identifier(play.listenerID, "organic.listener"),
                cell: Cell(
                    surface: try ScoreMessages.identifier(play.surface, "organic.surface"),
                    market: try ScoreMessages.identifier(play.market, "organic.market")
                )
            )
        case nil: throw InvalidField("receipt", "must be given, or the organic play that the event is about")
        }
    }

    /// How an event was taken; nothing when it was recorded, which is only counted.
    static func result(_ result: RecordResult, of id: String, at index: Int64) -> Oasis_V1_EventResult? {
        var message = Oasis_V1_EventResult()
        message.index = index
        message.eventID = id
        switch result {
        case .recorded: return nil
        case .duplicate: message.status = .duplicate
        case .duplicateReceipt:
            message.status = .duplicate
            message.reason = .duplicateReceipt
        case .refused(let refusal):
            message.status = .refused
            message.reason = Oasis_V1_EventReason(refusal)
        }
        return message
    }
}

extension OutcomeKind {
    fileprivate init?(_ kind: Oasis_V1_OutcomeKind) {
        switch kind {
        case .shown: self = .shown
        case .streamed: self = .streamed
        case .skipped: self = .skipped
        case .saved: self = .saved
        case .added: self = .added
        case .followed: self = .followed
        case .released: self = .released
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }
}

extension Oasis_V1_EventReason {
    fileprivate init(_ refusal: Refusal) {
        switch refusal {
        case .tooLate: self = .tooLate
        case .fromTheFuture: self = .fromTheFuture
        case .badIdentity: self = .badIdentity
        }
    }
}
