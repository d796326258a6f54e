package import OasisLedger
package import OasisMarket
import Synchronization

extension PromotionEngine {
    /// Writes the sampled decisions that wait, in one transaction; does nothing when none do.
    ///
    /// What cannot be written waits on, as far as there is room.
    package func flushDecisions(at now: Timestamp) throws(LedgerError) {
        let usualDay = node.withLock { $0.supply.usualDay }
        let batch = node.decisions.withLock { buffer in
            buffer.expect(requestsPerDay: usualDay)
            return buffer.take()
        }
        guard !batch.isEmpty else { return }
        do throws(LedgerError) {
            try ledger.appendDecisions(batch, keepingDays: settings.ghostDays, at: now)
        } catch {
            node.decisions.withLock { $0.putBack(batch) }
            throw error
        }
    }
}
