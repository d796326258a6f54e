package import OasisMarket

/// One promotion that a listener met, or will meet when it is played.
package struct Exposure: Hashable, Sendable {
    /// Stable hash of the listener's pseudonym.
    package var listener: UInt64
    /// Lower half of the promotion's name, as receipts carry it.
    package var promotion: UInt32
    /// Names the request, so that a repeated one is not held back by itself; 0 when it is not known any more.
    package var request: UInt32
    /// The campaign's number in the ledger.
    package var campaign: UInt32
    /// `ArtistTag` of the campaign's artist.
    package var artist: UInt32
    /// When it was issued, in seconds since 1970.
    package var seconds: UInt32
    /// How many exposures of the same memory ago the listener's one before was kept; 0 for the first.
    fileprivate var back: UInt32 = 0

    /// Gathers an exposure.
    package init(
        listener: UInt64,
        promotion: UInt64,
        request: UInt64?,
        campaignNumber: Int64,
        artist: UInt32,
        issuedAt: Timestamp
    ) {
        self.listener = listener
        self.promotion = UInt32(truncatingIfNeeded: promotion)
        self.request = request.map(Self.requestTag) ?? 0
        campaign = UInt32(truncatingIfNeeded: campaignNumber)
        self.artist = artist
        seconds = Self.seconds(issuedAt)
    }

    /// How a request is named here.
    package static func requestTag(_ request: UInt64) -> UInt32 { max(1, UInt32(truncatingIfNeeded: request)) }

    static func seconds(_ time: Timestamp) -> UInt32 { UInt32(clamping: time.milliseconds / 1_000) }
}

