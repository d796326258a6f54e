package import OasisMarket

/// Counts of outcomes and the commission they earn.
package struct TallyCounts: Hashable, Sendable {
    /// Plays that started.
    package var shown = 0
    /// Promotions given back unplayed.
    package var released = 0
    /// Plays that were reported with their length.
    package var plays = 0
    /// Plays of at least `streamThresholdMilliseconds`.
    package var streams = 0
    /// Skips.
    package var skipped = 0
    /// Saves to the library.
    package var saved = 0
    /// Additions to playlists.
    package var added = 0
    /// Follows of the artist.
    package var followed = 0
    /// Listeners whose first known stream of the campaign's artist this was.
    package var newListeners = 0
    /// Commission, in millionths of the policy's currency.
    package var commissionMicros: Int64 = 0

    /// Nothing counted.
    package init() {}

    /// Adds up two counts.
    package static func += (left: inout TallyCounts, right: TallyCounts) {
        left.shown += right.shown
        left.released += right.released
        left.plays += right.plays
        left.streams += right.streams
        left.skipped += right.skipped
        left.saved += right.saved
        left.added += right.added
        left.followed += right.followed
        left.newListeners += right.newListeners
        left.commissionMicros += right.commissionMicros
    }

    mutating func count(_ outcome: Outcome, commissionMicros: Int64) {
        switch outcome.kind {
        case .shown: shown += 1
        case .streamed:
            plays += 1
            if outcome.isStream { streams += 1 }
        case .skipped: skipped += 1
        case .saved: saved += 1
        case .added: added += 1
        case .followed: followed += 1
        case .released: released += 1
        }
        self.commissionMicros += commissionMicros
    }
}

/// One row of the statements, with every dimension.
package struct TallyRow: Hashable, Sendable {
    /// UTC day of issue of a promoted one, else of the play.
    package var day: Day
    /// The campaign's number; 0 for plays that belong to none.
    package var campaignNumber: Int64
    /// Where.
    package var cell: Cell
    /// Whether receipts stand behind it.
    package var isPromoted: Bool
    /// How many.
    package var counts: TallyCounts

    /// Gathers a row.
    package init(day: Day, campaignNumber: Int64, cell: Cell, isPromoted: Bool, counts: TallyCounts) {
        self.day = day
        self.campaignNumber = campaignNumber
        self.cell = cell
        self.isPromoted = isPromoted
        self.counts = counts
    }
}

/// Counts over everything.
package struct TallyTotals: Hashable, Sendable {
    /// Of promotions, by their receipts.
    package var promoted = TallyCounts()
    /// Of plays without a promotion.
    package var organic = TallyCounts()

    /// Nothing counted.
    package init() {}
}

/// Outcomes that were kept but count for nothing.
package struct UnattributedCount: Hashable, Sendable {
    /// UTC day they happened.
    package var day: Day
    /// Why, such as `receipt-forged`.
    package var reason: String
    /// How many.
    package var outcomes: Int
}

/// Promoted plays of one campaign in one quarter of an hour.
package struct ShownBin: Hashable, Sendable {
    /// How many bins a day has.
    package static let binsPerDay = 96

    /// The campaign's number.
    package var campaignNumber: Int64
    /// Quarter of an hour since the day began, 0 ..< 96; what was played after the day's end is in the last.
    package var bin: Int
    /// How many.
    package var shown: Int

    /// Gathers a bin.
    package init(campaignNumber: Int64, bin: Int, shown: Int) {
        self.campaignNumber = campaignNumber
        self.bin = bin
        self.shown = shown
    }
}

/// A number that a recount from raw outcomes finds different.
package struct TallyDifference: Hashable, Sendable, CustomStringConvertible {
    /// Which table and row, for people.
    package var place: String
    /// What the ledger says.
    package var counted: Int64
    /// What the recount says.
    package var recounted: Int64

    package var description: String { "\(place): the ledger says \(counted), its raw outcomes say \(recounted)" }
}
