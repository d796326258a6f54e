internal import ArgumentParser
internal import OasisMarket
internal import OasisPlanning
internal import OasisResponse

/// What `oasis doctor` says of a server's signals and models.
struct SignalReport {
    /// As the console port's `/v1/models` has it.
    struct Document: Codable {
        struct Finding: Codable {
            var subject, code: String
            var column: String?
            var sentence: String
        }

        struct Calibration: Codable {
            var outcome, surface: String
            var predicted, observed: Double
            var ratio: Double?
            var isAlarm: Bool
        }

        var lookedAt: String?
        var calibration: [Calibration]
        var findings: [Finding]
        var faults: [String]

        init(_ status: ModelStatus) {
            lookedAt = status.lookedAt.description
            calibration = status.checks.map { check in
                Calibration(
                    outcome: check.outcome.rawValue,
                    surface: check.surface.text,
                    predicted: check.predicted,
                    observed: check.observed,
                    ratio: check.ratio,
                    isAlarm: check.isAlarm
                )
            }
            findings = status.findings.map { entry in
                Finding(
                    subject: entry.subject,
                    code: entry.finding.code,
                    column: entry.finding.column,
                    sentence: "\(entry.finding)"
                )
            }
            faults = status.faults
        }
    }

    private let document: Document

    init(_ document: Document) { self.document = document }

    /// Prints it; ends with exit code 1 when anything was found.
    func print(json: Bool) throws {
        if json { try Terminal.printJSON(document) } else { printTables() }
        guard document.findings.isEmpty, document.faults.isEmpty else { throw ExitCode(1) }
    }

    private func printTables() {
        Swift.print("looked at \(document.lookedAt ?? "nothing yet")")
        if !document.calibration.isEmpty {
            Terminal.printTable(
                [["outcome", "surface", "predicted", "observed", "ratio"]]
                    + document.calibration.map { check in
                        [
                            check.outcome, check.surface, Self.rounded(check.predicted), Self.rounded(check.observed),
                            (check.ratio.map(Self.rounded) ?? "–") + (check.isAlarm ? " ALARM" : ""),
                        ]
                    },
                leftAligned: [0, 1]
            )
        }
        for fault in document.faults { Swift.print("model refused: \(fault)") }
        let rows = document.findings.map { [$0.subject, $0.code, $0.sentence] }
        if rows.isEmpty { Swift.print("nothing found") }
        if !rows.isEmpty { Terminal.printTable([["of", "finding", "evidence"]] + rows, leftAligned: [0, 1, 2]) }
    }

    private static func rounded(_ value: Double) -> String { "\((value * 1_000).rounded() / 1_000)" }
}
