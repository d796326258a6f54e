/// Whether as many eligible listeners are held out as chance allows, however often one looks.
///
/// Where they are not, one arm's listeners are missing or counted twice, and those who are missing are seldom like the
/// others: no comparison of the arms means anything then. The capital of whoever bets that the share is another one is a
/// mixture over Beta(κ·h, κ·(1 − h)) around the designed share h; it starts at 1, and by Ville's inequality it ever reaches
/// 1000 with probability 0.001 at most if the share is h (Lindon and Malek, 2022).
package struct SampleRatio: Hashable, Sendable {
    /// Reached by chance in one of a thousand sound experiments at most, over their whole life.
    package static let evidenceMaximum = 1_000.0
    private static let priorListeners = 200.0

    /// Listeners in the holdout.
    package let heldCount: Int
    /// Listeners outside.
    package let treatedCount: Int
    /// Share that should be held out.
    package let designedShare: Double

    /// Compares counts with a design.
    package init(heldCount: Int, treatedCount: Int, designedShare: Double) {
        self.heldCount = heldCount
        self.treatedCount = treatedCount
        self.designedShare = designedShare
    }

    /// Share that is held out.
    package var share: Double {
        let all = heldCount + treatedCount
        return all > 0 ? Double(heldCount) / Double(all) : 0
    }

    /// Evidence against the design: 1 is none.
    package var evidence: Double {
        let (held, treated) = (Double(heldCount), Double(treatedCount))
        let (first, second) = (Self.priorListeners * designedShare, Self.priorListeners * (1 - designedShare))
        let mixed = logBeta(first + held, second + treated) - logBeta(first, second)
        return exponential(
            mixed - held * logarithm(designedShare) - treated * logarithm(onePlus: -designedShare)
        )
    }

    /// Whether the arms are out of proportion.
    package var isMismatch: Bool { evidence >= Self.evidenceMaximum }
}

/// ln B(a, b) for a, b > 0.
private func logBeta(_ first: Double, _ second: Double) -> Double {
    logGamma(first) + logGamma(second) - logGamma(first + second)
}
