package import OasisLedger

/// How many promotions that were answered become plays: learned from receipts that came back one way or the other.
package struct ShowRate: Hashable, Sendable {
    /// Expected share, 0 to 1.
    package let mean: Double
    /// A share that is hardly ever exceeded, 0 to 1.
    package let upper: Double

    /// Every promotion is played: what is assumed before anything is known.
    package static let certain = ShowRate(shown: 0, released: 0)

    /// Promotions that count as if they had all been played, so that a few released ones do not make a rate.
    private static let priorShown = 20.0
    /// Standard deviations above the mean, so that a count is above the bound about once in 30,000 times.
    private static let deviations = 4.0

    /// Learns from promotions that were played and promotions that were given back.
    package init(shown: Int, released: Int) {
        let settled = Double(shown + released) + Self.priorShown
        mean = (Double(shown) + Self.priorShown) / settled
        upper = min(1, mean + Self.deviations * (mean * (1 - mean) / settled).squareRoot())
    }

    /// Learns from what the ledger counted.
    init(_ tallies: [TallyRow]) {
        let promoted = tallies.filter(\.isPromoted)
        self.init(
            shown: promoted.reduce(0) { $0 + $1.counts.shown },
            released: promoted.reduce(0) { $0 + $1.counts.released }
        )
    }

    /// How many of `units` in flight will not be played, nearly for certain.
    ///
    /// The plays among them are held to be independent draws at the upper rate.
    package func surelyUnplayed(of units: Int) -> Int {
        guard units > 0 else { return 0 }
        let expected = upper * Double(units)
        let most = expected + Self.deviations * (expected * (1 - upper)).squareRoot() + 1
        return max(0, Int((Double(units) - most).rounded(.down)))
    }
}
