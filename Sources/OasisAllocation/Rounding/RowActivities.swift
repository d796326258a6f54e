/// Activities of all rows while candidates come and go one at a time.
struct RowActivities {
    let index: RowIndex
    private let problem: AllocationProblem
    /// A·x, one per row.
    private(set) var activity: [Double]
    /// Room that rounding of sums may take, relative to a row's bound.
    private static let tolerance = 1e-9

    init(_ problem: AllocationProblem) {
        self.problem = problem
        index = RowIndex(problem)
        activity = [Double](repeating: 0, count: problem.rows.count)
    }

    /// Adds a whole candidate, or takes it back with −1.
    mutating func add(_ share: Double, candidate: Int, request: Int) {
        let weighted = share * weight(request)
        index.forEachRow(of: candidate, request: request) { row, coefficient in
            activity[row] += weighted * coefficient
            return true
        }
    }

    /// Whether every hard row still holds with a whole candidate more.
    func hasRoom(for candidate: Int, request: Int) -> Bool {
        let weight = weight(request)
        var hasRoom = true
        index.forEachRow(of: candidate, request: request) { row, coefficient in
            guard problem.rows[row].isHard, coefficient > 0 else { return true }
            hasRoom = activity[row] + weight * coefficient <= limit(row)
            return hasRoom
        }
        return hasRoom
    }

    /// Campaigns that could have room for a delivery of some weight, as far as their own rows say.
    func campaignsWithRoom(smallestWeight: Double) -> [Bool] {
        (0..<problem.campaignCount)
            .map { campaign in
                index.rows(of: campaign)
                    .allSatisfy { row in
                        let isDelivery = problem.attributes[problem.rows[Int(row)].attribute].amount == nil
                        return !problem.rows[Int(row)].isHard
                            || activity[Int(row)] + (isDelivery ? smallestWeight : 0) <= limit(Int(row))
                    }
            }
    }

    /// Hard rows that do not hold, with how much is too much.
    func violations() -> [(row: Int, excess: Double)] {
        problem.rows.indices.compactMap { row in
            problem.rows[row].isHard && activity[row] > limit(row)
                ? (row, activity[row] - problem.rows[row].bound) : nil
        }
    }

    /// What a whole candidate is worth now: its value, and what rows with a penalty gain or lose by it.
    func worth(of candidate: Int, request: Int) -> Double {
        let weight = weight(request)
        var worth = weight * Double(problem.value[candidate])
        index.forEachRow(of: candidate, request: request) { index, coefficient in
            let row = problem.rows[index]
            if !row.isHard {
                let before = row.violation(activity: activity[index])
                worth -= row.penalty * (row.violation(activity: activity[index] + weight * coefficient) - before)
            }
            return true
        }
        return worth
    }

    private func weight(_ request: Int) -> Double { Double(problem.weight?[request] ?? 1) }

    private func limit(_ row: Int) -> Double {
        let bound = problem.rows[row].bound
        return bound + Self.tolerance * max(abs(bound), 1)
    }
}
