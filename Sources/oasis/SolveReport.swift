internal import Foundation
internal import OasisAllocation
internal import OasisProblemFiles

/// What `oasis solve` says about an answer: a table for people, JSON for programs.
struct SolveReport {
    /// Rows that gave way and are in the table.
    static let shownMaximum = 10
    /// Explaining takes time for each, and nobody reads hundreds.
    static let explainedMaximum = 100
    private static let namedInTable = 2
    private static let namedInJSON = 20

    private let problem: AllocationProblem
    private let solution: AllocationSolution
    private let names: RowNames
    /// Rows that gave way, the one that costs most first.
    private let shortfalls: [AllocationSolution.Shortfall]
    /// Of the first of them.
    private let explanations: [ShortfallExplanation]
    private let activity: AllocationActivity
    private let place: String
    private let output: String
    private let outcome: String

    /// Explains the first `explained` rows that gave way; `outcome` says in words how the solve ended.
    init(
        _ problem: AllocationProblem,
        _ solution: AllocationSolution,
        from place: String,
        to output: String,
        outcome: String,
        explained: Int
    ) {
        self.problem = problem
        self.solution = solution
        self.place = place
        self.output = output
        self.outcome = outcome
        names = RowNames(problem)
        func cost(_ shortfall: AllocationSolution.Shortfall) -> Double {
            shortfall.amount * problem.rows[shortfall.row].penalty
        }
        shortfalls = solution.shortfalls.sorted { (cost($0), $1.row) > (cost($1), $0.row) }
        activity = AllocationActivity(problem, allocation: solution.allocation)
        explanations = solution.explanations(of: Array(shortfalls.prefix(explained)), in: problem)
    }

    /// Prints the table, and below it the rows that gave way.
    func printTable() {
        let certificate = solution.certificate
        let promoted = solution.allocation.reduce(0.0) { $0 + Double($1) }
        let priced = solution.prices.count { $0 > 0 }
        let elastic = problem.rows.count { !$0.isHard }
        Terminal.printPairs([
            ("problem", place),
            (
                "size",
                "\(problem.requestCount) requests, \(problem.candidateCount) candidates, "
                    + "\(problem.campaignCount) campaigns, \(problem.rows.count) rows"
            ),
            ("status", outcome),
            ("upper bound", Self.number(certificate.dualBound)),
            ("feasible value", Self.number(certificate.feasibleValue)),
            ("relative gap", String(format: "%.2e", certificate.relativeGap)),
            ("worst violation", String(format: "%.2e relative", certificate.maxRelativeViolation)),
            ("promoted", String(format: "%.1f candidates", promoted)),
            ("rows with a price", "\(priced) of \(problem.rows.count)"),
            ("rows given way", "\(shortfalls.count) of \(elastic) with a penalty"),
            (
                "work",
                String(
                    format: "%.1f passes (%.1f of them on a sample) + %.1f of conjugate gradients",
                    certificate.passes,
                    certificate.samplePasses,
                    certificate.conjugateGradientPasses
                )
            ),
            ("time", String(format: "%.3f s", certificate.seconds)),
            ("peak memory", String(format: "%.1f MB", Double(peakMemoryBytes()) / 1e6)),
            ("written to", output),
        ])
        printShortfalls()
    }

    private func printShortfalls() {
        guard !shortfalls.isEmpty else { return }
        print("\nRows that gave way, and what holds them back (value taken from each unit):\n")
        let header = ["row", "bound", "activity", "off by", "price", "held back by"]
        let lines = explanations.prefix(Self.shownMaximum)
            .map { explanation in
                [
                    names[explanation.row].description,
                    Self.short(problem.rows[explanation.row].bound),
                    Self.short(activity.rows[explanation.row]),
                    Self.short(explanation.amount),
                    Self.short(solution.prices[explanation.row]),
                    obstacles(explanation),
                ]
            }
        Terminal.printTable([header] + lines, leftAligned: [0, header.count - 1])
        let hidden = shortfalls.count - Self.shownMaximum
        if hidden > 0 { print("… and \(hidden) more: --json lists all of them.") }
    }

    private func obstacles(_ explanation: ShortfallExplanation) -> String {
        let rows = explanation.bindingRows.prefix(Self.namedInTable).map { "\(names[$0.row]) \(Self.short($0.charge))" }
        let more = explanation.bindingRows.count - rows.count
        let listed = rows.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        switch explanation.reason {
        case .supply:
            let supply = "supply, which allows \(Self.short(explanation.attainable ?? 0)) at most"
            return rows.isEmpty ? supply : "\(supply); \(listed)"
        case .rows: return listed
        case .value: return "other candidates: they are worth more than its penalty"
        }
    }

    /// Prints the certificate with what the table says besides.
    func printJSON() throws {
        var object = SolutionDirectory.certificateObject(solution.certificate, peakMemoryBytes: peakMemoryBytes())
        object["outcome"] = outcome
        object["attributes"] = Dictionary(
            uniqueKeysWithValues: zip(problem.attributes.map(\.name), activity.attributes)
        )
        object["shortfalls"] = shortfalls.enumerated()
            .map { place, shortfall in
                facts(shortfall).merging(place < explanations.count ? reasons(explanations[place]) : [:]) { $1 }
            }
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try JSONSerialization.data(withJSONObject: object, options: options)
        print(String(decoding: data, as: UTF8.self))
    }

    private func facts(_ shortfall: AllocationSolution.Shortfall) -> [String: Any] {
        [
            "row": shortfall.row,
            "name": names[shortfall.row].description,
            "bound": problem.rows[shortfall.row].bound,
            "activity": activity.rows[shortfall.row],
            "amount": shortfall.amount,
            "price": solution.prices[shortfall.row],
            "penalty": problem.rows[shortfall.row].penalty,
        ]
    }

    private func reasons(_ explanation: ShortfallExplanation) -> [String: Any] {
        let binding = explanation.bindingRows.prefix(Self.namedInJSON)
        var object: [String: Any] = ["reason": "\(explanation.reason)"]
        object["bindingRows"] = binding.map { row -> [String: Any] in
            ["row": row.row, "name": names[row.row].description, "price": row.price, "charge": row.charge]
        }
        if let attainable = explanation.attainable { object["attainable"] = attainable }
        return object
    }

    private static func number(_ value: Double) -> String { String(format: "%.10g", value) }
    private static func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
