package import OasisMarket

/// What a statement's lines are made out by.
package enum StatementDimension: String, CaseIterable, Hashable, Sendable {
    case campaign
    case licensor
    case day
    case surface
    case market

    /// Reads names that commas separate; an empty text names none.
    package static func list(_ text: String) throws(InvalidField) -> [StatementDimension] {
        var dimensions: [StatementDimension] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: text.isEmpty) {
            guard let dimension = StatementDimension(rawValue: String(name)), !dimensions.contains(dimension) else {
                let names = allCases.map(\.rawValue).joined(separator: ", ")
                throw InvalidField(
                    "by",
                    "must be some of \(names), each once, separated by commas, but is \"\(text.prefix(80))\""
                )
            }
            dimensions.append(dimension)
        }
        return dimensions
    }
}

/// What was delivered, and what it earns, in the days of [from, to): one line for each combination that had anything.
package struct Statement: Hashable, Sendable, Codable {
    /// First day.
    package var from: Day
    /// Day after the last one.
    package var to: Day
    /// When it was asked for; what `isFinal` is judged by.
    package var asOf: Timestamp
    /// In the order of their names, in the order of the dimensions that were asked for.
    package var lines: [StatementLine]
    /// Sums over the lines.
    package var total: StatementLine

    /// Gathers a statement.
    package init(from: Day, to: Day, asOf: Timestamp, lines: [StatementLine], total: StatementLine) {
        self.from = from
        self.to = to
        self.asOf = asOf
        self.lines = lines
        self.total = total
    }
}

/// One line of a statement.
///
/// Counts are of promoted plays, except where a name says `context`: plays of the campaign's song in its surfaces and
/// markets that no promotion stands behind. Which of the two earn commission, the policy says.
package struct StatementLine: Hashable, Sendable, Codable {
    /// Whose; like the other names, nothing when the statement is not made out by it.
    package var campaign: CampaignID?
    /// The licensor.
    package var licensor: LicensorID?
    /// UTC day of issue of a promotion, else of the play.
    package var day: Day?
    /// Where.
    package var surface: SurfaceID?
    /// In which country.
    package var market: MarketID?
    /// Promoted plays that started.
    package var delivered = 0
    /// Promoted plays of at least 30 seconds.
    package var streams = 0
    /// Promoted plays that were skipped.
    package var skips = 0
    /// Saves to the library.
    package var saves = 0
    /// Additions to playlists.
    package var playlistAdds = 0
    /// Follows of the artist.
    package var follows = 0
    /// Listeners whose first known stream of the artist was a promoted one.
    package var newListeners = 0
    /// Streams of at least 30 seconds in the campaign's contexts that no promotion stands behind.
    package var contextStreams = 0
    /// What is owed, for promoted streams and for those in the contexts, each as the policy of its time had it.
    package var commission: Money
    /// By how much streams must grow for the licensor to earn what it did, at the present rate of the line's campaigns;
    /// nothing where they pay no commission, all of it, or at different rates.
    package var breakEvenLift: Double?
    /// Whether nothing of it can change any more.
    package var isFinal: Bool
    /// From when on nothing can change: seven days after the end of the line's last day.
    package var finalizedAt: Timestamp

    /// A line without counts.
    package init(commission: Money, isFinal: Bool, finalizedAt: Timestamp) {
        self.commission = commission
        self.isFinal = isFinal
        self.finalizedAt = finalizedAt
    }
}

extension StatementLine {
    mutating func add(promoted: TallyCounts, organic: TallyCounts) {
        delivered += promoted.shown
        streams += promoted.streams
        skips += promoted.skipped
        saves += promoted.saved
        playlistAdds += promoted.added
        follows += promoted.followed
        newListeners += promoted.newListeners
        contextStreams += organic.streams
        commission.micros += promoted.commissionMicros + organic.commissionMicros
    }
}
