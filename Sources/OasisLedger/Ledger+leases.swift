internal import GRDB
package import OasisMarket

/// Leases: how a hard cap is held by many nodes that do not talk to each other.
///
/// Of every campaign and UTC day of issue, Σ outstanding + confirmed ≤ cap at the moment of every grant, and nothing but
/// a grant makes the left side grow: a play moves a unit from outstanding to confirmed, a release or return takes one
/// away. A cap that is lowered below what is already promised therefore only stops new grants.
///
/// A wish may count units on receipts as unplayed before they are settled: that is its node's bet, and the sum then stays
/// within cap + what was bet on. A node that bets nothing never exceeds a cap.
///
/// What a node leaves behind when it dies stays outstanding for that day. Nobody can know which of its units are on
/// receipts that a listener's device still holds, so giving them to another node could overspend the cap; they are lost
/// for the day at most, and leases are small so that it is little.
extension Ledger {
    /// Grants up to `units` of what is left of the campaign's cap; nothing when nothing is left.
    ///
    /// A campaign without a cap gets all it asked for under the lease id 0.
    /// - Throws: `notFound`.
    package func grantLease(
        campaignNumber: Int64,
        day: Day,
        node: String,
        units: Int
    ) throws(LedgerError) -> Lease? {
        try grantLeases([LeaseWish(campaignNumber: campaignNumber, day: day, node: node, units: units)])[0]
    }

    /// Grants many leases in one transaction; the answers are in the order of the wishes.
    ///
    /// - Throws: `notFound`, and then nothing was granted.
    package func grantLeases(_ wishes: [LeaseWish]) throws(LedgerError) -> [Lease?] {
        try write { database, memory in
            let control = try memory.controlPlane(database)
            return try wishes.map { try Self.grant($0, control, in: database) }
        }
    }

    /// Takes back units that a living node never put on a receipt.
    ///
    /// - Throws: `unknownLease`; `leaseExceeded` when the lease has fewer outstanding.
    package func returnUnissued(lease id: Int64, units: Int) throws(LedgerError) {
        try write { database, _ in
            guard let lease = try Self.lease(id, in: database) else {
                throw LedgerError(.unknownLease, "There is no lease \(id); return units to the lease they came from.")
            }
            guard (0...lease.outstanding).contains(units) else {
                throw LedgerError(
                    .leaseExceeded,
                    "Lease \(id) has \(lease.outstanding) units outstanding, so \(units) cannot come back."
                )
            }
            try database.execute(
                sql: "UPDATE lease SET outstanding = outstanding - ?, returned = returned + ? WHERE id = ?",
                arguments: [units, units, id]
            )
            try Self.changeDelivery(
                day: lease.day,
                campaign: lease.campaignNumber,
                confirmed: 0,
                outstanding: -units,
                overspent: 0,
                in: database
            )
        }
    }

    /// One lease as it stands, or nothing.
    package func lease(_ id: Int64) throws(LedgerError) -> Lease? {
        try read { try Self.lease(id, in: $0) }
    }

    /// Where every campaign stands that had a lease or a promoted play on `day`, in the order of numbers.
    package func deliveries(day: Day) throws(LedgerError) -> [Delivery] {
        try read { database in
            let sql = """
                SELECT delivery.campaign, confirmed, outstanding, overspent, document.body ->> '$.dailyCap'
                FROM delivery JOIN document ON document.number = delivery.campaign
                WHERE day = ? ORDER BY delivery.campaign
                """
            return try Row.fetchAll(database, sql: sql, arguments: [day.number])
                .map { row in
                    Delivery(
                        campaignNumber: row[0],
                        confirmed: row[1],
                        outstanding: row[2],
                        overspent: row[3],
                        cap: row[4]
                    )
                }
        }
    }

