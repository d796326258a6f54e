internal import Foundation
internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring
internal import OasisSimulation

/// One day of the comparison, with an engine over a ledger of its own.
struct ReachRun {
    let seed: UInt64
    let requests: Int
    let hasNoonShock: Bool

    /// Lives the day every way, with units of caps held as `leases` says.
    func run(_ leases: String, in folder: DemoFolder) throws -> ReachDay.Result {
        var shape = MarketShape.demo
        shape.requestsPerDay = requests
        shape.listeners = max(500, requests * 2 / 5)
        shape.campaigns = max(12, requests / 1_000)
        let day = ReachDay(
            shape: shape,
            seed: seed,
            day: Day(year: 2026, month: 11, day: 20),
            hasNoonShock: hasNoonShock
        )
        let ledger = try Ledger(path: folder.path("oasis.sqlite"))
        try day.register(in: ledger)
        let key = withUnsafeBytes(of: seed.littleEndian) { Array($0) }
        let engine = try PromotionEngine(
            ledger: ledger,
            settings: EngineSettings(
                node: "simulation",
                snapshotDirectory: folder.path("snapshots"),
                receiptKeys: ReceiptKeys(current: ReceiptKey(id: 1, secret: key + key)),
                solverThreads: ProcessInfo.processInfo.activeProcessorCount,
                requestsPerDayPrior: Double(requests),
                drawKey: seed,
                aging: SnapshotAging(freshSeconds: 1_200, frozenAfterSeconds: 7_200),
                leaseMode: LeaseMode(rawValue: leases) ?? .worstCase
            ),
            usualDay: day.usualDay,
            now: day.market.day.start
        )
        let result = try day.run(engine, threads: ProcessInfo.processInfo.activeProcessorCount)
        try ledger.close()
        return result
    }
}

/// The comparison's table.
struct ReachReport {
    let summary: ReachSummary
    let requests: Int
    let hasNoonShock: Bool

    func printTable() {
        let shock = hasNoonShock ? ", three times the usual traffic or a third of it for three hours from noon" : ""
        print("\(summary.days) days of \(requests) requests each\(shock)\n")
        let header = ["", "value", "of hindsight", "listener", "above", "above", "feasible", "Oasis has"]
        let second = ["", "points", "optimum", "utility lost", "caps", "shares", "guarantees met", "more value"]
        Terminal.printTable([header, second] + summary.lines.map(cells))
        print("")
        Terminal.printPairs([
            ("least of hindsight optimum", percent(summary.leastRatio, 1)),
            ("of the optimum that explores nothing", percent(summary.ratioWithoutExploration, 1)),
            ("feasible guarantees met", "\(summary.lines[0].guaranteesMet) of \(summary.feasibleGuarantees)"),
            ("above caps", percent(summary.overspendShare, 3) + " of all caps"),
            ("off the plan curve", percent(summary.offPlanCurve, 2) + " of the day's plan, mean over quarter hours"),
            ("off the day's first curve", percent(summary.offFirstCurve, 2) + " of the day's plan"),
        ])
        print(
            """

            Every other way is set to the strength at which it costs listeners what Oasis does, PID pacing and mirror descent
            with their best gains and step. The optimum knows the day's requests; it keeps the same rows, guardrails,
            holdout and exploration, and knows outcomes as expectations.
            """
        )
    }

    func printJSON() throws {
        struct Line: Encodable {
            var name: String
            var value, shareOfOptimum, listenerUtilityLost: Double
            var playsAboveCaps, playsAboveShares, feasibleGuaranteesMet, daysBehindOasis: Int
        }
        struct Report: Encodable {
            var days, requestsPerDay: Int
            var hasNoonShock: Bool
            var lines: [Line]
            var feasibleGuarantees: Int
            var leastShareOfOptimum, shareOfOptimumWithoutExploration, overspendShare: Double
            var offPlanCurve, offFirstCurve: Double
        }
        try Terminal.printJSON(
            Report(
                days: summary.days,
                requestsPerDay: requests,
                hasNoonShock: hasNoonShock,
                lines: summary.lines.map {
                    Line(
                        name: $0.name,
                        value: $0.value,
                        shareOfOptimum: $0.ratio,
                        listenerUtilityLost: $0.loss,
                        playsAboveCaps: $0.overspend,
                        playsAboveShares: $0.aboveShares,
                        feasibleGuaranteesMet: $0.guaranteesMet,
                        daysBehindOasis: $0.daysBehind
                    )
                },
                feasibleGuarantees: summary.feasibleGuarantees,
                leastShareOfOptimum: summary.leastRatio,
                shareOfOptimumWithoutExploration: summary.ratioWithoutExploration,
                overspendShare: summary.overspendShare,
                offPlanCurve: summary.offPlanCurve,
                offFirstCurve: summary.offFirstCurve
            )
        )
    }

    private func cells(_ line: ReachSummary.Line) -> [String] {
        [
            line.name, String(format: "%.1f", line.value), percent(line.ratio, 1), percent(line.loss, 3),
            "\(line.overspend)", "\(line.aboveShares)", "\(line.guaranteesMet) of \(summary.feasibleGuarantees)",
            line.name == summary.lines[0].name ? "–" : "\(line.daysBehind) of \(summary.days) days",
        ]
    }

    private func percent(_ share: Double, _ digits: Int) -> String { String(format: "%.\(digits)f %%", 100 * share) }
}
