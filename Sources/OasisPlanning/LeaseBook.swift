package import OasisLedger
package import OasisMarket

/// The lease units that this node holds and has not yet put on a receipt.
package struct LeaseBook: Sendable {
    /// Units of one lease.
    package struct Holding: Hashable, Sendable {
        /// The lease.
        package var lease: Int64
        /// Units not yet used.
        package var units: Int
    }

    /// The day whose caps the units belong to.
    package private(set) var day: Day
    private var holdings: [Int64: [Holding]] = [:]
    private var usedSinceRefill: [Int64: Int] = [:]
    private var claims = RecentClaims()

    /// An empty book for a day.
    package init(day: Day) {
        self.day = day
    }

    /// Units left for a campaign.
    package func units(of campaignNumber: Int64) -> Int {
        holdings[campaignNumber]?.reduce(0) { $0 + $1.units } ?? 0
    }

    /// Uses one unit and names its lease; nothing when none is left.
    package mutating func take(_ campaignNumber: Int64) -> Int64? {
        guard var held = holdings.removeValue(forKey: campaignNumber), let first = held.first else { return nil }
        usedSinceRefill[campaignNumber, default: 0] += 1
        if first.units > 1 { held[0].units -= 1 } else { held.removeFirst() }
        if !held.isEmpty { holdings[campaignNumber] = held }
        return first.lease
    }

    /// Uses one unit for a promotion; the one that it has already when its request came before, and was answered with it.
    ///
    /// Two receipts of one promotion are counted as one, so they need one unit.
    package mutating func take(_ campaignNumber: Int64, for claim: UnitClaim) -> Int64? {
        if let lease = claims.lease(of: claim, campaignNumber) { return lease }
        guard let lease = take(campaignNumber) else { return nil }
        claims.remember(claim, campaignNumber, lease: lease)
        return lease
    }

    /// Whether a request took a unit of a campaign before.
    package func holds(_ request: UInt64, _ campaignNumber: Int64) -> Bool {
        claims.holds(request, campaignNumber)
    }

    /// Adds a granted lease of this book's day.
    package mutating func add(_ lease: Lease) {
        // Lease 0 stands for "no cap": there is nothing in it to hold or to give back.
        guard lease.id != 0, lease.day == day, lease.outstanding > 0 else { return }
        holdings[lease.campaignNumber, default: []].append(Holding(lease: lease.id, units: lease.outstanding))
    }

    /// How many more units each campaign should hold: twice what it used since the last refill, and at least `least`.
    package mutating func wishes(for campaignNumbers: [Int64], least: Int) -> [(campaignNumber: Int64, units: Int)] {
        let wishes = campaignNumbers.compactMap { number -> (campaignNumber: Int64, units: Int)? in
            let wanted = max(least, 2 * usedSinceRefill[number, default: 0]) - units(of: number)
            return wanted > 0 ? (number, wanted) : nil
        }
        usedSinceRefill.removeAll(keepingCapacity: true)
        return wishes
    }

    /// Empties the book, for a new day or for the end: these units were never put on a receipt.
    package mutating func drain(startingOver next: Day) -> [Holding] {
        defer {
            holdings.removeAll()
            usedSinceRefill.removeAll()
            claims = RecentClaims()
            day = next
        }
        return holdings.keys.sorted().flatMap { holdings[$0] ?? [] }
    }
}