    /// Units outstanding in the leases of one node, by campaign number.
    package func outstandingUnits(node: String, day: Day) throws(LedgerError) -> [Int64: Int] {
        try read { database in
            let sql = "SELECT campaign, SUM(outstanding) FROM lease WHERE day = ? AND node = ? GROUP BY campaign"
            let rows = try Row.fetchAll(database, sql: sql, arguments: [day.number, node])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    /// Units outstanding in the leases that a wish's node holds of its campaign and day.
    private static func outstanding(_ wish: LeaseWish, in database: Database) throws -> Int {
        guard wish.unplayedUnits > 0 else { return 0 }
        let select = try database.cachedStatement(
            sql: "SELECT SUM(outstanding) FROM lease WHERE day = ? AND campaign = ? AND node = ?"
        )
        return try Int.fetchOne(select, arguments: [wish.day.number, wish.campaignNumber, wish.node]) ?? 0
    }

    private static func grant(_ wish: LeaseWish, _ control: ControlPlane, in database: Database) throws -> Lease? {
        guard let campaign = control.line(number: wish.campaignNumber)?.current else {
            throw LedgerError(.notFound, "There is no campaign with number \(wish.campaignNumber) to lease units of.")
        }
        guard wish.units > 0 else { return nil }
        var lease = Lease(
            id: 0,
            campaignNumber: wish.campaignNumber,
            day: wish.day,
            node: wish.node,
            granted: wish.units,
            outstanding: wish.units
        )
        guard let cap = campaign.dailyCap else { return lease }
        let promised = try database.cachedStatement(
            sql: "SELECT confirmed + outstanding FROM delivery WHERE day = ? AND campaign = ?"
        )
        let usable = Int((Double(cap) * wish.capShare).rounded(.down))
        let bet = try min(max(0, wish.unplayedUnits), outstanding(wish, in: database))
        let free = usable + bet - (try Int.fetchOne(promised, arguments: [wish.day.number, wish.campaignNumber]) ?? 0)
        guard free > 0 else { return nil }
        lease.granted = min(wish.units, free)
        lease.outstanding = lease.granted
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO lease (campaign, day, node, granted, outstanding, confirmed, released, returned)
                VALUES (?, ?, ?, ?, ?, 0, 0, 0)
                """
        )
        try insert.execute(
            arguments: [wish.campaignNumber, wish.day.number, wish.node, lease.granted, lease.granted]
        )
        lease.id = database.lastInsertedRowID
        try changeDelivery(
            day: wish.day,
            campaign: wish.campaignNumber,
            confirmed: 0,
            outstanding: lease.granted,
            overspent: 0,
            in: database
        )
        return lease
    }

    static func lease(_ id: Int64, in database: Database) throws -> Lease? {
        let select = try database.cachedStatement(
            sql: "SELECT campaign, day, node, granted, outstanding FROM lease WHERE id = ?"
        )
        return try Row.fetchOne(select, arguments: [id])
            .map { row in
                Lease(
                    id: id,
                    campaignNumber: row[0],
                    day: Day(number: row[1]),
                    node: row[2],
                    granted: row[3],
                    outstanding: row[4]
                )
            }
    }

    static func changeDelivery(
        day: Day,
        campaign: Int64,
        confirmed: Int,
        outstanding: Int,
        overspent: Int,
        in database: Database
    ) throws {
        try DeliveryStatements(database)
            .change(
                day: day,
                campaign: campaign,
                confirmed: confirmed,
                outstanding: outstanding,
                overspent: overspent
            )
    }
}

/// What changes a row of `delivery`, prepared once for many.
struct DeliveryStatements {
    private let database: Database
    private let update: BoundStatement
    private let insert: BoundStatement

    init(_ database: Database) throws {
        self.database = database
        update = try BoundStatement(
            """
            UPDATE delivery SET confirmed = confirmed + ?, outstanding = outstanding + ?, overspent = overspent + ?
            WHERE day = ? AND campaign = ?
            """,
            in: database
        )
        insert = try BoundStatement(
            "INSERT INTO delivery (confirmed, outstanding, overspent, day, campaign) VALUES (?, ?, ?, ?, ?)",
            in: database
        )
    }

    /// Adds to a row, or makes it.
    ///
    /// A row that is there is changed, never inserted over: the checks would judge the change instead of the sum.
    func change(day: Day, campaign: Int64, confirmed: Int, outstanding: Int, overspent: Int) throws {
        for statement in [update, insert] {
            statement.bind(Int64(confirmed), at: 1)
            statement.bind(Int64(outstanding), at: 2)
            statement.bind(Int64(overspent), at: 3)
            statement.bind(Int64(day.number), at: 4)
            statement.bind(campaign, at: 5)
            try statement.run()
            if database.changesCount > 0 { return }
        }
    }
}
