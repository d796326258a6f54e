import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring

/// From what was played to what is counted.
extension MarketCluster {
    private static let twoDaysSeconds = 172_800.0

    /// What a player has to report: each outcome when it has happened, or two days later.
    mutating func report(_ reports: [OutcomeReport], _ place: Int) {
        let isLate =
            place % 5 == 0 && faults.contains { $0.kind == .lateEvents && $0.isActive(at: now) }
        counts.outcomes += reports.count
        for report in reports {
            if let play = record.happen(report) { lastHeard.append(play) }
            outbox.add(report, due: report.occurredAt.advanced(bySeconds: isLate ? Self.twoDaysSeconds : 0))
        }
    }

    /// Holds what was heard since the last look to the caps.
    mutating func checkPlays() throws {
        let plays = lastHeard
        lastHeard = []
        for play in plays {
            let cap = record.campaign(play.campaignNumber)?.dailyCap ?? .max
            let count = record.heard[play] ?? 0
            try checks.check(
                .playsWithinCaps,
                count <= cap,
                "campaign \(play.campaignNumber) was heard \(count) times on receipts of \(play.day), cap \(cap)"
            )
        }
    }

    mutating func sendOutcomes() {
        for batch in outbox.batches(at: now) {
            let batch = settings.sabotage == .renameRepeats ? batch.map(renamed) : batch
            for delay in network.delays(from: .players, to: .planner, at: now) {
                queue.add(.outcomes(batch), at: now.advanced(bySeconds: delay))
            }
        }
        // While there is traffic once a minute; afterwards when something is due.
        let next = now.advanced(bySeconds: 60)
        if now < end {
            queue.add(.playersSend, at: next)
        } else if let due = outbox.firstDue {
            queue.add(.playersSend, at: max(next, due))
        }
    }

    private func renamed(_ entry: PlayerOutbox.Entry) -> PlayerOutbox.Entry {
        guard entry.attempts > 0 else { return entry }
        var entry = entry
        entry.report.id += "/\(entry.attempts)"
        return entry
    }

    mutating func take(_ entries: [PlayerOutbox.Entry]) throws {
        guard let engine = planner.engine else { return }
        let results: [RecordResult]
        do {
            results = try engine.record(entries.map(\.report), at: planner.clock(at: now))
        } catch {
            counts.failedBatches += 1
            return try checkLeases()
        }
        for (entry, result) in zip(entries, results) {
            let fault = record.hear(entry.report, result)
            try checks.check(.countedOnce, fault == nil, fault ?? "")
            if case .refused = result { counts.refusedOutcomes += 1 }
        }
        try checkLeases()
        for delay in network.delays(from: .planner, to: .players, at: now) {
            queue.add(.acknowledged(entries.map(\.report.id)), at: now.advanced(bySeconds: delay))
        }
    }

    /// Of each campaign that has leases on the ledger's day or the market's: what is promised and played within its cap.
    mutating func checkLeases() throws {
        guard let ledger = planner.engine?.ledger else { return }
        for day in Set([now.day, planner.clock(at: now).day, start.day]).sorted() {
            for delivery in try ledger.deliveries(day: day) {
                let promised = delivery.confirmed + delivery.outstanding
                try checks.check(
                    .leasesWithinCaps,
                    promised <= delivery.cap ?? .max && delivery.overspent == 0,
                    "campaign \(delivery.campaignNumber) on \(day): \(delivery)"
                )
            }
        }
    }

    /// Recounts everything, three ways: the ledger's rows, what the market saw, and decisions from their snapshots.
    mutating func audit() throws {
        for decision in decisions {
            guard let number = decision.reply.snapshot, let bytes = published[number] else { continue }
            let difference = decision.difference(replayedBy: bytes, settings: nodes[0].settings)
            try checks.check(.decisionsReplay, difference == nil, difference ?? "")
        }
        decisions = []
        guard let ledger = planner.engine?.ledger else { return }
        let differences = try ledger.verify()
        try checks.check(.statementsRecounted, differences.isEmpty, "\(differences.prefix(3))")
        let (first, last) = (start.day, Day(number: max(now, end).day.number + 2))
        var rows = try ledger.tallies(from: first, to: last)
        if settings.sabotage == .padStatement, !rows.isEmpty { rows[0].counts.shown += 1 }
        let difference = record.difference(from: rows)
        try checks.check(.statementsRecounted, difference == nil, difference ?? "")
        let unattributed = try ledger.unattributed(from: first, to: last).reduce(0) { $0 + $1.outcomes }
        let onDisk = try ledger.eventCount()
        try checks.check(
            .countedOnce,
            onDisk == record.recorded && unattributed == record.unattributed,
            "\(onDisk) outcomes on disk, \(record.recorded) were taken in; \(unattributed) count for nothing, "
                + "\(record.unattributed) should"
        )
    }
}
