/// The names of a problem's rows, and the way back from names to rows.
public struct RowNames: Sendable {
    private struct Signature: Hashable {
        var attribute: Int
        var scope: AllocationRow.Scope
        var sense: AllocationRow.Sense
        var share: Double

        init(_ row: AllocationRow) {
            (attribute, scope, sense, share) = (row.attribute, row.scope, row.sense, row.share)
        }
    }

    private let rows: [AllocationRow]
    private let attributes: [String]
    private let isAmbiguous: [Bool]

    /// Names the rows of a problem.
    public init(_ problem: AllocationProblem) {
        rows = problem.rows
        attributes = problem.attributes.map(\.name)
        var uses: [Signature: Int] = [:]
        for row in rows { uses[Signature(row), default: 0] += 1 }
        isAmbiguous = rows.map { uses[Signature($0), default: 0] > 1 }
    }

    /// Name of the row at `index`; no other row of the problem has it.
    public subscript(index: Int) -> RowName {
        let row = rows[index]
        return RowName(row, attribute: attributes[row.attribute], index: isAmbiguous[index] ? index : nil)
    }

    /// Rows that a name or pattern means, by rising index.
    ///
    /// A pattern without a share means plain rows, or, where there are none, rows of any share.
    ///
    /// - Throws: `UnknownRow` when no row is meant.
    public func rows(matching text: String) throws(UnknownRow) -> [Int] {
        guard let pattern = RowPattern(text, attributes: attributes) else { throw unknown(text) }
        let exact = rows(matching: pattern, isAnyShare: pattern.attribute == nil)
        if !exact.isEmpty { return exact }
        let loose = pattern.share == nil ? rows(matching: pattern, isAnyShare: true) : []
        guard !loose.isEmpty else { throw unknown(text) }
        return loose
    }

    private func rows(matching pattern: RowPattern, isAnyShare: Bool) -> [Int] {
        rows.indices.filter {
            pattern.matches(rows[$0], at: $0, attribute: attributes[rows[$0].attribute], isAnyShare: isAnyShare)
        }
    }

    /// Patterns that together mean every row, with how many each means, in the order of their first rows.
    public var families: [(pattern: String, count: Int)] {
        struct Family: Hashable {
            var attribute: Int
            var sense: AllocationRow.Sense
            var kind: AllocationRow.Scope.Kind
            var share: Double
        }
        var order: [Family] = []
        var members: [Family: (first: Int, count: Int)] = [:]
        for (index, row) in rows.enumerated() {
            let family = Family(attribute: row.attribute, sense: row.sense, kind: row.scope.kind, share: row.share)
            if members[family] == nil { order.append(family) }
            members[family, default: (index, 0)].count += 1
        }
        return order.map { family in
            let (first, count) = members[family] ?? (0, 0)
            if count == 1 { return (self[first].description, 1) }
            let scope = family.kind == .all ? family.kind.rawValue : "\(family.kind.rawValue):*"
            let suffix = RowName.suffix(share: family.share)
            return (attributes[family.attribute] + family.sense.symbol + scope + suffix, count)
        }
    }

    private func unknown(_ text: String) -> UnknownRow {
        UnknownRow(name: text, near: near(text), families: families.map { "\($0.pattern) (\($0.count))" })
    }

    /// More rows than this are not compared with a name that was not found.
    private static let comparedMaximum = 20_000

    private func near(_ text: String) -> [String] {
        let wanted = Self.spelled(text)
        let names = rows.indices.prefix(Self.comparedMaximum).map { self[$0].description }
        let ranked = names.map { (name: $0, distance: editDistance(wanted, Self.spelled($0))) }
            .filter { $0.distance <= max(2, wanted.count / 4) }
        // The sort is stable, so that among equals the first row comes first.
        return ranked.sorted { $0.distance < $1.distance }.prefix(3).map(\.name)
    }

    /// One byte for each sign that a person would take for one.
    private static func spelled(_ name: String) -> [UInt8] {
        let signs: [Character: Character] = ["≤": "<", "≥": ">"]
        return Array(String(name.filter { $0 != "=" && !$0.isWhitespace }.map { signs[$0] ?? $0 }).utf8.prefix(100))
    }
}

/// A row that the problem does not have.
public struct UnknownRow: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public var name: String
    /// Names of rows that are spelled much like it, nearest first; at most three.
    public var near: [String]
    /// Patterns for every row there is, each with its number of rows.
    public var families: [String]

    /// One sentence for people.
    public var description: String {
        guard !families.isEmpty else { return "no row is named \(name): the problem has no rows" }
        let rows = families.joined(separator: ", ")
        guard !near.isEmpty else { return "no row is named \(name); the rows are \(rows)" }
        return "no row is named \(name), did you mean \(near.joined(separator: " or "))? The rows are \(rows)"
    }
}

/// Fewest insertions, deletions and replacements that turn one text into the other.
func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for (column, other) in right.enumerated() {
            current.append(
                min(previous[column] + (byte == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
            )
        }
        previous = current
    }
    return previous[right.count]
}
