package import OasisLedger
package import OasisMarket
import Synchronization

extension PromotionEngine {
    /// Writes the ghosts and the sampled decisions that wait; does nothing when none do.
    ///
    /// What cannot be written waits on, as far as there is room.
    package func flushGhosts(at now: Timestamp) throws(LedgerError) {
        try flushDecisions(at: now)
        let batch = node.ghosts.withLock { $0.take() }
        guard !batch.isEmpty else { return }
        do throws(LedgerError) {
            try ledger.appendGhosts(batch.ghosts, lost: batch.lost, keepingDays: settings.ghostDays, at: now)
        } catch {
            node.ghosts.withLock { $0.putBack(batch) }
            throw error
        }
    }
}
