package import OasisLedger
package import OasisMarket
import OasisScoring
import Synchronization

extension PromotionEngine {
    /// Writes the ghosts that wait, in one transaction; does nothing when none do.
    ///
    /// What cannot be written waits on, as far as there is room.
    package func flushGhosts(at now: Timestamp) throws(LedgerError) {
        let batch = ghosts.withLock { $0.take() }
        guard !batch.isEmpty else { return }
        do throws(LedgerError) {
            try ledger.appendGhosts(batch.ghosts, lost: batch.lost, keepingDays: settings.ghostDays, at: now)
        } catch {
            ghosts.withLock { $0.putBack(batch) }
            throw error
        }
    }

    /// Keeps what a reply would have promoted; touches memory alone.
    func keepGhosts(of reply: ScoreReply, to request: ScoreRequest, at now: Timestamp) {
        guard !reply.ghosts.isEmpty else { return }
        let (requestHash, listenerHash) = (request.id.stableHash, request.listener.stableHash)
        ghosts.withLock { buffer in
            guard let share = buffer.keptShare(ofListener: listenerHash, on: now.day) else { return }
            for ghost in reply.ghosts {
                buffer.append(
                    Ghost(
                        kind: reply.arm == .holdout ? .holdout : .shadow,
                        decidedAt: now,
                        requestHash: requestHash,
                        listenerHash: listenerHash,
                        campaignNumber: ghost.campaignNumber,
                        trackHash: ghost.trackHash,
                        cell: request.cell,
                        experimentArms: reply.experimentArms.joined(separator: ","),
                        boost: ghost.boost,
                        propensity: ghost.propensity,
                        snapshot: reply.snapshot ?? 0,
                        keptShare: share
                    )
                )
            }
        }
    }
}
