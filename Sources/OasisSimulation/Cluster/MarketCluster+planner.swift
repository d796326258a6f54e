import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring

/// Prices and units on their way between planner and nodes, and what breaks machines.
extension MarketCluster {
    private static let reportSeconds = 30.0
    static let correctionSeconds = 180.0

    // MARK: Units

    mutating func sendReport(of number: Int) {
        if now < end { queue.add(.nodeReports(number), at: now.advanced(bySeconds: Self.reportSeconds)) }
        guard let report = nodes[number].node?.report(at: nodes[number].clock(at: now)) else { return }
        for delay in network.delays(from: .node(number), to: .planner, at: now) {
            queue.add(.report(report, node: number), at: now.advanced(bySeconds: delay))
        }
    }

    mutating func answer(_ report: NodeReport, from number: Int) throws {
        guard let engine = planner.engine else { return }
        // A ledger that cannot grant leaves the node waiting: it will ask again.
        guard var grant = try? engine.answer(report, at: planner.clock(at: now)) else { return try checkLeases() }
        try checkLeases()
        if settings.sabotage == .grantTwice {
            let last = lastGrants[number]
            lastGrants[number] = grant
            if last?.node == grant.node, last?.report != grant.report { grant.leases += last?.leases ?? [] }
        }
        for delay in network.delays(from: .planner, to: .node(number), at: now) {
            queue.add(.grant(grant, node: number), at: now.advanced(bySeconds: delay))
        }
        // Whoever came up late, or missed a snapshot, gets it with the answer.
        if let bytes = try? engine.snapshotBytes(), report.snapshot != engine.snapshotStatus?.number {
            hand(bytes, to: number)
        }
    }

    // MARK: Prices

    mutating func plan() throws {
        if now < end { queue.add(.plan, at: now.advanced(bySeconds: Double(settings.planMinutes) * 60)) }
        guard let engine = planner.engine else { return }
        do {
            let status = try engine.replan(at: planner.clock(at: now))
            counts.plans += 1
            try publish(status.rows, of: engine)
        } catch let broken as BrokenInvariant {
            throw broken
        } catch {
            counts.failedPlans += 1
        }
    }

    mutating func correct() throws {
        if now < end { queue.add(.correct, at: now.advanced(bySeconds: Self.correctionSeconds)) }
        guard let engine = planner.engine else { return }
        let time = planner.clock(at: now)
        guard (try? engine.correct(at: time)) == true, let rows = try? engine.status(at: time).plan?.rows else {
            return
        }
        counts.corrections += 1
        try publish(rows, of: engine)
    }

    /// Checks prices and hands them to every node.
    private mutating func publish(_ rows: [RowStatus], of engine: PromotionEngine) throws {
        var rows = rows
        if settings.sabotage == .raisePrice, let place = rows.firstIndex(where: { $0.name.hasPrefix("guarantee ") }) {
            rows[place].price = market.policy.guarantees.penalty + 1
        }
        for row in rows {
            let most = penalty(of: row.name)
            try checks.check(
                .pricesWithinPenalty,
                row.price.isFinite && row.price >= 0 && row.price <= most + 1e-9,
                "\(row.name) is priced \(row.price), at most \(most)"
            )
        }
        guard let bytes = try? engine.snapshotBytes(), let number = engine.snapshotStatus?.number else { return }
        let before = published[number]
        try checks.check(
            .snapshotsNamedOnce,
            before == nil || before == bytes,
            "snapshot \(number) has other bytes than the one that had this number before"
        )
        published[number] = bytes
        for node in nodes.indices { hand(bytes, to: node) }
    }

    /// The most that a row may cost, by the policy.
    private func penalty(of row: String) -> Double {
        if row.hasPrefix("guarantee ") { return market.policy.guarantees.penalty }
        let named = market.policy.rows.first { row == $0.name || row.hasPrefix($0.name + " ") }
        // A cap is hard: nothing bounds its price but that it is a number.
        return named?.penalty ?? .greatestFiniteMagnitude
    }

    private mutating func hand(_ bytes: [UInt8], to node: Int) {
        let isTorn = faults.contains { $0.kind == .tornSnapshot && $0.isActive(at: now) }
        for delay in network.delays(from: .planner, to: .node(node), at: now) {
            var bytes = bytes
            if isTorn, random.uniform() < 0.5 { tear(&bytes) }
            queue.add(.snapshot(bytes, node: node), at: now.advanced(bySeconds: delay))
        }
    }

    /// Cuts bytes short, or changes one.
    private mutating func tear(_ bytes: inout [UInt8]) {
        let place = random.index(below: bytes.count)
        if random.uniform() < 0.5 {
            bytes.removeSubrange(place...)
        } else {
            bytes[place] ^= 1 << UInt8(random.index(below: 8))
        }
    }

    mutating func adopt(_ bytes: [UInt8], on number: Int) {
        do throws(SnapshotFile.Fault) {
            try nodes[number].node?.adopt(snapshot: bytes)
        } catch {
            counts.refusedSnapshots += 1
        }
    }

    // MARK: Faults

    mutating func change(_ fault: Fault, begins: Bool) throws {
        switch fault.kind {
        case .nodeLoss:
            let number = fault.target % nodes.count
            if begins { nodes[number].crash() }
            if !isLost(number) { nodes[number].start(at: now) }
        case .clockJump:
            for place in nodes.indices { nodes[place].clockOffset = clockOffset(of: place) }
            planner.clockOffset = clockOffset(of: nodes.count)
        case .plannerLoss, .diskFull:
            planner.crash()
            try restartPlanner()
        case .tornSnapshot where begins:
            planner.crash()
            try planner.tearNewestSnapshot()
            try restartPlanner()
        case .tornSnapshot, .partition, .duplicates, .reordering, .lateEvents, .poisonedModel, .trafficSurge,
            .surfaceDark, .noonShock:
            break
        }
    }

    /// Brings the planner up unless it is to be down; where its disk does not let it, a minute later again.
    mutating func restartPlanner() throws {
        guard !isActive(.plannerLoss) else { return }
        if settings.sabotage == .reuseNumbers { try planner.forgetSnapshots() }
        do {
            try planner.start(at: now, isDiskFull: isActive(.diskFull))
        } catch {
            queue.add(.plannerReturns, at: now.advanced(bySeconds: 60))
        }
    }

    private func isActive(_ kind: Fault.Kind) -> Bool {
        faults.contains { $0.kind == kind && $0.isActive(at: now) }
    }

    private func isLost(_ number: Int) -> Bool {
        faults.contains { $0.kind == .nodeLoss && $0.isActive(at: now) && $0.target % nodes.count == number }
    }

    /// How far the jumps that are active put a machine's clock off; the planner's place is after the nodes'.
    private func clockOffset(of place: Int) -> Double {
        faults.reduce(0) { sum, fault in
            guard fault.kind == .clockJump, fault.isActive(at: now), fault.target % (nodes.count + 1) == place
            else { return sum }
            return sum + fault.jumpSeconds
        }
    }
}
