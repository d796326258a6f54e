package import OasisLedger
package import OasisMarket
import OasisScoring
import Synchronization

extension PromotionEngine {
    /// Fetches lease units for every capped campaign that runs low, and turns to another day's book when the day is over
    /// or the clock was wrong.
    ///
    /// Once prices are frozen, no more of a cap is fetched than the share that its snapshot's age leaves of it.
    package func refillLeases(at now: Timestamp) throws(LedgerError) {
        let result = refilling.withLock { _ in Result { () throws(LedgerError) in try refill(at: now) } }
        node.withLock { state in
            if case .failure = result { state.isLedgerReachable = false } else { state.isLedgerReachable = true }
        }
        try result.get()
    }

    /// Gives units that were never put on a receipt back, and keeps what is known of the day.
    ///
    /// For an orderly end.
    package func close(at now: Timestamp) throws {
        let unused = node.withLock { $0.book.drain(startingOver: now.day) }
        for holding in unused { try ledger.returnUnissued(lease: holding.lease, units: holding.units) }
        try flushGhosts(at: now)
        try rememberDay()
        let sample = node.withLock { $0.sample.all }
        if !sample.isEmpty { try sampleFile.write(sample) }
    }

    private func refill(at now: Timestamp) throws(LedgerError) {
        let unused = node.withLock { state in
            // Also when the clock was ahead and has come back: units of a day that is not today back no receipt.
            state.book.day == now.day ? [] : state.book.drain(startingOver: now.day)
        }
        for holding in unused { try ledger.returnUnissued(lease: holding.lease, units: holding.units) }
        let (wishes, capShare) = node.withLock { state -> ([(campaignNumber: Int64, units: Int)], Double) in
            guard state.book.day == now.day, let snapshot = state.scorer?.pricedBy else { return ([], 0) }
            let capShare = settings.aging.capShare(ageSeconds: now.seconds(since: snapshot.createdAt))
            guard capShare > 0 else { return ([], 0) }
            let capped = (0..<snapshot.campaignCount).filter { snapshot.hasCap($0) }.map { snapshot.campaignNumber($0) }
            return (state.book.wishes(for: capped, least: settings.leaseUnitsMinimum), capShare)
        }
        guard !wishes.isEmpty else { return }
        // What is held is looked at first: what goes onto receipts meanwhile is then not counted as in flight yet.
        let book = node.withLock { $0.book }
        let unplayed = try unplayedUnits(of: settings.node, holding: { book.units(of: $0) }, on: now.day)
        let granted = try ledger.grantLeases(
            wishes.map {
                LeaseWish(
                    campaignNumber: $0.campaignNumber,
                    day: now.day,
                    node: settings.node,
                    units: $0.units,
                    capShare: capShare,
                    unplayedUnits: unplayed($0.campaignNumber)
                )
            }
        )
        node.withLock { state in
            for lease in granted.compactMap({ $0 }) { state.book.add(lease) }
        }
    }

    /// Of the units on a node's receipts, how many count as free already.
    ///
    /// `held` says how many of a campaign's units are not on a receipt.
    func unplayedUnits(
        of name: String,
        holding held: @escaping (Int64) -> Int,
        on day: Day
    ) throws(LedgerError) -> (Int64) -> Int {
        guard settings.leaseMode == .expected else { return { _ in 0 } }
        let outstanding = try ledger.outstandingUnits(node: name, day: day)
        let showRate = published.withLock { $0.showRate }
        return { number in showRate.surelyUnplayed(of: outstanding[number, default: 0] - held(number)) }
    }
}
