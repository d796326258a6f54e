package import OasisLedger
import OasisMarket

/// What a promoted play may lead to, each with a response model of its own.
///
/// Models learn from promotions that were played, and from nothing else: what they are asked is what the next promotion will
/// bring, and what was played anyway was chosen in another way.
package enum PromotedOutcome: String, CaseIterable, Hashable, Sendable {
    /// A stream of at least 30 s, of plays.
    case streamed
    /// A skip, of plays. It has no worth of its own in the market, and is watched.
    case skipped
    /// A save, of streams.
    case saved
    /// The listener's first stream of the artist, of streams.
    case newListener = "new-listener"

    /// Whether it is asked of streams alone: amounts of saves and new listeners are those of a stream.
    var isOfStreams: Bool { self == .saved || self == .newListener }

    /// Seconds from a promotion's first news until it became a trial of this outcome; nothing when it has not.
    func trialAfterSeconds(_ promotion: ServedPromotion) -> Double? {
        isOfStreams ? promotion.streamedAfterSeconds : 0
    }

    /// Seconds from a promotion's first news until the outcome was heard of; nothing without one.
    func happenedAfterSeconds(_ promotion: ServedPromotion) -> Double? {
        switch self {
        case .streamed: promotion.streamedAfterSeconds
        case .skipped: promotion.skippedAfterSeconds
        case .saved: promotion.savedAfterSeconds
        case .newListener: promotion.isNewListener ? promotion.streamedAfterSeconds : nil
        }
    }
}
