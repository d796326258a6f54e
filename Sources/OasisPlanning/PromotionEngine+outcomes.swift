package import OasisLedger
package import OasisMarket
import OasisScoring
import Synchronization

extension PromotionEngine {
    /// Checks receipts and writes outcomes to the ledger in one transaction; on disk when it returns.
    ///
    /// - Returns: one result for each report, in order.
    package func record(_ reports: [OutcomeReport], at now: Timestamp) throws(LedgerError) -> [RecordResult] {
        let outcomes = reports.map { outcome($0) }
        do throws(LedgerError) {
            let results = try ledger.record(outcomes, at: now)
            node.withLock { $0.isLedgerReachable = true }
            hear(outcomes, results)
            return results
        } catch {
            node.withLock { $0.isLedgerReachable = false }
            throw error
        }
    }

    /// When the receipt of a report was issued; nil without one, or when it does not hold.
    package func issueTime(of report: OutcomeReport) -> Timestamp? {
        guard case .receipt(let bytes) = report.subject else { return nil }
        return try? Receipt.verify(bytes, with: settings.receiptKeys).issuedAt
    }

    private func outcome(_ report: OutcomeReport) -> Outcome {
        Outcome(
            source: report.source,
            id: report.id,
            kind: report.kind,
            occurredAt: report.occurredAt,
            attribution: attribution(report.subject),
            playedMilliseconds: report.playedMilliseconds,
            isNewToArtist: report.isNewToArtist
        )
    }

    private func attribution(_ subject: OutcomeReport.Subject) -> Outcome.Attribution {
        switch subject {
        case .organic(let track, let listener, let cell):
            return .organic(track: track, listenerHash: listener.stableHash, cell: cell)
        case .receipt(let bytes):
            do throws(Receipt.Fault) {
                return .promoted(try Receipt.verify(bytes, with: settings.receiptKeys))
            } catch {
                return .unattributed(error.rawValue)
            }
        }
    }
}
