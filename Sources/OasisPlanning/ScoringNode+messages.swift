import OasisLedger
package import OasisMarket
package import OasisScoring

/// Scoring apart from the planner: prices and units come in messages, which may be late, lost, repeated or out of order.
extension ScoringNode {
    /// A node without prices and units, which scores nothing until it has been given both.
    ///
    /// `settings.node` must name this start of the process, not the machine.
    package convenience init(settings: EngineSettings, now: Timestamp) {
        self.init(
            settings: settings,
            state: NodeState(
                scorer: nil,
                book: LeaseBook(day: now.day),
                sample: RequestSample(capacity: settings.sampleSize),
                supply: CellSupply(requestsPerDay: settings.requestsPerDayPrior, now: now),
                loss: LossAccount(day: now.day),
                outbox: NodeOutbox()
            ),
            ghostsKept: 0,
            decisionsKept: 0,
            on: now.day
        )
    }

    /// Scores by a snapshot's bytes from now on; says whether it does.
    ///
    /// A snapshot that is not newer than the one in use changes nothing: messages overtake each other.
    /// - Throws: what is wrong with the bytes; the snapshot in use stays.
    @discardableResult
    package func adopt(snapshot bytes: [UInt8]) throws(SnapshotFile.Fault) -> Bool {
        let snapshot = try MappedSnapshot(copying: bytes)
        let scorer = Scorer(snapshot)
        return withLock { state in
            guard snapshot.number > state.scorer?.pricedBy.number ?? 0 else { return false }
            state.scorer = scorer
            return true
        }
    }

    /// The snapshot in use, by number; nothing before the first.
    package var snapshotNumber: UInt64? { withLock { $0.scorer?.pricedBy.number } }

    /// Units held for a campaign on the day of `now`.
    package func units(of campaignNumber: Int64, at now: Timestamp) -> Int {
        withLock { $0.book.day == now.day ? $0.book.units(of: campaignNumber) : 0 }
    }

    /// The report to send now: the one that was not answered yet, or else the next.
    ///
    /// A day that has ended, or a clock that was set back, empties the book: its units could back no receipt of today.
    package func report(at now: Timestamp) -> NodeReport {
        withLock { state in
            if state.book.day != now.day { _ = state.book.drain(startingOver: now.day) }
            var outbox = state.outbox ?? NodeOutbox()
            defer { state.outbox = outbox }
            if let waiting = outbox.waiting { return waiting }
            let capped = state.scorer.map { $0.pricedBy.cappedCampaigns } ?? []
            let held = capped.map { NodeReport.Units(campaignNumber: $0, units: state.book.units(of: $0)) }
            let wishes = state.book.wishes(for: capped, least: settings.leaseUnitsMinimum)
            let report = NodeReport(
                node: settings.node,
                number: outbox.lastNumber + 1,
                day: now.day,
                snapshot: state.scorer?.pricedBy.number,
                seen: outbox.takeSeen(),
                sample: state.sample.takeAll(),
                held: held.filter { $0.units > 0 },
                wishes: wishes.map { .init(campaignNumber: $0.campaignNumber, units: $0.units) }
            )
            outbox.lastNumber = report.number
            outbox.waiting = report
            return report
        }
    }

    /// Takes the answer to the report that waits for one; any other answer is a repeat, or meant for somebody else.
    package func accept(_ grant: NodeGrant) {
        guard grant.node == settings.node else { return }
        withLock { state in
            guard state.outbox?.waiting?.number == grant.report else { return }
            state.outbox?.waiting = nil
            for lease in grant.leases where lease.node == settings.node { state.book.add(lease) }
        }
    }
}

extension MappedSnapshot {
    /// Numbers of the campaigns that need a unit for each promotion.
    var cappedCampaigns: [Int64] { (0..<campaignCount).filter { hasCap($0) }.map { campaignNumber($0) } }
}

/// What waits to be reported.
struct NodeOutbox: Sendable {
    private struct Place: Hashable {
        var cell: Cell
        var quarterHour: Int64
    }

    var lastNumber = 0
    /// Sent, and not answered.
    var waiting: NodeReport?
    private var seen: [Place: NodeReport.Seen] = [:]

    /// Counts a decided request.
    mutating func add(_ reply: ScoreReply, in cell: Cell, at now: Timestamp) {
        let place = Place(cell: cell, quarterHour: now.milliseconds / 900_000)
        var entry =
            seen[place] ?? NodeReport.Seen(cell: cell, time: now, requests: 0, organicUtility: 0, listenerLoss: 0)
        entry.time = max(entry.time, now)
        entry.requests += 1
        entry.organicUtility += reply.organicUtility
        entry.listenerLoss += reply.listenerLoss
        seen[place] = entry
    }

    mutating func takeSeen() -> [NodeReport.Seen] {
        defer { seen.removeAll() }
        return seen.values.sorted { ($0.time, $0.cell) < ($1.time, $1.cell) }
    }
}
