internal import GRDB
package import OasisMarket

extension PullBack: LedgerDocument {
    static var family: String { "pull-back" }

    var id: CampaignID { campaign }
}

/// How far campaigns are pulled back: one document for each campaign that ever was, and a revision for each step.
extension Ledger {
    /// Where every campaign is that was ever pulled back or put somewhere by an operator, by the order of ids.
    package func pullBacks() throws(LedgerError) -> [Stored<PullBack>] {
        try read { try Documents(database: $0).all() }
    }

    /// Where a campaign is; nothing when it was never touched.
    package func pullBack(of id: CampaignID) throws(LedgerError) -> Stored<PullBack>? {
        try read { try Documents(database: $0).one(id) }
    }

    /// Takes a step.
    ///
    /// `expectedRevision` is the revision that it was decided from, 0 for none.
    /// - Throws: `revisionMismatch`, `alreadyExists`, `invalid`; `notFound` for a campaign that is not there.
    @discardableResult
    package func putPullBack(
        _ step: PullBack,
        expectedRevision: Int,
        actor: String,
        at time: Timestamp
    ) throws(LedgerError) -> Stored<PullBack> {
        try change { database in
            guard try Documents<Campaign>(database: database).one(step.campaign) != nil else {
                throw LedgerError(.notFound, "There is no campaign \(step.campaign); see the list of campaigns.")
            }
            return try Documents(database: database)
                .put(step, expectedRevision: expectedRevision, actor: actor, at: time)
        }
    }

    /// Every step of a campaign, oldest first; none when it was never touched.
    package func pullBackHistory(of id: CampaignID) throws(LedgerError) -> [Change<PullBack>] {
        try read { database in
            let documents = Documents<PullBack>(database: database)
            return try documents.one(id) == nil ? [] : documents.history(of: id)
        }
    }
}
