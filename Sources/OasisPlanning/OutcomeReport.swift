package import OasisMarket

/// An outcome as a producer reports it, before its receipt is checked.
package struct OutcomeReport: Hashable, Sendable {
    /// What the producer says it is about.
    package enum Subject: Hashable, Sendable {
        /// A promoted play, by the receipt that came with it.
        case receipt([UInt8])
        /// An organic play.
        case organic(track: TrackID, listener: ListenerID, cell: Cell)
    }

    /// The producer; unique together with `id`.
    package var source: String
    /// The producer's id of this event.
    package var id: String
    /// What happened.
    package var kind: OutcomeKind
    /// When, by the producer's clock.
    package var occurredAt: Timestamp
    /// What it is about.
    package var subject: Subject
    /// How long it was played, in milliseconds; for `streamed`.
    package var playedMilliseconds: Int64?
    /// Whether the listener never streamed this artist before, when the producer knows.
    package var isNewToArtist: Bool?

    /// Gathers a report and refuses one that breaks a rule, naming CloudEvents fields.
    package init(
        source: String,
        id: String,
        kind: OutcomeKind,
        occurredAt: Timestamp,
        subject: Subject,
        playedMilliseconds: Int64? = nil,
        isNewToArtist: Bool? = nil
    ) throws(InvalidField) {
        try require((1...256).contains(source.utf8.count), "source", "must be 1 to 256 bytes")
        try require((1...128).contains(id.utf8.count), "id", "must be 1 to 128 bytes")
        if kind == .streamed {
            guard let playedMilliseconds else { throw InvalidField("data.playedMilliseconds", "must be given") }
            try require(
                (0...86_400_000).contains(playedMilliseconds),
                "data.playedMilliseconds",
                "must be 0 to 86400000, but is \(playedMilliseconds)"
            )
        }
        self.source = source
        self.id = id
        self.kind = kind
        self.occurredAt = occurredAt
        self.subject = subject
        self.playedMilliseconds = playedMilliseconds
        self.isNewToArtist = isNewToArtist
    }
}
