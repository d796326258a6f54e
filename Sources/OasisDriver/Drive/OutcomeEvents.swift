package import OasisClient
import OasisMarket
package import OasisScoring
package import OasisSimulation

/// Turns what a listener did with a slate into events.
package enum OutcomeEvents {
    /// The events of one request: every play by what it was, and a release for every promotion that was not played.
    package static func of(
        _ plays: [ListenerBehaviour.Play],
        promotions: [ScoreAnswer.Promotion],
        in request: ScoreRequest
    ) -> [OutcomeEvent] {
        let promotionOf = Dictionary(promotions.map { ($0.index, $0) }) { first, _ in first }
        var events = plays.flatMap { play in
            play.isShown ? Self.of(play, promotion: promotionOf[play.candidate], in: request) : []
        }
        let shown = Set(plays.filter(\.isShown).map(\.candidate))
        for promotion in promotions where !shown.contains(promotion.index) {
            let time = plays.first { $0.candidate == promotion.index }?.time ?? request.time
            events.append(event(.released, promotion.index, promotion, at: time, in: request))
        }
        return events
    }

    private static func of(
        _ play: ListenerBehaviour.Play,
        promotion: ScoreAnswer.Promotion?,
        in request: ScoreRequest
    ) -> [OutcomeEvent] {
        let end = play.time.advanced(bySeconds: Double(play.playedMilliseconds) / 1_000)
        var events = [event(.shown, play.candidate, promotion, at: play.time, in: request)]
        func append(_ kind: OutcomeKind) {
            events.append(event(kind, play.candidate, promotion, at: end, in: request))
        }
        guard play.isStream else {
            append(.skipped)
            return events
        }
        append(.streamed)
        events[1].playedMilliseconds = play.playedMilliseconds
        events[1].isNewToArtist = request.isNewToArtist?[play.candidate]
        if play.isSaved { append(.saved) }
        if play.isAdded { append(.added) }
        if play.isFollowed { append(.followed) }
        return events
    }

    private static func event(
        _ kind: OutcomeKind,
        _ candidate: Int,
        _ promotion: ScoreAnswer.Promotion?,
        at time: Timestamp,
        in request: ScoreRequest
    ) -> OutcomeEvent {
        let track = request.tracks[candidate]
        let subject: OutcomeEvent.Subject =
            if let promotion {
                .promoted(receipt: promotion.receipt, promotion.campaign)
            } else {
                .organic(track, request.listener)
            }
        return OutcomeEvent(
            id: "\(request.id)/\(track)/\(kind.rawValue)",
            kind: kind,
            time: time,
            subject: subject,
            cell: request.cell
        )
    }
}
