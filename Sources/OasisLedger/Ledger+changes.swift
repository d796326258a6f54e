internal import GRDB
package import OasisMarket

/// One change of the control plane: who changed which document, when.
package struct ControlChange: Hashable, Sendable {
    /// `campaign`, `licensor`, `song`, `team`, `pull-back` or `policy`.
    package var family: String
    /// The document's name; a policy's is its version.
    package var name: String
    /// Revision after the change, from 1.
    package var revision: Int
    /// When.
    package var at: Timestamp
    /// Who.
    package var actor: String
}

/// Who changed what, when, over all documents.
extension Ledger {
    /// The newest `limit` changes of campaigns, licensors, songs, teams, pull-backs and policies, newest first.
    package func changes(limit: Int) throws(LedgerError) -> [ControlChange] {
        try read { database in
            let sql = """
                SELECT document.family, document.name, history.revision, history.at, history.actor
                FROM history JOIN document ON document.number = history.document
                UNION ALL SELECT 'policy', CAST(version AS TEXT), version, applied_at, actor FROM policy
                ORDER BY 4 DESC, 1, 2, 3 DESC LIMIT ?
                """
            return try Row.fetchAll(database, sql: sql, arguments: [max(0, limit)])
                .map { row in
                    ControlChange(
                        family: row[0],
                        name: row[1],
                        revision: row[2],
                        at: Timestamp(milliseconds: row[3]),
                        actor: row[4]
                    )
                }
        }
    }
}
