package import OasisLedger
package import OasisMarket
import OasisScoring
import Synchronization

/// Scoring nodes that run apart from this engine, which plans for them and keeps their units.
extension PromotionEngine {
    /// Takes in what a node saw and grants the units it asks for, as far as its campaigns' caps leave any.
    ///
    /// A repeated report gets the answer of the first and counts for nothing. When this throws, nothing was taken in.
    package func answer(_ report: NodeReport, at now: Timestamp) throws(LedgerError) -> NodeGrant {
        try nodes.withLock { nodes throws(LedgerError) in
            if let last = nodes[report.node]?.lastGrant, last.report >= report.number { return last }
            let leases = try leases(for: report, at: now)
            takeIn(report)
            var held = Dictionary(report.held.map { ($0.campaignNumber, $0.units) }, uniquingKeysWith: +)
            for lease in leases { held[lease.campaignNumber, default: 0] += lease.outstanding }
            // A node of an earlier day holds nothing any more.
            nodes = nodes.filter { $0.value.day >= now.day }
            let grant = NodeGrant(node: report.node, report: report.number, leases: leases)
            nodes[report.node] = NodeStanding(day: report.day, held: held, lastGrant: grant)
            return grant
        }
    }

    /// Units that nodes said they hold and may still use.
    func unitsHeldApart(_ campaignNumber: Int64, on day: Day) -> Int {
        nodes.withLock { nodes in
            nodes.values.reduce(0) { $1.day == day ? $0 + $1.held[campaignNumber, default: 0] : $0 }
        }
    }

    /// The bytes of the snapshot in use, for nodes that score apart; nothing before the first plan.
    package func snapshotBytes() throws(SnapshotStore.Failure) -> [UInt8]? {
        guard let number = node.snapshotNumber else { return nil }
        return try store.bytes(of: number)
    }

    private func leases(for report: NodeReport, at now: Timestamp) throws(LedgerError) -> [Lease] {
        // Units belong to the ledger's day: to a node whose clock says another they are of no use.
        guard report.day == now.day, let created = snapshotStatus?.createdAt else { return [] }
        let capShare = settings.aging.capShare(ageSeconds: now.seconds(since: created))
        guard capShare > 0, !report.wishes.isEmpty else { return [] }
        let held = Dictionary(report.held.map { ($0.campaignNumber, $0.units) }, uniquingKeysWith: +)
        let unplayed = try unplayedUnits(of: report.node, holding: { held[$0, default: 0] }, on: now.day)
        let granted = try ledger.grantLeases(
            report.wishes.map {
                LeaseWish(
                    campaignNumber: $0.campaignNumber,
                    day: now.day,
                    node: report.node,
                    units: $0.units,
                    capShare: capShare,
                    unplayedUnits: unplayed($0.campaignNumber)
                )
            }
        )
        return granted.compactMap { $0 }
    }

    private func takeIn(_ report: NodeReport) {
        node.withLock { state in
            for seen in report.seen {
                for _ in 0..<seen.requests { state.supply.observe(seen.cell, at: seen.time) }
                state.loss.add(
                    displaced: seen.listenerLoss,
                    organic: seen.organicUtility,
                    in: seen.cell,
                    on: seen.time.day
                )
            }
            for request in report.sample { state.sample.add(request) }
        }
    }
}

/// What is known of a node that scores apart.
struct NodeStanding: Sendable {
    var day: Day
    /// Units not yet on a receipt, by campaign number, as it last said.
    var held: [Int64: Int]
    var lastGrant: NodeGrant
}
