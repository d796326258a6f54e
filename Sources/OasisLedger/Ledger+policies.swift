internal import GRDB
package import OasisMarket

/// Policies: every version is kept, the newest holds.
extension Ledger {
    /// The policy that holds now; nothing before the first was applied.
    package func currentPolicy() throws(LedgerError) -> Stored<Policy>? {
        try read { try Self.policies("ORDER BY version DESC LIMIT 1", [], in: $0).first }
    }

    /// One version, or nothing.
    package func policy(version: Int64) throws(LedgerError) -> Stored<Policy>? {
        try read { try Self.policies("WHERE version = ?", [version], in: $0).first }
    }

    /// The newest `limit` versions, newest first; each is also the record of who changed what, and when.
    package func policies(limit: Int) throws(LedgerError) -> [Stored<Policy>] {
        try read { try Self.policies("ORDER BY version DESC LIMIT ?", [max(0, limit)], in: $0) }
    }

    /// Makes `policy` the one that holds.
    ///
    /// `expectedVersion` is the version that the change was made from, 0 for none; nothing means whichever is there.
    /// - Throws: `revisionMismatch`, `invalid`.
    @discardableResult
    package func applyPolicy(
        _ policy: Policy,
        expectedVersion: Int64?,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<Policy> {
        try change { database in
            try policy.validate()
            let before = try Self.policies("ORDER BY version DESC LIMIT 1", [], in: database).first
            try Self.requireVersion(expectedVersion, found: before?.number ?? 0)
            if let currency = before?.document.commission.royaltyPerStream.currency {
                try require(
                    policy.commission.royaltyPerStream.currency == currency,
                    "commission.royaltyPerStream.currency",
                    "must stay \(currency): amounts of two currencies cannot be added up in one ledger"
                )
            }
            try database.execute(
                sql: "INSERT INTO policy (applied_at, actor, body) VALUES (?, ?, ?)",
                arguments: [time.milliseconds, actor, try encoded(policy)]
            )
            let version = database.lastInsertedRowID
            return Stored(number: version, document: policy, revision: Int(version), updatedAt: time, actor: actor)
        }
    }

    private static func requireVersion(_ expected: Int64?, found: Int64) throws {
        guard let expected, expected != found else { return }
        throw LedgerError(
            .revisionMismatch,
            "The policy is at version \(found), not \(expected): somebody changed it meanwhile; read it again and repeat "
                + "the change.",
            currentRevision: Int(found)
        )
    }

    static func policies(
        _ condition: String,
        _ arguments: StatementArguments,
        in database: Database
    ) throws -> [Stored<Policy>] {
        let sql = "SELECT version, applied_at, actor, body FROM policy \(condition)"
        return try Row.fetchAll(database, sql: sql, arguments: arguments)
            .map { row in
                let version: Int64 = row[0]
                return Stored(
                    number: version,
                    document: try decoded(row[3]),
                    revision: Int(version),
                    updatedAt: Timestamp(milliseconds: row[1]),
                    actor: row[2]
                )
            }
    }
}
