import OasisClient
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

    /// The event as a server takes it.
    var reported: ReportedOutcome {
        let subject: ReportedOutcome.Subject =
            switch self.subject {
            case .promoted(let receipt, _): .promoted(receipt: receipt)
            case .organic(let track, let listener): .organic(track, listener, cell)
            }
        return ReportedOutcome(
            id: id,
            kind: kind,
            time: time,
            subject: subject,
            playedMilliseconds: playedMilliseconds,
            isNewToArtist: isNewToArtist
        )
    }
}
