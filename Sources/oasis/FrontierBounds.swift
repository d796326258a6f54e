internal import ArgumentParser
internal import OasisAllocation

/// A bound as it is typed: `120`, or `50%` of the current one.
enum BoundArgument: Hashable, Sendable, ExpressibleByArgument {
    /// In units of the row's attribute.
    case amount(Double)
    /// Percent of the current bound.
    case percent(Double)

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        guard let number = Double(isPercent ? String(argument.dropLast()) : argument), number.isFinite else {
            return nil
        }
        self = isPercent ? .percent(number) : .amount(number)
    }

    var defaultValueDescription: String {
        switch self {
        case .amount(let number): "\(number)"
        case .percent(let number): "\(Int(number))%"
        }
    }
}

/// From where to where, in how many steps.
struct FrontierBounds {
    /// Why these bounds do not fit these rows.
    struct Misfit: Error, CustomStringConvertible {
        var description: String
    }

    var from: BoundArgument
    var to: BoundArgument
    var steps: Int

    /// The path that is meant for some rows: units for one row, percent for several.
    ///
    /// - Throws: `Misfit` that says what to type.
    func path(_ rows: [Int], _ names: RowNames, in problem: AllocationProblem) throws(Misfit) -> FrontierPath {
        if rows.count == 1 {
            let bound = problem.rows[rows[0]].bound
            let (start, end) = (try amount(from, of: bound, names[rows[0]]), try amount(to, of: bound, names[rows[0]]))
            return FrontierPath(.bound(row: rows[0]), from: start, to: end, steps: steps)
        }
        guard case .percent(let start) = from, case .percent(let end) = to else {
            let shown = rows.prefix(3).map { names[$0].description }.joined(separator: ", ")
            throw Misfit(
                description: "several rows (\(shown)\(rows.count > 3 ? ", …" : "")) move together by percent: "
                    + "type such as --from 50% --to 150%, or name one row"
            )
        }
        let senses = Set(rows.map { problem.rows[$0].sense })
        guard senses.count == 1 else {
            throw Misfit(description: "rows of both senses cannot move together: say <= or >= in --row")
        }
        guard rows.contains(where: { problem.rows[$0].bound != 0 }) else {
            throw Misfit(description: "the bounds are all 0, and so is any percentage of them: name one row")
        }
        return FrontierPath(.percent(rows: rows), from: start, to: end, steps: steps)
    }

    private func amount(_ argument: BoundArgument, of bound: Double, _ name: RowName) throws(Misfit) -> Double {
        switch argument {
        case .amount(let amount): return amount
        case .percent(let percent):
            guard bound != 0 else {
                throw Misfit(
                    description: "the bound of \(name) is 0, and so is any percentage of it: "
                        + "give amounts of \(name.attribute), such as --from 0 --to 100"
                )
            }
            return bound * percent / 100
        }
    }
}
