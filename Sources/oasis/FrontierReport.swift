internal import Foundation
internal import OasisAllocation

/// What `oasis frontier` says: a table for people, JSON for programs, a plot for both.
struct FrontierReport {
    private let problem: AllocationProblem
    private let frontier: Frontier
    private let curve: FrontierCurve
    private let place: String
    private let names: RowNames

    /// Reports a frontier of the problem in `place`.
    init(_ problem: AllocationProblem, _ frontier: Frontier, of place: String) {
        self.problem = problem
        self.frontier = frontier
        self.place = place
        curve = FrontierCurve(frontier)
        names = RowNames(problem)
    }

    private var rows: [Int] { frontier.path.movingRows }
    private var isPercent: Bool { if case .percent = frontier.path.measure { true } else { false } }
    private var sense: AllocationRow.Sense { rows.first.map { problem.rows[$0].sense } ?? .atMost }
    /// +1 where more of the bound can only help, −1 where it can only cost.
    private var sign: Double { sense == .atMost ? 1 : -1 }

    /// The rows in a few words: a name, or a family's pattern.
    private var subject: String {
        guard rows.count > 1 else { return rows.first.map { names[$0].description } ?? "" }
        let family = names.families.first { family in
            (try? names.rows(matching: family.pattern)) == rows
        }
        return family?.pattern ?? "\(rows.count) rows of \(names[rows[0]].attribute)"
    }

    private var unit: String { isPercent ? "percent" : names[rows[0]].attribute }

    /// What the price column and the price panel are about.
    private var priceTitle: String {
        (isPercent ? "one more percent " : "one more unit ") + (sense == .atMost ? "buys" : "costs")
    }

    /// Prints what moves, and one line for each point.
    func printTable() {
        Terminal.printPairs([
            ("problem", place),
            ("row", rows.count == 1 ? subject : "\(subject): \(rows.count) rows, scaled together"),
            ("now", isPercent ? String(format: "100 %% = %.6g in all", total) : String(format: "%.6g", total)),
        ])
        print("")
        let attributes = problem.attributes.map(\.name)
        let header =
            ["bound", "value, proven at least", "at most", priceTitle] + attributes + ["passes", "seconds"]
        let lines = frontier.points.map { point in
            [
                Self.number(point.position) + (isPercent ? " %" : ""),
                Self.value(curve.lower(at: point.position)),
                Self.value(curve.upper(at: point.position)),
                Self.number(point.slope * sign),
            ] + point.attributes.map(Self.number) + [
                String(format: "%.1f", point.certificate.passes), String(format: "%.2f", point.certificate.seconds),
            ]
        }
        Terminal.printTable([header] + lines, leftAligned: [])
        print(
            "\nValue in organic-score units. \(priceTitle.prefix(1).uppercased() + priceTitle.dropFirst()): the price "
                + (isPercent ? "of all these rows together, for 1 % of their bounds." : "of the row.")
        )
    }

    /// Sum of the bounds that move.
    private var total: Double { rows.reduce(0.0) { $0 + problem.rows[$1].bound } }

    /// Prints every point with its proof, and where the plot goes.
    func printJSON(plot: String?) throws {
        try Terminal.printJSON(
            Document(
                problem: place,
                rows: rows.map { .init(index: $0, name: names[$0].description, bound: problem.rows[$0].bound) },
                unit: unit,
                current: frontier.path.currentPosition(in: problem),
                isComplete: frontier.isComplete,
                plot: plot,
                points: frontier.points.map(line(_:))
            )
        )
    }

    private struct Document: Encodable {
        struct Row: Encodable {
            var index: Int
            var name: String
            var bound: Double
        }

        struct Point: Encodable {
            var bound, lowerBound, upperBound, price: Double
            var attributes: [String: Double]
            var status: String
            var relativeGap, maxRelativeViolation: Double
            var passes, conjugateGradientPasses, seconds: Double
        }

        var problem: String
        var rows: [Row]
        var unit: String
        var current: Double
        var isComplete: Bool
        var plot: String?
        var points: [Point]
    }

    private func line(_ point: Frontier.Point) -> Document.Point {
        let certificate = point.certificate
        return Document.Point(
            bound: point.position,
            lowerBound: curve.lower(at: point.position),
            upperBound: curve.upper(at: point.position),
            price: point.slope * sign,
            attributes: Dictionary(uniqueKeysWithValues: zip(problem.attributes.map(\.name), point.attributes)),
            status: certificate.status.rawValue,
            relativeGap: certificate.relativeGap,
            maxRelativeViolation: certificate.maxRelativeViolation,
            passes: certificate.passes,
            conjugateGradientPasses: certificate.conjugateGradientPasses,
            seconds: certificate.seconds
        )
    }

    /// The plot.
    var chart: FrontierChart {
        let many = rows.count == 1 ? "" : " (\(rows.count) rows together)"
        return FrontierChart(
            title: "What \(subject)\(many) \(sense == .atMost ? "buys" : "costs")",
            subtitle: "\((place as NSString).lastPathComponent): \(problem.requestCount) requests, "
                + "\(problem.campaignCount) campaigns; all other rows as they are",
            positionTitle: isPercent ? "bounds, percent of the current ones" : "bound, units of \(unit)",
            priceTitle: "price: what \(priceTitle), organic-score units",
            current: frontier.path.currentPosition(in: problem),
            curve: curve,
            prices: frontier.points.sorted { $0.position < $1.position }
                .map { .init(position: $0.position, price: $0.slope * sign) }
        )
    }

    private static func number(_ value: Double) -> String { String(format: "%.5g", value) }
    private static func value(_ value: Double) -> String { String(format: "%.8g", value) }
}
