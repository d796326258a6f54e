package import OasisMarket
package import OasisPlanning
package import OasisScoring

/// Turns plays into the outcome events that a player reports.
package struct PlayReports {
    private let source: String
    private let request: ScoreRequest
    private let receipts: [Int: [UInt8]]

    /// `receipts` holds what each promoted candidate of the request came with.
    package init(source: String, request: ScoreRequest, receipts: [Int: [UInt8]]) {
        self.source = source
        self.request = request
        self.receipts = receipts
    }

    /// Every event of a slate, with ids that say what they are about, so that a repeat is the same event.
    package func reports(_ plays: [ListenerBehaviour.Play]) throws(InvalidField) -> [OutcomeReport] {
        var reports: [OutcomeReport] = []
        for play in plays {
            guard play.isShown else {
                if receipts[play.candidate] != nil { reports.append(try report(.released, play)) }
                continue
            }
            reports.append(try report(.shown, play))
            reports.append(try report(.streamed, play))
            if !play.isStream { reports.append(try report(.skipped, play)) }
            if play.isSaved { reports.append(try report(.saved, play)) }
            if play.isAdded { reports.append(try report(.added, play)) }
            if play.isFollowed { reports.append(try report(.followed, play)) }
        }
        return reports
    }

    private func report(_ kind: OutcomeKind, _ play: ListenerBehaviour.Play) throws(InvalidField) -> OutcomeReport {
        let track = request.tracks[play.candidate]
        let end = play.time.advanced(bySeconds: Double(play.playedMilliseconds) / 1_000)
        return try OutcomeReport(
            source: source,
            id: "\(request.id)/\(track)/\(kind.rawValue)",
            kind: kind,
            occurredAt: kind == .shown || kind == .released ? play.time : end,
            subject: receipts[play.candidate].map { .receipt($0) }
                ?? .organic(track: track, listener: request.listener, cell: request.cell),
            playedMilliseconds: kind == .streamed ? play.playedMilliseconds : nil,
            isNewToArtist: request.isNewToArtist?[play.candidate]
        )
    }
}
