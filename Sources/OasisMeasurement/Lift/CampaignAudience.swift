package import OasisMarket

/// What each listener of one campaign was decided for and did, gathered from a log in any order.
///
/// First every decision goes in (`decide`), then every outcome (`count`): what an outcome counts for depends on when its
/// listener became eligible.
package struct CampaignAudience: Sendable {
    /// How long before a listener became eligible is looked at for what they did earlier.
    package static let earlierMilliseconds: Int64 = 28 * 86_400_000
    /// Within how long after the first promoted stream a sign of intent counts.
    package static let intentMilliseconds: Int64 = 14 * 86_400_000

    /// What a lift can be of.
    package enum Measure: String, CaseIterable, Hashable, Sendable {
        /// Streams of at least 30 s of the campaign's tracks, anywhere.
        case streams
        /// Those in the campaign's contexts, on which it pays commission.
        case contextStreams = "context-streams"
        /// Listeners whose first known stream of the artist falls into their time of being eligible.
        case newListeners = "new-listeners"
        /// Saves to the library.
        case saves
        /// Additions to playlists.
        case playlistAdds = "playlist-adds"
    }

    /// An outcome of one of the campaign's tracks.
    package struct Event: Hashable, Sendable {
        /// Who, as a stable hash of the pseudonym.
        package var listener: UInt64
        /// What.
        package var kind: OutcomeKind
        /// When.
        package var at: Timestamp
        /// Whether it is a play that was long enough to be a stream.
        package var isStream: Bool
        /// Whether it happened in the campaign's contexts.
        package var isInContext: Bool
        /// Whether a receipt stands behind it.
        package var isPromoted: Bool

        /// Gathers an outcome.
        package init(
            listener: UInt64,
            kind: OutcomeKind,
            at: Timestamp,
            isStream: Bool,
            isInContext: Bool,
            isPromoted: Bool
        ) {
            self.listener = listener
            self.kind = kind
            self.at = at
            self.isStream = isStream
            self.isInContext = isInContext
            self.isPromoted = isPromoted
        }
    }

    /// The time that is looked at.
    package let window: Range<Timestamp>
    /// As long a time before the campaign began.
    package let before: Range<Timestamp>
    /// Eligible listeners.
    private(set) var eligible: [UInt64: EligibleListener] = [:]
    /// Everybody who did something in either time.
    private(set) var active: [UInt64: ActiveListener] = [:]
    /// What was done.
    private(set) var during = ActionCounts()
    /// What was done before.
    private(set) var earlier = ActionCounts()

    /// Looks at `window`, and at as long a time before `campaignStart`.
    package init(window: Range<Timestamp>, campaignStart: Timestamp) {
        self.window = window
        let length = window.upperBound.milliseconds - window.lowerBound.milliseconds
        before = Timestamp(milliseconds: campaignStart.milliseconds - length)..<campaignStart
    }

    /// The earliest moment that an outcome can matter.
    package var earliest: Timestamp {
        min(before.lowerBound, Timestamp(milliseconds: window.lowerBound.milliseconds - Self.earlierMilliseconds))
    }

    /// Takes in that a promotion, or in the holdout a ghost, was decided for a listener.
    package mutating func decide(_ listener: UInt64, at time: Timestamp, isHeldOut: Bool) {
        guard window.contains(time) else { return }
        guard var known = eligible[listener] else {
            eligible[listener] = EligibleListener(isHeldOut: isHeldOut, since: time)
            return
        }
        known.isInBothArms = known.isInBothArms || known.isHeldOut != isHeldOut
        known.since = min(known.since, time)
        eligible[listener] = known
    }

    /// Takes in an outcome, after every decision.
    package mutating func count(_ event: Event) {
        guard event.kind != .released, event.at < window.upperBound else { return }
        eligible[event.listener]?.count(event)
        let isDuring = window.contains(event.at)
        guard isDuring || before.contains(event.at) else { return }
        if isDuring { during.count(event) } else { earlier.count(event) }
        active[event.listener, default: ActiveListener()].count(event, isDuring: isDuring)
    }

    /// Takes in when a listener's first known stream of the artist was, after every decision.
    package mutating func meet(_ listener: UInt64, at time: Timestamp) {
        if window.contains(time) { active[listener, default: ActiveListener()].isNew = true }
        guard let known = eligible[listener], time >= known.since, time < window.upperBound else { return }
        eligible[listener]?.isNew = true
    }
}

/// A listener who had a promotion or a ghost.
struct EligibleListener: Sendable {
    var isHeldOut: Bool
    /// Since when.
    var since: Timestamp
    var isInBothArms = false
    var isNew = false
    var before = ActionCounts()
    var after = ActionCounts()

    init(isHeldOut: Bool, since: Timestamp) {
        self.isHeldOut = isHeldOut
        self.since = since
    }

    mutating func count(_ event: CampaignAudience.Event) {
        if event.at >= since {
            after.count(event)
        } else if event.at.milliseconds >= since.milliseconds - CampaignAudience.earlierMilliseconds {
            before.count(event)
        }
    }

    func outcome(_ measure: CampaignAudience.Measure) -> Double {
        measure == .newListeners ? (isNew ? 1 : 0) : Double(after[measure])
    }

    /// What they did earlier, that says most about a measure: streams say more of rare deeds than those themselves.
    func earlierOutcome(_ measure: CampaignAudience.Measure) -> Double {
        measure == .contextStreams ? Double(before.contextStreams) : Double(before.streams)
    }
}

/// A listener who did something.
struct ActiveListener: Sendable {
    var hasStreamed = false
    var hadStreamedBefore = false
    var isNew = false
    var firstPromotedStream: Timestamp?
    var signsOfIntent: [Timestamp] = []

    mutating func count(_ event: CampaignAudience.Event, isDuring: Bool) {
        guard isDuring else {
            if event.isStream { hadStreamedBefore = true }
            return
        }
        if event.isStream { hasStreamed = true }
        if event.isStream, event.isPromoted { firstPromotedStream = min(firstPromotedStream ?? event.at, event.at) }
        switch event.kind {
        case .saved, .added, .followed: signsOfIntent.append(event.at)
        case .shown, .streamed, .skipped, .released: break
        }
    }
}

/// How often what was done.
package struct ActionCounts: Hashable, Sendable {
    /// Streams of at least 30 s.
    package var streams = 0
    /// Those in the campaign's contexts.
    package var contextStreams = 0
    /// Those with a receipt.
    package var promotedStreams = 0
    /// Skips.
    package var skips = 0
    /// Saves to the library.
    package var saves = 0
    /// Additions to playlists.
    package var playlistAdds = 0
    /// Follows of the artist.
    package var follows = 0

    mutating func count(_ event: CampaignAudience.Event) {
        switch event.kind {
        case .streamed:
            guard event.isStream else { return }
            streams += 1
            if event.isInContext { contextStreams += 1 }
            if event.isPromoted { promotedStreams += 1 }
        case .skipped: skips += 1
        case .saved: saves += 1
        case .added: playlistAdds += 1
        case .followed: follows += 1
        case .shown, .released: break
        }
    }

    subscript(measure: CampaignAudience.Measure) -> Int {
        switch measure {
        case .streams: streams
        case .contextStreams: contextStreams
        case .newListeners: 0
        case .saves: saves
        case .playlistAdds: playlistAdds
        }
    }
}
