/// Rows as columns, one for each field, as files and callers in other languages hold them.
package struct RowColumns: Sendable {
    /// Index into the problem's attributes.
    package var attribute: Column<Int32>
    /// 0 all, 1 campaign, 2 set, 3 cell.
    package var kind: Column<UInt8>
    /// Id within the kind.
    package var scope: Column<Int32>
    /// +1 at most, −1 at least.
    package var sense: Column<Int8>
    /// The bound; as long as there are rows.
    package var bound: Column<Double>
    /// Taken from every coefficient; nil means 0.
    package var share: Column<Double>?
    /// Cost of a unit of violation; nil means that every row is hard.
    package var penalty: Column<Double>?

    /// Gathers columns; `rows` checks them.
    package init(
        attribute: Column<Int32>,
        kind: Column<UInt8>,
        scope: Column<Int32>,
        sense: Column<Int8>,
        bound: Column<Double>,
        share: Column<Double>?,
        penalty: Column<Double>?
    ) {
        self.attribute = attribute
        self.kind = kind
        self.scope = scope
        self.sense = sense
        self.bound = bound
        self.share = share
        self.penalty = penalty
    }

    /// Rows taken apart.
    package init(_ rows: [AllocationRow]) {
        attribute = Column(rows.map { Int32($0.attribute) })
        kind = Column(rows.map { Self.kindNumber($0.scope) })
        scope = Column(rows.map { Int32($0.scope.id ?? 0) })
        sense = Column(rows.map { $0.sense == .atMost ? 1 : -1 })
        bound = Column(rows.map(\.bound))
        share = Column(rows.map(\.share))
        penalty = Column(rows.map(\.penalty))
    }

    /// Rows put together; what they name, `AllocationProblem.init` checks.
    ///
    /// - Throws: `InvalidProblem` when a column is too short or a code is not known.
    package func rows() throws(InvalidProblem) -> [AllocationRow] {
        let count = bound.count
        try checkLength(attribute.count, .rowAttribute)
        try checkLength(kind.count, .rowScopeKind)
        try checkLength(scope.count, .rowScope)
        try checkLength(sense.count, .rowSense)
        if let share { try checkLength(share.count, .rowShare) }
        if let penalty { try checkLength(penalty.count, .rowPenalty) }
        var rows: [AllocationRow] = []
        rows.reserveCapacity(count)
        for index in 0..<count {
            guard sense[index] == 1 || sense[index] == -1 else {
                throw InvalidProblem(.rowSense, index, "must be +1 (≤) or -1 (≥), but is \(sense[index])")
            }
            rows.append(
                AllocationRow(
                    attribute: Int(attribute[index]),
                    scope: try scopeOfRow(index),
                    sense: sense[index] == 1 ? .atMost : .atLeast,
                    bound: bound[index],
                    share: share?[index] ?? 0,
                    penalty: penalty?[index] ?? .infinity
                )
            )
        }
        return rows
    }

    private func scopeOfRow(_ index: Int) throws(InvalidProblem) -> AllocationRow.Scope {
        let id = Int(scope[index])
        switch kind[index] {
        case 0: return .all
        case 1: return .campaign(id)
        case 2: return .set(id)
        case 3: return .cell(id)
        default:
            throw InvalidProblem(
                .rowScopeKind,
                index,
                "must be 0 (all), 1 (campaign), 2 (set) or 3 (cell), but is \(kind[index])"
            )
        }
    }

    private func checkLength(_ count: Int, _ part: InvalidProblem.Part) throws(InvalidProblem) {
        guard count == bound.count else {
            throw InvalidProblem(
                part,
                nil,
                "must have one entry for each of the \(bound.count) rows in row_bound, but has \(count)"
            )
        }
    }

    private static func kindNumber(_ scope: AllocationRow.Scope) -> UInt8 {
        switch scope {
        case .all: 0
        case .campaign: 1
        case .set: 2
        case .cell: 3
        }
    }
}

extension AllocationProblem {
    /// How many campaigns a problem has when nobody says: one more than the largest id anywhere.
    package static func smallestCampaignCount(
        campaign: Column<Int32>,
        sets: CampaignSets,
        rows: [AllocationRow]
    ) -> Int {
        var largest = max(Self.largest(campaign), Self.largest(sets.campaign))
        for row in rows { if case .campaign(let id) = row.scope { largest = max(largest, id) } }
        return largest + 1
    }

    /// How many cells a problem has when nobody says: one more than the largest id anywhere, and at least 1.
    package static func smallestCellCount(cell: Column<Int32>?, rows: [AllocationRow]) -> Int {
        var largest = max(0, cell.map(Self.largest) ?? 0)
        for row in rows { if case .cell(let id) = row.scope { largest = max(largest, id) } }
        return largest + 1
    }

    private static func largest(_ column: Column<Int32>) -> Int {
        var largest: Int32 = -1
        for id in column.unsafeElements { largest = max(largest, id) }
        return Int(largest)
    }
}
