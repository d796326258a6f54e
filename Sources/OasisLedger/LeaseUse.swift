internal import GRDB
internal import OasisMarket

/// What a batch did to the units of one lease.
struct LeaseUse {
    var confirmed = 0
    var released = 0
}

/// The lease that receipts name, and the campaign and day that they were issued for.
struct LeaseKey: Hashable, Comparable {
    private let lease: Int64
    private let campaign: Int64
    private let day: Day

    init(_ receipt: ReceiptFacts, _ countable: Countable) {
        lease = receipt.lease
        campaign = countable.campaign
        day = countable.day
    }

    static func < (left: LeaseKey, right: LeaseKey) -> Bool {
        (left.day, left.campaign, left.lease) < (right.day, right.campaign, right.lease)
    }

    /// Moves units from outstanding to confirmed, or back to what is free.
    ///
    /// A play counts whether or not the lease covers it: it did happen. What is not covered is also counted as
    /// overspent, so that a node that breaks the rules is seen. Under lease 0, where there is no cap, all are covered.
    func settle(_ use: LeaseUse, _ deliveries: DeliveryStatements, in database: Database) throws {
        var (covered, freed) = (use.confirmed, 0)
        if lease != 0 {
            (covered, freed) = try take(use, in: database)
        }
        let isLeased = lease != 0
        try deliveries.change(
            day: day,
            campaign: campaign,
            confirmed: use.confirmed,
            outstanding: isLeased ? -(covered + freed) : 0,
            overspent: use.confirmed - covered
        )
    }

    private func take(_ use: LeaseUse, in database: Database) throws -> (covered: Int, freed: Int) {
        guard let held = try Ledger.lease(lease, in: database), held.campaignNumber == campaign, held.day == day else {
            return (0, 0)
        }
        let covered = min(use.confirmed, held.outstanding)
        let freed = min(use.released, held.outstanding - covered)
        let update = try database.cachedStatement(
            sql: """
                UPDATE lease SET outstanding = outstanding - ?, confirmed = confirmed + ?, released = released + ?
                WHERE id = ?
                """
        )
        try update.execute(arguments: [covered + freed, covered, freed, lease])
        return (covered, freed)
    }
}
