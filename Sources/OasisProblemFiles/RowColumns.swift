internal import OasisAllocation

/// Rows as columns: one file for each field.
struct RowColumns {
    var attribute: Column<Int32>
    var kind: Column<UInt8>
    var scope: Column<Int32>
    var sense: Column<Int8>
    var bound: Column<Double>
    var share: Column<Double>?
    var penalty: Column<Double>?

    init(_ files: Files) throws(ProblemFileError) {
        attribute = try files.required("row_attribute")
        kind = try files.required("row_scope_kind")
        scope = try files.required("row_scope")
        sense = try files.required("row_sense")
        bound = try files.required("row_bound")
        share = try files.optional("row_share")
        penalty = try files.optional("row_penalty")
    }

    init(_ rows: [AllocationRow]) {
        attribute = Column(rows.map { Int32($0.attribute) })
        kind = Column(rows.map(Self.kind))
        scope = Column(rows.map(Self.id))
        sense = Column(rows.map { $0.sense == .atMost ? 1 : -1 })
        bound = Column(rows.map(\.bound))
        share = Column(rows.map(\.share))
        penalty = Column(rows.map(\.penalty))
    }

    func write(_ files: Files) throws(ProblemFileError) {
        try files.write(attribute, "row_attribute")
        try files.write(kind, "row_scope_kind")
        try files.write(scope, "row_scope")
        try files.write(sense, "row_sense")
        try files.write(bound, "row_bound")
        if let share { try files.write(share, "row_share") }
        if let penalty { try files.write(penalty, "row_penalty") }
    }

    func rows() throws(ProblemFileError) -> [AllocationRow] {
        let count = bound.count
        try checkLength(attribute.count, "row_attribute.npy", count)
        try checkLength(kind.count, "row_scope_kind.npy", count)
        try checkLength(scope.count, "row_scope.npy", count)
        try checkLength(sense.count, "row_sense.npy", count)
        if let share { try checkLength(share.count, "row_share.npy", count) }
        if let penalty { try checkLength(penalty.count, "row_penalty.npy", count) }
        var rows: [AllocationRow] = []
        rows.reserveCapacity(count)
        for index in 0..<count {
            guard sense[index] == 1 || sense[index] == -1 else {
                throw ProblemFileError("row_sense.npy", index, "must be +1 (≤) or -1 (≥), but is \(sense[index])")
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

    private func scopeOfRow(_ index: Int) throws(ProblemFileError) -> AllocationRow.Scope {
        let id = Int(scope[index])
        switch kind[index] {
        case 0: return .all
        case 1: return .campaign(id)
        case 2: return .set(id)
        case 3: return .cell(id)
        default:
            throw ProblemFileError(
                "row_scope_kind.npy",
                index,
                "must be 0 (all), 1 (campaign), 2 (set) or 3 (cell), but is \(kind[index])"
            )
        }
    }

    private func checkLength(_ count: Int, _ file: String, _ expected: Int) throws(ProblemFileError) {
        guard count == expected else {
            throw ProblemFileError(
                file,
                nil,
                "must have one entry for each of the \(expected) rows in row_bound.npy, but has \(count)"
            )
        }
    }

    private static func kind(_ row: AllocationRow) -> UInt8 {
        switch row.scope {
        case .all: 0
        case .campaign: 1
        case .set: 2
        case .cell: 3
        }
    }

    private static func id(_ row: AllocationRow) -> Int32 {
        switch row.scope {
        case .all: 0
        case .campaign(let id), .set(let id), .cell(let id): Int32(id)
        }
    }
}
