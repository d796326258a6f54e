package import OasisMarket

/// Units of a campaign's daily cap that one node may promise to listeners.
package struct Lease: Hashable, Sendable {
    /// Names it, never reused; 0 for a campaign without a cap, where nothing needs to be counted beforehand.
    package var id: Int64
    /// The campaign's number.
    package var campaignNumber: Int64
    /// UTC day of issue of the receipts it may back.
    package var day: Day
    /// Who holds it.
    package var node: String
    /// Units it began with.
    package var granted: Int
    /// Units that are neither confirmed, nor released, nor returned.
    package var outstanding: Int

    /// Gathers a lease.
    package init(id: Int64, campaignNumber: Int64, day: Day, node: String, granted: Int, outstanding: Int) {
        self.id = id
        self.campaignNumber = campaignNumber
        self.day = day
        self.node = node
        self.granted = granted
        self.outstanding = outstanding
    }
}

/// A request for a lease.
package struct LeaseWish: Hashable, Sendable {
    /// The campaign's number.
    package var campaignNumber: Int64
    /// UTC day of issue.
    package var day: Day
    /// Who asks.
    package var node: String
    /// Most units that are of use.
    package var units: Int
    /// Share of the day's cap that may be promised, 0 to 1; less than 1 while prices are too old to pace by.
    package var capShare: Double
    /// Units on receipts of this node that it holds to be unplayed; they count as free, whatever is outstanding.
    package var unplayedUnits: Int

    /// Gathers a wish.
    package init(
        campaignNumber: Int64,
        day: Day,
        node: String,
        units: Int,
        capShare: Double = 1,
        unplayedUnits: Int = 0
    ) {
        self.campaignNumber = campaignNumber
        self.day = day
        self.node = node
        self.units = units
        self.capShare = capShare
        self.unplayedUnits = unplayedUnits
    }
}

/// Where a campaign stands on one UTC day of issue.
package struct Delivery: Hashable, Sendable {
    /// The campaign's number.
    package var campaignNumber: Int64
    /// Promoted plays that happened.
    package var confirmed: Int
    /// Units in leases that may still become plays.
    package var outstanding: Int
    /// Plays that no lease covered; 0 unless a node broke the rules.
    package var overspent: Int
    /// The campaign's daily cap now; nothing means none.
    package var cap: Int?

    /// Gathers a delivery.
    package init(campaignNumber: Int64, confirmed: Int, outstanding: Int, overspent: Int = 0, cap: Int?) {
        self.campaignNumber = campaignNumber
        self.confirmed = confirmed
        self.outstanding = outstanding
        self.overspent = overspent
        self.cap = cap
    }
}
