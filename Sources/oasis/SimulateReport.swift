internal import Foundation
internal import OasisMarket
internal import OasisSimulation

/// What simulated runs came to.
struct SimulateReport {
    let outcomes: [ClusterOutcome]
    let hours: Double

    func printTable() {
        if outcomes.count == 1 { printRun(outcomes[0]) } else { printRuns() }
        print("")
        let checks = checks
        let rows = Invariant.allCases.map { [$0.rawValue, "\(checks[$0, default: 0])", "0"] }
        Terminal.printTable([["invariant", "checked", "broken"]] + rows)
    }

    func printJSON() throws {
        struct Run: Encodable {
            var seed: UInt64
            var trace: String
            var faults: [String]
            var counts: [String: Int]
        }
        struct Report: Encodable {
            var hours: Double
            var runs: [Run]
            var checks: [String: Int]
            var broken: Int
        }
        try Terminal.printJSON(
            Report(
                hours: hours,
                runs: outcomes.map { outcome in
                    Run(
                        seed: outcome.seed,
                        trace: trace(outcome),
                        faults: outcome.faults.map { "\($0.kind.rawValue) \($0.start) \($0.end)" },
                        counts: Dictionary(
                            uniqueKeysWithValues: Self.names.map { ($0.name, outcome.counts[keyPath: $0.path]) }
                        )
                    )
                },
                checks: Dictionary(uniqueKeysWithValues: checks.map { ($0.key.rawValue, $0.value) }),
                broken: 0
            )
        )
    }

    private var checks: [Invariant: Int] {
        outcomes.reduce(into: [:]) { sum, outcome in sum.merge(outcome.checks, uniquingKeysWith: +) }
    }

    private func trace(_ outcome: ClusterOutcome) -> String { String(outcome.trace, radix: 16) }

    private func printRun(_ outcome: ClusterOutcome) {
        print("Seed \(outcome.seed), \(hours) hours, trace \(trace(outcome))\n")
        let faults = outcome.faults.map { [$0.kind.rawValue, "\($0.start)", "\($0.end)"] }
        if !faults.isEmpty {
            Terminal.printTable([["fault", "from", "to"]] + faults)
            print("")
        }
        Terminal.printPairs(Self.names.map { ($0.name, "\(outcome.counts[keyPath: $0.path])") })
        print("")
        let campaigns = outcome.campaigns.map {
            [$0.id.text, $0.cap.map { "\($0)" } ?? "–", "\($0.heard)", "\($0.counted)"]
        }
        Terminal.printTable([["campaign", "caps", "plays heard", "counted"]] + campaigns)
    }

    private func printRuns() {
        let kinds = Fault.Kind.allCases
            .compactMap { kind -> String? in
                let count = outcomes.reduce(0) { $0 + $1.faults.count { $0.kind == kind } }
                return count > 0 ? "\(kind.rawValue) \(count)" : nil
            }
        let (first, last) = (outcomes.first?.seed ?? 0, outcomes.last?.seed ?? 0)
        print("Seeds \(first) to \(last), \(hours) hours each\n")
        print("faults: \(kinds.isEmpty ? "none" : kinds.joined(separator: ", "))\n")
        Terminal.printPairs(
            Self.names.map { name in
                (name.name, "\(outcomes.reduce(0) { $0 + $1.counts[keyPath: name.path] })")
            }
        )
    }

    private static var names: [(name: String, path: KeyPath<ClusterOutcome.Counts, Int>)] {
        [
            ("steps", \.steps), ("requests", \.requests), ("answered", \.answered),
            ("answered without a planner", \.answeredAlone), ("refused at the door", \.refusedRequests),
            ("promotions", \.promotions), ("promoted plays", \.promotedPlays), ("plays above caps", \.overspend),
            ("outcomes", \.outcomes), ("recorded", \.recorded), ("refused", \.refusedOutcomes),
            ("unattributed", \.unattributed), ("batches to send again", \.failedBatches), ("plans", \.plans),
            ("corrections", \.corrections), ("failed plans", \.failedPlans),
            ("damaged snapshots refused", \.refusedSnapshots), ("messages", \.messages),
            ("messages lost", \.lostMessages), ("messages repeated", \.repeatedMessages),
        ]
    }
}
