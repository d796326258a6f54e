/// How long after a play its save comes, learned from plays some of which are too young to have been saved yet.
///
/// F(t) is the share of all saves that come within t. Saves that were seen are a sample cut off at the play's age, so
/// counting them alone would make delays look short; the product-limit estimator for such samples does not (Lynden-Bell,
/// 1971; Woodroofe, "Estimating a distribution function with truncated data", 1985). F is 1 at the horizon: what comes
/// later is not waited for.
package struct DelayCurve: Hashable, Sendable {
    /// One event that was seen.
    package struct Event: Hashable, Sendable {
        /// Seconds from play to event, ≥ 0.
        package var delaySeconds: Double
        /// Seconds from play to now, ≥ `delaySeconds`.
        package var ageSeconds: Double

        /// An event and the age of its play.
        package init(delaySeconds: Double, ageSeconds: Double) {
            self.delaySeconds = delaySeconds
            self.ageSeconds = ageSeconds
        }
    }

    /// Seconds after which no event is waited for.
    package let horizonSeconds: Double
    /// Delays at which the curve rises, in order.
    private let delays: [Double]
    /// F at each of them.
    private let shares: [Double]

    /// Learns the curve; events beyond the horizon, or with an age before their delay, are left out.
    ///
    /// Without events F is 1 everywhere: there is nothing to say that labels are late.
    package init(_ events: [Event], horizonSeconds: Double) {
        self.horizonSeconds = horizonSeconds
        let seen = events.filter { (0...horizonSeconds).contains($0.delaySeconds) && $0.ageSeconds >= $0.delaySeconds }
        let byDelay = seen.map(\.delaySeconds).sorted()
        let byAge = seen.map { min($0.ageSeconds, horizonSeconds) }.sorted()
        var (delays, shares) = ([Double](), [Double]())
        var share = 1.0
        var place = byDelay.count
        while place > 0 {
            let delay = byDelay[place - 1]
            var first = place - 1
            while first > 0, byDelay[first - 1] == delay { first -= 1 }
            delays.append(delay)
            shares.append(share)
            // At risk: came within this delay, in plays old enough for it to be seen.
            let tooYoung = byAge.partitionPoint { $0 >= delay }
            let atRisk = Double(place - tooYoung)
            share *= max(0, 1 - Double(place - first) / max(atRisk, 1))
            place = first
        }
        self.delays = delays.reversed()
        self.shares = shares.reversed()
    }

    /// The share of events that come within `seconds`, 0 to 1.
    package func share(within seconds: Double) -> Double {
        guard seconds < horizonSeconds, let last = delays.last else { return 1 }
        guard seconds < last else { return 1 }
        let place = delays.partitionPoint { $0 > seconds }
        return place == 0 ? 0 : shares[place - 1]
    }

    /// Seconds within which half of all events come; 0 without events.
    package var medianSeconds: Double {
        let place = shares.partitionPoint { $0 >= 0.5 }
        return place < delays.count ? delays[place] : 0
    }

    /// The probability that an event is still to come, given what has been seen.
    ///
    /// `probability` is that it comes at all, given what is known of the play (streamed, skipped, …); nothing has come for
    /// `ageSeconds`.
    package func probabilityLater(_ probability: Double, ageSeconds: Double) -> Double {
        let share = share(within: max(0, ageSeconds))
        let left = probability * (1 - share)
        return left > 0 ? left / (1 - probability * share) : 0
    }

    /// The label of a play: 1 with an event, else the probability that one is still to come.
    ///
    /// A play that is older than the horizon is 0 for certain: its label has matured.
    package func label(hasEvent: Bool, probability: Double, ageSeconds: Double) -> Double {
        hasEvent ? 1 : probabilityLater(probability, ageSeconds: ageSeconds)
    }

    /// How much of a play's label has been seen: 1 with an event, else the share of events that would have come by now.
    package func maturity(hasEvent: Bool, ageSeconds: Double) -> Double {
        hasEvent ? 1 : share(within: max(0, ageSeconds))
    }
}

extension [Double] {
    /// The first place from which on `holds` is true; elements for which it is false come first.
    fileprivate func partitionPoint(_ holds: (Double) -> Bool) -> Int {
        var (lower, upper) = (0, count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if holds(self[middle]) { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }
}
