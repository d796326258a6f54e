package import OasisMarket

/// A policy's frequency limits, laid out for counting.
package struct FrequencyRules: Hashable, Sendable {
    /// One limit.
    struct Rule: Hashable, Sendable {
        var maximum: Int
        var windowSeconds: UInt32
    }

    let campaign: [Rule]
    let artist: [Rule]
    /// The longest window: how far back anything has to be remembered; 0 when nothing is limited.
    package let longestSeconds: UInt32
    /// What is left of an artist whom a listener has not met.
    let unmetArtistLeft: Int

    /// Sorts limits by what they count.
    package init(_ limits: [FrequencyLimit]) {
        func rules(_ scope: FrequencyLimit.Scope) -> [Rule] {
            limits.filter { $0.scope == scope }
                .map { Rule(maximum: $0.maximum, windowSeconds: UInt32($0.windowHours) * 3_600) }
        }
        campaign = rules(.campaign)
        artist = rules(.artist)
        longestSeconds = (campaign + artist).map(\.windowSeconds).max() ?? 0
        unmetArtistLeft = artist.map(\.maximum).min() ?? .max
    }

    /// Whether nothing is limited.
    package var isEmpty: Bool { longestSeconds == 0 }
}

/// Whom a listener has met in promotions often enough, at one moment.
package struct ListenerStanding: Hashable, Sendable {
    /// An artist whom the listener met, and how often more.
    struct ArtistLeft: Hashable, Sendable {
        var artist: UInt32
        var left: Int
    }

    /// Campaigns that are not promoted to the listener now; few.
    var blockedCampaigns: [UInt32] = []
    /// Artists whom the listener met inside a window; few.
    var artists: [ArtistLeft] = []
    /// What is left of an artist whom the listener has not met.
    var unmetArtistLeft = Int.max
    /// Whether the listener met as many promotions as are told apart, so that nothing more can be counted.
    var isFull = false

    /// A listener whom nothing limits.
    package static let unlimited = ListenerStanding()
    /// A listener of whom nothing is known, so that nothing may be promoted.
    package static let unknown = ListenerStanding(isFull: true)

    /// Why a campaign is not promoted to the listener; nothing when it may be.
    ///
    /// `artist` is the `ArtistTag` of the campaign's artist.
    package func obstacle(campaignNumber: Int64, artist: UInt32) -> ReasonCode? {
        if isFull || blockedCampaigns.contains(UInt32(truncatingIfNeeded: campaignNumber)) { return .campaignFrequency }
        return artistsLeft(artist) > 0 ? nil : .artistFrequency
    }

    /// How many more promotions of an artist the listener may meet; at least 0.
    package func artistsLeft(_ artist: UInt32) -> Int {
        for met in artists where met.artist == artist { return met.left }
        return unmetArtistLeft
    }

    /// Whether nothing is limited for the listener.
    var isUnlimited: Bool { blockedCampaigns.isEmpty && artists.isEmpty && !isFull && !limitsArtists }

    /// Whether an artist's promotions are counted at all.
    package var limitsArtists: Bool { unmetArtistLeft != .max }
}

/// An artist as frequency limits know them: 32 bits of the stable hash of the name.
///
/// Two artists with one tag, of whom there are a few among a million, share their limits.
package enum ArtistTag {
    /// The tag of an artist, by the stable hash of the name.
    package static func of(_ artistHash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: artistHash) }
}