/// What listeners met lately: bounded memory, found again in one probe.
///
/// Exposures lie in a ring in the order in which they came; each points back to its listener's one before, and a table
/// of open addressing finds each listener's newest. So memory is fixed when it is made: `bytes(listenersMaximum:…)`.
///
/// **What is forgotten first:** the oldest exposure of all, when there is no room for another exposure or another
/// listener; a listener without exposures is forgotten with the last of them. The same calls in the same order always
/// leave the same state. A memory that is large enough forgets only what no window reaches any more, and counts what it
/// had to forget earlier (`forgottenEarly`).
package struct ListenerFrequency: Sendable {
    private struct Slot {
        var listener: UInt64 = 0
        /// One more than the number of the listener's newest exposure; 0 for a free slot.
        var newest: UInt64 = 0
    }

    /// Most exposures of one listener that are looked at.
    ///
    /// A listener who met as many inside the longest window meets no
    /// more until one of them leaves it: what cannot be counted is not promoted.
    package static let exposuresPerListenerMaximum = 64

    private var slots: [Slot]
    private var exposures: [Exposure] = []
    private let exposuresMaximum: Int
    private let listenersMaximum: Int
    /// Numbers of the oldest exposure kept and of the next.
    private var (oldest, next): (UInt64, UInt64) = (0, 0)

    /// How many listeners are remembered.
    package private(set) var listenerCount = 0
    /// Exposures forgotten while a window still reached them.
    package private(set) var forgottenEarly = 0

    /// An empty memory of at most `listenersMaximum` > 0 listeners, who met `exposuresEach` > 0 promotions on average.
    package init(listenersMaximum: Int, exposuresEach: Int = 4) {
        self.listenersMaximum = listenersMaximum
        exposuresMaximum = listenersMaximum * exposuresEach
        slots = Array(repeating: Slot(), count: Self.slotCount(listenersMaximum))
        // Only what is used becomes resident.
        exposures.reserveCapacity(exposuresMaximum)
    }

    /// Most memory that a state of this size ever uses: 32 bytes an exposure, and 16 a slot of the table, which has
    /// 1⅓ to 2⅔ slots for each listener.
    package static func bytes(listenersMaximum: Int, exposuresEach: Int = 4) -> Int {
        listenersMaximum * exposuresEach * MemoryLayout<Exposure>.stride
            + slotCount(listenersMaximum) * MemoryLayout<Slot>.stride
    }

    private static func slotCount(_ listenersMaximum: Int) -> Int {
        var count = 4
        while count * 3 < listenersMaximum * 4 { count *= 2 }
        return count
    }

    /// How many exposures are remembered.
    package var exposureCount: Int { Int(next - oldest) }

    // MARK: Asking

    /// Whom a listener has met often enough at `now`, leaving out what `request` itself brought.
    package func standing(
        of listener: UInt64,
        request: UInt64?,
        under rules: FrequencyRules,
        at now: Timestamp
    ) -> ListenerStanding {
        guard !rules.isEmpty else { return .unlimited }
        var standing = ListenerStanding()
        standing.unmetArtistLeft = rules.unmetArtistLeft
        let (met, isFull) = recent(listener, request: request, under: rules, at: now)
        guard !met.isEmpty else { return standing }
        standing.isFull = isFull
        let seconds = Exposure.seconds(now)
        for (index, exposure) in met.enumerated() {
            // Each campaign and artist once, at its newest exposure.
            if !met[..<index].contains(where: { $0.campaign == exposure.campaign }),
                Self.left(rules.campaign, met, at: seconds, { $0.campaign == exposure.campaign }) == 0
            {
                standing.blockedCampaigns.append(exposure.campaign)
            }
            if !rules.artist.isEmpty, !met[..<index].contains(where: { $0.artist == exposure.artist }) {
                let left = Self.left(rules.artist, met, at: seconds) { $0.artist == exposure.artist }
                standing.artists.append(.init(artist: exposure.artist, left: left))
            }
        }
        return standing
    }

    private static func left(
        _ rules: [FrequencyRules.Rule],
        _ met: [Exposure],
        at now: UInt32,
        _ isCounted: (Exposure) -> Bool
    ) -> Int {
        var least = Int.max
        for rule in rules {
            let count = met.reduce(0) { $0 + (isCounted($1) && isInside($1, rule.windowSeconds, at: now) ? 1 : 0) }
            least = min(least, max(0, rule.maximum - count))
        }
        return least
    }

    /// An exposure that a clock set back finds in the future counts.
    private static func isInside(_ exposure: Exposure, _ windowSeconds: UInt32, at now: UInt32) -> Bool {
        UInt64(exposure.seconds) + UInt64(windowSeconds) > UInt64(now)
    }

    /// The listener's exposures inside the longest window, newest first.
    private func recent(
        _ listener: UInt64,
        request: UInt64?,
        under rules: FrequencyRules,
        at now: Timestamp
    ) -> (met: [Exposure], isFull: Bool) {
        let (seconds, tag) = (Exposure.seconds(now), request.map(Exposure.requestTag))
        var met: [Exposure] = []
        var count = 0
        var isFull = false
        walk(listener) { number in
            let exposure = exposures[place(number)]
            guard Self.isInside(exposure, rules.longestSeconds, at: seconds) else { return false }
            if exposure.campaign != 0, tag == nil || exposure.request != tag { met.append(exposure) }
            count += 1
            isFull = count == Self.exposuresPerListenerMaximum
            return !isFull
        }
        return (met, isFull)
    }

    // MARK: Changing

    /// Remembers an exposure; one that is remembered already changes nothing.
    ///
    /// Exposures of one listener are kept in order of time: one that comes late counts as if it were as new as the
    /// newest.
    package mutating func remember(_ exposure: Exposure, under rules: FrequencyRules) {
        if let known = find(exposure.listener, promotion: exposure.promotion) {
            // It may have been taken back before: a play that is heard of after all was met.
            exposures[place(known)].campaign = exposure.campaign
            return
        }
        var exposure = exposure
        while exposureCount >= exposuresMaximum { forgetOldest(under: rules, at: exposure.seconds) }
        if slots[slot(of: exposure.listener)].newest == 0 {
            while listenerCount >= listenersMaximum { forgetOldest(under: rules, at: exposure.seconds) }
        }
        // Only now: forgetting moves slots.
        let slot = slot(of: exposure.listener)
        if slots[slot].newest == 0 {
            listenerCount += 1
            slots[slot].listener = exposure.listener
        } else {
            let newest = slots[slot].newest - 1
            exposure.back = UInt32(exactly: next - newest) ?? 0
            exposure.seconds = max(exposure.seconds, exposures[place(newest)].seconds)
        }
        slots[slot].newest = next + 1
        let place = place(next)
        if place == exposures.count { exposures.append(exposure) } else { exposures[place] = exposure }
        next += 1
    }

    /// Takes back an exposure whose promotion was never played.
    package mutating func release(listener: UInt64, promotion: UInt64) {
        guard let number = find(listener, promotion: UInt32(truncatingIfNeeded: promotion)) else { return }
        // Campaigns are numbered from 1: this one counts for none.
        exposures[place(number)].campaign = 0
    }

    private mutating func forgetOldest(under rules: FrequencyRules, at now: UInt32) {
        let exposure = exposures[place(oldest)]
        if exposure.campaign != 0, Self.isInside(exposure, rules.longestSeconds, at: now) { forgottenEarly += 1 }
        let slot = slot(of: exposure.listener)
        if slots[slot].newest == oldest + 1 { free(slot) }
        oldest += 1
    }

    // MARK: Ring and table

    private func place(_ number: UInt64) -> Int { Int(number % UInt64(exposuresMaximum)) }

    /// Visits the numbers of a listener's exposures, newest first, for as long as `body` says so.
    private func walk(_ listener: UInt64, _ body: (UInt64) -> Bool) {
        var number = slots[slot(of: listener)].newest
        while number > oldest, body(number - 1) {
            let back = UInt64(exposures[place(number - 1)].back)
            guard back > 0, back < number else { return }
            number -= back
        }
    }

    private func find(_ listener: UInt64, promotion: UInt32) -> UInt64? {
        var found: UInt64?
        var count = 0
        walk(listener) { number in
            if exposures[place(number)].promotion == promotion { found = number }
            count += 1
            return found == nil && count < Self.exposuresPerListenerMaximum
        }
        return found
    }

    /// Where a listener's slot is, or the free one where it would be.
    private func slot(of listener: UInt64) -> Int {
        var index = home(listener)
        while slots[index].newest != 0, slots[index].listener != listener { index = (index + 1) & (slots.count - 1) }
        return index
    }

    private func home(_ listener: UInt64) -> Int { Int(truncatingIfNeeded: listener) & (slots.count - 1) }

    /// Frees a slot and moves those behind it up, so that every probe still ends at the first free one.
    private mutating func free(_ slot: Int) {
        let mask = slots.count - 1
        var (hole, probe) = (slot, (slot + 1) & mask)
        while slots[probe].newest != 0 {
            let distance = (probe - home(slots[probe].listener)) & mask
            if distance >= (probe - hole) & mask {
                slots[hole] = slots[probe]
                hole = probe
            }
            probe = (probe + 1) & mask
        }
        slots[hole] = Slot()
        listenerCount -= 1
    }
}
