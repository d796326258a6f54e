/// Maximises c·z over A z ≤ b, z ≥ 0, for b ≥ 0, on a dense tableau with Bland's rule: slow, short and exact enough.
struct DenseSimplex {
    private var tableau: [[Double]]
    private let columns: Int
    private var basis: [Int]

    init(objective: [Double], constraints: [(coefficients: [Int: Double], bound: Double)]) {
        let variables = objective.count
        columns = variables + constraints.count
        tableau = constraints.enumerated()
            .map { index, constraint in
                precondition(constraint.bound >= 0, "the origin must be feasible")
                var row = [Double](repeating: 0, count: variables + constraints.count + 1)
                for (variable, coefficient) in constraint.coefficients { row[variable] = coefficient }
                row[variables + index] = 1
                row[variables + constraints.count] = constraint.bound
                return row
            }
        tableau.append(objective.map { -$0 } + [Double](repeating: 0, count: constraints.count + 1))
        basis = (0..<constraints.count).map { variables + $0 }
    }

    /// The largest value of the objective.
    mutating func maximum() -> Double {
        let last = tableau.count - 1
        while let entering = (0..<columns).first(where: { tableau[last][$0] < -1e-11 }) {
            var leaving = -1
            var smallest = Double.infinity
            for row in 0..<last where tableau[row][entering] > 1e-11 {
                let ratio = tableau[row][columns] / tableau[row][entering]
                if ratio < smallest - 1e-13 || (ratio <= smallest + 1e-13 && basis[row] < basis[leaving]) {
                    smallest = min(smallest, ratio)
                    leaving = row
                }
            }
            precondition(leaving >= 0, "the program is bounded")
            pivot(leaving, entering)
        }
        return tableau[last][columns]
    }

    private mutating func pivot(_ row: Int, _ column: Int) {
        let scale = 1 / tableau[row][column]
        for index in 0...columns { tableau[row][index] *= scale }
        let pivotRow = tableau[row]
        for other in tableau.indices where other != row && tableau[other][column] != 0 {
            let factor = tableau[other][column]
            for index in 0...columns where pivotRow[index] != 0 { tableau[other][index] -= factor * pivotRow[index] }
        }
        basis[row] = column
    }
}
