/// What a snapshot's age does to what it may serve: fresh, stale, frozen, expired.
///
/// A snapshot is as old as the last plan that succeeded: a plan that fails leaves the one before it in use, and ageing.
package struct SnapshotAging: Hashable, Sendable {
    /// A step down the ladder.
    package enum Step: Hashable, Sendable {
        /// As it should be.
        case fresh
        /// Older than it should be; serves as before.
        case stale
        /// Plans have failed for long: prices still serve, but `capShare` of each day's cap is all that may be used.
        case frozen(capShare: Double)
        /// Too old to serve.
        case expired
    }

    /// Oldest that is fresh, in seconds.
    package var freshSeconds: Double
    /// Oldest before caps begin to shrink, in seconds.
    package var frozenAfterSeconds: Double
    /// Oldest that serves, in seconds.
    package var expiredAfterSeconds: Double

    /// Gathers the ages: each at least as large as the one before.
    package init(freshSeconds: Double = 60, frozenAfterSeconds: Double = 900, expiredAfterSeconds: Double = 86_400) {
        precondition(
            0 <= freshSeconds && freshSeconds <= frozenAfterSeconds && frozenAfterSeconds <= expiredAfterSeconds,
            "the ages of a snapshot rise"
        )
        self.freshSeconds = freshSeconds
        self.frozenAfterSeconds = frozenAfterSeconds
        self.expiredAfterSeconds = expiredAfterSeconds
    }

    /// The step that an age in seconds is on.
    ///
    /// While prices are frozen, the usable share of caps falls in a straight line: from all of it at `frozenAfterSeconds`
    /// to nothing at `expiredAfterSeconds`.
    package func step(ageSeconds: Double) -> Step {
        if ageSeconds <= freshSeconds { return .fresh }
        if ageSeconds <= frozenAfterSeconds { return .stale }
        if ageSeconds > expiredAfterSeconds { return .expired }
        return .frozen(
            capShare: (expiredAfterSeconds - ageSeconds) / (expiredAfterSeconds - frozenAfterSeconds)
        )
    }

    /// The share of a day's cap that may be used at an age, 0 to 1.
    package func capShare(ageSeconds: Double) -> Double {
        switch step(ageSeconds: ageSeconds) {
        case .fresh, .stale: 1
        case .frozen(let capShare): capShare
        case .expired: 0
        }
    }
}
